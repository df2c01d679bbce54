"""The sums of a quote: exact decimals, rounded half up line by line, so that lines and totals always agree.

1. A line: quantity × unit price, rounded; less its discount, rounded. That is the amount that it shows.
2. The discount on the whole is rounded once and shared out over the lines by their amounts, to the last cent:
   what rounding down leaves over goes to the largest remainders.
3. Tax, line by line, of what is left: on top of it, or contained in it where prices include tax.
4. Every total is the sum of its lines. Yen and won have no cents.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_DOWN, ROUND_HALF_UP, Decimal, localcontext

from headwater.quotes.types import MOST_AMOUNT

ZERO = Decimal(0)
HUNDRED = Decimal(100)
_WHOLE = frozenset({"JPY", "KRW"})
_DIGITS = 60  # quantities and prices of eighteen digits multiply exactly


class TooLarge(ValueError):
    """An amount that no column holds. `line` is the index of the line, None for the whole."""

    def __init__(self, line: int | None) -> None:
        super().__init__(line)
        self.line = line


class DiscountTooLarge(TooLarge):
    """An amount off that is more than what it is taken off."""


@dataclass(frozen=True, slots=True)
class LineTerms:
    """What a line says. One of the discounts at most is given."""

    quantity: Decimal
    unit_price: Decimal
    tax_rate: Decimal = ZERO
    discount_percent: Decimal | None = None
    discount_amount: Decimal | None = None
    list_price: Decimal | None = None


@dataclass(frozen=True, slots=True)
class LineSums:
    """What a line comes to."""

    gross: Decimal
    discount: Decimal
    amount: Decimal
    share: Decimal  # of the discount on the whole
    net: Decimal
    tax: Decimal
    total: Decimal


@dataclass(frozen=True, slots=True)
class TaxSums:
    """All lines of one rate."""

    rate: Decimal
    net: Decimal
    tax: Decimal


@dataclass(frozen=True, slots=True)
class Sums:
    """What a quote comes to. `reduction`: percent below what its list prices would come to, two decimals."""

    lines: tuple[LineSums, ...]
    subtotal: Decimal
    discount: Decimal
    net: Decimal
    tax: Decimal
    total: Decimal
    taxes: tuple[TaxSums, ...]
    reduction: Decimal


def unit_of(currency: str) -> Decimal:
    """The smallest amount of a currency."""
    return Decimal(1) if currency in _WHOLE else Decimal("0.01")


def sums_of(
    lines: Sequence[LineTerms],
    *,
    currency: str,
    is_tax_included: bool,
    discount_percent: Decimal | None = None,
    discount_amount: Decimal | None = None,
) -> Sums:
    """Add up; refuses `TooLarge` and `DiscountTooLarge`. Quantities and prices are not negative."""
    unit = unit_of(currency)
    with localcontext() as context:
        context.prec = _DIGITS
        shown = [_shown(index, line, unit) for index, line in enumerate(lines)]
        subtotal = sum((amount for _gross, _off, amount in shown), ZERO)
        discount = _off(subtotal, discount_percent, discount_amount, unit, None)
        shares = _shared(discount, [amount for _gross, _off_line, amount in shown], unit)
        made = tuple(
            _line(*three, share, line.tax_rate, unit, is_tax_included=is_tax_included)
            for three, share, line in zip(shown, shares, lines, strict=True)
        )
        total = sum((line.total for line in made), ZERO)
        if total >= MOST_AMOUNT or subtotal >= MOST_AMOUNT:
            raise TooLarge(None)
        return Sums(
            lines=made,
            subtotal=subtotal,
            discount=discount,
            net=sum((line.net for line in made), ZERO),
            tax=sum((line.tax for line in made), ZERO),
            total=total,
            taxes=_taxes(lines, made),
            reduction=_reduction(lines, made),
        )


def _round(value: Decimal, unit: Decimal) -> Decimal:
    return value.quantize(unit, ROUND_HALF_UP)


def _off(
    of: Decimal, percent: Decimal | None, amount: Decimal | None, unit: Decimal, line: int | None
) -> Decimal:
    if percent is not None:
        return _round(of * percent / HUNDRED, unit)
    if amount is None:
        return ZERO
    off = _round(amount, unit)
    if off > of:
        raise DiscountTooLarge(line)
    return off


def _shown(index: int, line: LineTerms, unit: Decimal) -> tuple[Decimal, Decimal, Decimal]:
    gross = _round(line.quantity * line.unit_price, unit)
    if gross >= MOST_AMOUNT:
        raise TooLarge(index)
    off = _off(gross, line.discount_percent, line.discount_amount, unit, index)
    return gross, off, gross - off


def _shared(discount: Decimal, amounts: Sequence[Decimal], unit: Decimal) -> list[Decimal]:
    """`discount` in parts that are proportional to `amounts`, none larger than its amount."""
    whole = sum(amounts, ZERO)
    if not discount or not whole:
        return [ZERO for _ in amounts]
    exact = [discount * amount / whole for amount in amounts]
    shares = [part.quantize(unit, ROUND_DOWN) for part in exact]
    left = int((discount - sum(shares, ZERO)) / unit)
    by_remainder = sorted(range(len(exact)), key=lambda index: (shares[index] - exact[index], index))
    for index in by_remainder[:left]:
        shares[index] += unit
    return shares


def _line(
    gross: Decimal,
    off: Decimal,
    amount: Decimal,
    share: Decimal,
    rate: Decimal,
    unit: Decimal,
    *,
    is_tax_included: bool,
) -> LineSums:
    left = amount - share
    if is_tax_included:
        net = _round(left / (1 + rate / HUNDRED), unit)
        return LineSums(gross, off, amount, share, net, left - net, left)
    tax = _round(left * rate / HUNDRED, unit)
    return LineSums(gross, off, amount, share, left, tax, left + tax)


def _taxes(lines: Sequence[LineTerms], made: Sequence[LineSums]) -> tuple[TaxSums, ...]:
    nets: dict[Decimal, Decimal] = {}
    taxes: dict[Decimal, Decimal] = {}
    for line, one in zip(lines, made, strict=True):
        nets[line.tax_rate] = nets.get(line.tax_rate, ZERO) + one.net
        taxes[line.tax_rate] = taxes.get(line.tax_rate, ZERO) + one.tax
    return tuple(TaxSums(rate, nets[rate], taxes[rate]) for rate in sorted(nets))


def _reduction(lines: Sequence[LineTerms], made: Sequence[LineSums]) -> Decimal:
    """Against the list price, or the unit price where that is higher: a lower price is a discount too."""
    listed = sum((line.quantity * max(line.list_price or ZERO, line.unit_price) for line in lines), ZERO)
    if not listed:
        return ZERO
    left = sum((one.amount - one.share for one in made), ZERO)
    return max(ZERO, _round((listed - left) * HUNDRED / listed, Decimal("0.01")))
