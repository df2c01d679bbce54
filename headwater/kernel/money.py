"""Exact decimals: rounded half up, as on paper, and written without what says nothing."""

from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

CENT = Decimal("0.01")
TENTH = Decimal("0.1")
MOST = Decimal(10) ** 14  # what numeric(16, 2) holds


def rounded(amount: Decimal | Fraction | float, unit: Decimal = CENT) -> Decimal:
    """To the cent, or another unit, half up; fractions and estimates too."""
    if isinstance(amount, Fraction):
        amount = Decimal(amount.numerator) / Decimal(amount.denominator)
    return Decimal(amount).quantize(unit, ROUND_HALF_UP)


def plain(number: Decimal) -> str:
    """1.50 as 1.5, 100 as 100: no zeros behind, no exponent."""
    return f"{Decimal(number).normalize():f}"
