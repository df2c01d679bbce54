"""JSON API of funnels: the pages' figures, from the same queries."""

from typing import Any

from django.http import HttpResponse
from ninja import Query, Router

from headwater.funnels import questions, schemas
from headwater.funnels.asking import asked
from headwater.funnels.queries.answers import answer
from headwater.funnels.queries.effect import Effect, rule_effect
from headwater.funnels.queries.funnel import Count, funnel
from headwater.funnels.queries.leaderboard import leaderboard
from headwater.funnels.queries.speed import speed
from headwater.insight.shapes import result_out
from headwater.kernel.access import permit
from headwater.platform.api import ApiRequest, Problem, json_response

funnels = Router(tags=["Funnels"])
_REFUSED: Any = {409: Problem, 422: Problem, 503: Problem}


@funnels.get("", operation_id="funnel", response={200: schemas.FunnelOut} | _REFUSED,
             summary="From lead to payment: counts, rates, times, alone or side by side")  # fmt: skip
def show_funnel(request: ApiRequest, given: Query[schemas.FunnelAsked]) -> HttpResponse:
    access = permit(request, "funnels.view")
    found = funnel(access, asked(given.dict(), period="this_quarter"))
    return json_response(
        {
            "sides": [{"label": one.label, "counts": _counts(one.counts)} for one in found.sides],
            "groups": [
                {"key": one.key, "label": one.label, "counts": _counts(one.counts)} for one in found.groups
            ],
            "is_cut": found.is_cut,
            "currency": found.currency,
            "unpriced": found.unpriced,
            "notices": found.notices,
            "as_of": found.as_of,
        }
    )


def _counts(counts: tuple[Count, ...]) -> list[dict[str, Any]]:
    return [
        {
            "step": one.step.value,
            "leads": one.leads,
            "rate": one.rate,
            "share": one.share,
            "seconds": one.seconds,
            "amount": one.amount,
        }
        for one in counts
    ]


@funnels.get("/stages", operation_id="funnel_stages", response={200: schemas.StagesOut} | _REFUSED,
             summary="UQL to MQL to SQL to won by cohort, and why things stop")  # fmt: skip
def show_stages(request: ApiRequest, given: Query[schemas.CohortsAsked]) -> HttpResponse:
    access = permit(request, "funnels.view")
    wanted = asked(given.dict() | {"vs": "none"}, period="this_year")
    made = {
        "counts": questions.stage_counts,
        "times": questions.stage_times,
        "lost_reasons": questions.lost_reasons,
        "return_reasons": questions.return_reasons,
    }
    return json_response({key: result_out(answer(access, ask(wanted))) for key, ask in made.items()})


@funnels.get("/speed", operation_id="funnel_speed", response={200: schemas.SpeedOut} | _REFUSED,
             summary="How fast leads are responded to: spread, hours of the week, people")  # fmt: skip
def show_speed(request: ApiRequest, given: Query[schemas.PeriodAsked]) -> HttpResponse:
    access = permit(request, "funnels.view")
    found = speed(access, asked(given.dict(), period="last_30"))
    return json_response(
        {
            "spans": [
                {
                    "over": one.over,
                    "until": one.until,
                    "leads": one.leads,
                    "share": one.share,
                    "before": one.before,
                }
                for one in found.spans
            ],
            "leads": found.leads,
            "responded": found.responded,
            "median": found.median,
            "in_time": found.in_time,
            "hours": result_out(found.hours),
            "people": result_out(found.people),
        }
    )


@funnels.get("/leaderboard", operation_id="leaderboard", response={200: schemas.LeaderboardOut} | _REFUSED,
             summary="People by what they reached and did")  # fmt: skip
def show_leaderboard(request: ApiRequest, given: Query[schemas.LeaderboardAsked]) -> HttpResponse:
    access = permit(request, "funnels.view")
    found = leaderboard(access, asked(given.dict(), period="this_month"), given.sort)
    return json_response(
        {
            "ranks": [
                {
                    "person_id": one.person_id,
                    "name": one.name,
                    "place": one.place,
                    "values": one.values,
                    "before": one.before,
                    "is_own": one.is_own,
                }
                for one in found.ranks
            ],
            "columns": found.columns,
            "by": found.by,
            "currency": found.currency,
            "since": found.days[0],
            "until": found.days[1],
        }
    )


@funnels.get("/rules", operation_id="rule_effect", response={200: schemas.RuleEffectOut} | _REFUSED,
             summary="What a version of a rule changed: week by week, before and after")  # fmt: skip
def show_rule_effect(request: ApiRequest, given: Query[schemas.RulesAsked]) -> HttpResponse:
    access = permit(request, "funnels.view")
    wanted = asked(given.dict() | {"vs": "none"}, period="this_year")
    found = rule_effect(access, wanted, given.version, given.weeks)
    before, after = found.sides or (None, None)
    return json_response(
        {
            "rules": [{"key": one.key, "name": one.name} for one in found.known],
            "rule": found.rule.key if found.rule else "",
            "marks": [{"number": one.number, "day": one.day} for one in found.marks],
            "version": found.mark and found.mark.number,
            "before": before and _effect(before),
            "after": after and _effect(after),
            "is_thin": found.is_thin,
            "days_left": found.days_left,
            "curve": found.curve and result_out(found.curve),
        }
    )


def _effect(side: Effect) -> dict[str, Any]:
    leads, seconds, recycled, converted = side.values
    return {
        "period": side.period,
        "leads": leads,
        "response_seconds": seconds,
        "recycled": recycled,
        "converted": converted,
    }


ROUTERS = [("/funnels", funnels)]
