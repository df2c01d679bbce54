"""The screens of competitors: who they are, where we met them, and how that ended."""

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_GET, require_http_methods

from headwater.currencies.queries import company_currency
from headwater.customization.lists import export_dialog
from headwater.kernel import listing, text
from headwater.kernel.access import Access, permit
from headwater.kernel.catalogue import record_type
from headwater.kernel.errors import NotFound
from headwater.sales import services
from headwater.sales.queries.parties import race_record
from headwater.sales.web.acts import dialog
from headwater.sales.web.money import left_out_words
from headwater.sales.web.parts import SalesPage
from headwater.sales.web.related import related_cards
from headwater.ui import records
from headwater.ui.pages import Action, Cell, EmptyState, Fact
from headwater.ui.responses import done, respond


@require_GET
def competitor_list(request: HttpRequest) -> HttpResponse:
    """Everybody whom our customers also ask."""
    access = permit(request, "competitors.view")
    kind = record_type("competitor")
    new = Action(_("New competitor"), icon="plus", dialog="/competitors/new", kind="primary")
    actions = [new] if access.may("competitors.create") else []
    page = records.list_page(
        request,
        access,
        kind,
        url="/competitors",
        actions=actions,
        card=("strengths",),
        batch=[Action(_("Archive"), icon="archive", dialog="/competitors/archive", key="archive")]
        if access.may("competitors.delete")
        else [],
        export_dialog=export_dialog(access, kind),
        empty=EmptyState(
            _("No competitors yet"),
            _("Name those whom your customers also ask, what they are good at and where you are better."),
            icon="flag",
            actions=tuple(actions),
        ),
    )
    return respond(request, "ui/records/list.html", page)


@require_http_methods(["GET", "POST"])
def new_competitor(request: HttpRequest) -> HttpResponse:
    """Make one; a refusal shows beside its field by itself."""
    access = permit(request, "competitors.create")
    kind = record_type("competitor")
    if request.method == "POST":
        made = services.create_competitor(access, records.submitted(request, kind, access))
        return done(request, _("Saved"), go=kind.link(made))
    page = records.form_page(
        kind,
        access,
        title=_("New competitor"),
        action="/competitors/new",
        submit=_("Save"),
        cancel_href="/competitors",
    )
    return respond(request, "ui/records/form.html", page)


@require_http_methods(["GET", "POST"])
def edit_competitor(request: HttpRequest, record_id: int) -> HttpResponse:
    """Change what we know of one."""
    access = permit(request, "competitors.edit")
    kind = record_type("competitor")
    if request.method == "POST":
        values = records.submitted(request, kind, access)
        version = text.whole(request.POST.get("version", ""))
        services.update_competitor(access, record_id, values, version=version)
        return done(request, _("Saved"))
    row = listing.get(access.also("competitors.view"), kind, record_id)
    page = records.form_page(
        kind,
        access,
        title=row["name"],
        action=f"/competitors/{record_id}/edit",
        row=row,
        submit=_("Save"),
        cancel_href=kind.link(record_id),
    )
    return respond(request, "ui/records/form.html", page)


@require_http_methods(["GET", "POST"])
def archive(request: HttpRequest) -> HttpResponse:
    """Put competitors away: GET asks, POST does it."""
    access = permit(request, "competitors.delete")
    given = request.POST if request.method == "POST" else request.GET
    ids = [found for one in given.getlist("ids") if (found := text.whole(one))]
    if not ids:
        raise NotFound(record="competitor", id=None)
    if request.method == "POST":
        services.archive_competitors(access, ids)
        return done(request, _("Archived"), go="/competitors")
    return dialog(
        request,
        record_type("competitor"),
        ids,
        title=_("Archive"),
        action="/competitors/archive",
        submit=_("Archive"),
        danger=True,
        intro=_("It is offered no more; opportunities that name it keep it."),
    )


@require_GET
def competitor_page(request: HttpRequest, record_id: int) -> HttpResponse:
    """What we know of one, how often we met, and how that ended."""
    access = permit(request, "competitors.view")
    kind = record_type("competitor")
    row = listing.get(access, kind, record_id)
    more = []
    if access.may("competitors.edit"):
        more.append(Action(_("Edit"), icon="pencil", dialog=f"/competitors/{record_id}/edit"))
    if access.may("competitors.delete"):
        url = f"/competitors/archive?ids={record_id}"
        more.append(Action(_("Archive"), icon="archive", dialog=url, kind="danger"))
    page = SalesPage(
        title=row["name"],
        url=kind.link(record_id),
        back_href="/competitors",
        back_label=str(kind.label_plural),
        icon="flag",
        more=tuple(more),
        key_facts=_facts(access, record_id),
        groups=records.fact_groups(kind, access, row, skip=("name",)),
        lists=related_cards(access, kind, record_id, may_add=False),
        version=row["version"],
    )
    return respond(request, "sales/competitor.html", page)


def _facts(access: Access, record_id: int) -> tuple[Fact, ...]:
    found = race_record(access, record_id)
    if found is None:
        return ()
    company = company_currency()
    facts = [
        Fact(_("Met"), Cell("number", found.met)),
        Fact(_("Running"), Cell("number", found.running)),
        Fact(pgettext("competitor", "Won against them"), Cell("number", found.won)),
        Fact(_("Won amount"), Cell("money", found.won_amount, currency=company)),
        Fact(_("Lost to them"), Cell("number", found.lost_to)),
        Fact(_("Lost amount"), Cell("money", found.lost_amount, currency=company)),
    ]
    decided = found.won + found.lost_to
    if decided:
        facts.append(Fact(_("Win rate"), Cell("percent", round(found.won * 100 / decided))))
    if found.left_out:
        facts.append(Fact(_("Left out"), Cell("text", left_out_words(found.left_out))))
    return tuple(facts)
