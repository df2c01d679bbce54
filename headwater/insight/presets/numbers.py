"""Single figures with what they were before: the top row of a board."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from headwater.insight.presets.building import (
    MANAGER,
    MARKETING,
    REP,
    Json,
    Preset,
    among,
    count,
    is_,
    is_not,
    median,
    rate,
    report,
    total,
)

_ALL = (MARKETING, MANAGER, REP)


def _number(
    dataset: str, measure: Json, moment: str, filters: Json | None = None, value: Any = "this_month"
) -> Json:
    """Of a period beside the one before; without `value` what stands open at the moment."""
    of_now = value is None
    chart: Json = {"kind": "number", "now": True} if of_now else {"kind": "number"}
    return report(
        dataset,
        [measure],
        filters=filters,
        period=(moment, value),
        compare=None if of_now else "previous",
        chart=chart,
    )


NUMBERS = (
    Preset(
        "number_leads", _("New leads"), _("Leads created this month."), _ALL,
        _number("leads", count("lead", _("New leads")), "lead.created_at"), "acquisition",
    ),
    Preset(
        "number_valid_rate", _("Valid rate"), _("Share of this month's leads that are not invalid."), _ALL,
        _number(
            "leads",
            rate(count("lead", where=is_not("lead.status", "invalid")), count("lead"), _("Valid rate")),
            "lead.created_at",
        ),
        "acquisition",
    ),
    Preset(
        "number_mql_rate", _("MQL rate"), _("Share of this month's leads that became MQL."), _ALL,
        _number(
            "leads",
            rate(
                count("lead", where=among("story.reached", "MQL", "SQL", "WON")), count("lead"), _("MQL rate")
            ),
            "lead.created_at",
        ),
        "conversion",
    ),
    Preset(
        "number_converted", _("Converted leads"), _("Leads converted this month."), _ALL,
        _number("leads", count("lead", _("Converted leads")), "story.converted_at"), "conversion",
    ),
    Preset(
        "number_open_leads", _("Open leads"), _("Leads that somebody works on now."), (MANAGER, REP),
        _number(
            "leads", count("lead", _("Open leads")), "lead.created_at",
            among("lead.status", "assigned", "following"), None,
        ),
        "follow_up",
    ),
    Preset(
        "number_response", _("Median response time"),
        _("How fast leads received this month were responded to."), (MANAGER, REP),
        _number(
            "lead_flow", median("transfer.response_seconds", _("Median response time")), "transfer.at",
            is_("transfer.is_received"),
        ),
        "follow_up",
    ),
    Preset(
        "number_follow_ups", _("Follow-ups"), _("Follow-ups of this month, notes left out."), (MANAGER, REP),
        _number(
            "follow_ups", count("activity", _("Follow-ups")), "activity.occurred_at",
            is_not("activity.kind", "note"),
        ),
        "follow_up",
    ),
    Preset(
        "number_open_amount", _("Open opportunities"), _("What all open opportunities are worth."), _ALL,
        _number(
            "opportunities", total("opportunity.amount", _("Open opportunities")), "opportunity.created_at",
            is_("opportunity.status", "open"), None,
        ),
        "conversion",
    ),
    Preset(
        "number_won_amount", _("Won amount"), _("Opportunities won this month."), _ALL,
        _number(
            "opportunities", total("opportunity.amount", _("Won amount")), "opportunity.closed_at",
            is_("opportunity.status", "won"),
        ),
        "marketing",
    ),
    Preset(
        "number_received", _("Payments received"), _("Payments less refunds of this month."), _ALL,
        _number("payments", total("payment.amount", _("Payments received")), "payment.paid_on"), "marketing",
    ),
)  # fmt: skip
