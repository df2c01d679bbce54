"""Having a hidden contact shown: an act that is recorded, counted and capped per person and day."""

from datetime import timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from headwater.kernel import clock
from headwater.kernel.access import Access
from headwater.kernel.errors import NotFound
from headwater.kernel.sql import value
from headwater.leads.errors import RevealLimit
from headwater.leads.events import LeadRevealed
from headwater.leads.models import Lead, Reveal
from headwater.leads.queries import lock_leads
from headwater.leads.services.books import lock_books
from headwater.leads.services.wording import moment_text
from headwater.leads.settings import REVEALS_PER_DAY
from headwater.leads.types import CONTACT_METHODS
from headwater.platform import audit
from headwater.platform.events import emit


@transaction.atomic
def reveal_contact(access: Access, lead_id: int) -> dict[str, Any]:
    """The contact methods of a lead the actor sees; the same lead again on one day counts once.

    Refuses with `NotFound` and `RevealLimit` (limit, used, until).
    """
    user_id = access.user_id
    if user_id is None:
        raise TypeError("a reveal is made by a person")
    lock_books([user_id])  # orders the count under concurrency
    lead = lock_leads(access, [lead_id]).get(lead_id)
    if lead is None or not lead["mine"]:
        raise NotFound(record="lead", id=lead_id)
    moment = clock.now()
    midnight = timezone.localtime(moment).replace(hour=0, minute=0, second=0, microsecond=0)
    today = Reveal.objects.filter(user_id=user_id, at__gte=midnight)
    if lead["owner_id"] != user_id and not today.filter(lead_id=lead_id).exists():
        limit, used = REVEALS_PER_DAY.get(), today.count()
        if limit and used >= limit:
            tomorrow = midnight + timedelta(days=1)
            raise RevealLimit(limit=limit, used=used, until=tomorrow, until_text=moment_text(tomorrow))
        Reveal.objects.create(lead_id=lead_id, user_id=user_id, at=moment)
        audit.record(access, "lead", lead_id, "reveal", {})
        emit(LeadRevealed(lead_id=lead_id, user_id=user_id), access)
    return dict(Lead.objects.values(*CONTACT_METHODS).get(id=lead_id))


def reveals_today(user_id: int) -> int:
    """How many leads a person had shown today."""
    midnight = timezone.localtime(clock.now()).replace(hour=0, minute=0, second=0, microsecond=0)
    return int(
        value("SELECT count(*) FROM leads_reveal WHERE user_id = %s AND at >= %s", (user_id, midnight)) or 0
    )
