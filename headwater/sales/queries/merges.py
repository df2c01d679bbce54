"""Where merged records went."""

from datetime import timedelta
from typing import Any

from headwater.kernel import clock
from headwater.kernel.sql import rows, values
from headwater.sales.types import UNDO_DAYS


def merged_into(record: str, record_id: int) -> int | None:
    """The record that a merged one is now, however often it was merged; None for any other."""
    found = values(
        "WITH RECURSIVE way AS ("
        "  SELECT g.survivor_id AS id, 1 AS step FROM sales_mergedrecord m"
        "  JOIN sales_merge g ON g.id = m.merge_id"
        "  WHERE m.record_type = %s AND m.record_id = %s AND g.undone_at IS NULL"
        "  UNION ALL SELECT g.survivor_id, way.step + 1 FROM way"
        "  JOIN sales_mergedrecord m ON m.record_type = %s AND m.record_id = way.id"
        "  JOIN sales_merge g ON g.id = m.merge_id WHERE g.undone_at IS NULL AND way.step < 50"
        ") SELECT id FROM way ORDER BY step DESC LIMIT 1",
        (record, record_id, record),
    )
    return int(found[0]) if found else None


def merges_of(record: str, record_id: int) -> list[dict[str, Any]]:
    """What was merged into a record, the latest first; `can_undo` while there is time."""
    earliest = clock.now() - timedelta(days=UNDO_DAYS)
    return rows(
        "SELECT g.id, g.at, g.actor_id, g.undone_at,"
        " array_agg(m.record_id ORDER BY m.record_id) AS merged_ids,"
        " (g.undone_at IS NULL AND g.at >= %s) AS can_undo"
        " FROM sales_merge g JOIN sales_mergedrecord m ON m.merge_id = g.id"
        " WHERE g.record_type = %s AND g.survivor_id = %s GROUP BY g.id ORDER BY g.id DESC",
        (earliest, record, record_id),
    )
