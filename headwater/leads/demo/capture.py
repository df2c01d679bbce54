"""Many new leads at once, as captured by the company's doors."""

from collections.abc import Sequence
from typing import Any

from django.db import transaction

from headwater.kernel import clock
from headwater.kernel.access import Access
from headwater.leads.events import LeadsCreated
from headwater.leads.models import Lead, Touch, Transfer
from headwater.leads.services import index_leads
from headwater.leads.types import Spot, Status, Why
from headwater.platform import audit
from headwater.platform.events import emit


@transaction.atomic
def capture(access: Access, drafts: Sequence[dict[str, Any]], *, pool_id: int) -> list[int]:
    """Write checked drafts (attribute names of `Lead`) into a pool, with touch, transfer, audit and event."""
    moment = clock.now()
    leads = Lead.objects.bulk_create(
        Lead(
            created_at=moment,
            updated_at=moment,
            stage_at=moment,
            placed_at=moment,
            status=Status.POOLED,
            pool_id=pool_id,
            home_pool_id=pool_id,
            **draft,
        )
        for draft in drafts
    )
    Touch.objects.bulk_create(
        Touch(
            lead=lead,
            at=moment,
            door="form",
            source_id=lead.source_id,
            campaign_id=lead.campaign_id,
            is_first=True,
        )
        for lead in leads
    )
    Transfer.objects.bulk_create(
        Transfer(
            lead=lead, at=moment, why=Why.CREATED, spot=Spot.POOL, to_pool_id=pool_id, to_status=Status.POOLED
        )
        for lead in leads
    )
    ids = [lead.pk for lead in leads]
    audit.record_many(access, "lead", "create", [(lead.pk, {"name": [None, lead.name]}) for lead in leads])
    emit(LeadsCreated(lead_ids=ids, door="demo"), access)
    index_leads(ids)
    return ids
