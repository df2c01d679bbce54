"""JSON API of exports: ask, look, fetch, call off."""

from typing import Any

from django.http import FileResponse, HttpResponse
from ninja import Query, Router

from headwater.exports import schemas, services
from headwater.exports.downloads import file_response
from headwater.exports.models import ExportJob
from headwater.exports.queries import exportable, exports_within, get_export
from headwater.exports.services import Wish
from headwater.exports.types import Format
from headwater.kernel.access import permit
from headwater.platform.api import (
    ApiRequest,
    Problem,
    RecordId,
    empty_response,
    idempotent,
    json_response,
    page_response,
)

router = Router(tags=["Exports"])


def _shown(job: ExportJob) -> dict[str, Any]:
    return {
        "id": job.pk,
        "record": job.record_type,
        "status": job.status,
        "format": job.format,
        "file_name": job.file_name,
        "fields": job.columns,
        "rows": job.row_count,
        "done": job.done_count,
        "size": job.file_size,
        "user_id": job.user_id,
        "error": job.error_code,
        "detail": job.error_detail,
        "created_at": job.created_at,
        "finished_at": job.finished_at,
        "expires_at": job.expires_at,
    }


@router.post(
    "",
    operation_id="export_create",
    summary="Have a list written to a file",
    description="Answers at once and works in the background; masks, field rules and scope are the caller's.",
    response={202: schemas.ExportOut, 404: Problem, 409: Problem, 422: Problem, 429: Problem},
)
@idempotent
def create(request: ApiRequest, body: schemas.ExportIn) -> HttpResponse:
    access = permit(request, "exports.view")
    kind = exportable(body.record)
    wish = Wish(
        record=kind.key,
        criteria=body.filter or {},
        ids=body.ids,
        q=body.q,
        sort=body.sort,
        fields=body.fields,
        format=Format(body.format),
    )
    job = services.ask_export(access.also(kind.permission("export")), wish)
    response = json_response(_shown(job), status=202)
    response["Location"] = f"{request.path.rstrip('/')}/{job.pk}"
    return response


@router.get("", operation_id="export_list", summary="List exports", response={200: schemas.ExportPage})
def list_(request: ApiRequest, wanted: Query[schemas.ExportsIn]) -> HttpResponse:
    jobs = exports_within(permit(request, "exports.view"))
    if wanted.record:
        jobs = jobs.filter(record_type=wanted.record)
    if wanted.before:
        jobs = jobs.filter(pk__lt=wanted.before)
    found = list(jobs[: wanted.limit + 1])
    following = str(found[wanted.limit - 1].pk) if len(found) > wanted.limit else None
    return page_response([_shown(job) for job in found[: wanted.limit]], next=following)


@router.get(
    "/{export_id}",
    operation_id="export_get",
    summary="How far an export has come",
    response={200: schemas.ExportOut, 404: Problem},
)
def get(request: ApiRequest, export_id: RecordId) -> HttpResponse:
    return json_response(_shown(get_export(permit(request, "exports.view"), export_id)))


@router.get(
    "/{export_id}/file",
    operation_id="export_file",
    summary="The file, for the one who asked for it",
    response={200: None, 404: Problem, 409: Problem},
)
def file(request: ApiRequest, export_id: RecordId) -> FileResponse:
    return file_response(*services.file_for(permit(request, "exports.view"), export_id))


@router.delete(
    "/{export_id}",
    operation_id="export_cancel",
    summary="Call an export off, or throw its file away",
    response={204: None, 404: Problem},
)
def cancel(request: ApiRequest, export_id: RecordId) -> HttpResponse:
    services.cancel_export(permit(request, "exports.view"), export_id)
    return empty_response()


ROUTERS = [("/exports", router)]
