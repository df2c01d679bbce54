"""JSON API of targets, results and forecasts: what the screens do, with the same services."""

from dataclasses import asdict
from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext as _
from ninja import Query, Router

from headwater.kernel.access import permit
from headwater.kernel.errors import Invalid
from headwater.platform.api import ApiRequest, Problem, RecordId, idempotent, json_response
from headwater.sales.queries import find_pipeline
from headwater.targets import queries, schemas, services
from headwater.targets.keys import read_key, seat_key
from headwater.targets.periods import Period, read_period, this_period
from headwater.targets.queries.changes import target_changes
from headwater.targets.queries.commitments import Line, Word
from headwater.targets.queries.team import Seat
from headwater.targets.types import Grain, Holder

targets = Router(tags=["Targets"])
results = Router(tags=["Results"])
commitments = Router(tags=["Forecast"])
opportunities = Router(tags=["Forecast"])


def _year(year: int) -> Period:
    return read_period(f"{year:04}")


def _seat(seat: Seat) -> dict[str, Any]:
    return {
        "holder": seat.holder.value,
        "id": None if seat.holder == Holder.COMPANY else seat.id,
        "name": seat.name,
        "parent": None if seat.parent is None else f"{seat.parent[0].value}-{seat.parent[1]}",
    }


@targets.get("", operation_id="target_list", response={200: schemas.TargetsOut},
             summary="The targets of a measure and a year within reach")  # fmt: skip
def list_targets(request: ApiRequest, asked: Query[schemas.TargetsAsked]) -> HttpResponse:
    access = permit(request, "targets.view")
    team = queries.team_of(access)
    found = queries.sheet(access, team, asked.measure, [asked.year])
    items = [
        _seat(team[key])
        | {"target_id": one.id, "period": period.code, "amount": one.amount, "version": one.version}
        for (key, period), one in sorted(found.found.items(), key=lambda pair: (pair[0][1], pair[0][0]))
    ]
    return json_response({"currency": queries.shown_currency(asked.measure), "items": items})


@targets.put("", operation_id="target_set", response={200: schemas.ChangedOut, 404: Problem, 422: Problem},
             summary="Set targets, all or none of them")  # fmt: skip
def set_targets(request: ApiRequest, body: schemas.TargetsIn) -> HttpResponse:
    access = permit(request, "targets.edit")
    entries = [
        services.Entry(seat_key(one.holder, one.id), read_period(one.period), one.amount)
        for one in body.targets
    ]
    return json_response({"changed": services.set_targets(access, body.measure, entries)})


@targets.post("/spread", operation_id="target_spread",
              response={200: schemas.ChangedOut, 404: Problem, 422: Problem},
              summary="Spread a year's target over its months")  # fmt: skip
@idempotent
def spread(request: ApiRequest, body: schemas.SpreadIn) -> HttpResponse:
    access = permit(request, "targets.edit")
    key = seat_key(body.holder, body.id)
    changed = services.spread_year(access, key, body.measure, _year(body.year), body.amount, body.how)
    return json_response({"changed": changed})


@targets.get("/progress", operation_id="target_progress",
             response={200: schemas.TargetProgressOut, 422: Problem},
             summary="How far everybody within reach is")  # fmt: skip
def progress(request: ApiRequest, asked: Query[schemas.ProgressAsked]) -> HttpResponse:
    access = permit(request, "targets.view")
    period = read_period(asked.period) if asked.period else this_period(Grain.MONTH)
    found = queries.progress(access, period, asked.measure)
    names = ("target", "reached", "percent", "expected", "ahead", "gap", "unpriced")
    items = [
        _seat(one.seat)
        | {name: getattr(one, name) for name in names}
        | {"own_target": one.goal.own, "below": one.goal.below, "difference": one.goal.difference}
        for one in found.standings
    ]
    return json_response(
        {
            "period": period.code,
            "measure": found.measure,
            "currency": found.currency,
            "share": round(found.share, 4),
            "items": items,
        }
    )


@targets.get("/{target_id}/history", operation_id="target_history",
             response={200: schemas.TargetChangesOut, 404: Problem},
             summary="Who set a target to what, the latest first")  # fmt: skip
def history(request: ApiRequest, target_id: RecordId) -> HttpResponse:
    access = permit(request, "targets.view")
    return json_response({"items": target_changes(access, target_id)})


def _asked(given: schemas.ResultsAsked) -> queries.Asked:
    return queries.Asked(given.since, given.last, given.pipeline, given.department, given.person)


def _result(row: queries.Result) -> dict[str, Any]:
    key = None if row.key is None else str(row.key)
    return asdict(row) | {
        "key": key,
        "closed": row.closed,
        "win_rate": row.win_rate,
        "average": row.average,
    }


@results.get("", operation_id="results", response={200: schemas.SalesResultsOut, 422: Problem},
             summary="What closed opportunities came to, broken down")  # fmt: skip
def show_results(request: ApiRequest, asked: Query[schemas.ResultsAsked]) -> HttpResponse:
    access = permit(request, "results.view")
    found = queries.results(access, asked.by, _asked(asked))
    return json_response(
        {
            "by": found.by,
            "currency": found.currency,
            "items": [_result(row) for row in found.rows],
            "total": _result(found.total),
        }
    )


@results.get("/opportunities", operation_id="results_opportunities",
             response={200: schemas.ListOut, 422: Problem},
             summary="The opportunities behind one row, the largest first")  # fmt: skip
def show_listed(request: ApiRequest, asked: Query[schemas.ListedAsked]) -> HttpResponse:
    access = permit(request, "results.view")
    key = read_key(asked.by, asked.key)
    return json_response({"items": queries.listed(access, asked.by, key, _asked(asked))})


def _word(word: Word | None) -> dict[str, Any] | None:
    return None if word is None else {"amount": word.amount, "note": word.note, "by": word.by, "at": word.at}


def _call(call: queries.Call) -> dict[str, Any]:
    return {
        "amount": call.amount,
        "rolled": call.rolled,
        "own": _word(call.own),
        "manager": _word(call.manager),
    }


def _line(line: Line) -> dict[str, Any]:
    names = (
        "pipeline", "best_case", "commit", "closed", "omitted", "open_pipeline", "open_count", "closed_count",
        "unpriced",
    )  # fmt: skip
    return (
        _seat(line.seat)
        | {name: getattr(line.sums, name) for name in names}
        | {
            "commit_forecast": _call(line.commit),
            "best_case_forecast": _call(line.best_case),
            "submitted_at": line.submitted and line.submitted.at,
        }
    )


@commitments.get("", operation_id="commitment_list",
                 response={200: schemas.CommitmentsOut, 404: Problem, 422: Problem},
                 summary="What everybody within reach says will come, now or as known then")  # fmt: skip
def list_commitments(request: ApiRequest, asked: Query[schemas.CommitmentsAsked]) -> HttpResponse:
    access = permit(request, "commitments.view")
    period = read_period(asked.period) if asked.period else this_period(Grain.QUARTER)
    if asked.as_of is not None and asked.as_of.tzinfo is None:
        raise Invalid.one("as_of", "value.datetime", _("Say the time zone: 2026-11-30T23:59:59+08:00."))
    found = queries.commitments(access, asked.pipeline, period, asked.as_of)
    return json_response(
        {
            "period": period.code,
            "currency": found.currency,
            "as_of": found.as_of,
            "total": _line(found.total),
            "items": [_line(line) for line in found.lines],
        }
    )


@commitments.post("/adjustments", operation_id="commitment_adjust",
                  response={201: schemas.MadeOut, 404: Problem, 422: Problem},
                  summary="Call a forecast higher or lower")  # fmt: skip
@idempotent
def adjust(request: ApiRequest, body: schemas.AdjustIn) -> HttpResponse:
    access = permit(request, "commitments.edit")
    key = seat_key(body.holder, body.id)
    period = read_period(body.period)
    made = services.adjust(access, body.pipeline, period, key, body.called, body.amount, note=body.note)
    return json_response({"id": made}, status=201)


@commitments.post("/submissions", operation_id="commitment_submit",
                  response={201: schemas.MadeOut, 404: Problem, 422: Problem},
                  summary="Hand a forecast in as it stands")  # fmt: skip
@idempotent
def submit(request: ApiRequest, body: schemas.SubmitIn) -> HttpResponse:
    access = permit(request, "commitments.edit")
    key = seat_key(body.holder, body.id)
    made = services.submit(access, body.pipeline, read_period(body.period), key, note=body.note)
    return json_response({"id": made}, status=201)


@commitments.get("/history", operation_id="commitment_history",
                 response={200: schemas.SaidsOut, 404: Problem, 422: Problem},
                 summary="Everything that was said about a forecast, the latest first")  # fmt: skip
def said(request: ApiRequest, asked: Query[schemas.HistoryAsked]) -> HttpResponse:
    access = permit(request, "commitments.view")
    pipeline = find_pipeline(asked.pipeline)
    key = seat_key(asked.holder, asked.id)
    found = queries.call_history(access, pipeline.id, read_period(asked.period), key)
    return json_response({"items": found})


@commitments.get("/stages", operation_id="commitment_stages",
                 response={200: schemas.StageCategoriesOut, 404: Problem},
                 summary="What the open stages of a pipeline stand for")  # fmt: skip
def stages(request: ApiRequest, pipeline: schemas.Id | None = None) -> HttpResponse:
    permit(request, "commitments.view")
    found = queries.stage_settings(find_pipeline(pipeline).id)
    return json_response({"items": [asdict(one) for one in found]})


@commitments.put("/stages", operation_id="commitment_stages_set",
                 response={200: schemas.ChangedOut, 404: Problem, 422: Problem},
                 summary="Say what stages stand for from now on")  # fmt: skip
def set_stages(request: ApiRequest, body: schemas.StageCategoriesIn) -> HttpResponse:
    access = permit(request, "commitments.configure")
    wanted = {one.stage: one.category and one.category.value for one in body.stages}
    pipeline = find_pipeline(body.pipeline)
    return json_response({"changed": services.set_stage_categories(access, pipeline.id, wanted)})


@opportunities.get("/{opportunity_id}/forecast-category", operation_id="opportunity_category",
                   response={200: schemas.CategoryOut, 404: Problem},
                   summary="How far its owner commits to an opportunity")  # fmt: skip
def category(request: ApiRequest, opportunity_id: RecordId) -> HttpResponse:
    access = permit(request, "opportunities.view")
    found = queries.category_of(access, opportunity_id)
    said_before = queries.category_history(access, opportunity_id)
    return json_response(asdict(found) | {"history": said_before})


@opportunities.put("/{opportunity_id}/forecast-category", operation_id="opportunity_category_set",
                   response={200: schemas.CategoryOut, 404: Problem, 409: Problem, 422: Problem},
                   summary="Commit to an opportunity, or let it follow its stage again")  # fmt: skip
def set_category(request: ApiRequest, opportunity_id: RecordId, body: schemas.CategoryIn) -> HttpResponse:
    access = permit(request, "opportunities.edit")
    services.set_categories(access, [opportunity_id], body.category and body.category.value)
    return category(request, opportunity_id)


ROUTERS = [
    ("/targets", targets),
    ("/results", results),
    ("/commitments", commitments),
    ("/opportunities", opportunities),
]
