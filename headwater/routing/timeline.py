"""Decisions on the timeline of a lead: a sentence, with all details a click away."""

from collections.abc import Sequence

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from headwater.engagement.timeline import Entry, Found, TimelineEvent, log
from headwater.kernel.access import Access
from headwater.routing.wording import sentence
from headwater.ui.pages import Action


@log(
    "routing_decision",
    of="lead",
    key="lead_id",
    actor="",  # nobody: a rule
    facts={
        "trigger": "e.trigger",
        "outcome": "e.outcome",
        "rule_name": "e.rule_name",
        "rule_version": "e.rule_version",
        "strategy": "e.strategy",
        "owner": "ro.name",
        "pool": "rp.name",
        "detail": "e.detail",
    },
    joins="LEFT JOIN organization_user ro ON ro.id = e.owner_id LEFT JOIN pools_pool rp ON rp.id = e.pool_id",
)
def decisions(access: Access, found: Sequence[Found]) -> list[Entry]:
    """Every run of the rules over the lead."""
    return [
        row.entry(
            kind=row.facts["outcome"],
            data={
                "text": sentence(row.facts),
                "rule": row.facts["rule_name"],
                "version": row.facts["rule_version"],
                "strategy": row.facts["strategy"],
                "owner": row.facts["owner"],
            },
        )
        for row in found
    ]


def show(entry: Entry, who: str) -> TimelineEvent:
    """The sentence; the dialog behind it tells who was in question and why not."""
    return TimelineEvent(
        at=entry.at,
        who=pgettext("timeline", "Routing"),
        icon="split",
        hue="cyan",
        text=str(entry.data["text"]),
        tools=(Action(_("Why so?"), "circle-help", dialog=f"/routing/decisions/{entry.id}"),),
        is_system=True,
        key=f"routing-{entry.id}",
    )
