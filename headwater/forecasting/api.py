"""JSON API of forecasts: what the screens do, with the same queries."""

from dataclasses import asdict

from django.http import HttpResponse
from ninja import Query, Router

from headwater.exports.types import Format
from headwater.forecasting import schemas, tasks
from headwater.forecasting.asking import asked
from headwater.forecasting.files import file_of
from headwater.forecasting.queries.chances import chance_of
from headwater.forecasting.queries.outlook import Outlook, outlook
from headwater.forecasting.queries.scores import back_test
from headwater.forecasting.tables import answer
from headwater.forecasting.words import driver_words
from headwater.kernel.access import permit
from headwater.platform.api import ApiRequest, Problem, RecordId, json_response
from headwater.platform.jobs import defer
from headwater.sales.queries import find_pipeline

forecasts = Router(tags=["Forecast"])
opportunities = Router(tags=["Forecast"])


def _outlook(request: ApiRequest, given: schemas.ForecastAsked) -> Outlook:
    access = permit(request, "forecasts.view").also("opportunities.view")
    wanted = asked(given.pipeline, given.period, given.who)
    return outlook(access, wanted.pipeline_id, wanted.period, wanted.who)


@forecasts.get("", operation_id="forecast",
               response={200: schemas.ForecastOut, 404: Problem, 409: Problem, 422: Problem},
               summary="What will come in a period, three ways and the weighted pipeline")  # fmt: skip
def forecast(request: ApiRequest, given: Query[schemas.ForecastAsked]) -> HttpResponse:
    found = _outlook(request, given)
    return json_response(answer(found, back_test(found.pipeline_id)))


@forecasts.get("/file", operation_id="forecast_file",
               response={200: str, 404: Problem, 409: Problem, 422: Problem},
               summary="The same by owner, as a workbook or a text table")  # fmt: skip
def forecast_file(request: ApiRequest, given: Query[schemas.FileAsked]) -> HttpResponse:
    return file_of(_outlook(request, given), Format(given.format))


@forecasts.get("/back-test", operation_id="forecast_back_test",
               response={200: schemas.BackTestOut, 404: Problem},
               summary="Past months forecast anew from what was known then, beside what came")  # fmt: skip
def show_back_test(request: ApiRequest, given: Query[schemas.BackTestAsked]) -> HttpResponse:
    permit(request, "forecasts.check")
    pipeline = find_pipeline(given.pipeline)
    found = back_test(pipeline.id)
    return json_response(
        {
            "pipeline": pipeline.id,
            "is_thin": found.is_thin,
            "best": found.best and found.best.way,
            "months": [
                {
                    "month": one.month,
                    "actual": one.actual,
                    "opportunities": one.opportunities,
                    "closed": one.closed,
                    "ways": [{"way": way, **asdict(outcome)} for way, outcome in one.ways.items()],
                }
                for one in found.months
            ],
            "scores": [asdict(one) for one in found.scores],
        }
    )


@forecasts.post("/refresh", operation_id="forecast_refresh", response={202: schemas.RefreshOut},
                summary="Learn from history anew, in the background")  # fmt: skip
def refresh(request: ApiRequest) -> HttpResponse:
    permit(request, "forecasts.check")
    job = defer(tasks.refresh, queueing_lock="forecasting.refresh")
    return json_response({"deferred": job is not None}, status=202)


@opportunities.get("/{opportunity_id}/chance", operation_id="opportunity_chance",
                   response={200: schemas.ChanceOut, 404: Problem},
                   summary="The learnt chance of success, and why")  # fmt: skip
def chance(request: ApiRequest, opportunity_id: RecordId) -> HttpResponse:
    access = permit(request, "forecasts.view").also("opportunities.view")
    found = chance_of(access, opportunity_id)
    return json_response(
        {
            "percent": found and found.percent,
            "this_month": found and found.this_month,
            "is_thin": found is None or found.is_thin,
            "set_percent": found and found.set_percent,
            "drivers": [
                {"key": one.key, "words": driver_words(one), "is_good": one.is_good, "counts": one.counts}
                for one in (found.drivers if found else ())
            ],
        }
    )


ROUTERS = [("/forecasts", forecasts), ("/opportunities", opportunities)]
