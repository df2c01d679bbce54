"""What a campaign brought: counts of records that point to it, as far as the reader may see them.

The rooms of leads and sales stand above this one; the catalogue knows their record types.
"""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from headwater.kernel import listing
from headwater.kernel.access import Access
from headwater.kernel.catalogue import RecordType, record_types
from headwater.kernel.criteria import parse

CAP = 100_001


@dataclass(frozen=True, slots=True)
class CampaignResults:
    """Counts within the reader's reach; None where the role sees no leads."""

    leads: int | None = None
    valid: int | None = None
    converted: int | None = None
    opportunities: int | None = None

    def cost_per_lead(self, cost: Decimal | None) -> Decimal | None:
        """Actual cost over leads; None while there is nothing to divide."""
        if cost is None or not self.leads:
            return None
        return (cost / self.leads).quantize(Decimal("0.01"))


def campaign_results(access: Access, campaign_id: int) -> CampaignResults:
    """A few counts, one query each."""
    lead, opportunity = _kind("lead"), _kind("opportunity")
    own = {"field": "campaign", "op": "eq", "value": campaign_id}
    leads = _count(access, lead, [own])
    if not leads:
        return CampaignResults(
            leads, 0 if leads == 0 else None, 0 if leads == 0 else None, _count(access, opportunity, [own])
        )
    invalid = _count(access, lead, [own, {"field": "status", "op": "eq", "value": "invalid"}]) or 0
    converted = _count(access, lead, [own, {"field": "status", "op": "eq", "value": "converted"}])
    return CampaignResults(leads, leads - invalid, converted, _count(access, opportunity, [own]))


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
