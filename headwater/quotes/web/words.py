"""Words and numbers that several screens of the room show."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from headwater.quotes.models import QuoteLine, QuoteVersion
from headwater.quotes.printing import numbers
from headwater.quotes.printing.document import taxes_of
from headwater.quotes.queries.limits import Reason
from headwater.quotes.totals import unit_of
from headwater.ui import formats

Pair = tuple[str, str]


def amount(value: Decimal, currency: str) -> str:
    """Every digit that the currency has, without its sign."""
    return numbers.amount(value, 0 if unit_of(currency) == 1 else 2)


def discount_words(percent: Decimal | None, off: Decimal | None, currency: str) -> str:
    """−5%, or −500.00; empty for none."""
    if percent:
        return f"−{numbers.percent(percent)}"
    return f"−{amount(off, currency)}" if off else ""


def sum_rows(
    version: QuoteVersion,
    lines: Sequence[QuoteLine] | None,
    taxes: Mapping[Decimal, Decimal] | None = None,
) -> tuple[Pair, ...]:
    """What stands between the lines and the total; `taxes` by rate where they are known already."""
    currency = version.currency
    rows: list[Pair] = []
    if version.discount:
        label = pgettext("paper", "Discount")
        if version.discount_percent:
            label = f"{label} {numbers.percent(version.discount_percent)}"
        rows.append((_("Subtotal"), amount(version.subtotal, currency)))
        rows.append((label, f"−{amount(version.discount, currency)}"))
    rows.append((_("Net of tax"), amount(version.net, currency)))
    for rate, tax in (taxes_of(lines or ()) if taxes is None else taxes).items():
        rows.append((_("Tax %(rate)s") % {"rate": numbers.percent(rate)}, amount(tax, currency)))
    return tuple(rows)


def total_label(version: QuoteVersion) -> str:
    """How the total is called."""
    return _("Total, tax included") if version.is_tax_included else _("Total with tax")


def reason_words(reasons: Sequence[Reason]) -> list[str]:
    """Why approval is needed, in sentences."""
    return [_reason(one) for one in reasons]


def _reason(one: Reason) -> str:
    match one["code"]:
        case "discount":
            return _("%(value)s %% below list prices; the limit is %(limit)s %%") % one
        case "amount":
            shown: dict[str, Any] = {
                "value": formats.money(Decimal(one["value"])),
                "limit": formats.money(Decimal(one["limit"])),
            }
            return _("worth %(value)s; the limit is %(limit)s") % shown
        case _:
            return _("no rate of %(value)s is known, so its worth is not known either") % one


@dataclass(frozen=True, slots=True)
class LineView:
    """A line as the page shows it; `short` says quantity and price where there is little room."""

    position: int
    name: str
    note: str
    quantity: str
    price: str
    discount: str
    tax: str
    amount: str
    short: str


def line_view(line: QuoteLine, currency: str) -> LineView:
    """A line for the page."""
    quantity = numbers.quantity(line.quantity) + (f" {line.unit}" if line.unit else "")
    price = numbers.price(line.unit_price)
    off = discount_words(line.discount_percent, line.discount_amount, currency)
    return LineView(
        position=line.position,
        name=line.name,
        note=line.description,
        quantity=quantity,
        price=price,
        discount=off,
        tax=numbers.percent(line.tax_rate),
        amount=amount(line.amount, currency),
        short=" · ".join(part for part in (f"{quantity} × {price}", off) if part),
    )
