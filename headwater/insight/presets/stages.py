"""How far things get, and why they do not: stages, the sales funnel, reasons."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from headwater.insight.presets.building import (
    MANAGER,
    MARKETING,
    REP,
    Preset,
    among,
    average,
    both,
    count,
    different,
    given,
    is_,
    is_not,
    median,
    rate,
    report,
    share,
    total,
)

_LEADS = count("lead", _("Leads"))
_MQL = count("lead", _("MQL"), among("story.reached", "MQL", "SQL", "WON"))
_SQL = count("lead", _("SQL"), among("story.reached", "SQL", "WON"))
_WON = count("lead", _("Won"), is_("story.reached", "WON"))
_OPPORTUNITIES = count("opportunity", _("Opportunities"))
_AMOUNT = total("opportunity.amount", _("Amount"))

STAGES = (
    Preset(
        "stage_conversion",
        _("Conversion from stage to stage"),
        _("Of the leads created in a month: how many became MQL, SQL and won, and what share each time."),
        (MARKETING, MANAGER),
        report(
            "leads",
            [
                _LEADS,
                _MQL,
                _SQL,
                _WON,
                rate(_MQL, _LEADS, _("UQL to MQL")),
                rate(_SQL, _MQL, _("MQL to SQL")),
                rate(_WON, _SQL, _("SQL to won")),
            ],
            by=[("lead.created_at", "month")],
            period=("lead.created_at", None),
            sort="g1",
        ),
        "conversion",
    ),
    Preset(
        "stage_times",
        _("Time from stage to stage"),
        _("Median time until MQL, to SQL, to won, of the leads of the last half year by month."),
        (MARKETING, MANAGER),
        report(
            "leads",
            [
                median("story.mql_seconds", _("Until MQL")),
                median("story.sql_seconds", _("MQL to SQL")),
                median("story.won_seconds", _("SQL to won")),
                median("story.conversion_seconds", _("Until conversion")),
            ],
            by=[("lead.created_at", "month")],
            period=("lead.created_at", {"last": 6, "unit": "month"}),
            sort="g1",
        ),
        "conversion",
    ),
    Preset(
        "sales_funnel",
        _("Sales funnel"),
        _(
            "Open opportunities of the main pipeline by stage: how many, worth how much, weighted by their"
            " probability. Choose another pipeline in the filter."
        ),
        (MANAGER, REP, MARKETING),
        report(
            "opportunities",
            [_OPPORTUNITIES, _AMOUNT, total("opportunity.weighted_amount", _("Weighted amount"))],
            by=["opportunity.step"],
            filters=both(is_("opportunity.line", "main"), is_("opportunity.status", "open")),
            period=("opportunity.created_at", None),
            sort="g1",
            chart="funnel",
        ),
        "conversion",
    ),
    Preset(
        "stage_stay",
        _("Time spent in stages"),
        _("How long opportunities stayed in each stage before they moved on, and how often they moved back."),
        (MANAGER,),
        report(
            "opportunities",
            [
                count("move", _("Moves")),
                median("move.stayed_seconds", _("Median stay")),
                average("move.stayed_seconds", _("Mean stay")),
                rate(
                    count("move", where=is_("move.is_forward")), count("move"), _("Share of moves forwards")
                ),
            ],
            by=["move.from_stage"],
            filters=given("move.from_stage"),
            period=("move.at", None),
            sort="-m1",
        ),
        "conversion",
    ),
    Preset(
        "lost_reasons",
        _("Reasons for losing"),
        _("Lost opportunities by reason: how many, worth how much, and their share."),
        (MANAGER, MARKETING, REP),
        report(
            "opportunities",
            [_OPPORTUNITIES, _AMOUNT, share(_OPPORTUNITIES, _("Share"))],
            by=["opportunity.lost_reason"],
            filters=is_("opportunity.status", "lost"),
            period=("opportunity.closed_at", None),
            sort="-m1",
            chart={"kind": "bar", "horizontal": True, "measures": ["m1"]},
        ),
        "conversion",
    ),
    Preset(
        "return_reasons",
        _("Reasons for returning"),
        _("Returned leads by reason: how often, how many different leads, and their share."),
        (MANAGER, MARKETING),
        report(
            "lead_flow",
            [
                count("transfer", pgettext_lazy("leads", "Returns")),
                different("transfer.lead_number", _("Leads")),
                share(count("transfer"), _("Share")),
            ],
            by=["transfer.reason"],
            filters=is_("transfer.why", "returned"),
            period=("transfer.at", None),
            sort="-m1",
            chart={"kind": "bar", "horizontal": True, "measures": ["m1"]},
        ),
        "assignment",
    ),
    Preset(
        "invalid_reasons",
        _("Reasons for being invalid"),
        _("Leads marked invalid by source and reason: where bad leads come from."),
        (MARKETING,),
        report(
            "leads",
            [_LEADS],
            by=["lead.source", "lead.invalid_reason"],
            filters=is_("lead.status", "invalid"),
            period=("lead.created_at", None),
            sort="-m1",
            chart={"kind": "bar", "stacked": True},
        ),
        "acquisition",
    ),
    Preset(
        "assignment_ways",
        _("How leads reach people"),
        _("Claimed, assigned or dispatched by a rule: how many, how fast the response, how many came back."),
        (MANAGER, MARKETING, REP),
        report(
            "lead_flow",
            [
                count("transfer", _("Leads received")),
                median("transfer.response_seconds", _("Median response time")),
                rate(
                    count("transfer", where=among("transfer.ended_by", "recycled", "returned")),
                    count("transfer"),
                    _("Came back"),
                ),
                rate(
                    count("transfer", where=is_("transfer.ended_by", "converted")),
                    count("transfer"),
                    _("Converted"),
                ),
            ],
            by=["transfer.why"],
            filters=is_("transfer.is_received"),
            period=("transfer.at", {"last": 90, "unit": "day"}),
            sort="-m1",
        ),
        "assignment",
    ),
    Preset(
        "rule_effect",
        _("Effect of dispatch rules"),
        _(
            "Each version of each rule side by side, over the last half year: leads, response time, taken"
            " back, returned, converted."
        ),
        (MANAGER, MARKETING),
        report(
            "dispatch",
            [
                count("decision", _("Leads dispatched")),
                median("decision.response_seconds", _("Median response time")),
                rate(
                    count("decision", where=is_("decision.is_recycled")),
                    count("decision"),
                    pgettext_lazy("report", "Taken back"),
                ),
                rate(
                    count("decision", where=is_("decision.is_returned")),
                    count("decision"),
                    pgettext_lazy("leads", "Returned"),
                ),
                rate(
                    count("decision", where=is_("decision.is_converted")), count("decision"), _("Converted")
                ),
            ],
            by=["decision.rule", "decision.rule_version"],
            filters=both(is_("decision.outcome", "dispatched"), given("decision.rule")),
            period=("decision.at", {"last": 6, "unit": "month"}),
            sort="g2",
        ),
        "assignment",
    ),
    Preset(
        "pool_stock",
        _("What lies in the pools"),
        _("Leads that wait in each pool, and for how many the intent is high."),
        (REP, MANAGER, MARKETING),
        report(
            "leads",
            [_LEADS, count("lead", _("High intent"), is_("lead.intent", "high"))],
            by=["lead.pool"],
            filters=both(is_("lead.status", "pooled"), is_not("lead.stage", "disqualified")),
            sort="-m1",
            chart={"kind": "bar", "horizontal": True, "now": True},
        ),
        "rep",
    ),
)
