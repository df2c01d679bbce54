"""What leads add to the timeline of a record: captures, changes of place, changes of stage."""

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from headwater.customization.queries import picklist_label
from headwater.engagement.timeline import Entry, Found, log, moment
from headwater.kernel.access import Access
from headwater.leads.types import Stage, Status, Why
from headwater.ui.formats import full

Facts = dict[str, Any]

_CAUSES = {
    "response": gettext_lazy("no first follow-up in time"),
    "overdue": gettext_lazy("no follow-up for too long"),
    "unconverted": gettext_lazy("not converted in time"),
}
_PLACES = ("from_owner", "to_owner", "from_pool", "to_pool")


@log(
    "leads_transfer",
    of="lead",
    key="lead_id",
    facts={
        "why": "e.why",
        "spot": "e.spot",
        "from_owner": "fo.name",
        "to_owner": "o.name",
        "from_pool": "fp.name",
        "to_pool": "p.name",
        "reason": "e.reason",
        "note": "e.note",
        "rule": "e.rule",
        "over_cap": "e.over_cap",
    },
    joins="LEFT JOIN organization_user fo ON fo.id = e.from_owner_id"
    " LEFT JOIN organization_user o ON o.id = e.to_owner_id"
    " LEFT JOIN pools_pool fp ON fp.id = e.from_pool_id LEFT JOIN pools_pool p ON p.id = e.to_pool_id",
)
def transfers(access: Access, found: Sequence[Found]) -> list[Entry]:
    """Every change of owner or pool."""
    return [row.entry(kind=row.facts["why"], data={"text": _told(row.facts)} | row.facts) for row in found]


def _told(row: Facts) -> str:
    """A transfer in one sentence, with its reason and note."""
    sentence = _moved(Why(row["why"]), row)
    lists = {Why.RETURNED: "return_reason", Why.INVALIDATED: "invalid_reason"}
    reason = picklist_label(lists[row["why"]], row["reason"]) if row["why"] in lists and row["reason"] else ""
    over = _("over the cap, on purpose") if row["over_cap"] else ""
    first = " · ".join(part for part in (sentence, reason, over) if part)
    return f"{first}\n{row['note']}" if row["note"] else first


def _moved(why: Why, row: Facts) -> str:
    facts = {key: row[key] or "—" for key in _PLACES}
    if row["spot"] == "owner":
        if why == Why.CLAIMED:
            return _("Claimed from “%(from_pool)s”") % facts
        if why == Why.WOKEN:
            return _("Woken by an inquiry, given to %(to_owner)s") % facts
        if why == Why.UNCONVERTED:
            return _("Conversion undone, back with %(to_owner)s") % facts
        if row["from_owner"]:
            return _("From %(from_owner)s to %(to_owner)s") % facts
        if row["from_pool"]:
            return _("From “%(from_pool)s” to %(to_owner)s") % facts
        return _("Given to %(to_owner)s") % facts
    if row["spot"] == "pool":
        if why == Why.WOKEN:
            return _("Woken by an inquiry, in “%(to_pool)s”") % facts
        if why == Why.UNCONVERTED:
            return _("Conversion undone, back in “%(to_pool)s”") % facts
        if why == Why.RETURNED:
            return _("Returned to “%(to_pool)s”") % facts
        if why == Why.RECYCLED:
            return _("Taken back to “%(to_pool)s” by “%(rule)s”: %(cause)s") % (
                facts | {"rule": row["rule"] or "—", "cause": _CAUSES.get(row["reason"], row["reason"])}
            )
        if why == Why.MOVED:
            return _("Moved from “%(from_pool)s” to “%(to_pool)s”") % facts
        if why == Why.REOPENED:
            return _("Reopened into “%(to_pool)s”") % facts
        return _("Into “%(to_pool)s”") % facts
    return str(why.label)


@log(
    "leads_touch",
    of="lead",
    key="lead_id",
    facts={
        "door": "e.door",
        "source": "so.name",
        "campaign": "c.name",
        "keyword": "e.keyword",
        "landing_page": "e.landing_page",
        "is_first": "e.is_first",
        "note": "e.note",
    },
    joins="LEFT JOIN acquisition_source so ON so.id = e.source_id"
    " LEFT JOIN acquisition_campaign c ON c.id = e.campaign_id",
)
def touches(access: Access, found: Sequence[Found]) -> list[Entry]:
    """Every capture: where somebody came from, and where they came from again."""
    entries = []
    for row in found:
        facts = row.facts
        first = _("First captured") if facts["is_first"] else _("Enquired again")
        page = facts["landing_page"].partition("?")[0].partition("://")[2]  # where; the rest tells machines
        parts = (first, facts["source"], facts["campaign"], facts["keyword"], page or facts["landing_page"])
        text = " · ".join(part for part in parts if part)
        if facts["note"]:
            text += f"\n{facts['note']}"
        entries.append(row.entry(kind=facts["door"], data={"text": text} | facts))
    return entries


@log(
    "leads_stagechange",
    of="lead",
    key="lead_id",
    facts={"kind": "e.kind", "before": "e.before", "after": "e.after", "reason": "e.reason"},
)
def stages(access: Access, found: Sequence[Found]) -> list[Entry]:
    """Every step of stage, and of status where no change of place came with it."""
    entries = []
    for row in found:
        facts = row.facts
        words: type[Stage | Status] = Stage if facts["kind"] == "stage" else Status
        text = f"{words(facts['before']).label} → {words(facts['after']).label}"
        if facts["reason"]:
            text += f" · {picklist_label('disqualify_reason', facts['reason'])}"
        entries.append(row.entry(kind=facts["kind"], data={"text": text} | facts))
    return entries


@log(
    "platform_audit",
    facts={"until": "e.changes -> 'protected_until' ->> 1", "reason": "e.changes -> 'reason' ->> 1"},
    where="e.action IN ('protect', 'unprotect') AND e.record_type = 'lead'",
)
def protections(access: Access, found: Sequence[Found]) -> list[Entry]:
    """Every protection from being taken back, with its reason, and its end by hand."""
    entries = []
    for row in found:
        until = moment(row.facts["until"])
        text = _("Protection ended")
        if until is not None:
            text = _("Protected until %(moment)s") % {"moment": full(until)}
            text += f"\n{row.facts['reason']}" if row.facts["reason"] else ""
        kind = "protected" if until else "unprotected"
        entries.append(row.entry(kind=kind, data={"text": text} | row.facts))
    return entries
