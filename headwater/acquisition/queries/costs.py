"""What channels cost: the entries of one channel, and all costs day by day for reports."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.utils import timezone

from headwater.acquisition.models import Channel
from headwater.currencies.queries import company_currency
from headwater.kernel import clock, sql
from headwater.kernel.access import Access
from headwater.kernel.errors import NotFound

_ZONE = timezone.get_default_timezone_name()  # the company's: an IANA name, no quotes

# Worth in the company's currency on the first day; a day gets what the days up to it have together, to the
# cent, less what those before it have: so the days add up to the whole.
_BY_DAY = (
    "SELECT e.id, e.channel_id, e.n, e.first_day + (e.n - 1) AS day,"
    " round(e.worth * e.n / e.days, 2) - round(e.worth * (e.n - 1) / e.days, 2) AS amount"
    " FROM (SELECT w.id, w.channel_id, w.first_day, w.worth, w.days, generate_series(1, w.days) AS n"
    " FROM (SELECT k.id, k.channel_id, k.first_day, k.last_day - k.first_day + 1 AS days,"
    " in_company_currency(k.amount, k.currency, k.first_day) AS worth"
    " FROM acquisition_channelcost k WHERE k.archived_at IS NULL) w) e"
)


@dataclass(frozen=True, slots=True)
class CostEntry:
    """What a channel cost in a period; `worth` in the company's currency is None without a rate."""

    id: int
    first_day: date
    last_day: date
    amount: Decimal
    currency: str
    note: str
    worth: Decimal | None
    created_at: datetime
    created_by_id: int | None
    created_by_name: str | None
    version: int


@dataclass(frozen=True, slots=True)
class CostSheet:
    """The living entries of a channel, the latest first, and what of them lies in a year."""

    channel_id: int
    channel: str
    year: int
    total: Decimal
    unpriced: int  # entries of the year that the total leaves out for want of a rate
    currency: str
    entries: tuple[CostEntry, ...]


def channel_costs(access: Access, channel_id: int) -> CostSheet:
    """What a channel cost, with the total of this year; refuses with `NotFound`."""
    name = Channel.objects.filter(pk=channel_id).values_list("name", flat=True).first()
    if name is None:
        raise NotFound(record="channel", id=channel_id)
    rows = sql.rows(
        "SELECT k.id, k.first_day, k.last_day, k.amount, k.currency, k.note, k.created_at, k.version,"
        " in_company_currency(k.amount, k.currency, k.first_day) AS worth,"
        " u.id AS created_by_id, u.name AS created_by_name"
        " FROM acquisition_channelcost k LEFT JOIN organization_user u ON u.id = k.created_by_id"
        " WHERE k.channel_id = %s AND k.archived_at IS NULL ORDER BY k.first_day DESC, k.id DESC",
        (channel_id,),
    )
    entries = tuple(CostEntry(**row) for row in rows)
    year = clock.today().year
    first, last = date(year, 1, 1), date(year, 12, 31)
    total = sql.value(
        f"SELECT coalesce(sum(d.amount), 0) FROM ({_BY_DAY}) d"
        " WHERE d.channel_id = %s AND d.day BETWEEN %s AND %s",
        (channel_id, first, last),
    )
    missing = [
        one for one in entries if one.worth is None and one.first_day <= last and one.last_day >= first
    ]
    return CostSheet(channel_id, name, year, total, len(missing), company_currency(), entries)


def cost_entry(access: Access, channel_id: int, cost_id: int) -> CostEntry:
    """One living entry; refuses with `NotFound`."""
    for entry in channel_costs(access, channel_id).entries:
        if entry.id == cost_id:
            return entry
    raise NotFound(record="channel_cost", id=cost_id)


def costs_table() -> str:
    """The SQL of all costs, without parameters: id, day, source_id, channel_id, campaign_id, amount.

    An entry of a channel is a row a day; a campaign is one on the day it begins. Neither holds the other, so
    nothing stands here twice. Amounts are in the company's currency, NULL without a rate; ids are unique.
    """
    return (
        f"(SELECT m.id, coalesce(m.starts_on, (m.created_at AT TIME ZONE '{_ZONE}')::date) AS day,"
        " NULL::bigint AS source_id, m.channel_id, m.id AS campaign_id, m.cost AS amount"
        " FROM acquisition_campaign m WHERE m.cost <> 0 AND m.archived_at IS NULL"
        # Above every campaign's id, a thousand numbers to an entry: it has a year of days at most.
        " UNION ALL SELECT 1000000000000 + d.id * 1000 + d.n, d.day, NULL, d.channel_id, NULL, d.amount"
        f" FROM ({_BY_DAY}) d)"
    )


def unpriced_costs(since: date | None, until: date | None) -> int:
    """How many entries that touch these days (None: open) have no exchange rate, and count nowhere."""
    count: int = sql.value(
        "SELECT count(*) FROM acquisition_channelcost k WHERE k.archived_at IS NULL"
        " AND (%s::date IS NULL OR k.last_day >= %s::date) AND (%s::date IS NULL OR k.first_day <= %s::date)"
        " AND in_company_currency(k.amount, k.currency, k.first_day) IS NULL",
        (since, since, until, until),
    )
    return count


def cost_currencies() -> dict[str, int]:
    """How many entries there are in each currency."""
    rows = sql.rows(
        "SELECT k.currency, count(*) AS entries FROM acquisition_channelcost k"
        " WHERE k.archived_at IS NULL GROUP BY k.currency"
    )
    return {row["currency"]: row["entries"] for row in rows}
