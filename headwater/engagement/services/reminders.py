"""Telling people in time what they have to do."""

from django.db import transaction

from headwater.engagement.subjects import cards
from headwater.engagement.types import RecordRef
from headwater.kernel import clock, sql
from headwater.platform.notifications import Notice, notify_each

BATCH = 1000


def remind_due() -> int:
    """Notify the owners of tasks whose reminder has come; each once. How many.

    A batch is marked and told in one transaction; rows another worker holds are skipped, so several may run.
    """
    total = 0
    while True:
        told = _remind_batch()
        total += told
        if told < BATCH:
            return total


@transaction.atomic
def _remind_batch() -> int:
    now = clock.now()
    rows = sql.rows(
        """
        UPDATE engagement_task t SET reminded_at = %s
        FROM (SELECT id FROM engagement_task
              WHERE remind_at <= %s AND remind_at IS NOT NULL AND reminded_at IS NULL AND done_at IS NULL
                AND archived_at IS NULL
              ORDER BY remind_at LIMIT %s FOR NO KEY UPDATE SKIP LOCKED) due
        WHERE t.id = due.id
        RETURNING t.id, t.owner_id, t.title, t.due_at, t.remind_at, t.record_type, t.record_id
        """,
        [now, now, BATCH],
    )
    if not rows:
        return 0
    known = cards(RecordRef(row["record_type"], row["record_id"]) for row in rows if row["record_type"])
    notices = []
    for row in rows:
        card = known.get(RecordRef(row["record_type"], row["record_id"])) if row["record_type"] else None
        notices.append(
            Notice(
                row["owner_id"],
                {"title": row["title"], "name": "" if card is None else card.title},
                "task",
                row["id"],
                card.url if card else f"/tasks?task={row['id']}",
                f"task.due:{row['id']}:{row['remind_at'].isoformat()}",
            )
        )
    notify_each(notices, "task.due")
    return len(rows)
