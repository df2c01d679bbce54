"""Imports over the API: the wizard without its screens."""

from typing import Any, Literal

import orjson
from django.http import FileResponse, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from ninja import File, Form, Query, Router, Schema, UploadedFile
from pydantic import Field

from headwater.kernel.access import permit
from headwater.kernel.errors import Invalid
from headwater.platform.api import (
    ApiRequest,
    Problem,
    RecordId,
    check_version,
    empty_response,
    idempotent,
    json_response,
    page_response,
)
from headwater.platform.imports import error_file, services
from headwater.platform.imports.importers import find_importer
from headwater.platform.imports.models import ImportJob
from headwater.platform.imports.queries import get_import, imports_within, problem_rows
from headwater.platform.imports.schemas import import_out, rows_out
from headwater.platform.imports.types import Outcome

router = Router(tags=["Imports"])
MOST_ROWS = 500
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class ImportIn(Schema):
    """Goes along with the file as multipart form data; mapping and options are JSON texts."""

    record: str = Field(
        "lead",
        max_length=40,
        description="What a row is: account, contact, lead, opportunity, activity.",
    )
    mapping: str = Field(
        "",
        max_length=500_000,
        description='{"手机": "mobile"} or [{"column": 0, "target": "mobile"}]; guessed if empty.',
    )
    policy: str = Field(
        "", max_length=20, description="For rows that exist already: skip, fill, update, create, reinquire."
    )
    pool: str = Field("", max_length=20)
    owner: str = Field(
        "", max_length=20, description="A person's id or @me; the rest beyond their cap is pooled."
    )
    campaign: str = Field(
        "", max_length=20, description="Of leads and contacts: all rows become members of this campaign."
    )
    source: str = Field("", max_length=20)
    options: str = Field("", max_length=20_000, description="Further options as a JSON object.")
    layout: str = Field(
        "", max_length=2_000, description='How to read the file, e.g. {"encoding": "gb18030"}.'
    )
    then: Literal["run", "check", "none"] = Field("run", description="What follows reading the file.")


class ListIn(Schema):
    record: str = Field("", max_length=40)
    before: int | None = Field(None, ge=1, le=2**63 - 1, description="`next` of the page before.")
    limit: int = Field(50, ge=1, le=200)


class ErrorsIn(Schema):
    format: Literal["json", "csv", "xlsx"] = "json"
    outcome: Literal["", "failed", "skipped", "created", "updated"] = ""
    after: int = Field(0, ge=0, le=2**31 - 1, description="`next` of the page before.")
    limit: int = Field(100, ge=1, le=MOST_ROWS)


class PresetIn(Schema):
    preset: str = Field("", max_length=40)


class MappingIn(Schema):
    mapping: Any = None
    options: dict[str, Any] | None = None


@router.post(
    "",
    operation_id="import_create",
    summary="Import a file",
    description="Takes CSV or xlsx, answers at once and works in the background; look at its status.",
    response={202: dict[str, Any], 413: Problem, 422: Problem},
)
@idempotent
def create(request: ApiRequest, given: Form[ImportIn], file: File[UploadedFile]) -> HttpResponse:
    access = permit(request, "imports.create")
    short = {key: getattr(given, key) for key in ("policy", "pool", "owner", "campaign", "source")}
    options = _object(given.options, "options") | {key: value for key, value in short.items() if value}
    job = services.create_import(
        access,
        record=given.record,
        upload=file,
        layout=_object(given.layout, "layout"),
        mapping=_json(given.mapping, "mapping") if given.mapping else None,
        options=options,
        then="" if given.then == "none" else given.then,
    )
    return _accepted(job)


@router.get("", operation_id="import_list", summary="List imports", response={200: dict[str, Any]})
def list_(request: ApiRequest, wanted: Query[ListIn]) -> HttpResponse:
    jobs = imports_within(permit(request, "imports.view"))
    if wanted.record:
        jobs = jobs.filter(record_type=wanted.record)
    if wanted.before:
        jobs = jobs.filter(id__lt=wanted.before)
    found = list(jobs[: wanted.limit + 1])
    following = str(found[wanted.limit - 1].pk) if len(found) > wanted.limit else None
    return page_response([import_out(job) for job in found[: wanted.limit]], next=following)


@router.get(
    "/template/{record}",
    operation_id="import_template",
    summary="A template to fill in",
    response={200: None, 404: Problem},
)
def template(request: ApiRequest, record: str) -> HttpResponseBase:
    permit(request, "imports.create")
    return template_response(record)


@router.get(
    "/{import_id}",
    operation_id="import_get",
    summary="Get an import",
    response={200: dict[str, Any], 404: Problem},
)
def get(request: ApiRequest, import_id: RecordId) -> HttpResponse:
    job = get_import(permit(request, "imports.view"), import_id)
    return json_response(import_out(job, details=True), version=job.version)


@router.patch(
    "/{import_id}",
    operation_id="import_map",
    summary="Change mapping and options of a draft",
    response={200: dict[str, Any], 404: Problem, 409: Problem, 412: Problem, 422: Problem},
)
def map_(request: ApiRequest, import_id: RecordId, body: MappingIn) -> HttpResponse:
    access = permit(request, "imports.view")
    job = services.map_import(
        access, import_id, wanted=body.mapping, options=body.options, version=check_version(request)
    )
    return json_response(import_out(job, details=True), version=job.version)


@router.post(
    "/{import_id}/preset",
    operation_id="import_preset",
    summary="Map a draft as exports of a system are mapped",
    description="`preset` is fxiaoke, salesforce, hubspot, zoho, odoo, or empty for none in particular.",
    response={200: dict[str, Any], 404: Problem, 409: Problem, 422: Problem},
)
def preset(request: ApiRequest, import_id: RecordId, body: PresetIn) -> HttpResponse:
    job = services.choose_preset(permit(request, "imports.view"), import_id, body.preset)
    return json_response(import_out(job, details=True), version=job.version)


@router.get(
    "/{import_id}/errors",
    operation_id="import_errors",
    summary="Rows that were not simply taken",
    description="`format=json` pages through them; csv and xlsx give the rows as they came with a reason.",
    response={200: dict[str, Any], 404: Problem},
)
def errors(request: ApiRequest, import_id: RecordId, wanted: Query[ErrorsIn]) -> HttpResponseBase:
    job = get_import(permit(request, "imports.view"), import_id)
    if wanted.format == "json":
        rows = problem_rows(job, outcome=wanted.outcome, after=wanted.after, limit=wanted.limit)
        following = str(rows[-1].number) if len(rows) == wanted.limit else None
        return page_response(rows_out(job, rows), next=following)
    outcomes = (wanted.outcome,) if wanted.outcome else (Outcome.FAILED, Outcome.SKIPPED)
    return error_response(job, wanted.format, outcomes)


@router.post(
    "/{import_id}/check",
    operation_id="import_check",
    summary="Look at every row without writing",
    response={202: dict[str, Any], 404: Problem, 409: Problem, 422: Problem},
)
def check(request: ApiRequest, import_id: RecordId) -> HttpResponse:
    return _accepted(services.check_import(permit(request, "imports.view"), import_id))


@router.post(
    "/{import_id}/start",
    operation_id="import_start",
    summary="Write the rows; a cancelled import goes on",
    response={202: dict[str, Any], 404: Problem, 409: Problem, 422: Problem},
)
def start(request: ApiRequest, import_id: RecordId) -> HttpResponse:
    return _accepted(services.start_import(permit(request, "imports.view"), import_id))


@router.post(
    "/{import_id}/cancel",
    operation_id="import_cancel",
    summary="Stop after the chunk at hand",
    response={202: dict[str, Any], 404: Problem, 409: Problem},
)
def cancel(request: ApiRequest, import_id: RecordId) -> HttpResponse:
    return _accepted(services.cancel_import(permit(request, "imports.view"), import_id))


@router.post(
    "/{import_id}/revert",
    operation_id="import_revert",
    summary="Take an import back",
    description="For 30 days. What somebody worked on since stays, with a reason.",
    response={202: dict[str, Any], 404: Problem, 409: Problem},
)
def revert(request: ApiRequest, import_id: RecordId) -> HttpResponse:
    return _accepted(services.revert_import(permit(request, "imports.view"), import_id))


@router.delete(
    "/{import_id}",
    operation_id="import_discard",
    summary="Throw a draft away",
    response={204: None, 404: Problem, 409: Problem},
)
def discard(request: ApiRequest, import_id: RecordId) -> HttpResponse:
    services.discard_import(permit(request, "imports.view"), import_id)
    return empty_response()


def _accepted(job: ImportJob) -> HttpResponse:
    return json_response(
        import_out(job), status=202, version=job.version, headers={"Location": f"/api/v1/imports/{job.pk}"}
    )


def _json(text: str, name: str) -> Any:
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError:
        raise Invalid.one(name, "request.malformed", _("This must be JSON.")) from None


def _object(text: str, name: str) -> dict[str, Any]:
    found = _json(text, name) if text else {}
    if not isinstance(found, dict):
        raise Invalid.one(name, "request.malformed", _("This must be a JSON object."))
    return found


def error_response(job: ImportJob, kind: str, outcomes: tuple[str, ...]) -> HttpResponseBase:
    """The rows as a download."""
    problems = _("problems")
    stem = f"{job.file_name.rsplit('.', 1)[0][:80]}-{problems}"
    response: HttpResponseBase
    if kind == "xlsx":
        response = FileResponse(
            error_file.xlsx_file(job, outcomes),
            as_attachment=True,
            filename=f"{stem}.xlsx",
            content_type=_XLSX,
        )
    else:
        lines = error_file.csv_lines(job, outcomes)
        first = next(lines)  # a file that is gone is refused before anything is sent
        response = StreamingHttpResponse(_again(first, lines), content_type="text/csv; charset=utf-8")
        response["Content-Disposition"] = str(content_disposition_header(True, f"{stem}.csv"))
    response["Cache-Control"] = "no-store"
    return response


def _again(first: bytes, rest: Any) -> Any:
    yield first
    yield from rest


def template_response(record: str) -> FileResponse:
    """The template of a record type as a workbook."""
    import tempfile

    importer = find_importer(record)
    out = tempfile.TemporaryFile()  # noqa: SIM115 - the response closes it
    error_file.write_workbook(out, iter(importer.example()))
    template = _("template")
    name = f"{importer.label_plural}-{template}.xlsx"
    return FileResponse(out, as_attachment=True, filename=name, content_type=_XLSX)


ROUTERS = [("/imports", router)]
