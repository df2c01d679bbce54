"""What leads add to the timeline of a record: captures, changes of place, changes of stage."""

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _

from headwater.customization.queries import picklist_label
from headwater.engagement.timeline import Before, Entry, ids_of
from headwater.engagement.types import RecordRef
from headwater.kernel.access import Access
from headwater.kernel.sql import rows
from headwater.leads.types import Stage, Status, Why

Row = dict[str, Any]


def _latest(columns: str, joins: str, table: str, ids: list[int], before: Before, limit: int) -> list[Row]:
    return rows(
        f"SELECT x.*, {columns} FROM unnest(%s::bigint[]) AS s (id) CROSS JOIN LATERAL ("
        f" SELECT * FROM {table} e WHERE e.lead_id = s.id AND (e.at, e.id) < (%s, %s)"
        f" ORDER BY e.at DESC, e.id DESC LIMIT %s) x {joins} ORDER BY x.at DESC, x.id DESC LIMIT %s",
        (ids, before.at, before.id, limit, limit),
    )


def _entry(source: str, row: Row, kind: str, text: str, keys: Sequence[str]) -> Entry:
    return Entry(
        at=row["at"],
        id=row["id"],
        source=source,
        kind=kind,
        actor_id=row["actor_id"],
        record_type="lead",
        record_id=row["lead_id"],
        data={"text": text} | {key: row[key] for key in keys},
    )


_PLACES = ("from_owner", "to_owner", "from_pool", "to_pool")
_TRANSFER = ("why", "spot", *_PLACES, "reason", "note", "rule", "over_cap")


def transfers(access: Access, subjects: Sequence[RecordRef], before: Before, limit: int) -> list[Entry]:
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
    return [_entry("transfer", row, row["why"], _told(row), _TRANSFER) for row in found]


def _told(row: Row) -> str:
    """A transfer in one sentence, with its reason and note."""
    sentence = _moved(Why(row["why"]), row)
    lists = {Why.RETURNED: "return_reason", Why.INVALIDATED: "invalid_reason"}
    reason = picklist_label(lists[row["why"]], row["reason"]) if row["why"] in lists and row["reason"] else ""
    over = _("over the cap, on purpose") if row["over_cap"] else ""
    first = " · ".join(part for part in (sentence, reason, over) if part)
    return f"{first}\n{row['note']}" if row["note"] else first


def _moved(why: Why, row: Row) -> str:
    facts = {key: row[key] or "—" for key in _PLACES}
    if row["spot"] == "owner":
        if why == Why.CLAIMED:
            return _("Claimed from “%(from_pool)s”") % facts
        if row["from_owner"]:
            return _("From %(from_owner)s to %(to_owner)s") % facts
        if row["from_pool"]:
            return _("From “%(from_pool)s” to %(to_owner)s") % facts
        return _("Given to %(to_owner)s") % facts
    if row["spot"] == "pool":
        if why == Why.RETURNED:
            return _("Returned to “%(to_pool)s”") % facts
        if why == Why.MOVED:
            return _("Moved from “%(from_pool)s” to “%(to_pool)s”") % facts
        if why == Why.REOPENED:
            return _("Reopened into “%(to_pool)s”") % facts
        return _("Into “%(to_pool)s”") % facts
    return str(why.label)


def touches(access: Access, subjects: Sequence[RecordRef], before: Before, limit: int) -> list[Entry]:
    """Every capture: where somebody came from, and where they came from again."""
    found = _latest(
        "so.name AS source, c.name AS campaign",
        "LEFT JOIN acquisition_source so ON so.id = x.source_id"
        " LEFT JOIN acquisition_campaign c ON c.id = x.campaign_id",
        "leads_touch",
        ids_of(subjects, "lead"),
        before,
        limit,
    )
    entries = []
    for row in found:
        first = _("First captured") if row["is_first"] else _("Enquired again")
        parts = (first, row["source"], row["campaign"], row["keyword"], row["landing_page"])
        text = " · ".join(part for part in parts if part)
        keys = ("door", "source", "campaign", "keyword", "landing_page", "is_first")
        entries.append(_entry("touch", row, row["door"], text, keys))
    return entries


def stages(access: Access, subjects: Sequence[RecordRef], before: Before, limit: int) -> list[Entry]:
    """Every step of stage, and of status where no change of place came with it."""
    found = _latest("1 AS one", "", "leads_stagechange", ids_of(subjects, "lead"), before, limit)
    entries = []
    for row in found:
        words: type[Stage | Status] = Stage if row["kind"] == "stage" else Status
        text = f"{words(row['before']).label} → {words(row['after']).label}"
        if row["reason"]:
            text += f" · {picklist_label('disqualify_reason', row['reason'])}"
        entries.append(_entry("lead_stage", row, row["kind"], text, ("kind", "before", "after", "reason")))
    return entries
