"""What a campaign brought: counts of records that point to it, as far as the reader may see them.

The rooms of leads and sales stand above this one; the catalogue knows their record types.
"""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.conf import settings

from headwater.currencies.queries import company_currency, in_company
from headwater.kernel import clock, listing, sql
from headwater.kernel.access import Access
from headwater.kernel.catalogue import RecordType, record_types
from headwater.kernel.criteria import parse
from headwater.kernel.sql import Fragment, all_of

CAP = 100_001


@dataclass(frozen=True, slots=True)
class CampaignResults:
    """Counts within the reader's reach; None where the role sees no leads."""

    leads: int | None = None
    valid: int | None = None
    converted: int | None = None
    opportunities: int | None = None
    won: "Won | None" = None

    def cost_per_lead(self, cost: Decimal | None) -> Decimal | None:
        """Actual cost over leads; None while there is nothing to divide."""
        if cost is None or not self.leads:
            return None
        return (cost / self.leads).quantize(Decimal("0.01"))

    def gain(self, cost: Decimal | None) -> Decimal | None:
        """What was won over what was paid for it, less that: 150 stands for 1.50 earned with each 1.00."""
        if not cost or self.won is None:
            return None
        return ((self.won.amount - cost) * 100 / cost).quantize(Decimal("0.1"))


@dataclass(frozen=True, slots=True)
class Won:
    """The won opportunities of a campaign, in the company's currency."""

    count: int
    amount: Decimal
    left_out: int  # of a currency without a rate
    currency: str


def campaign_results(access: Access, campaign_id: int) -> CampaignResults:
    """A few counts, one query each."""
    lead, opportunity = _kind("lead"), _kind("opportunity")
    own = {"field": "campaign", "op": "eq", "value": campaign_id}
    leads = _count(access, lead, [own])
    won = _won(access, opportunity, campaign_id)
    if not leads:
        none = 0 if leads == 0 else None
        return CampaignResults(leads, none, none, _count(access, opportunity, [own]), won)
    invalid = _count(access, lead, [own, {"field": "status", "op": "eq", "value": "invalid"}]) or 0
    converted = _count(access, lead, [own, {"field": "status", "op": "eq", "value": "converted"}])
    return CampaignResults(leads, leads - invalid, converted, _count(access, opportunity, [own]), won)


def _won(access: Access, kind: RecordType | None, campaign_id: int) -> Won | None:
    """Each at the rate of the day on which it was won."""
    if kind is None or not access.may(kind.permission("view")):
        return None
    within = all_of(
        [
            kind.scope(access.also(kind.permission("view")), "t"),
            Fragment("t.campaign_id = %s AND t.archived_at IS NULL AND t.status = 'won'", (campaign_id,)),
        ]
    )
    worth = in_company("t.amount", "t.currency", "coalesce((t.closed_at AT TIME ZONE %s)::date, %s::date)")
    (row,) = sql.rows(
        "SELECT count(*) AS won, COALESCE(sum(worth), 0) AS amount,"
        " count(*) FILTER (WHERE amount IS NOT NULL AND worth IS NULL) AS left_out"
        f" FROM (SELECT t.amount, {worth.text} AS worth FROM {kind.table} t WHERE {within.text}) x",
        (*worth.params, settings.TIME_ZONE, clock.today(), *within.params),
    )
    return Won(row["won"], row["amount"], row["left_out"], company_currency())


def _kind(key: str) -> RecordType | None:
    for kind in record_types():
        if kind.key == key and kind.field("campaign") is not None:
            return kind
    return None


def _count(access: Access, kind: RecordType | None, leaves: list[dict[str, Any]]) -> int | None:
    if kind is None or not access.may(kind.permission("view")):
        return None
    seeing = access.also(kind.permission("view"))
    return listing.count(seeing, kind, criteria=parse({"all": leaves}, kind, seeing), cap=CAP)
