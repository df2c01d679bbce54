"""Opportunities of other lines on the timeline of a lead and of the customer that came of it."""

from collections.abc import Sequence

from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from markupsafe import Markup

from headwater.engagement.timeline import Entry, Found, TimelineEvent, log
from headwater.kernel import listing
from headwater.kernel.access import Access
from headwater.kernel.catalogue import record_type
from headwater.lines.queries import line_label


@log(
    "lines_linespawn",
    of="lead",
    key="lead_id",
    facts={
        "line": "e.line",
        "opportunity_id": "e.opportunity_id",
        "owner": "lo.name",
        "rule": "lr.name",
        "rule_version": "e.rule_version",
    },
    joins="LEFT JOIN organization_user lo ON lo.id = e.owner_id"
    " LEFT JOIN lines_crosslinerule lr ON lr.id = e.rule_id",
)
def spawns(access: Access, found: Sequence[Found]) -> list[Entry]:
    """Every opportunity that a lead led to in another line; a way there for who may see it."""
    ids = [row.facts["opportunity_id"] for row in found]
    seen: set[int] = set()
    if access.may("opportunities.view"):
        seen = listing.ids_within(access.also("opportunities.view"), record_type("opportunity"), ids)
    return [
        row.entry(
            kind="spawned",
            data={"text": _told(row)} | row.facts,
            view=row.facts["opportunity_id"] in seen,
        )
        for row in found
    ]


def _told(row: Found) -> str:
    facts = {"line": line_label(row.facts["line"]), "owner": row.facts["owner"] or "—"}
    if row.facts["rule"]:
        return _("An opportunity for “%(line)s” went to %(owner)s by the rule “%(rule)s” v%(version)s") % (
            facts | {"rule": row.facts["rule"], "version": row.facts["rule_version"]}
        )
    return _("An opportunity for “%(line)s” went to %(owner)s") % facts


def show(entry: Entry, who: str) -> TimelineEvent:
    """The sentence, and the way to the opportunity."""
    address = f"/opportunities/{entry.data['opportunity_id']}"
    there = format_html('<a href="{}" hx-boost="true">{}</a>', address, _("Open the opportunity"))
    return TimelineEvent(
        at=entry.at,
        who=who or pgettext("timeline", "Business lines"),
        icon="split",
        hue="violet",
        text=str(entry.data["text"]),
        html=Markup(there) if entry.view else Markup(),  # noqa: S704 - made by format_html
        is_system=True,
        key=f"line_spawn-{entry.id}",
    )
