"""Writing a draft: head, lines, and sums that follow while one writes."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from headwater.kernel.access import Access, permit
from headwater.kernel.errors import Invalid
from headwater.quotes import queries, services
from headwater.quotes.documents import Line
from headwater.quotes.models import Quote, QuoteVersion
from headwater.quotes.printing import numbers
from headwater.quotes.services.drafting import kept_lines
from headwater.quotes.services.previewing import preview
from headwater.quotes.types import MOST_LINES, QuoteState
from headwater.quotes.web import controls, words
from headwater.ui import formats
from headwater.ui.pages import FieldControl, FieldGroup
from headwater.ui.responses import done, respond

_LINE = ("mark", "product", "name", "description", "quantity", "unit", "unit_price", "discount", "tax_rate")
_HEAD = ("language", "contact", "currency", "price_book", "valid_until", "intro", "terms")
_FROM_PRODUCT = ("name", "unit", "unit_price", "tax_rate", "description")


@dataclass(frozen=True, slots=True)
class SumsView:
    """What the draft comes to; or what keeps it from being added up."""

    rows: tuple[tuple[str, str], ...]
    total: tuple[str, str]
    reduction: str
    needs_approval: bool
    wrong: str
    amounts: tuple[tuple[int, str], ...]  # of the rows, for those that are already drawn


@dataclass(frozen=True, slots=True)
class EditorPage:
    """The whole screen."""

    number: str
    name: str
    heading: str
    url: str
    back: str
    version: int
    head: tuple[FieldGroup, ...]
    texts: tuple[FieldControl, ...]
    whole_discount: FieldControl
    lines: tuple[controls.LineForm, ...]
    sums: SumsView
    is_full: bool


@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, quote_id: int) -> HttpResponse:
    """Write; somebody else's save in between is told, not overwritten."""
    access = permit(request, "quotes.edit")
    if request.method == "POST":
        raw = request.POST.get("version", "")
        version = int(raw) if raw.isdecimal() and len(raw) < 10 else None
        services.write_draft(access, quote_id, posted(request.POST, drop_empty=True), version=version)
        return done(request, _("Saved"), go=f"/quotes/{quote_id}")
    quote = services.get_quote(access, quote_id)
    draft = queries.find_version(quote, quote.latest)
    if draft.state != QuoteState.DRAFT:
        return HttpResponseRedirect(f"/quotes/{quote_id}", status=303)
    given = [_as_posted(line) for line in kept_lines(draft)] or [_empty()]
    raw_head: dict[str, Any] = {}
    return respond(request, "quotes/editor.html", _page(request, access, quote, draft, given, raw_head))


@require_POST
def draft(request: HttpRequest, quote_id: int) -> HttpResponse:
    """The draft as it would be: lines added, moved or taken out, prices, sums. Nothing is kept."""
    access = permit(request, "quotes.edit")
    quote = services.get_quote(access, quote_id)
    version = queries.find_version(quote, quote.latest)
    data = request.POST
    given = _lines(data)
    redraws = _rearrange(given, data)
    raw = posted(data, drop_empty=False) | {"lines": [_raw(line) for line in given]}
    page = _page(request, access, quote, version, given, raw)
    return respond(request, "quotes/editor.html", page, block="lines" if redraws else "sums")


def _rearrange(given: list[dict[str, str]], data: QueryDict) -> bool:
    """Do what was asked with the lines; whether they have to be drawn anew."""
    picked = data.get("picked", "")
    if _is_place(picked, given):
        for key in _FROM_PRODUCT:
            given[int(picked)][key] = ""
        return True
    if "add" in data and len(given) < MOST_LINES:
        given.append(_empty())
        return True
    for act, step in (("remove", 0), ("up", -1), ("down", 1)):
        place = data.get(act, "")
        if _is_place(place, given):
            line = given.pop(int(place))
            if step:
                given.insert(max(0, int(place) + step), line)
            return True
    return False


def _is_place(raw: str, given: list[dict[str, str]]) -> bool:
    return raw.isdecimal() and len(raw) < 5 and int(raw) < len(given)


def _empty() -> dict[str, str]:
    return dict.fromkeys(_LINE, "") | {"quantity": "1"}


def _lines(data: QueryDict) -> list[dict[str, str]]:
    """The rows as they were sent: the same names again and again, in order."""
    columns = {key: data.getlist(f"line_{key}")[: MOST_LINES + 1] for key in _LINE}
    count = len(columns["name"])
    return [
        {key: values[place] if place < len(values) else "" for key, values in columns.items()}
        for place in range(count)
    ]


def _raw(given: Mapping[str, str]) -> dict[str, Any]:
    """A row as the services take it."""
    raw: dict[str, Any] = {key: given[key] for key in _LINE if key not in ("mark", "discount")}
    raw["mark"] = int(given["mark"]) if given["mark"].isdecimal() and len(given["mark"]) < 10 else None
    return raw | _discount(given["discount"])


def _discount(raw: str) -> dict[str, str]:
    """`5%` is a percentage, `500` an amount."""
    text = raw.strip()
    key = "discount_percent" if text.endswith(("%", "％")) else "discount_amount"
    return {key: text} if text else {"discount_percent": "", "discount_amount": ""}


def posted(data: QueryDict, *, drop_empty: bool) -> dict[str, Any]:
    """The draft as the services take it; rows in which nothing was written are left out on saving."""
    raw: dict[str, Any] = {key: data[key] for key in _HEAD if key in data}
    raw["is_tax_included"] = "is_tax_included" in data
    whole = _discount(data.get("whole_discount", ""))
    raw |= {"discount_percent": "", "discount_amount": ""} | whole
    lines = _lines(data)
    if drop_empty:
        lines = [line for line in lines if any(line[key] for key in ("product", "name", "unit_price"))]
    raw["lines"] = [_raw(line) for line in lines]
    return raw


def _as_posted(line: Line) -> dict[str, str]:
    off = words.discount_words(line.discount_percent, line.discount_amount, "").lstrip("−")
    return {
        "mark": str(line.mark or ""),
        "product": str(line.product or ""),
        "name": line.name or "",
        "description": line.description,
        "quantity": numbers.quantity(line.quantity).replace(",", ""),
        "unit": line.unit,
        "unit_price": "" if line.unit_price is None else numbers.price(line.unit_price).replace(",", ""),
        "discount": off.replace(",", ""),
        "tax_rate": "" if line.tax_rate is None else numbers.quantity(line.tax_rate),
    }


def _page(
    request: HttpRequest,
    access: Access,
    quote: Quote,
    version: QuoteVersion,
    given: list[dict[str, str]],
    raw: dict[str, Any],
) -> EditorPage:
    complaints: dict[str, dict[str, str]] = {}
    shown = version
    sums = SumsView((), ("", ""), "", needs_approval=False, wrong="", amounts=())
    if not raw:
        sums = _sums(access, version, None)
        amounts = {line.position - 1: line.amount for line in queries.lines_of(version)}
    else:
        amounts = {}
        filled = [line for line in raw["lines"] if line["product"] or line["name"] or line["unit_price"]]
        places = [index for index, line in enumerate(raw["lines"]) if line in filled]
        try:
            found = preview(access, quote.pk, raw | {"lines": [raw["lines"][index] for index in places]})
        except Invalid as refusal:
            complaints = {_moved(key, places): told for key, told in refusal.fields.items()}
            told = next(iter(complaints.values()))["detail"]
            sums = SumsView((), (words.total_label(version), "—"), "", False, told, ())
        else:
            shown = found.draft
            amounts = {place: one.amount for place, one in zip(places, found.sums.lines, strict=True)}
            for place, line in zip(places, found.lines, strict=True):
                given[place] = _as_posted(line)
            for name in ("subtotal", "discount", "net", "tax", "total", "reduction"):
                setattr(shown, name, getattr(found.sums, name))
            taxes = {one.rate: one.tax for one in found.sums.taxes}
            sums = _sums(access, shown, taxes)
    currency = shown.currency
    off = words.discount_words(version.discount_percent, version.discount_amount, currency)
    whole = request.POST.get("whole_discount", off.lstrip("−").replace(",", ""))[:30]
    written = {place: words.amount(value, currency) for place, value in amounts.items()}
    sums = SumsView(
        sums.rows,
        sums.total,
        sums.reduction,
        sums.needs_approval,
        sums.wrong,
        tuple((place, written.get(place, "—")) for place in range(len(given))),
    )
    return EditorPage(
        number=quote.number,
        name=quote.name,
        heading=_("Version %(number)s") % {"number": version.number},
        url=f"/quotes/{quote.pk}",
        back=f"/quotes/{quote.pk}",
        version=quote.version,
        head=() if raw else (controls.head(version),),
        texts=() if raw else controls.texts(version),
        whole_discount=FieldControl(
            "whole_discount",
            _("Discount on the whole"),
            value=whole,
            placeholder=_("5% or an amount"),
            max_length=30,
        ),
        lines=controls.line_forms(given, written, complaints),
        sums=sums,
        is_full=len(given) >= MOST_LINES,
    )


def _moved(key: str, places: list[int]) -> str:
    """A complaint about the n-th line that was filled in belongs to the row where that one stands."""
    parts = key.split(".")
    if parts[0] == "lines" and len(parts) == 3 and parts[1].isdecimal() and int(parts[1]) < len(places):
        return f"lines.{places[int(parts[1])]}.{parts[2]}"
    return key


def _sums(access: Access, version: QuoteVersion, taxes: Mapping[Decimal, Decimal] | None) -> SumsView:
    return SumsView(
        rows=words.sum_rows(version, queries.lines_of(version) if taxes is None else None, taxes),
        total=(words.total_label(version), formats.money_full(version.total, version.currency)),
        reduction=numbers.percent(version.reduction) if version.reduction else "",
        needs_approval=bool(services.reasons_for(access, version)),
        wrong="",
        amounts=(),
    )
