"""What leads add to the timeline of a record: captures, changes of place, changes of stage."""

from collections.abc import Sequence
from typing import Any

from headwater.customization.queries import picklist_label
from headwater.engagement.timeline import Before, Entry, ids_of
from headwater.engagement.types import RecordRef
from headwater.kernel.sql import rows
from headwater.leads.types import Stage, Status


def _latest(
    columns: str, joins: str, table: str, ids: list[int], before: Before, limit: int
) -> list[dict[str, Any]]:
    return rows(
        f"SELECT x.*, {columns} FROM unnest(%s::bigint[]) AS s (id) CROSS JOIN LATERAL ("
        f" SELECT * FROM {table} e WHERE e.lead_id = s.id AND (e.at, e.id) < (%s, %s)"
        f" ORDER BY e.at DESC, e.id DESC LIMIT %s) x {joins} ORDER BY x.at DESC, x.id DESC LIMIT %s",
        (ids, before.at, before.id, limit, limit),
    )


def _entry(source: str, row: dict[str, Any], kind: str, data: dict[str, Any]) -> Entry:
    return Entry(
        at=row["at"],
        id=row["id"],
        source=source,
        kind=kind,
        actor_id=row["actor_id"],
        record_type="lead",
        record_id=row["lead_id"],
        data=data,
    )


def transfers(access: Any, subjects: Sequence[RecordRef], before: Before, limit: int) -> list[Entry]:
    """Every change of owner or pool."""
    found = _latest(
        "fo.name AS from_owner, o.name AS to_owner, fp.name AS from_pool, p.name AS to_pool",
        "LEFT JOIN organization_user fo ON fo.id = x.from_owner_id"
        " LEFT JOIN organization_user o ON o.id = x.to_owner_id"
        " LEFT JOIN pools_pool fp ON fp.id = x.from_pool_id LEFT JOIN pools_pool p ON p.id = x.to_pool_id",
        "leads_transfer",
        ids_of(subjects, "lead"),
        before,
        limit,
    )
    keys = (
        "why",
        "spot",
        "from_owner",
        "to_owner",
        "from_pool",
        "to_pool",
        "reason",
        "note",
        "rule",
        "over_cap",
    )
    lists = {"returned": "return_reason", "invalidated": "invalid_reason"}
    return [
        _entry(
            "transfer",
            row,
            row["why"],
            {key: row[key] for key in keys}
            | {
                "reason_label": picklist_label(lists[row["why"]], row["reason"])
                if row["why"] in lists
                else ""
            },
        )
        for row in found
    ]


def touches(access: Any, subjects: Sequence[RecordRef], before: Before, limit: int) -> list[Entry]:
    """Every capture: where somebody came from, and where they came from again."""
    found = _latest(
        "so.name AS source_name, c.name AS campaign_name",
        "LEFT JOIN acquisition_source so ON so.id = x.source_id"
        " LEFT JOIN acquisition_campaign c ON c.id = x.campaign_id",
        "leads_touch",
        ids_of(subjects, "lead"),
        before,
        limit,
    )
    return [
        _entry(
            "touch",
            row,
            row["door"],
            {
                "door": row["door"],
                "source": row["source_name"],
                "campaign": row["campaign_name"],
                "keyword": row["keyword"],
                "landing_page": row["landing_page"],
                "is_first": row["is_first"],
            },
        )
        for row in found
    ]


def stages(access: Any, subjects: Sequence[RecordRef], before: Before, limit: int) -> list[Entry]:
    """Every step of stage, and of status where no change of place came with it."""
    found = _latest("1 AS one", "", "leads_stagechange", ids_of(subjects, "lead"), before, limit)
    entries = []
    for row in found:
        words = Stage if row["kind"] == "stage" else Status
        data = {key: row[key] for key in ("kind", "before", "after", "reason")}
        data["before_label"] = str(words(row["before"]).label)
        data["after_label"] = str(words(row["after"]).label)
        data["reason_label"] = picklist_label("disqualify_reason", row["reason"]) if row["reason"] else ""
        entries.append(_entry("lead_stage", row, row["kind"], data))
    return entries
