"""The sheet of targets as a file to take away, and a file to bring back."""

import tempfile
from io import BytesIO
from pathlib import Path

from django.http import FileResponse, HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext
from django.views.decorators.http import require_GET, require_http_methods

from headwater.exports.files import About, open_file
from headwater.exports.types import Format
from headwater.kernel import clock
from headwater.kernel.access import permit
from headwater.kernel.catalogue import Field, FieldType
from headwater.kernel.errors import Invalid
from headwater.targets import queries, services
from headwater.targets.files import entries_of, read_table, table_of
from headwater.targets.web.frame import address, asked_measure
from headwater.targets.web.sheet import asked_grain, asked_year
from headwater.ui.pages import FieldControl, FieldGroup, FormPage
from headwater.ui.responses import done, respond

MOST_BYTES = 5_000_000


@require_GET
def sheet_file(request: HttpRequest, kind: str) -> FileResponse:
    """The sheet of a measure and a year; filled in, it can be brought back."""
    access = permit(request, "targets.view")
    measure, year = asked_measure(request), asked_year(request)
    periods = list(year.parts(asked_grain(request)))
    team = queries.team_of(access).only(lambda seat: seat.is_active)
    found = queries.sheet(access, team, measure, [year.start.year])
    words = _("Targets")
    title = f"{words} {measure.label} {year.code}"
    fields = [
        Field("key", pgettext("targets", "Key"), FieldType.TEXT),
        Field("name", pgettext("targets", "Who"), FieldType.TEXT),
        *(Field(period.code, period.code, FieldType.NUMBER) for period in periods),
    ]
    at = timezone.localtime(clock.now()).replace(tzinfo=None)
    about = About(title=title, by=access.actor.name, at=at, number=0, lines=())
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"targets.{kind}"
        file = open_file(path, Format(kind), fields, about)
        file.write(table_of(found, periods))
        file.close()
        content = BytesIO(path.read_bytes())
    return FileResponse(content, as_attachment=True, filename=f"{title.replace(' ', '-')}.{kind}")


@require_http_methods(["GET", "POST"])
def bring_file(request: HttpRequest) -> HttpResponse:
    """GET the dialog; POST a file: all of its targets are set, or none."""
    access = permit(request, "targets.edit")
    measure = asked_measure(request)
    if request.method == "POST":
        upload = request.FILES.get("file")
        if upload is None:
            raise Invalid.one("file", "value.required", _("Choose a file."))
        if (upload.size or 0) > MOST_BYTES:
            raise Invalid.one("file", "file.too_large", _("At most 5 MB."))
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "given"
            path.write_bytes(upload.read())
            is_workbook = path.read_bytes()[:2] == b"PK"
            table = read_table(path, is_workbook=is_workbook)
        entries = entries_of(queries.team_of(access), measure, table)
        changed = services.set_targets(access, measure, entries)
        words = ngettext("%(count)s target saved", "%(count)s targets saved", changed) % {"count": changed}
        return done(request, words if changed else _("Nothing has changed"))
    control = FieldControl("file", _("File"), "file", accept=".xlsx,.csv,.txt", required=True)
    page = FormPage(
        title=_("Bring targets from a file: %(measure)s") % {"measure": measure.label},
        action=address(request),
        groups=(FieldGroup((control,)),),
        submit=_("Set"),
        intro=_(
            "One row a person or department, found by key, e-mail address or name; columns headed by periods"
            " such as 2026-11. Empty cells change nothing. The file of this sheet has that form."
        ),
        multipart=True,
    )
    return respond(request, "ui/records/form.html", page)
