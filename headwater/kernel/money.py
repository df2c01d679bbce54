"""Exact decimals: rounded half up, as on paper, and written without what says nothing."""

from decimal import ROUND_HALF_UP, Decimal

CENT = Decimal("0.01")
MOST = Decimal(10) ** 14  # what numeric(16, 2) holds


def rounded(amount: Decimal) -> Decimal:
    """To the cent, half up."""
    return amount.quantize(CENT, ROUND_HALF_UP)


def plain(number: Decimal) -> str:
    """1.50 as 1.5, 100 as 100: no zeros behind, no exponent."""
    return f"{Decimal(number).normalize():f}"
