"""The order in which a company moves in, and how far it has come."""

from django.db.models import Sum
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from headwater.kernel import sql
from headwater.kernel.access import Access, permit
from headwater.kernel.catalogue import record_type
from headwater.leads.importing.web.higher import all_higher
from headwater.leads.importing.web.pages import MoveInPage, MoveStep
from headwater.leads.importing.web.words import MOVE_IN
from headwater.organization.queries import users_within
from headwater.platform.imports import presets
from headwater.platform.imports.importers import find_importer
from headwater.platform.imports.queries import imports_within
from headwater.platform.imports.types import WORKING, Status
from headwater.ui.responses import respond

MOST_COUNTED = 100_000  # counting millions would take its time, and nobody needs it here


@require_GET
def show(request: HttpRequest) -> HttpResponse:
    """People, products, accounts, contacts, leads, opportunities, follow-ups: what is here, what came."""
    access = permit(request, "imports.view")
    notes = {
        "product": _("What you sell; opportunities name it."),
        "account": _("Companies first: the others point to them by their number."),
        "contact": _("Each points to its company."),
        "lead": _("They need no company."),
        "opportunity": _("Each points to its company and its contact, and stands at a stage."),
        "activity": _("What was said comes last: it points to everything above."),
    }
    steps = [_people(access)] if access.may("users.view") else []
    records = [record for record in MOVE_IN if record in notes]
    allowed = [record for record in records if access.may(find_importer(record).permission)]
    steps += [_step(access, record, notes[record]) for record in allowed]
    above = [one for one in all_higher() if access.may(find_importer(one.record).permission)]
    steps += [_step(access, one.record, str(one.note)) for one in above]
    systems = tuple(presets.systems().values())
    return respond(request, "leads/import/move_in.html", MoveInPage(tuple(steps), systems))


def _people(access: Access) -> MoveStep:
    here = users_within(access.also("users.view")).filter(deactivated_at=None).count()
    return MoveStep(
        label=_("People"),
        note=_("Owners and authors are found by name, e-mail or mobile. Add colleagues and leavers first."),
        icon="users",
        here=here,
        imported=max(0, here - 1),
        is_working=False,
        href="/settings/people",
        import_href="/imports/new?record=user" if access.may("users.import") else "",
    )


def _step(access: Access, record: str, note: str) -> MoveStep:
    kind = record_type(record)
    jobs = imports_within(access).filter(record_type=record)
    done = jobs.filter(started_at__isnull=False).exclude(status=Status.REVERTED)
    scope = kind.scope(access.also(kind.permission("view")), "t")
    living = "t.archived_at IS NULL" if kind.is_archivable else "TRUE"
    counted = sql.value(
        f"SELECT count(*) FROM (SELECT 1 FROM {kind.table} t WHERE {living}"
        f" AND ({scope.text}) LIMIT {MOST_COUNTED}) c",
        scope.params,
    )
    return MoveStep(
        label=kind.label_plural,
        note=note,
        icon=kind.icon,
        here=int(counted),
        imported=done.aggregate(rows=Sum("created_count"))["rows"] or 0,
        is_working=jobs.filter(status__in=WORKING).exists(),
        href="/work" if record == "activity" else f"/{kind.plural}",
        import_href=f"/imports/new?record={record}",
    )
