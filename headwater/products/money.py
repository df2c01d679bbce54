"""Money without rounding errors: exact decimals, rounded half up, once a line."""

from decimal import ROUND_HALF_UP, Decimal

CENT = Decimal("0.01")
MOST = Decimal(10) ** 14  # what a column of sixteen digits with two decimals holds


def rounded(amount: Decimal) -> Decimal:
    """To the cent, half up."""
    return amount.quantize(CENT, ROUND_HALF_UP)


def line_amount(quantity: Decimal, unit_price: Decimal, discount: Decimal = Decimal(0)) -> Decimal:
    """What a line comes to; `discount` in percent of it."""
    return rounded(quantity * unit_price * (100 - discount) / 100)
