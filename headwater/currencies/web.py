"""Settings → Currencies: what the company counts in, the present rates, and all of them."""

from dataclasses import dataclass, replace

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from headwater.currencies import queries, services
from headwater.currencies.types import Currency
from headwater.currencies.uses import uses
from headwater.customization.lists import export_dialog
from headwater.kernel import clock, listing, text
from headwater.kernel.access import Access, permit
from headwater.kernel.catalogue import record_type
from headwater.kernel.errors import NotFound
from headwater.ui import formats, records
from headwater.ui.pages import Action, Cell, EmptyState, FieldControl, FieldGroup, FormPage, Option, Row
from headwater.ui.responses import done, respond


@dataclass(frozen=True, slots=True)
class CurrencyLine:
    """A currency with what it is worth now."""

    code: str
    name: str
    worth: str  # "1 USD = 7.1 CNY", blank without a rate
    since: object
    note: str
    is_missing: bool
    tools: tuple[Action, ...]


@dataclass(frozen=True, slots=True)
class CurrenciesPage:
    """What the company counts in and what other money is worth."""

    company: str
    company_name: str
    change: Action | None
    actions: tuple[Action, ...]
    used: tuple[CurrencyLine, ...]
    others: tuple[CurrencyLine, ...]
    all_href: str
    rates: int


def rate_text(rate: object) -> str:
    """A rate with the digits it has: 7.1, 0.00521."""
    whole = format(rate, "f")
    return whole.rstrip("0").rstrip(".") if "." in whole else whole


@require_GET
def currencies(request: HttpRequest) -> HttpResponse:
    """The company's currency and the latest rate of each other one."""
    access = permit(request, "rates.view")
    company = Currency(queries.company_currency())
    states = queries.currency_states()
    lines = [(state, _line(access, company, state)) for state in states]
    page = CurrenciesPage(
        company=company.value,
        company_name=str(company.label),
        change=Action(_("Change currency"), icon="pencil", dialog=reverse("company_currency"))
        if access.may("currencies.configure")
        else None,
        actions=_head_actions(access),
        used=tuple(line for state, line in lines if state.known or state.amounts),
        others=tuple(line for state, line in lines if not (state.known or state.amounts)),
        all_href=reverse("rates"),
        rates=sum(state.rates for state in states),
    )
    return respond(request, "currencies/currencies.html", page, fragments={"hw-currencies": "lines"})


def _line(access: Access, company: Currency, state: queries.CurrencyState) -> CurrencyLine:
    known, code = state.known, state.currency.value
    if state.is_missing:
        note = _("No rate: totals leave %(count)s amounts out") % {"count": formats.number(state.amounts)}
    elif state.amounts:
        note = _("%(count)s amounts") % {"count": formats.number(state.amounts)}
    else:
        note = ""
    tools = []
    if access.may("rates.create"):
        tools.append(Action(_("New rate"), icon="plus", dialog=f"{reverse('rate_new')}?currency={code}"))
    return CurrencyLine(
        code=code,
        name=str(state.currency.label),
        worth=f"1 {code} = {rate_text(known.rate)} {company.value}" if known else "",
        since=known.on_date if known else None,
        note=note,
        is_missing=state.is_missing,
        tools=tuple(tools),
    )


def _head_actions(access: Access) -> tuple[Action, ...]:
    acts = []
    if access.may("rates.import"):
        acts.append(Action(_("Import"), icon="upload", href="/imports/new?record=rate"))
    if access.may("rates.create"):
        acts.append(Action(_("New rate"), icon="plus", dialog=reverse("rate_new"), kind="primary"))
    return tuple(acts)


@require_GET
def rates(request: HttpRequest) -> HttpResponse:
    """Every rate that was ever written, the latest first."""
    access = permit(request, "rates.view")
    kind = record_type("rate")
    may_edit = access.may("rates.edit")
    page = records.list_page(
        request,
        access,
        kind,
        url=reverse("rates"),
        filters=("currency", "on_date"),
        card=("rate", "on_date"),
        actions=_head_actions(access),
        batch=[Action(_("Take out"), icon="archive", dialog=reverse("rates_archive"), key="archive")]
        if access.may("rates.delete")
        else [],
        drawn={"rate": lambda row: Cell("number", row["rate"], text=rate_text(row["rate"]))},
        row=lambda data, row: _with_edit(row) if may_edit else row,
        export_dialog=export_dialog(access, kind),
        search_placeholder=_("Search currency"),
        empty=EmptyState(
            _("No rates yet"),
            _("Amounts in other currencies stay out of totals until somebody says what they are worth."),
            icon="coins",
            actions=_head_actions(access),
        ),
    )
    return respond(request, "currencies/rates.html", page)


def _with_edit(row: Row) -> Row:
    edit = Action(_("Correct"), icon="pencil", dialog=reverse("rate_edit", args=[row.id]))
    return Row(row.id, row.cells, row.href, (edit, *row.tools), row.card, row.card_tag, row.is_done)


@require_http_methods(["GET", "POST"])
def new_rate(request: HttpRequest) -> HttpResponse:
    """Write what a currency is worth from a day on."""
    access = permit(request, "rates.create")
    kind = record_type("rate")
    if request.method == "POST":
        services.create_rate(access, records.submitted(request, kind, access))
        return done(request, _("Saved"))
    asked = request.GET.get("currency", "")
    company = queries.company_currency()
    form = records.form_page(
        kind,
        access,
        title=_("New rate"),
        action=reverse("rate_new"),
        row={"currency": asked if asked in Currency.values else None, "on_date": clock.today()},
        submit=_("Save"),
        cancel_href=reverse("currencies"),
        width="small",
    )
    return respond(request, "ui/records/form.html", _in_words(form, company))


def _in_words(form: FormPage, company: str) -> FormPage:
    """The form without the company's own currency among the choices; the rate says in what it is."""
    controls = []
    for control in form.groups[0].controls:
        changes: dict[str, object] = {"span": 12}
        if control.name == "currency":
            changes["options"] = tuple(one for one in control.options if one.value != company)
        elif control.name == "rate":
            changes["suffix"] = company
        controls.append(_changed(control, **changes))
    return FormPage(
        title=form.title,
        action=form.action,
        groups=(FieldGroup(tuple(controls)),),
        submit=form.submit,
        cancel_href=form.cancel_href,
        hidden=form.hidden,
        width="small",
    )


def _changed(control: FieldControl, **changes: object) -> FieldControl:
    return replace(control, **changes)  # type: ignore[arg-type]


@require_http_methods(["GET", "POST"])
def edit_rate(request: HttpRequest, record_id: int) -> HttpResponse:
    """Correct a rate."""
    access = permit(request, "rates.edit")
    kind = record_type("rate")
    action = reverse("rate_edit", args=[record_id])
    if request.method == "POST":
        values = records.submitted(request, kind, access)
        services.update_rate(access, record_id, values, version=text.whole(request.POST.get("version", "")))
        return done(request, _("Saved"))
    row = listing.get(access.also("rates.view"), kind, record_id)
    form = records.form_page(
        kind, access, title=_("Correct"), action=action, row=row, cancel_href=reverse("rates"), width="small"
    )
    return respond(request, "ui/records/form.html", _in_words(form, row["base"]))


@require_http_methods(["GET", "POST"])
def archive(request: HttpRequest) -> HttpResponse:
    """Take rates out: GET asks, POST does it."""
    access = permit(request, "rates.delete")
    given = request.POST if request.method == "POST" else request.GET
    ids = [found for one in given.getlist("ids") if (found := text.whole(one))]
    if not ids:
        raise NotFound(record="rate", id=None)
    if request.method == "POST":
        services.archive_rates(access, ids)
        return done(request, _("Taken out"))
    form = FormPage(
        title=_("Take out"),
        action=reverse("rates_archive"),
        groups=(),
        submit=_("Take out"),
        cancel_href=reverse("rates"),
        hidden={"ids": ids},
        width="small",
        danger=True,
        intro=_("The rate before it holds again; the audit keeps what was taken out."),
    )
    return respond(request, "ui/records/form.html", form)


@require_http_methods(["GET", "POST"])
def company(request: HttpRequest) -> HttpResponse:
    """Count in another currency."""
    access = permit(request, "currencies.configure")
    if request.method == "POST":
        services.change_company_currency(
            access, request.POST.get("currency", ""), confirm="confirm" in request.POST
        )
        return done(request, _("Saved"))
    now = queries.company_currency()
    amounts, rates = uses().total(), queries.rates_to(now)
    controls = [
        FieldControl(
            "currency",
            _("Company currency"),
            kind="select",
            value=now,
            options=tuple(Option(one.value, f"{one.value} · {one.label}") for one in Currency),
            required=True,
        )
    ]
    if amounts or rates:
        controls.append(FieldControl("confirm", _("Count in this currency from now on"), kind="checkbox"))
    form = FormPage(
        title=_("Company currency"),
        action=reverse("company_currency"),
        groups=(FieldGroup(tuple(controls)),),
        submit=_("Save"),
        cancel_href=reverse("currencies"),
        width="small",
        intro=_(
            "Nothing that was written changes: %(amounts)s amounts keep their currency, %(rates)s rates stay."
            " Totals are counted in the new currency; its rates are worked out of the present ones, as far as"
            " it had a rate itself."
        )
        % {"amounts": formats.number(amounts), "rates": formats.number(rates)}
        if amounts or rates
        else "",
    )
    return respond(request, "ui/records/form.html", form)
