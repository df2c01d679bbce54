"""What is done with a report as a whole: pin, copy, put away, share, take along."""

from io import BytesIO

from django.http import FileResponse, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from headwater.insight import services
from headwater.insight.engine import Definition
from headwater.insight.queries import ReportView, get_report
from headwater.insight.types import ReportSharing
from headwater.insight.web.asked import overridden
from headwater.kernel import text
from headwater.kernel.access import permit
from headwater.organization.queries import department_tree, names_of, role_sheets
from headwater.ui.pages import FieldControl, FieldGroup, FormPage, Option
from headwater.ui.responses import done, respond


@require_POST
def pin(request: HttpRequest, key: str) -> HttpResponse:
    """Keep it at hand."""
    services.pin_report(permit(request, "reports.view"), key)
    return done(request, _("Pinned"), refresh=True)


@require_POST
def unpin(request: HttpRequest, key: str) -> HttpResponse:
    """No longer keep it at hand."""
    services.unpin_report(permit(request, "reports.view"), key)
    return done(request, _("No longer pinned"), refresh=True)


@require_POST
def copy(request: HttpRequest, key: str) -> HttpResponse:
    """A copy of one's own, opened."""
    made = services.copy_report(permit(request, "reports.view"), key)
    return done(request, _("Copied; this one is yours"), go=f"/reports/{made}")


@require_POST
def archive(request: HttpRequest, report_id: int) -> HttpResponse:
    """Put it away; it can be brought back at once."""
    services.archive_reports(permit(request, "reports.view"), [report_id])
    return done(request, _("Report archived"), go="/reports")


@require_POST
def restore(request: HttpRequest, report_id: int) -> HttpResponse:
    """Bring it back."""
    services.restore_reports(permit(request, "reports.view"), [report_id])
    return done(request, _("Report restored"), go=f"/reports/{report_id}")


@require_http_methods(["GET", "POST"])
def share(request: HttpRequest, report_id: int) -> HttpResponse:
    """Who may open it; everybody sees in it what they may see anyway."""
    access = permit(request, "reports.view")
    report = get_report(access, report_id)
    if request.method == "POST":
        given = request.POST
        services.share_report(
            access,
            report_id,
            sharing=given.get("sharing", ""),
            department_ids=_ids(given.getlist("department_ids")),
            role_ids=_ids(given.getlist("role_ids")),
            person_ids=_ids(given.getlist("person_ids")),
            version=text.whole(given.get("version", "")),
        )
        return done(request, _("Sharing saved"))
    return respond(request, "ui/records/form.html", _share_form(report))


def _ids(raw: list[str]) -> list[int]:
    return [found for item in raw if (found := text.whole(item)) is not None]


def _share_form(report: ReportView) -> FormPage:
    people = names_of(report.person_ids)
    controls = (
        FieldControl(
            "sharing",
            _("Who may open it"),
            "radio",
            report.sharing,
            options=tuple(Option(one.value, one.label) for one in ReportSharing),
            help=_("Everybody sees in it only what they may see anyway."),
        ),
        FieldControl(
            "department_ids",
            _("Departments"),
            "multi",
            [str(one) for one in report.department_ids],
            options=tuple(Option(str(node.id), node.name, depth=node.depth) for node in department_tree()),
            placeholder=_("With those below them"),
        ),
        FieldControl(
            "role_ids",
            _("Roles"),
            "multi",
            [str(one) for one in report.role_ids],
            options=tuple(Option(str(sheet.role.pk), sheet.role.label) for sheet in role_sheets()),
            placeholder=_("People with one of these roles"),
        ),
        FieldControl(
            "person_ids",
            _("People"),
            "users",
            [str(one) for one in report.person_ids],
            options=tuple(Option(str(one), name) for one, name in people.items()),
            options_url="/options/user.json",
        ),
    )
    return FormPage(
        title=_("Share “%(name)s”") % {"name": report.name},
        action=reverse("report_share", args=[report.id]),
        groups=(FieldGroup(controls),),
        submit=_("Save"),
        cancel_href=report.url,
        hidden={"version": report.version},
    )


@require_GET
def file(request: HttpRequest, key: str) -> HttpResponseBase:
    """The report as it is on the page, as a file; a large one is written in the background."""
    access = permit(request, "reports.view")
    report = get_report(access, key)
    definition = Definition.stored(overridden(report.definition, request.GET), access)
    made = services.export_report(
        access, definition, name=report.name, format=request.GET.get("format", "xlsx"), report_id=report.id
    )
    if isinstance(made, services.ReportFile):
        return FileResponse(
            BytesIO(made.content), as_attachment=True, filename=made.name, content_type=made.content_type
        )
    return done(request, _("The file is being written; you are told when it is ready."), go=report.url)
