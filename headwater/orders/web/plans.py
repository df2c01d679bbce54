"""The payment plan of an order: typed row by row, or split into equal parts."""

from datetime import date

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_http_methods

from headwater.kernel import clock
from headwater.kernel.catalogue.values import BadValue, as_date
from headwater.kernel.errors import Invalid
from headwater.kernel.money import plain
from headwater.orders import services
from headwater.orders.models import Instalment
from headwater.orders.queries.orders import instalments_of
from headwater.orders.services import InstalmentIn
from headwater.orders.services.plans import months_later
from headwater.orders.types import MOST_INSTALMENTS
from headwater.orders.web.parts import seen, version_of
from headwater.ui.formats import money_full
from headwater.ui.pages import Action, FieldControl, FieldGroup, FormPage
from headwater.ui.responses import done, respond

_BLANK = 3  # rows offered beyond those there are
_NAMES = ("due_on", "amount", "percent", "note")


@require_http_methods(["GET", "POST"])
def plan(request: HttpRequest, order_id: int) -> HttpResponse:
    """Instalments with their day and amount or percentage; a row left blank is left out."""
    order = seen(request, order_id, "orders.edit")
    if request.method == "POST":
        places, given = _given(request)
        try:
            services.set_plan(order.access, order_id, given, version=version_of(request))
        except Invalid as refused:
            raise _renamed(refused, places) from None
        return done(request, _("Saved"))
    held = instalments_of(order_id)
    count = min(len(held) + _BLANK, MOST_INSTALMENTS)
    groups = [
        _row(place, held[place] if place < len(held) else None, order.currency)
        for place in range(max(count, len(held)))
    ]
    words = _("The order costs %(total)s. What the plan leaves of it is due on its own day.")
    page = FormPage(
        title=_("Payment plan"),
        action=f"{order.url}/plan",
        groups=tuple(groups),
        submit=_("Save"),
        cancel_href=order.url,
        hidden={"version": order.row["version"]},
        intro=words % {"total": money_full(order.row["total"], order.currency)},
        extra=(Action(_("Equal parts"), icon="split", dialog=f"{order.url}/plan/split"),),
        width="wide",
    )
    return respond(request, "ui/records/form.html", page)


def _row(place: int, one: Instalment | None, currency: str) -> FieldGroup:
    percent = plain(one.percent) if one is not None and one.percent is not None else ""
    amount = "" if one is None or percent else format(one.amount, "f")
    controls = (
        FieldControl(
            f"due_on-{place}",
            pgettext("order", "Due on"),
            "date",
            one.due_on.isoformat() if one else "",
            span=3,
        ),
        FieldControl(
            f"amount-{place}", pgettext("order", "Amount"), "money", amount, span=3, currency=currency
        ),
        FieldControl(f"percent-{place}", _("or percent"), "percent", percent, span=3),
        FieldControl(
            f"note-{place}",
            _("Note"),
            value=(one.note or "") if one is not None else "",
            max_length=200,
            span=3,
        ),
        FieldControl(f"id-{place}", "", "hidden", str(one.pk) if one is not None else ""),
    )
    return FieldGroup(controls)


def _given(request: HttpRequest) -> tuple[list[int], list[InstalmentIn]]:
    """The rows that say something, and at which place of the form each stands."""
    places, given = [], []
    for place in range(MOST_INSTALMENTS):
        said = {name: request.POST.get(f"{name}-{place}", "").strip() for name in _NAMES}
        if not (said["due_on"] or said["amount"] or said["percent"]):
            continue
        held = request.POST.get(f"id-{place}", "")
        held_id = int(held) if held.isascii() and held.isdigit() and len(held) < 19 else None
        places.append(place)
        given.append(InstalmentIn(said["due_on"], said["amount"], said["percent"], said["note"], held_id))
    return places, given


def _renamed(refused: Invalid, places: list[int]) -> Invalid:
    """Complaints under the names of the form's controls."""
    found = {}
    for key, told in refused.fields.items():
        head, _dot, rest = key.partition(".")
        place, _dot, name = rest.partition(".")
        at = int(place) if head == "plan" and place.isdecimal() and int(place) < len(places) else None
        found[key if at is None else f"{name}-{places[at]}"] = told
    return Invalid(fields=found)


@require_http_methods(["GET", "POST"])
def split(request: HttpRequest, order_id: int) -> HttpResponse:
    """Equal instalments at equal distances; they take the place of the present plan."""
    order = seen(request, order_id, "orders.edit")
    if request.method == "POST":
        services.split_plan(
            order.access,
            order_id,
            count=_whole(request, "count"),
            months=_whole(request, "months"),
            first_on=_day(request.POST.get("first_on", "")),
            version=version_of(request),
        )
        return done(request, _("Saved"))
    first = months_later(clock.today(), 1)
    controls = (
        FieldControl(
            "count",
            _("Instalments"),
            "number",
            "3",
            required=True,
            minimum=1,
            maximum=MOST_INSTALMENTS,
            span=6,
        ),
        FieldControl(
            "months", _("Months between them"), "number", "1", required=True, minimum=1, maximum=24, span=6
        ),
        FieldControl("first_on", _("First one due on"), "date", first.isoformat(), required=True),
    )
    page = FormPage(
        title=_("Equal parts"),
        action=f"{order.url}/plan/split",
        groups=(FieldGroup(controls),),
        submit=_("Save"),
        cancel_href=order.url,
        hidden={"version": order.row["version"]},
        width="small",
    )
    return respond(request, "ui/records/form.html", page)


def _whole(request: HttpRequest, key: str) -> int:
    raw = request.POST.get(key, "")
    if not (raw.isascii() and raw.isdigit() and len(raw) < 6):
        raise Invalid.one(key, "value.number", _("This must be a number."))
    return int(raw)


def _day(raw: str) -> date:
    try:
        return as_date(raw)
    except BadValue as bad:
        raise Invalid.one("first_on", bad.code, bad.detail) from None
