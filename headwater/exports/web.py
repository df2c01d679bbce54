"""The dialog that asks for an export, and the page where the files are."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson
from django.http import FileResponse, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from headwater.customization.queries import list_setup
from headwater.exports import services
from headwater.exports.downloads import file_response
from headwater.exports.models import ExportJob
from headwater.exports.queries import exportable, exports_within
from headwater.exports.services import Wish
from headwater.exports.services.asking import count_rows
from headwater.exports.services.writing import conditions
from headwater.exports.types import UNFINISHED, Format, Status
from headwater.kernel import listing
from headwater.kernel.access import Access, permit
from headwater.kernel.catalogue import RecordType, find_record_type
from headwater.kernel.errors import DomainError, Invalid
from headwater.organization.queries import names_of
from headwater.ui import records
from headwater.ui.formats import number
from headwater.ui.pages import FieldControl, FieldGroup, FormPage, Option
from headwater.ui.records.lists import column_keys, quick_criteria
from headwater.ui.responses import done, respond

PAGE = 30
_HUES = {
    Status.WAITING: "gray",
    Status.WORKING: "blue",
    Status.DONE: "green",
    Status.FAILED: "red",
    Status.CANCELLED: "gray",
    Status.EXPIRED: "gray",
}


@dataclass(frozen=True, slots=True)
class ExportLine:
    """One export in the list."""

    id: int
    file_name: str
    what: str
    by: str
    at: datetime
    rows: str
    total: int
    done: int
    size: int
    status: str
    hue: str
    is_working: bool
    is_mine: bool
    problem: str
    expires_at: datetime | None


@dataclass(frozen=True, slots=True)
class ExportsPage:
    """Exports within reach, newest first."""

    lines: tuple[ExportLine, ...]
    next_href: str
    self_href: str

    @property
    def is_working(self) -> bool:
        return any(line.is_working for line in self.lines)


@require_http_methods(["GET", "POST"])
def new(request: HttpRequest, record: str) -> HttpResponse:
    """Format and columns for the list as it stands, or for the ticked records."""
    kind = exportable(record)
    access = permit(request, kind.permission("export"))
    if request.method == "POST":
        services.ask_export(access, _wish_posted(request, kind))
        return done(request, _("The export is being written."), go="/exports")
    wish, shown = _wish_of_list(request, kind, access)
    count = count_rows(access, kind, wish)
    rows = ngettext("%(count)s row", "%(count)s rows", count) % {"count": number(count)}
    page = FormPage(
        title=_("Export %(records)s") % {"records": kind.label_plural},
        action=f"/exports/new/{kind.key}",
        groups=(FieldGroup(_controls(kind, access, shown)),),
        submit=_("Export"),
        hidden=_carried(wish),
        width="small",
        intro=_("%(rows)s as you see them: masked contacts stay masked. The export goes on record.")
        % {"rows": rows},
    )
    return respond(request, "ui/records/form.html", page)


def _controls(kind: RecordType, access: Access, shown: Sequence[str]) -> tuple[FieldControl, ...]:
    formats = tuple(Option(one.value, one.label) for one in Format)
    every = tuple(Option(key, one.label) for key, one in _fields(kind, access).items())
    return (
        FieldControl("format", _("File"), "radio", Format.XLSX.value, options=formats, required=True),
        FieldControl(
            "fields",
            pgettext("export", "Columns"),
            "multi",
            list(shown),
            options=every,
            help=_("In this order; empty means every column you may see."),
        ),
    )


def _fields(kind: RecordType, access: Access) -> dict[str, Any]:
    return {one.key: one for one in listing.choose_fields(None, kind, access)}


def _wish_of_list(request: HttpRequest, kind: RecordType, access: Access) -> tuple[Wish, list[str]]:
    """What the address of a list says, and its columns."""
    setup = list_setup(access.also(kind.permission("view")), kind, request.GET.get("view") or None)
    shown = column_keys(request, kind, access, setup.columns)
    ids = request.GET.getlist("ids")
    if ids:
        return Wish(kind.key, ids=_whole(ids)), shown
    records.criteria_from(request, kind, access)  # refuses what cannot be
    parts: list[Any] = [setup.criteria] if setup.criteria else []
    if request.GET.get("filter"):
        parts.append(orjson.loads(request.GET["filter"]))
    parts += quick_criteria(request, kind)
    sort = request.GET.get("sort", "") or setup.sort
    q = request.GET.get("q", "").strip()[:100]
    return Wish(kind.key, criteria={"all": parts} if parts else {}, q=q, sort=sort), shown


def _carried(wish: Wish) -> dict[str, Any]:
    if wish.ids is not None:
        return {"ids": [str(one) for one in wish.ids]}
    return {"filter": orjson.dumps(wish.criteria).decode(), "q": wish.q, "sort": wish.sort}


def _wish_posted(request: HttpRequest, kind: RecordType) -> Wish:
    given = request.POST
    form = given.get("format", "")
    if form not in Format.values:
        raise Invalid.one("format", "value.choice", _("This is not one of the choices."))
    columns = [key for key in given.getlist("fields") if key]
    access = permit(request, kind.permission("export"))
    return Wish(
        kind.key,
        criteria=_tree(given.get("filter", "")),
        ids=_whole(given.getlist("ids")) if given.get("ids") else None,
        q=given.get("q", ""),
        sort=given.get("sort", ""),
        fields=columns or list(_fields(kind, access)),
        format=Format(form),
    )


def _tree(raw: str) -> Mapping[str, Any]:
    try:
        found = orjson.loads(raw) if raw else {}
    except orjson.JSONDecodeError:
        found = None
    if not isinstance(found, dict) or "\\u0000" in raw:  # no text of the database holds that character
        raise Invalid.one("filter", "criteria.json", _("The filter is not valid JSON."))
    return found


def _whole(raw: Sequence[str]) -> list[int]:
    return [int(one) for one in raw if one.isdecimal()]


@require_GET
def exports(request: HttpRequest) -> HttpResponse:
    """The files, with what is still being written."""
    access = permit(request, "exports.view")
    before = request.GET.get("before", "")
    jobs = exports_within(access)
    if before.isdecimal():
        jobs = jobs.filter(pk__lt=int(before))
    found = list(jobs[: PAGE + 1])
    names = names_of([job.user_id for job in found])
    page = ExportsPage(
        lines=tuple(_line(job, access, names) for job in found[:PAGE]),
        next_href=f"/exports?before={found[PAGE - 1].pk}" if len(found) > PAGE else "",
        self_href=request.get_full_path(),
    )
    return respond(request, "exports/list.html", page, fragments={"hw-exports": "exports"})


def _line(job: ExportJob, access: Access, names: Mapping[int, str]) -> ExportLine:
    kind = find_record_type(job.record_type)
    try:
        what = conditions(job, kind, access.also(kind.permission("view")))
    except DomainError:  # the reader's role does not know the fields any more
        what = ""
    return ExportLine(
        id=job.pk,
        file_name=job.file_name,
        what=what,
        by=names.get(job.user_id, ""),
        at=job.created_at,
        rows=ngettext("%(count)s row", "%(count)s rows", job.row_count) % {"count": number(job.row_count)},
        total=job.row_count,
        done=job.done_count,
        size=job.file_size,
        status=str(Status(job.status).label),
        hue=_HUES[Status(job.status)],
        is_working=job.status in UNFINISHED,
        is_mine=job.user_id == access.user_id,
        problem=job.error_detail or job.error_code,
        expires_at=job.expires_at if job.status == Status.DONE else None,
    )


@require_GET
def download(request: HttpRequest, export_id: int) -> FileResponse:
    """The file."""
    return file_response(*services.file_for(permit(request, "exports.view"), export_id))


@require_POST
def cancel(request: HttpRequest, export_id: int) -> HttpResponse:
    """Call it off, or throw the file away."""
    job = services.cancel_export(permit(request, "exports.view"), export_id)
    return done(request, _("“%(file)s” is removed.") % {"file": job.file_name})
