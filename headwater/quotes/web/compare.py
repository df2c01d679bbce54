"""What a version changed against the one before it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_GET

from headwater.kernel import sql
from headwater.kernel.access import permit
from headwater.quotes import queries, services
from headwater.quotes.documents import HEAD, LINE
from headwater.quotes.models import QuoteLine
from headwater.quotes.printing import numbers
from headwater.quotes.types import PaperLanguage
from headwater.quotes.web import words
from headwater.ui import formats
from headwater.ui.pages import Tag
from headwater.ui.responses import respond

_NAMED = {"product": "products_product", "contact": "sales_contact", "price_book": "products_pricebook"}


@dataclass(frozen=True, slots=True)
class ComparePage:
    """What a version changed."""

    title: str
    head: tuple[tuple[str, str, str], ...]
    lines: tuple["LineCompared", ...]
    is_empty: bool


@dataclass(frozen=True, slots=True)
class LineCompared:
    """A line that was added, taken out or changed."""

    name: str
    tag: Tag
    changes: tuple[tuple[str, str, str], ...]


@require_GET
def compare(request: HttpRequest, quote_id: int, number: int) -> HttpResponse:
    """What a version changed against the one before it."""
    access = permit(request, "quotes.view")
    quote = services.get_quote(access, quote_id)
    after = queries.find_version(quote, min(number, 2**31 - 1))
    before = queries.find_version(quote, after.number - 1)
    found = queries.differences(before, after)
    page = ComparePage(
        title=_("Version %(after)s against version %(before)s")
        % {"after": after.number, "before": before.number},
        head=_compared(found.head, after.currency),
        lines=tuple(_line_compared(one, after.currency) for one in found.lines),
        is_empty=found.is_empty,
    )
    return respond(request, "quotes/compare.html", page)


def _said(line: QuoteLine, currency: str) -> str:
    return f"{words.line_view(line, currency).short} = {words.amount(line.amount, currency)}"


def _line_compared(one: queries.LineChange, currency: str) -> LineCompared:
    if one.before is None and one.after is not None:
        shown = (("", "", _said(one.after, currency)),)
        return LineCompared(one.name, Tag(_("Added"), "green"), shown)
    if one.after is None and one.before is not None:
        shown = (("", _said(one.before, currency), ""),)
        return LineCompared(one.name, Tag(_("Taken out"), "red"), shown)
    return LineCompared(
        one.name, Tag(pgettext("quote line", "Changed"), "blue"), _compared(one.changes, currency)
    )


def _compared(changes: Sequence[queries.Change], currency: str) -> tuple[tuple[str, str, str], ...]:
    labels = _labels()
    return tuple(
        (str(labels.get(one.field, one.field)), _value(one.field, one.before), _value(one.field, one.after))
        for one in changes
    )


def _labels() -> dict[str, Any]:
    own = {key: field.label for key, field in {**LINE, **HEAD}.items()}
    return own | {
        "amount": pgettext("paper", "Amount"),
        "net": _("Net of tax"),
        "tax": pgettext("paper", "Tax amount"),
        "total": pgettext("quote", "Total"),
    }


def _value(name: str, value: Any) -> str:
    if value is None or value == "":
        return "—"
    if name == "is_tax_included":
        return _("Yes") if value else _("No")
    if name == "language":
        return str(PaperLanguage(value).label)
    if name in ("amount", "net", "tax", "total", "discount_amount"):
        return numbers.amount(value)
    if name == "unit_price":
        return numbers.price(value)
    if name in ("discount_percent", "tax_rate"):
        return numbers.percent(value)
    if name == "quantity":
        return numbers.quantity(value)
    if name == "valid_until":
        return formats.calendar_day(value)
    if name in _NAMED:
        found = sql.value(f"SELECT name FROM {_NAMED[name]} WHERE id = %s", (value,))
        return str(found or f"#{value}")
    return str(value)
