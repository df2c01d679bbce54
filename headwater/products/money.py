"""Money without rounding errors: exact decimals, rounded half up, once a line."""

from decimal import Decimal

from headwater.kernel.money import rounded


def line_amount(quantity: Decimal, unit_price: Decimal, discount: Decimal = Decimal(0)) -> Decimal:
    """What a line comes to; `discount` in percent of it."""
    return rounded(quantity * unit_price * (100 - discount) / 100)
