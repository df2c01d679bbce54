"""What the pages ask of the reports' engine: definitions, nothing else. Each can be drilled."""

from typing import Any

from headwater.funnels.asking import Asked
from headwater.funnels.rules import ROUTING
from headwater.funnels.types import Cut, Step
from headwater.insight.presets import PRESETS
from headwater.insight.presets.building import (
    among,
    average,
    both,
    count,
    given,
    is_,
    is_not,
    median,
    rate,
    report,
    total,
)

Json = dict[str, Any]
STEPS = tuple(Step)
# Keys of the measures: m1 is the lead in all of them.
MEASURE_OF = {step: f"m{number}" for number, step in enumerate(STEPS, start=1)}
MOST_GROUPS = 500

_FIELD: dict[Cut, str | tuple[str, str]] = {
    Cut.MONTH: ("lead.created_at", "month"),
    Cut.QUARTER: ("lead.created_at", "quarter"),
    Cut.SOURCE: "lead.source",
    Cut.CHANNEL: "lead.channel",
    Cut.CAMPAIGN: "lead.campaign",
    Cut.PERSON: "lead.owner",
    Cut.DEPARTMENT: "owner.department",
}
_REACHED: dict[Step, Json | None] = {
    Step.LEAD: None,
    Step.RESPONDED: given("story.first_response_at"),
    Step.MQL: among("story.reached", "MQL", "SQL", "WON"),
    Step.SQL: among("story.reached", "SQL", "WON"),
    Step.CONVERTED: given("story.converted_at"),
    Step.OPPORTUNITY: given("opportunity.created_at"),
    Step.WON: is_("opportunity.is_won"),
    Step.ORDER: is_("order.is_binding"),
    Step.PAID: {"field": "order.received", "op": "gt", "value": 0},
}
TIME_OF = {
    Step.RESPONDED: "story.response_seconds",
    Step.MQL: "story.mql_seconds",
    Step.SQL: "story.sql_seconds",
    Step.CONVERTED: "story.handover_seconds",
    Step.OPPORTUNITY: "opportunity.opening_seconds",
    Step.WON: "opportunity.cycle_seconds",
    Step.ORDER: "order.closing_seconds",
    Step.PAID: "order.payment_seconds",
}
_ONLY: dict[Step, Json] = {Step.WON: is_("opportunity.is_won"), Step.ORDER: is_("order.is_binding")}
AMOUNT_OF: dict[Step, tuple[str, Json | None]] = {
    Step.OPPORTUNITY: ("opportunity.amount", None),
    Step.WON: ("opportunity.amount", is_("opportunity.is_won")),
    Step.ORDER: ("order.total", is_("order.is_binding")),
    Step.PAID: ("payment.amount", None),
}


def funnel_counts(asked: Asked) -> Json:
    """How many leads of the cohort reached each step."""
    return _cut(asked, [count("lead", step.label, _REACHED[step]) for step in STEPS])


def funnel_times(asked: Asked) -> Json:
    """The median time to each step."""
    measures = [count("lead"), *(median(of, step.since, _ONLY.get(step)) for step, of in TIME_OF.items())]
    return _cut(asked, measures)


def funnel_amounts(asked: Asked) -> Json:
    """What the later steps are worth."""
    measures = [count("lead"), *(total(of, step.label, where) for step, (of, where) in AMOUNT_OF.items())]
    return _cut(asked, measures)


def _cut(asked: Asked, measures: list[Json]) -> Json:
    return report(
        "journey",
        measures,
        by=[_FIELD[asked.by]],
        period=("lead.created_at", asked.value),
        compare=asked.against or None,
        sort="g1" if asked.by.is_time else "-m1",
        limit=MOST_GROUPS,
    )


# --- stages


def stage_counts(asked: Asked) -> Json:
    """Cohorts by month or quarter: how many reached each stage, and the share each time."""
    return _preset("stage_conversion", asked, by=_cohort(asked))


def stage_times(asked: Asked) -> Json:
    """Cohorts: the median time from stage to stage."""
    return _preset("stage_times", asked, by=_cohort(asked))


def lost_reasons(asked: Asked) -> Json:
    """Why opportunities were lost in the period."""
    return _preset("lost_reasons", asked)


def return_reasons(asked: Asked) -> Json:
    """Why leads were returned in the period."""
    return _preset("return_reasons", asked)


def _cohort(asked: Asked) -> str:
    return "quarter" if asked.by is Cut.QUARTER else "month"


def _preset(key: str, asked: Asked, by: str = "") -> Json:
    raw = dict(PRESETS[key].definition)
    raw["period"] = {"field": raw["period"]["field"], "value": asked.value}
    if by:
        raw["groupings"] = [{"field": "lead.created_at", "bucket": by}]
    return raw


# --- speed

MINUTE, HOUR, DAY = 60, 3_600, 86_400
LIMITS = (5 * MINUTE, 15 * MINUTE, HOUR, 4 * HOUR, DAY)


def _took(over: int, until: int | None) -> Json:
    parts = [{"field": "story.response_seconds", "op": "gt" if over else "gte", "value": over}]
    if until is not None:
        parts.append({"field": "story.response_seconds", "op": "lte", "value": until})
    return both(*parts)


def speed_spread(asked: Asked) -> Json:
    """Leads by how long their first response took: m1 to m5 up to a limit, m6 later, m7 never."""
    over = (0, *LIMITS)
    until = (*LIMITS, None)
    measures = [count("lead", where=_took(*pair)) for pair in zip(over, until, strict=True)]
    measures += [
        count("lead", where={"field": "story.first_response_at", "op": "is_empty"}),
        count("lead"),
        median("story.response_seconds"),
        rate(
            count("lead", where=is_("story.is_in_time")), count("lead", where=given("story.is_in_time")), ""
        ),
    ]
    return report("leads", measures, period=("lead.created_at", asked.value), compare=asked.against or None)


def speed_hours(asked: Asked) -> Json:
    """The median response by hour and weekday of creation."""
    return report(
        "leads",
        [median("story.response_seconds"), count("lead")],
        by=[("lead.created_at", "hour"), ("lead.created_at", "weekday")],
        period=("lead.created_at", asked.value),
        sort="g1",
        limit=168,
    )


def speed_people(asked: Asked) -> Json:
    """Leads received in the period, per person within teams."""
    received = count("transfer")
    return report(
        "lead_flow",
        [
            received,
            count("transfer", where=is_("transfer.is_answered")),
            median("transfer.response_seconds"),
            average("transfer.response_seconds"),
            rate(count("transfer", where=is_("transfer.is_within_day")), received, ""),
            count("lead", where=is_("transfer.is_overdue")),
            rate(count("lead", where=is_("transfer.is_overdue")), count("lead"), ""),
        ],
        by=["receiver.department", "transfer.owner"],
        filters=is_("transfer.is_received"),
        period=("transfer.at", asked.value),
        sort="-m1",
        limit=1000,
    )


# --- leaderboard


def board_results(asked: Asked) -> Json:
    """What people reached in the period."""
    return report(
        "results",
        [total("result.won_amount"), total("result.won_count"), total("result.received")],
        by=["result.person"],
        filters=given("result.person"),
        period=("result.day", asked.value),
        compare=asked.against or None,
        sort="-m1",
        limit=1000,
    )


def board_follow_ups(asked: Asked) -> Json:
    """Real follow-ups by author; notes are none."""
    return report(
        "follow_ups",
        [count("activity")],
        by=["activity.author"],
        filters=is_not("activity.kind", "note"),
        period=("activity.occurred_at", asked.value),
        compare=asked.against or None,
        sort="-m1",
        limit=1000,
    )


def board_received(asked: Asked) -> Json:
    """Of the leads received in the period: how fast, how many were converted by whoever received them."""
    received = count("transfer")
    return report(
        "lead_flow",
        [
            received,
            median("transfer.response_seconds"),
            rate(count("transfer", where=is_("transfer.ended_by", "converted")), received, ""),
        ],
        by=["transfer.owner"],
        filters=is_("transfer.is_received"),
        period=("transfer.at", asked.value),
        compare=asked.against or None,
        sort="-m1",
        limit=1000,
    )


# --- effect of rules


def _effect(asked: Asked, *, weekly: bool) -> Json:
    """Leads that the dispatch rule gave away; for a recycle rule all leads that anybody received."""
    rule = asked.of_rule
    if rule is not None and rule.kind == ROUTING:
        node, owned = (
            "decision",
            both(is_("decision.outcome", "dispatched"), is_("decision.rule_number", rule.id)),
        )
        recycled, converted = is_("decision.is_recycled"), is_("decision.is_converted")
        dataset = "dispatch"
    else:
        node, owned = "transfer", is_("transfer.is_received")
        recycled, converted = is_("transfer.ended_by", "recycled"), is_("transfer.ended_by", "converted")
        dataset = "lead_flow"
    given_away = count(node)
    return report(
        dataset,
        [
            given_away,
            median(f"{node}.response_seconds"),
            rate(count(node, where=recycled), given_away, ""),
            rate(count(node, where=converted), given_away, ""),
        ],
        by=[(f"{node}.at", "week")] if weekly else (),
        filters=owned,
        period=(f"{node}.at", asked.value),
        sort="g1" if weekly else None,
        limit=520,
        chart="line" if weekly else "number",
    )


def rule_weeks(asked: Asked) -> Json:
    """The curves, week by week."""
    return _effect(asked, weekly=True)


def rule_side(asked: Asked) -> Json:
    """One side of a version: the weeks before it, or those after."""
    return _effect(asked, weekly=False)


QUESTIONS = {
    made.__name__: made
    for made in (
        funnel_counts,
        funnel_times,
        funnel_amounts,
        stage_counts,
        stage_times,
        lost_reasons,
        return_reasons,
        speed_spread,
        speed_hours,
        speed_people,
        board_results,
        board_follow_ups,
        board_received,
        rule_weeks,
        rule_side,
    )
}
