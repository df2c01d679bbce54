"""Upload, and the page that follows an import from check to result."""

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect, JsonResponse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from headwater.kernel import clock
from headwater.kernel.access import Access, permit
from headwater.kernel.catalogue import record_type
from headwater.kernel.errors import Invalid
from headwater.leads.importing.web import mapping, options
from headwater.leads.importing.web.pages import HistoryPage, ImportLine, ReasonLine, StatePage, UploadPage
from headwater.leads.importing.web.words import OUTCOME_HUES, STATUS_HUES, offered, reason, steps, title_of
from headwater.leads.importing.writing import MOST_JUDGED
from headwater.organization.queries import names_of
from headwater.platform.imports import limits, services
from headwater.platform.imports.api import error_response, template_response
from headwater.platform.imports.importers import Importer, find_importer
from headwater.platform.imports.models import ImportJob
from headwater.platform.imports.queries import (
    get_import,
    groups_of,
    has_problems,
    imports_within,
    not_reverted,
    plans_of,
    row_offset,
)
from headwater.platform.imports.types import Outcome, Status
from headwater.ui.pages import Tab, Tile
from headwater.ui.responses import is_htmx, respond

PAGE = 30


@require_http_methods(["GET", "POST"])
def upload(request: HttpRequest) -> HttpResponse:
    """Step one. The campaign or pool one came from is kept as an option."""
    return _upload(request, "lead")


@require_http_methods(["GET", "POST"])
def upload_any(request: HttpRequest) -> HttpResponse:
    """Step one for records of the type that the address names."""
    return _upload(request, request.GET.get("record", "lead"))


def _upload(request: HttpRequest, record: str) -> HttpResponse:
    importer = find_importer(record)
    if request.method == "POST":
        return _take(request, importer)
    permit(request, importer.permission)
    access = permit(request, "imports.view")
    given = {key: request.GET[key] for key in ("campaign", "pool") if request.GET.get(key, "").isdecimal()}
    kind = record_type(record)
    page = UploadPage(
        record=record,
        title=title_of(importer),
        list_label=_("List to import"),
        back={"activity": "/work", "user": "/settings/people"}.get(record, f"/{kind.plural}"),
        back_label=kind.label_plural,
        records=tuple(
            Tab(str(one.label_plural), f"/imports/new?record={one.record}", current=one.record == record)
            for one in offered(access)
        ),
        query="&".join(f"{key}={value}" for key, value in {"record": record, **given}.items()),
        recent=_lines(imports_within(access).filter(record_type=record)[:5]),
        most_megabytes=limits.MOST_MEGABYTES.get(),
        most_rows=limits.MOST_ROWS.get(),
        steps=steps(),
    )
    return respond(request, "leads/import/upload.html", page)


def _take(request: HttpRequest, importer: Importer) -> HttpResponse:
    access = permit(request, "imports.create")
    file = request.FILES.get("file")
    if file is None:
        raise Invalid.one("file", "value.required", _("Choose a file."))
    given = {key: request.GET[key] for key in ("campaign", "pool") if request.GET.get(key, "").isdecimal()}
    kept = {"lead": ("campaign", "pool"), "contact": ("campaign",)}.get(importer.record, ())
    options = {key: value for key, value in given.items() if key in kept}
    job = services.create_import(access, record=importer.record, upload=file, options=options)
    go = f"/imports/{job.pk}"
    if request.headers.get("Accept", "").startswith("application/json"):
        return JsonResponse({"id": job.pk, "go": go}, status=201)
    return HttpResponseRedirect(go, status=303)


@require_GET
def template(request: HttpRequest) -> HttpResponseBase:
    """A list to fill in."""
    permit(request, "leads.import")
    return template_response("lead")


@require_GET
def template_of(request: HttpRequest, record: str) -> HttpResponseBase:
    """A list of any record type to fill in."""
    permit(request, find_importer(record).permission)
    return template_response(record)


@require_GET
def history(request: HttpRequest) -> HttpResponse:
    """All imports within reach, newest first."""
    jobs = imports_within(permit(request, "imports.view"))
    before = request.GET.get("before", "")
    if before.isdecimal():
        jobs = jobs.filter(id__lt=int(before))
    found = list(jobs[: PAGE + 1])
    following = f"/imports?before={found[PAGE - 1].pk}" if len(found) > PAGE else ""
    return respond(request, "leads/import/history.html", HistoryPage(_lines(found[:PAGE]), following))


def _lines(jobs: Iterable[ImportJob]) -> list[ImportLine]:
    jobs = list(jobs)
    names = names_of({job.user_id for job in jobs})
    return [
        ImportLine(
            id=job.pk,
            file_name=job.file_name,
            status=Status(job.status).label,
            hue=STATUS_HUES[Status(job.status)],
            by=names.get(job.user_id, ""),
            at=job.created_at,
            rows=job.row_count,
            created=job.created_count if job.started_at else 0,
            updated=job.updated_count if job.started_at else 0,
            skipped=job.skipped_count if job.started_at else 0,
            failed=job.failed_count if job.started_at else 0,
            is_working=Status(job.status).is_working,
        )
        for job in jobs
    ]


@require_GET
def show(request: HttpRequest, import_id: int) -> HttpResponse:
    """Whatever the import is waiting for: mapping, options, check, progress, result."""
    access = permit(request, "imports.view")
    job = get_import(access, import_id)
    if is_htmx(request) and request.GET.get("was") and request.GET["was"] != job.status:
        response = HttpResponse(status=204)
        response["HX-Refresh"] = "true"  # the next step has another page
        return response
    step = request.GET.get("step", "")
    if job.status == Status.DRAFT or (job.status == Status.CHECKED and step):
        chosen = options.show if step == "options" else mapping.show
        return chosen(request, access, job)
    page = state_page(access, job)
    return respond(request, "leads/import/state.html", page, fragments={"import-live": "live"})


def state_page(access: Access, job: ImportJob) -> StatePage:
    status = Status(job.status)
    was_started = job.started_at is not None
    until = (job.finished_at or job.started_at or job.created_at) + timedelta(days=limits.KEPT_DAYS)
    over = status in (Status.DONE, Status.CANCELLED, Status.FAILED)
    working_on = {Status.READING: 1, Status.CHECKING: 3, Status.CHECKED: 3}
    done = min(job.next_row - 1, job.row_count)
    if status == Status.REVERTING:
        done = job.reverted_count + job.kept_count
    total = job.created_count + job.updated_count if status == Status.REVERTING else job.row_count
    return StatePage(
        id=job.pk,
        file_name=job.file_name,
        status=status.value,
        label=status.label,
        title=_title(status),
        hue=STATUS_HUES[status],
        done=job.next_row if status == Status.READING else done,
        total=total,
        tiles=_tiles(job),
        reasons=tuple(_reasons(job)),
        has_problems=has_problems(job),
        total_problems=job.failed_count + job.skipped_count,
        can_start=status in (Status.CHECKED, Status.CANCELLED) or (status == Status.FAILED and was_started),
        can_map=status == Status.CHECKED,
        can_cancel=status in (Status.READING, Status.CHECKING, Status.RUNNING),
        can_revert=over
        and was_started
        and clock.now() < until
        # Rows that were there already made no record, but members of the campaign.
        and bool(
            job.created_count + job.updated_count or (job.skipped_count and job.options.get("campaign"))
        ),
        can_discard=not was_started and not status.is_working,
        error=job.error_detail
        or (_("Something unexpected happened; it was recorded.") if job.error_code else ""),
        will_write=job.created_count + job.updated_count,
        new_fields=tuple(plan.new_label for plan in plans_of(job) if plan.makes_field),
        files_kept=job.files_kept,
        revert_until=until if over and was_started else None,
        notes=_notes(job),
        kept=tuple(_kept(job)) if status == Status.REVERTED else (),
        steps=steps(),
        step=working_on.get(
            status, 5 if status in (Status.DONE, Status.REVERTED) else 4 if was_started else 1
        ),
        records_href=_records_href(job.record_type),
        again_href=f"/imports/new?record={job.record_type}",
        revert_question=_revert_question(job),
    )


def _revert_question(job: ImportJob) -> str:
    question = _(
        "Take this import back? Records that nobody has worked on are archived, updated values are restored."
    )
    members = _("Those whom it made members of the campaign leave it, unless they have responded.")
    return f"{question} {members}" if job.options.get("campaign") else question


def _records_href(record: str) -> str:
    return "/work" if record == "activity" else f"/{record_type(record).plural}?sort=-created_at"


def _title(status: Status) -> str:
    return {
        Status.READING: _("Reading the file …"),
        Status.CHECKING: _("Checking every row …"),
        Status.CHECKED: _("Checked: nothing is written yet"),
        Status.RUNNING: _("Importing …"),
        Status.DONE: _("Import finished"),
        Status.FAILED: _("The import stopped"),
        Status.CANCELLED: _("Import cancelled"),
        Status.REVERTING: _("Taking the import back …"),
        Status.REVERTED: _("Import reverted"),
    }.get(status, "")


def _tiles(job: ImportJob) -> tuple[Tile, ...]:
    if job.status == Status.READING:
        return ()
    if job.status in (Status.REVERTING, Status.REVERTED):
        return (
            Tile(pgettext("import", "Taken back"), f"{job.reverted_count:,}", icon="undo-2"),
            Tile(pgettext("import", "Left as they are"), f"{job.kept_count:,}", icon="lock"),
        )
    planned = job.started_at is None
    return (
        Tile(
            pgettext("import", "Will be created") if planned else pgettext("import", "Created"),
            f"{job.created_count:,}",
            icon="circle-plus",
        ),
        Tile(
            pgettext("import", "Will be updated") if planned else pgettext("import", "Updated"),
            f"{job.updated_count:,}",
            icon="refresh-cw",
        ),
        Tile(
            pgettext("import", "Will be skipped") if planned else pgettext("import", "Skipped"),
            f"{job.skipped_count:,}",
            icon="minus",
        ),
        Tile(pgettext("import", "With errors"), f"{job.failed_count:,}", icon="circle-alert"),
    )


def _reasons(job: ImportJob) -> Iterable[ReasonLine]:
    above = row_offset(job)
    for group in groups_of(job):
        outcome = Outcome(group.outcome)
        yield ReasonLine(
            title=reason(group.code, group.field, job.record_type),
            rows=group.rows,
            hue=OUTCOME_HUES[outcome],
            outcome=outcome.label,
            samples=tuple((sample["number"] + above, sample["detail"]) for sample in group.samples),
            href=_suspects_href(job) if group.code == "duplicate.suspected" else "",
        )


def _suspects_href(job: ImportJob) -> str:
    """Where what an import brought is looked at beside what it looks like."""
    return f"/duplicates?record={job.record_type}&import={job.pk}" if job.started_at is not None else ""


def _notes(job: ImportJob) -> tuple[str, ...]:
    """What the check does not say."""
    if job.record_type != "lead" or job.row_count <= MOST_JUDGED or job.status != Status.CHECKED:
        return ()
    return (
        _(
            "A file of more than %(limit)s rows is checked for contacts that are known already, not row by"
            " row for who only looks known: the scan of the night after finds that."
        )
        % {"limit": f"{MOST_JUDGED:,}"},
    )


def _kept(job: ImportJob) -> Iterable[ReasonLine]:
    for row in not_reverted(job):
        kind = record_type(job.record_type)
        samples = tuple((record_id, kind.link(record_id)) for record_id in row["record_ids"] if record_id)
        words = reason(row["code"], "", job.record_type)
        yield ReasonLine(words, row["rows"], "amber", "", samples, "")


@require_GET
def problems(request: HttpRequest, import_id: int, kind: str) -> HttpResponseBase:
    """Rows that were not taken, as a file."""
    job = get_import(permit(request, "imports.view"), import_id)
    return error_response(job, kind, (Outcome.FAILED, Outcome.SKIPPED))


@require_POST
def act(request: HttpRequest, import_id: int, verb: str) -> HttpResponse:
    """Start, cancel, revert or discard."""
    access = permit(request, "imports.view")
    acts: dict[str, Any] = {
        "start": services.start_import,
        "cancel": services.cancel_import,
        "revert": services.revert_import,
        "discard": services.discard_import,
    }
    acts[verb](access, import_id)
    go = "/imports" if verb == "discard" else f"/imports/{import_id}"
    if is_htmx(request):
        response = HttpResponse(status=204)
        response["HX-Redirect"] = go
        return response
    return HttpResponseRedirect(go, status=303)
