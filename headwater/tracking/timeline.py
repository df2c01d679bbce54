"""A lead's visits on its timeline: one entry for all before the inquiry, one for each later day."""

from collections.abc import Sequence

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from headwater.engagement.timeline import Entry, Found, log, moment
from headwater.kernel.access import Access
from headwater.tracking.origins import origin_label
from headwater.tracking.types import BEFORE, IdentifiedBy
from headwater.ui.formats import full


@log(
    "tracking_leadvisits",
    of="lead",
    key="lead_id",
    actor="",
    facts={
        "fold": "e.fold",
        "visits": "e.visits",
        "pages": "e.pages",
        "forms": "e.forms",
        "downloads": "e.downloads",
        "first_at": "e.first_at",
        "origin": "v.first_origin",
        "identified_by": "v.identified_by",
    },
    joins="LEFT JOIN tracking_visitor v ON v.id = e.visitor_id",
)
def visits(access: Access, found: Sequence[Found]) -> list[Entry]:
    """What they looked at on our pages."""
    return [
        row.entry(
            kind="before" if row.facts["fold"] == BEFORE else "visited",
            data={"text": _told(row)} | row.facts,
        )
        for row in found
    ]


def _told(row: Found) -> str:
    facts = row.facts
    parts = [
        ngettext("%(count)s visit", "%(count)s visits", facts["visits"]) % {"count": facts["visits"]},
        ngettext("%(count)s page", "%(count)s pages", facts["pages"]) % {"count": facts["pages"]},
    ]
    if facts["downloads"]:
        some = ngettext("%(count)s download", "%(count)s downloads", facts["downloads"])
        parts.append(some % {"count": facts["downloads"]})
    what = _(", ").join(parts)
    if facts["fold"] != BEFORE:
        return _("On our website: %(what)s") % {"what": what}
    by_link = facts["identified_by"] == IdentifiedBy.LINK
    first = moment(facts["first_at"])
    words = {
        "what": what,
        "origin": origin_label(facts["origin"] or ""),
        "when": full(first) if first else "—",
    }
    if by_link:
        return (
            _("On our website up to the link we sent: %(what)s; first came by %(origin)s, %(when)s") % words
        )
    return _("On our website before the inquiry: %(what)s; first came by %(origin)s, %(when)s") % words
