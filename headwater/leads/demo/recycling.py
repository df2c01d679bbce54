"""The demo company's own recycling rule, and a lead that somebody protects."""

from datetime import timedelta

from headwater.kernel import clock
from headwater.kernel.access import Access, permit
from headwater.leads.models import Lead
from headwater.leads.services.protecting import protect_lead
from headwater.organization.models import User
from headwater.organization.queries import actor_for
from headwater.pools.recycling import save_rule


def rules(access: Access, pools: dict[str, int]) -> None:
    """The north answers hot enquiries within half a working day; the rest is as for everybody."""
    save_rule(
        access,
        {
            "name": "华北高意向",
            "pool": pools["north"],
            "intents": ["high"],
            "response_hours": 4,
            "warn_response_hours": 1,
            "overdue_days": 7,
            "clock": "working",
            "exempt_stages": ["SQL", "WON"],
            "rhythm": {"high": 1},
        },
        note="华北展会期间试行",
    )


def protection(people: dict[str, User]) -> None:
    """A rep keeps a lead whose buyer is away for a while."""
    for user in people.values():
        lead = (
            Lead.objects.filter(owner=user, status="following", recycle_due_at__isnull=False)
            .order_by("recycle_due_at", "pk")
            .first()
        )
        if lead is None:
            continue
        until = clock.now() + timedelta(days=21)
        protect = permit(actor_for(user), "leads.protect")
        protect_lead(protect, lead.pk, until, reason="客户出国考察，三周后再谈")
        return
