"""A follow-up on a record of the room keeps the date of its last contact, and that of its account."""

from collections.abc import Sequence
from datetime import datetime

from headwater.engagement.types import Recorded
from headwater.kernel import sql
from headwater.kernel.access import Access
from headwater.kernel.catalogue import record_type
from headwater.sales.services.checklists import tick_followed_up


def followed_up(access: Access, activities: Sequence[Recorded]) -> None:
    """Called in the transaction that writes the follow-ups. A note to oneself counts as none.

    The version stays: a follow-up must not make the form stale that somebody is filling in.
    """
    latest: dict[tuple[str, int], datetime] = {}
    for one in activities:
        if one.is_contact:
            ref = (one.record_type, one.record_id)
            latest[ref] = max(one.occurred_at, latest.get(ref, one.occurred_at))
    for key in ("account", "contact", "opportunity"):
        given = {ref[1]: at for ref, at in latest.items() if ref[0] == key}
        if not given:
            continue
        table = record_type(key).table
        ids, moments = list(given), list(given.values())
        _touch(table, "x.id", ids, moments)
        if key != "account":
            _touch("sales_account", f"(SELECT p.account_id FROM {table} p WHERE p.id = x.id)", ids, moments)


def opportunity_followed_up(access: Access, activities: Sequence[Recorded]) -> None:
    """The same for opportunities; what is recorded today also ticks its point of the stage's checklist."""
    followed_up(access, activities)
    tick_followed_up(access, activities)


def _touch(table: str, target: str, ids: list[int], moments: list[datetime]) -> None:
    sql.execute(
        f"UPDATE {table} t SET last_activity_at = y.at FROM ("
        f" SELECT {target} AS id, max(x.at) AS at FROM unnest(%s::bigint[], %s::timestamptz[]) AS x (id, at)"
        " GROUP BY 1) y"
        " WHERE t.id = y.id AND (t.last_activity_at IS NULL OR t.last_activity_at < y.at)",
        (ids, moments),
    )
