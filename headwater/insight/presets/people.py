"""What people do with their leads: status, speed, rhythm, what was taken back, results."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from headwater.insight.presets.building import (
    LAST_30_DAYS,
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
    total,
    within,
)

_LEADS = count("lead", _("Leads"))
_RECEIVED = is_("transfer.is_received")
_OPEN = among("lead.status", "assigned", "following")
_TRANSFERS = count("transfer", _("Leads received"))

PEOPLE = (
    Preset(
        "person_status",
        _("People and the status of their leads"),
        _("Per person how many leads are waiting, followed, converted and invalid: all leads in reach."),
        (MANAGER, MARKETING, REP),
        report(
            "leads",
            [_LEADS],
            by=["lead.owner", "lead.status"],
            filters=given("lead.owner"),
            period=("lead.created_at", None),
            sort="-m1",
            chart="pivot",
        ),
        "manager",
    ),
    Preset(
        "response_speed",
        _("Speed of the first response"),
        _(
            "Per person: of the leads received in the last 30 days how many were responded to, how fast, and"
            " how many within 24 hours. A note is no response."
        ),
        (MANAGER, REP),
        report(
            "lead_flow",
            [
                _TRANSFERS,
                count("transfer", _("Responded to"), is_("transfer.is_answered")),
                median("transfer.response_seconds", _("Median response time")),
                average("transfer.response_seconds", _("Mean response time")),
                rate(
                    count("transfer", where=is_("transfer.is_within_day")),
                    count("transfer"),
                    _("Within 24 hours"),
                ),
            ],
            by=["receiver.department", "transfer.owner"],
            filters=_RECEIVED,
            period=("transfer.at", LAST_30_DAYS),
            compare="previous",
            sort="-m1",
        ),
        "follow_up",
    ),
    Preset(
        "follow_up_frequency",
        _("Rhythm of follow-ups"),
        _("Per person: follow-ups of the last 30 days, how many leads they went to, how often each."),
        (MANAGER, REP),
        report(
            "follow_ups",
            [
                count("activity", pgettext_lazy("records", "Follow-ups")),
                different("activity.lead_number", _("Leads followed up")),
                rate(
                    count("activity", where=is_("activity.record_type", "lead")),
                    different("activity.lead_number"),
                    _("Follow-ups per lead"),
                    as_number=True,
                ),
                count("activity", _("Calls"), is_("activity.kind", "call")),
                count("activity", _("Visits"), is_("activity.kind", "visit")),
            ],
            by=["author.department", "activity.author"],
            filters=is_not("activity.kind", "note"),
            period=("activity.occurred_at", LAST_30_DAYS),
            compare="previous",
            sort="-m1",
        ),
        "follow_up",
    ),
    Preset(
        "overdue_recycled",
        _("Overdue and taken back"),
        _(
            "Per person: of the leads received in the last 30 days how many were taken back for want of work,"
            " how many were returned, and how many lie overdue with them now."
        ),
        (MANAGER, REP),
        report(
            "lead_flow",
            [
                _TRANSFERS,
                count(
                    "transfer", pgettext_lazy("report", "Taken back"), is_("transfer.ended_by", "recycled")
                ),
                count("transfer", pgettext_lazy("leads", "Returned"), is_("transfer.ended_by", "returned")),
                rate(
                    count("transfer", where=is_("transfer.ended_by", "recycled")),
                    count("transfer"),
                    _("Share taken back"),
                ),
                count("lead", _("Overdue now"), is_("transfer.is_overdue")),
            ],
            by=["receiver.department", "transfer.owner"],
            filters=_RECEIVED,
            period=("transfer.at", LAST_30_DAYS),
            compare="previous",
            sort="-m2",
        ),
        "follow_up",
    ),
    Preset(
        "leaderboard",
        _("Leaderboard"),
        _("Per person this month: leads converted, opportunities won, their amount, payments received."),
        (MANAGER, REP),
        report(
            "results",
            [
                total("result.won_amount", _("Won amount")),
                total("result.won_count", _("Won opportunities")),
                total("result.converted_leads", _("Converted leads")),
                total("result.new_customers", _("New customers")),
                total("result.received", _("Payments received")),
            ],
            by=["result.person"],
            period=("result.day", "this_month"),
            sort="-m1",
            chart={"kind": "bar", "horizontal": True, "measures": ["m1"]},
        ),
        "manager",
    ),
    Preset(
        "expertise",
        _("Who is good at what"),
        _("Conversion rate per person and industry: which leads suit whom."),
        (MANAGER,),
        report(
            "leads",
            [
                rate(
                    count("lead", where=is_("lead.status", "converted")), count("lead"), _("Conversion rate")
                ),
                _LEADS,
            ],
            by=["lead.owner", "lead.industry"],
            filters=both(given("lead.owner"), given("lead.industry")),
            period=("lead.created_at", None),
            limit=1000,
            chart="heatmap",
        ),
        "manager",
    ),
    Preset(
        "follow_up_outcomes",
        _("What follow-ups come to"),
        _("Outcomes of the follow-ups of the last 30 days: where people get stuck."),
        (MANAGER, REP, MARKETING),
        report(
            "follow_ups",
            [count("activity", pgettext_lazy("records", "Follow-ups"))],
            by=["activity.outcome"],
            filters=given("activity.outcome"),
            period=("activity.occurred_at", LAST_30_DAYS),
            sort="-m1",
            chart={"kind": "bar", "horizontal": True},
        ),
        "follow_up",
    ),
    Preset(
        "follow_up_trend",
        _("Follow-ups per day"),
        _("Follow-ups of the last 30 days by day and kind."),
        (MANAGER, REP),
        report(
            "follow_ups",
            [count("activity", pgettext_lazy("records", "Follow-ups"))],
            by=[("activity.occurred_at", "day"), "activity.kind"],
            period=("activity.occurred_at", LAST_30_DAYS),
            sort="g1",
            limit=1000,
            chart={"kind": "bar", "stacked": True},
        ),
        "follow_up",
    ),
    Preset(
        "forgotten_leads",
        _("Leads in danger of being forgotten"),
        _("Per person the open leads whose next follow-up is overdue, and those nobody ever followed up."),
        (MANAGER, REP),
        report(
            "leads",
            [
                count("lead", _("Open leads")),
                count("lead", _("Follow-up overdue"), within("lead.follow_due_at", "past")),
                count("lead", _("Never followed up"), {"field": "lead.last_activity_at", "op": "is_empty"}),
                count(
                    "lead",
                    _("Taken back within three days"),
                    within("lead.recycle_due_at", {"next": 3, "unit": "day"}),
                ),
            ],
            by=["lead.owner"],
            filters=_OPEN,
            sort="-m2",
            chart={"kind": "table", "now": True},
        ),
        "rep",
    ),
    Preset(
        "target_progress",
        _("Targets and what was reached"),
        _("Per person this month's target of won amount, what was reached, and in percent."),
        (MANAGER, REP),
        report(
            "targets",
            [
                total("target.amount", pgettext_lazy("targets", "Target")),
                total("target.reached_amount", _("Reached")),
                rate(total("target.reached_amount"), total("target.amount"), _("Reached in percent")),
                total("target.missing_amount", _("Missing")),
            ],
            by=["target.person"],
            filters=both(
                is_("target.measure", "won_amount"), is_("target.grain", "month"), given("target.person")
            ),
            period=("target.starts_on", "this_month"),
            sort="-m2",
        ),
        "rep",
    ),
    Preset(
        "open_tasks",
        _("Open tasks"),
        _("Per person what is open and what is overdue."),
        (MANAGER, REP),
        report(
            "tasks",
            [
                count("task", _("Open tasks")),
                count("task", _("Overdue"), is_("task.is_overdue")),
            ],
            by=["task.owner"],
            filters=is_("task.is_done", False),
            sort="-m2",
            chart={"kind": "table", "now": True},
        ),
        "rep",
    ),
)
