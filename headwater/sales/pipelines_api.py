"""JSON API of pipelines: what stands in them, how they are set up, what a stage asks of an opportunity."""

from typing import Any

from django.http import HttpResponse
from ninja import Router

from headwater.currencies.queries import company_currency
from headwater.kernel import listing
from headwater.kernel.access import Access, permit
from headwater.kernel.catalogue import record_type
from headwater.platform.api import (
    ApiRequest,
    Problem,
    RecordId,
    check_version,
    created_response,
    idempotent,
    json_response,
)
from headwater.platform.versions import versions_of
from headwater.sales import pipeline_schemas as schemas
from headwater.sales import services
from headwater.sales.models import VERSIONS
from headwater.sales.queries import PipelineView, find_pipeline, pipelines
from headwater.sales.queries.board import column_totals
from headwater.sales.queries.checklists import stage_checklist
from headwater.sales.queries.pipelines import archived_pipelines

pipelines_router = Router(tags=["Pipelines"])
REFUSED = {403: Problem, 404: Problem, 409: Problem, 412: Problem, 422: Problem}


def _out(one: PipelineView) -> dict[str, Any]:
    return schemas.PipelineOut.from_orm(one).dict()


def _shown(pipeline_id: int, *, status: int = 200) -> HttpResponse:
    found = find_pipeline(pipeline_id)
    return json_response(_out(found), version=found.version, status=status)


@pipelines_router.get(
    "", operation_id="pipeline_list", response=schemas.PipelinesOut, summary="List pipelines"
)
def pipeline_list(request: ApiRequest, archived: bool = False) -> HttpResponse:
    permit(request, "pipelines.view")
    items = [_out(one) for one in (archived_pipelines() if archived else pipelines())]
    return json_response({"items": items, "next": None, "total": len(items)})


@pipelines_router.post("", operation_id="pipeline_create", response={201: schemas.PipelineOut, **REFUSED},
                       summary="Make a pipeline, with the usual stages or those of another")  # fmt: skip
@idempotent
def pipeline_create(request: ApiRequest, body: schemas.PipelineIn) -> HttpResponse:
    access = permit(request, "pipelines.edit")
    made = services.create_pipeline(
        access, name=body.name, business_line=body.business_line, copy_of=body.copy_of
    )
    found = find_pipeline(made)
    return created_response(_out(found), location=f"{request.path.rstrip('/')}/{made}", version=found.version)


@pipelines_router.get("/{record_id}", operation_id="pipeline_get",
                      response={200: schemas.PipelineOut, 404: Problem},
                      summary="Get a pipeline with its stages and what they require")  # fmt: skip
def pipeline_get(request: ApiRequest, record_id: RecordId) -> HttpResponse:
    permit(request, "pipelines.view")
    return _shown(record_id)


@pipelines_router.patch("/{record_id}", operation_id="pipeline_update",
                        response={200: schemas.PipelineOut, **REFUSED},
                        summary="Another name or business line")  # fmt: skip
def pipeline_update(request: ApiRequest, record_id: RecordId, body: schemas.PipelinePatch) -> HttpResponse:
    access = permit(request, "pipelines.edit")
    found = find_pipeline(record_id)
    sent = body.model_fields_set
    services.update_pipeline(
        access,
        record_id,
        name=found.name if body.name is None else body.name,
        business_line=body.business_line if "business_line" in sent else found.business_line,
        expected=check_version(request),
    )
    return _shown(record_id)


@pipelines_router.post("/{record_id}/default", operation_id="pipeline_make_default",
                       response={200: schemas.PipelineOut, **REFUSED},
                       summary="Let new opportunities begin here unless told otherwise")  # fmt: skip
def pipeline_make_default(request: ApiRequest, record_id: RecordId) -> HttpResponse:
    services.make_default(permit(request, "pipelines.edit"), record_id)
    return _shown(record_id)


@pipelines_router.post("/{record_id}/archive", operation_id="pipeline_archive",
                       response={200: schemas.MovedAwayOut, **REFUSED},
                       summary="Take a pipeline out of use; what is open in it goes to another")  # fmt: skip
def pipeline_archive(request: ApiRequest, record_id: RecordId, body: schemas.EmptyingIn) -> HttpResponse:
    access = permit(request, "pipelines.edit")
    moved = services.archive_pipeline(
        access, record_id, to_stage_id=body.to_stage, expected=check_version(request)
    )
    return json_response({"moved": moved})


@pipelines_router.post("/{record_id}/restore", operation_id="pipeline_restore",
                       response={200: schemas.PipelineOut, **REFUSED},
                       summary="Bring an archived pipeline back")  # fmt: skip
def pipeline_restore(request: ApiRequest, record_id: RecordId) -> HttpResponse:
    services.restore_pipeline(permit(request, "pipelines.edit"), record_id)
    return _shown(record_id)


@pipelines_router.get("/{record_id}/versions", operation_id="pipeline_versions",
                      response={200: schemas.PipelineVersionsOut, 404: Problem},
                      summary="Every state it had, the latest first")  # fmt: skip
def pipeline_versions(request: ApiRequest, record_id: RecordId) -> HttpResponse:
    permit(request, "pipelines.edit")
    find_pipeline(record_id)
    names = ("number", "at", "author_id", "note", "content")
    found = versions_of(VERSIONS, record_id)
    return json_response({"items": [{name: getattr(one, name) for name in names} for one in found]})


@pipelines_router.post("/{record_id}/versions/{number}/restore", operation_id="pipeline_restore_version",
                       response={200: schemas.MovedAwayOut, **REFUSED},
                       summary="Let an earlier version apply again, as a new one")  # fmt: skip
def pipeline_restore_version(
    request: ApiRequest, record_id: RecordId, number: RecordId, body: schemas.VersionRestoreIn
) -> HttpResponse:
    access = permit(request, "pipelines.edit")
    moved = services.restore_version(
        access, record_id, number, to_stage=body.to_stage, expected=check_version(request)
    )
    return json_response({"moved": moved})


@pipelines_router.post("/{record_id}/stages", operation_id="stage_add",
                       response={201: schemas.PipelineOut, **REFUSED},
                       summary="Add an open stage after the others")  # fmt: skip
def stage_add(request: ApiRequest, record_id: RecordId, body: schemas.PipelineStageIn) -> HttpResponse:
    access = permit(request, "pipelines.edit")
    services.add_stage(access, record_id, _given(body), expected=check_version(request))
    return _shown(record_id, status=201)


@pipelines_router.put("/{record_id}/stages", operation_id="stage_order",
                      response={200: schemas.PipelineOut, **REFUSED},
                      summary="Bring the open stages into an order")  # fmt: skip
def stage_order(request: ApiRequest, record_id: RecordId, body: schemas.StageOrderIn) -> HttpResponse:
    access = permit(request, "pipelines.edit")
    services.order_stages(access, record_id, body.stages, expected=check_version(request))
    return _shown(record_id)


@pipelines_router.patch("/{record_id}/stages/{stage_id}", operation_id="stage_update",
                        response={200: schemas.PipelineOut, **REFUSED},
                        summary="Change a stage")  # fmt: skip
def stage_update(
    request: ApiRequest, record_id: RecordId, stage_id: RecordId, body: schemas.StagePatch
) -> HttpResponse:
    access = permit(request, "pipelines.edit")
    services.update_stage(access, record_id, stage_id, _given(body), expected=check_version(request))
    return _shown(record_id)


def _given(body: schemas.StagePatch) -> dict[str, Any]:
    """What was sent; null means "none" for the days alone, elsewhere it leaves the value."""
    sent = body.dict(exclude_unset=True)
    return {key: value for key, value in sent.items() if value is not None or key == "days_until_stuck"}


@pipelines_router.put("/{record_id}/stages/{stage_id}/checklist", operation_id="stage_set_checklist",
                      response={200: schemas.PipelineOut, **REFUSED},
                      summary="The whole checklist of a stage")  # fmt: skip
def stage_set_checklist(
    request: ApiRequest, record_id: RecordId, stage_id: RecordId, body: schemas.ChecklistIn
) -> HttpResponse:
    access = permit(request, "pipelines.edit")
    items = [item.dict() for item in body.items]
    services.set_checklist(access, record_id, stage_id, items, expected=check_version(request))
    return _shown(record_id)


@pipelines_router.post("/{record_id}/stages/{stage_id}/remove", operation_id="stage_remove",
                       response={200: schemas.MovedAwayOut, **REFUSED},
                       summary="Take a stage out of use; what lies open in it goes to another")  # fmt: skip
def stage_remove(
    request: ApiRequest, record_id: RecordId, stage_id: RecordId, body: schemas.EmptyingIn
) -> HttpResponse:
    access = permit(request, "pipelines.edit")
    moved = services.remove_stage(
        access, record_id, stage_id, to_stage_id=body.to_stage, expected=check_version(request)
    )
    return json_response({"moved": moved})


@pipelines_router.get("/{record_id}/board", operation_id="pipeline_board",
                      response={200: schemas.BoardOut, 404: Problem},
                      summary="What lies in each stage: counts and sums")  # fmt: skip
def pipeline_board(request: ApiRequest, record_id: RecordId) -> HttpResponse:
    access = permit(request, "opportunities.view")
    pipeline = find_pipeline(record_id)
    totals = column_totals(access, pipeline)
    columns = [
        {
            "stage": schemas.StageOut.from_orm(stage).dict(),
            "count": total.count,
            "stuck": total.stuck,
            "amounts": {currency: str(amount) for currency, amount in total.amounts.items()},
            "amount": str(total.amount),
            "weighted": str(total.weighted),
            "left_out": total.left_out,
        }
        for stage in pipeline.stages
        for total in [totals[stage.id]]
    ]
    return json_response({"pipeline": pipeline.id, "currency": company_currency(), "columns": columns})


def offer_checklists(router: Router) -> None:
    """Add what a stage asks of an opportunity to the router of opportunities."""

    @router.get("/{record_id}/checklist", operation_id="opportunity_checklist",
                response={200: schemas.ChecklistOut, 404: Problem},
                summary="What its stage asks for before it moves on, and what is done")  # fmt: skip
    def checklist(request: ApiRequest, record_id: RecordId) -> HttpResponse:
        access = permit(request, "opportunities.view")
        return json_response(_checklist(access, record_id))

    @router.put("/{record_id}/checklist/{item_id}", operation_id="opportunity_tick",
                response={200: schemas.ChecklistOut, **REFUSED},
                summary="A point of the checklist is done")  # fmt: skip
    def tick(request: ApiRequest, record_id: RecordId, item_id: RecordId) -> HttpResponse:
        access = permit(request, "opportunities.edit")
        services.tick(access, record_id, [item_id])
        return json_response(_checklist(access.also("opportunities.view"), record_id))

    @router.delete("/{record_id}/checklist/{item_id}", operation_id="opportunity_untick",
                   response={200: schemas.ChecklistOut, **REFUSED},
                   summary="A point is not done after all")  # fmt: skip
    def untick(request: ApiRequest, record_id: RecordId, item_id: RecordId) -> HttpResponse:
        access = permit(request, "opportunities.edit")
        services.untick(access, record_id, item_id)
        return json_response(_checklist(access.also("opportunities.view"), record_id))


def _checklist(access: Access, record_id: int) -> dict[str, Any]:
    row = listing.get(access, record_type("opportunity"), record_id)
    found = stage_checklist(access, row)
    return {
        "stage": found.stage.id,
        "guidance": found.stage.guidance,
        "fields": [
            {"key": one.field.key, "label": str(one.field.label), "is_filled": one.is_filled}
            for one in found.fields
        ],
        "items": [
            {
                "id": one.item.id,
                "name": one.item.name,
                "guidance": one.item.guidance,
                "activity_kind": one.item.activity_kind,
                "is_done": one.tick is not None,
                "by": one.tick.by_id if one.tick else None,
                "at": one.tick.at if one.tick else None,
                "activity": one.tick.activity_id if one.tick else None,
            }
            for one in found.items
        ],
    }
