"""Many new leads at once, as captured by the company's doors."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from headwater.kernel.access import Access
from headwater.leads.events import LeadsCreated
from headwater.leads.models import Lead, Touch, Transfer
from headwater.leads.services import index_leads
from headwater.leads.types import Spot, Status, Why
from headwater.platform import audit
from headwater.platform.events import emit


@dataclass(frozen=True, slots=True)
class Arrival:
    """A lead on its way in: when, into which pool, and its values by attribute names of `Lead`."""

    at: datetime
    pool_id: int
    values: dict[str, Any]


@transaction.atomic
def capture(access: Access, arrivals: Sequence[Arrival]) -> list[int]:
    """Write checked arrivals with touch, transfer, audit and event; their ids in the order given."""
    leads = Lead.objects.bulk_create(
        Lead(
            created_at=one.at,
            updated_at=one.at,
            stage_at=one.at,
            placed_at=one.at,
            status=Status.POOLED,
            pool_id=one.pool_id,
            home_pool_id=one.pool_id,
            **one.values,
        )
        for one in arrivals
    )
    Touch.objects.bulk_create(
        Touch(
            lead=lead,
            at=lead.created_at,
            door="form",
            source_id=lead.source_id,
            campaign_id=lead.campaign_id,
            is_first=True,
        )
        for lead in leads
    )
    Transfer.objects.bulk_create(
        Transfer(
            lead=lead,
            at=lead.created_at,
            why=Why.CREATED,
            spot=Spot.POOL,
            to_pool_id=lead.pool_id,
            to_status=Status.POOLED,
        )
        for lead in leads
    )
    ids = [lead.pk for lead in leads]
    audit.record_many(access, "lead", "create", [(lead.pk, {"name": [None, lead.name]}) for lead in leads])
    emit(LeadsCreated(lead_ids=ids, door="demo"), access)
    index_leads(ids)
    return ids
