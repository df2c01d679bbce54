"""What an amount is worth in the company's currency.

A rate holds from its day until a later one. Sums over tables use the SQL function
`in_company_currency(amount, currency, on_date)`, or `in_company` here, which spares most rows the call.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from headwater.currencies.types import Currency
from headwater.currencies.uses import uses
from headwater.kernel import clock, sql
from headwater.kernel.money import rounded
from headwater.kernel.sql import Fragment

Money = tuple[Decimal | None, str, date]  # amount, currency, day


@dataclass(frozen=True, slots=True)
class KnownRate:
    """What a currency is worth, and since when that is known."""

    currency: str
    rate: Decimal
    on_date: date


@dataclass(frozen=True, slots=True)
class CurrencyState:
    """A currency on the settings page: its latest rate, and how many amounts wait for one."""

    currency: Currency
    known: KnownRate | None
    rates: int
    amounts: int

    @property
    def is_missing(self) -> bool:
        """Whether totals leave amounts out because of it."""
        return self.known is None and self.amounts > 0


def company_currency() -> str:
    """The currency that the company counts in."""
    return str(sql.value("SELECT company_currency()"))


def rate_on(currency: str, on: date) -> KnownRate | None:
    """The latest rate to the company's currency that is not after a day."""
    found = sql.rows(
        "SELECT r.currency, r.rate, r.on_date FROM currencies_rate r WHERE r.base = company_currency()"
        " AND r.currency = %s AND r.on_date <= %s AND r.archived_at IS NULL"
        " ORDER BY r.on_date DESC LIMIT 1",
        (currency, on),
    )
    return KnownRate(**found[0]) if found else None


def convert(amount: Decimal, currency: str, on: date) -> Decimal | None:
    """The amount in the company's currency, half a cent up; None where no rate is known on that day."""
    if currency == company_currency():
        return amount
    known = rate_on(currency, on)
    return None if known is None else rounded(amount * known.rate)


def convert_many(amounts: Sequence[Money]) -> list[Decimal | None]:
    """The same for many at once, in their order, with one query."""
    if not amounts:
        return []
    sums, currencies, days = zip(*amounts, strict=True)
    found: list[Decimal | None] = sql.values(
        "SELECT in_company_currency(x.amount, x.currency, x.day) FROM"
        " unnest(%s::numeric[], %s::text[], %s::date[]) WITH ORDINALITY AS x (amount, currency, day, place)"
        " ORDER BY x.place",
        (list(sums), list(currencies), list(days)),
    )
    return found


def in_company(amount: str, currency: str, on: str) -> Fragment:
    """The SQL of an amount in the company's currency, from the SQL of its parts; NULL without a rate.

    Amounts in the company's own currency, usually nearly all, cost a comparison.
    """
    return Fragment(
        f"CASE WHEN {currency} = %s THEN {amount} ELSE in_company_currency({amount}, {currency}, {on}) END",
        (company_currency(),),
    )


def currency_states() -> list[CurrencyState]:
    """Every currency but the company's: those that amounts wait for first, then those with rates."""
    company, kept = company_currency(), uses()
    latest = {
        row["currency"]: row
        for row in sql.rows(
            "SELECT DISTINCT ON (r.currency) r.currency, r.rate, r.on_date,"
            " count(*) OVER (PARTITION BY r.currency) AS held FROM currencies_rate r"
            " WHERE r.base = %s AND r.archived_at IS NULL"
            " ORDER BY r.currency, r.on_date > %s, r.on_date DESC",
            (company, clock.today()),
        )
    }
    return sorted(
        (_state(one, latest.get(one), kept[one]) for one in Currency if one != company),
        key=lambda state: (not state.is_missing, state.known is None, -state.amounts),
    )


def _state(one: Currency, row: Mapping[str, object] | None, amounts: int) -> CurrencyState:
    if row is None:
        return CurrencyState(one, None, 0, amounts)
    known = KnownRate(one, row["rate"], row["on_date"])  # type: ignore[arg-type]
    return CurrencyState(one, known, int(row["held"]), amounts)  # type: ignore[call-overload]


def rates_to(base: str) -> int:
    """How many living rates there are to a currency."""
    return int(
        sql.value("SELECT count(*) FROM currencies_rate WHERE base = %s AND archived_at IS NULL", (base,))
    )
