"""JSON API of reports: what the pages do, and what a program needs to write definitions of its own."""

from datetime import timedelta
from typing import Any

from django.http import HttpResponse
from ninja import Query, Router

from headwater.exports.models import ExportJob
from headwater.insight import schemas, services
from headwater.insight.downloads import file_response
from headwater.insight.engine import Definition, datasets_for, drill
from headwater.insight.engine.guarding import limited
from headwater.insight.queries import (
    ReportView,
    definition_of,
    deliveries_of,
    get_report,
    reports_for,
    schedules_of,
)
from headwater.insight.results import cached
from headwater.insight.shapes import dataset_out, report_out, reports_out, result_out, schedule_out
from headwater.kernel import listing
from headwater.kernel.access import Access, permit
from headwater.kernel.errors import NotFound
from headwater.platform.api import (
    ApiRequest,
    Problem,
    RecordId,
    check_version,
    created_response,
    empty_response,
    idempotent,
    json_response,
)

reports = Router(tags=["Reports"])
_RUN: Any = {200: schemas.ReportResultOut, 404: Problem, 409: Problem, 422: Problem, 503: Problem}
_DRILL: Any = {200: schemas.DrillOut, 404: Problem, 409: Problem, 422: Problem, 503: Problem}
_FILE: Any = {200: None, 202: schemas.ReportExportOut, 404: Problem, 409: Problem, 422: Problem, 503: Problem}
_ONE: Any = {200: schemas.SavedReportOut, 404: Problem, 409: Problem, 412: Problem, 422: Problem}
_SCHEDULED: Any = {
    200: schemas.ReportSchedulesOut,
    404: Problem,
    409: Problem,
    412: Problem,
    422: Problem,
}
_MADE: Any = {201: schemas.SavedReportOut, 404: Problem, 409: Problem, 422: Problem}


def _view(request: ApiRequest) -> Access:
    return permit(request, "reports.view")


@reports.get("", operation_id="report_list", response={200: schemas.ReportListOut},
             summary="One's own reports, shared ones, presets")  # fmt: skip
def list_reports(request: ApiRequest, asked: Query[schemas.ReportsAsked]) -> HttpResponse:
    return json_response(reports_out(reports_for(_view(request), asked.q, asked.kind)))


@reports.post("", operation_id="report_create", response=_MADE, summary="Save a report")
@idempotent
def create(request: ApiRequest, body: schemas.ReportIn) -> HttpResponse:
    """Private unless shared; sharing needs `reports.share`."""
    access = _view(request)
    return _made(request, access, services.save_report(access, body.model_dump(exclude_unset=True)))


def _made(request: ApiRequest, access: Access, report_id: int) -> HttpResponse:
    view = get_report(access, report_id)
    base = "/api/v1/reports"
    return created_response(report_out(view), location=f"{base}/{report_id}", version=view.version)


@reports.get("/datasets", operation_id="report_datasets", response={200: schemas.DatasetsOut},
             summary="What reports can be about, with every field, bucket and aggregate")  # fmt: skip
def list_datasets(request: ApiRequest) -> HttpResponse:
    access = _view(request)
    return json_response({"items": [dataset_out(one, access) for one in datasets_for(access)]})


@reports.post("/run", operation_id="report_run_definition", response=_RUN, summary="Run a definition")
def run_definition(request: ApiRequest, body: schemas.RunIn, asked: Query[schemas.RunAsked]) -> HttpResponse:
    """Nothing is saved. The figures are cut to what the caller may see."""
    access = _view(request)
    return _ran(access, Definition.parse(body.definition, access), asked.max_age)


def _ran(access: Access, definition: Definition, max_age: int) -> HttpResponse:
    return json_response(result_out(cached(access, definition, timedelta(seconds=max_age))))


@reports.post("/drill", operation_id="report_drill_definition", response=_DRILL,
              summary="The records behind a cell of a definition")  # fmt: skip
def drill_definition(request: ApiRequest, body: schemas.DrillIn) -> HttpResponse:
    access = _view(request)
    return _drilled(access, Definition.parse(body.definition or {}, access), body)


def _drilled(access: Access, definition: Definition, asked: schemas.DrillIn) -> HttpResponse:
    kind, where = drill(access, definition, asked.measure, asked.keys)
    with limited():
        page = listing.fetch(
            access.also(kind.permission("view")),
            kind,
            where=where,
            sort=asked.sort or None,
            fields=asked.fields,
            limit=asked.limit,
            cursor=asked.cursor or None,
        )
    return json_response({"record": kind.key, "items": page.rows, "next": page.next})


@reports.post("/export", operation_id="report_export_definition", response=_FILE,
              summary="A definition's figures as a file")  # fmt: skip
def export_definition(request: ApiRequest, body: schemas.ReportExportIn) -> HttpResponse:
    """At once; with more groups than it shows, all are written in the background (202)."""
    access = _view(request)
    definition = Definition.parse(body.definition, access)
    return _file(services.export_report(access, definition, name=body.name, format=body.format))


def _file(made: services.ReportFile | ExportJob) -> HttpResponse:
    if isinstance(made, ExportJob):
        return json_response({"export_id": made.pk}, status=202)
    return file_response(made)


# --- presets


@reports.get("/presets/{key}", operation_id="report_preset",
             response={200: schemas.SavedReportOut, 404: Problem},
             summary="A preset")  # fmt: skip
def preset(request: ApiRequest, key: str) -> HttpResponse:
    return json_response(report_out(_preset(_view(request), key)))


def _preset(access: Access, key: str) -> ReportView:
    if key.isdecimal():
        raise NotFound(record="report", id=key[:80])
    return get_report(access, key)


@reports.post("/presets/{key}/run", operation_id="report_preset_run", response=_RUN, summary="Run a preset")
def run_preset(request: ApiRequest, key: str, asked: Query[schemas.RunAsked]) -> HttpResponse:
    access = _view(request)
    return _ran(access, definition_of(access, _preset(access, key)), asked.max_age)


@reports.post("/presets/{key}/drill", operation_id="report_preset_drill", response=_DRILL,
              summary="The records behind a cell of a preset")  # fmt: skip
def drill_preset(request: ApiRequest, key: str, body: schemas.DrillIn) -> HttpResponse:
    access = _view(request)
    return _drilled(access, definition_of(access, _preset(access, key)), body)


@reports.get("/presets/{key}/export", operation_id="report_preset_export", response=_FILE,
             summary="A preset as a file")  # fmt: skip
def export_preset(request: ApiRequest, key: str, asked: Query[schemas.ReportFileAsked]) -> HttpResponse:
    access = _view(request)
    view = _preset(access, key)
    definition = definition_of(access, view)
    return _file(services.export_report(access, definition, name=view.name, format=asked.format))


@reports.post("/presets/{key}/copy", operation_id="report_preset_copy", response=_MADE,
              summary="A report of one's own that begins as a preset")  # fmt: skip
@idempotent
def copy_preset(request: ApiRequest, key: str, body: schemas.ReportCopyIn) -> HttpResponse:
    access = _view(request)
    return _made(request, access, services.copy_report(access, _preset(access, key).key, body.name))


@reports.put("/presets/{key}/pin", operation_id="report_preset_pin", response={204: None, 404: Problem},
             summary="Keep a preset at hand")  # fmt: skip
def pin_preset(request: ApiRequest, key: str) -> HttpResponse:
    access = _view(request)
    services.pin_report(access, _preset(access, key).key)
    return empty_response()


@reports.delete("/presets/{key}/pin", operation_id="report_preset_unpin", response={204: None, 404: Problem},
                summary="No longer keep a preset at hand")  # fmt: skip
def unpin_preset(request: ApiRequest, key: str) -> HttpResponse:
    access = _view(request)
    services.unpin_report(access, _preset(access, key).key)
    return empty_response()


# --- saved ones


@reports.get("/{report_id}", operation_id="report_get", response={200: schemas.SavedReportOut, 404: Problem},
             summary="A saved report")  # fmt: skip
def get(request: ApiRequest, report_id: RecordId) -> HttpResponse:
    """With its definition; `problem` tells why it cannot be run, if so. Archived ones answer 404."""
    return _shown(_view(request), report_id)


def _shown(access: Access, report_id: int) -> HttpResponse:
    view = get_report(access, report_id)
    return json_response(report_out(view), version=view.version)


@reports.patch("/{report_id}", operation_id="report_update", response=_ONE, summary="Change a report")
def update(request: ApiRequest, report_id: RecordId, body: schemas.ReportPatch) -> HttpResponse:
    access = _view(request)
    values = {key: value for key, value in body.model_dump(exclude_unset=True).items() if value is not None}
    services.save_report(access, values, report_id, check_version(request))
    return _shown(access, report_id)


@reports.delete("/{report_id}", operation_id="report_delete",
                response={204: None, 404: Problem, 409: Problem},
                summary="Archive a report")  # fmt: skip
def archive(request: ApiRequest, report_id: RecordId) -> HttpResponse:
    """It can be restored; its schedules rest until then."""
    if not services.archive_reports(_view(request), [report_id]):
        raise NotFound(record="report", id=report_id)
    return empty_response()


@reports.post("/{report_id}/restore", operation_id="report_restore", response=_ONE,
              summary="Bring an archived report back")  # fmt: skip
def restore(request: ApiRequest, report_id: RecordId) -> HttpResponse:
    access = _view(request)
    services.restore_reports(access, [report_id])
    return _shown(access, report_id)


@reports.put("/{report_id}/share", operation_id="report_share", response=_ONE,
             summary="Say who may open a report")  # fmt: skip
def share(request: ApiRequest, report_id: RecordId, body: schemas.ReportSharingIn) -> HttpResponse:
    access = _view(request)
    services.share_report(access, report_id, **body.model_dump(), version=check_version(request))
    return _shown(access, report_id)


@reports.put("/{report_id}/pin", operation_id="report_pin", response={204: None, 404: Problem},
             summary="Keep a report at hand")  # fmt: skip
def pin(request: ApiRequest, report_id: RecordId) -> HttpResponse:
    services.pin_report(_view(request), report_id)
    return empty_response()


@reports.delete("/{report_id}/pin", operation_id="report_unpin", response={204: None, 404: Problem},
                summary="No longer keep a report at hand")  # fmt: skip
def unpin(request: ApiRequest, report_id: RecordId) -> HttpResponse:
    services.unpin_report(_view(request), report_id)
    return empty_response()


@reports.post("/{report_id}/copy", operation_id="report_copy", response=_MADE,
              summary="A private copy of a report")  # fmt: skip
@idempotent
def copy(request: ApiRequest, report_id: RecordId, body: schemas.ReportCopyIn) -> HttpResponse:
    access = _view(request)
    return _made(request, access, services.copy_report(access, report_id, body.name))


@reports.post("/{report_id}/run", operation_id="report_run", response=_RUN, summary="Run a saved report")
def run_report(request: ApiRequest, report_id: RecordId, asked: Query[schemas.RunAsked]) -> HttpResponse:
    """Cut to what the caller may see, not to what its owner may."""
    access = _view(request)
    return _ran(access, definition_of(access, get_report(access, report_id)), asked.max_age)


@reports.post("/{report_id}/drill", operation_id="report_drill", response=_DRILL,
              summary="The records behind a cell of a saved report")  # fmt: skip
def drill_report(request: ApiRequest, report_id: RecordId, body: schemas.DrillIn) -> HttpResponse:
    access = _view(request)
    return _drilled(access, definition_of(access, get_report(access, report_id)), body)


@reports.get("/{report_id}/export", operation_id="report_export", response=_FILE,
             summary="A saved report as a file")  # fmt: skip
def export(request: ApiRequest, report_id: RecordId, asked: Query[schemas.ReportFileAsked]) -> HttpResponse:
    """At once; with more groups than it shows, all are written in the background (202)."""
    access = _view(request)
    view = get_report(access, report_id)
    definition = definition_of(access, view)
    made = services.export_report(
        access, definition, name=view.name, format=asked.format, report_id=report_id
    )
    return _file(made)


# --- by mail


@reports.get("/{report_id}/schedules", operation_id="report_schedules",
             response={200: schemas.ReportSchedulesOut, 404: Problem},
             summary="When a report is mailed, to whom")  # fmt: skip
def list_schedules(request: ApiRequest, report_id: RecordId) -> HttpResponse:
    found = schedules_of(_view(request), report_id)
    return json_response({"items": [schedule_out(one) for one in found]})


@reports.post("/{report_id}/schedules", operation_id="report_schedule_create",
              response={201: schemas.ReportSchedulesOut, 404: Problem, 422: Problem},
              summary="Have a report mailed regularly")  # fmt: skip
@idempotent
def create_schedule(request: ApiRequest, report_id: RecordId, body: schemas.ReportScheduleIn) -> HttpResponse:
    """Each receiver gets what they may see themselves."""
    access = permit(request, "reports.schedule")
    made = services.schedule_report(access, report_id, body.model_dump())
    return created_response(_schedules(access, report_id), location=f"{request.path.rstrip('/')}/{made}")


def _schedules(access: Access, report_id: int) -> dict[str, Any]:
    return {"items": [schedule_out(one) for one in schedules_of(access.also("reports.view"), report_id)]}


@reports.patch("/{report_id}/schedules/{schedule_id}", operation_id="report_schedule_update",
               response=_SCHEDULED,
               summary="Change when a report is mailed")  # fmt: skip
def update_schedule(
    request: ApiRequest, report_id: RecordId, schedule_id: RecordId, body: schemas.ReportSchedulePatch
) -> HttpResponse:
    access = permit(request, "reports.schedule")
    values = {key: value for key, value in body.model_dump(exclude_unset=True).items() if value is not None}
    services.schedule_report(access, report_id, values, schedule_id, check_version(request))
    return json_response(_schedules(access, report_id))


@reports.delete("/{report_id}/schedules/{schedule_id}", operation_id="report_schedule_delete",
                response={204: None, 404: Problem, 409: Problem},
                summary="End a schedule; what was sent stays on record")  # fmt: skip
def delete_schedule(request: ApiRequest, report_id: RecordId, schedule_id: RecordId) -> HttpResponse:
    services.remove_schedule(permit(request, "reports.schedule"), report_id, schedule_id)
    return empty_response()


@reports.post("/{report_id}/schedules/{schedule_id}/pause", operation_id="report_schedule_pause",
              response={200: schemas.ReportSchedulesOut, 404: Problem, 409: Problem},
              summary="Send nothing until it is resumed")  # fmt: skip
def pause(request: ApiRequest, report_id: RecordId, schedule_id: RecordId) -> HttpResponse:
    access = permit(request, "reports.schedule")
    services.pause_schedule(access, report_id, schedule_id)
    return json_response(_schedules(access, report_id))


@reports.post("/{report_id}/schedules/{schedule_id}/resume", operation_id="report_schedule_resume",
              response={200: schemas.ReportSchedulesOut, 404: Problem, 409: Problem},
              summary="Go on at the next moment")  # fmt: skip
def resume(request: ApiRequest, report_id: RecordId, schedule_id: RecordId) -> HttpResponse:
    access = permit(request, "reports.schedule")
    services.resume_schedule(access, report_id, schedule_id)
    return json_response(_schedules(access, report_id))


@reports.post("/{report_id}/schedules/{schedule_id}/send", operation_id="report_schedule_send",
              response={202: schemas.ReportSchedulesOut, 404: Problem, 409: Problem},
              summary="Send it at once, besides its rhythm")  # fmt: skip
@idempotent
def send(
    request: ApiRequest, report_id: RecordId, schedule_id: RecordId, body: schemas.SendNowIn
) -> HttpResponse:
    access = permit(request, "reports.schedule")
    services.send_now(access, report_id, schedule_id, only_me=body.only_me)
    return json_response(_schedules(access, report_id), status=202)


@reports.get("/{report_id}/schedules/{schedule_id}/sent", operation_id="report_schedule_sent",
             response={200: schemas.ReportDeliveriesOut, 404: Problem},
             summary="What was sent, the latest first")  # fmt: skip
def sent(request: ApiRequest, report_id: RecordId, schedule_id: RecordId) -> HttpResponse:
    return json_response({"items": deliveries_of(_view(request), report_id, schedule_id)})


ROUTERS = [("/reports", reports)]
