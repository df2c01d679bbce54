"""Telling people what rules did."""

from headwater.kernel.sql import rows
from headwater.organization.queries import administrators
from headwater.platform.notifications import notify, notify_each
from headwater.pools.queries import people_of, pools_by_id
from headwater.routing.events import LeadsDispatched, LeadsStranded
from headwater.routing.models import RoutingRule

_SINGLY = 5  # so many leads at once are told one by one; more as a count


def tell_owners(event_id: int, event: LeadsDispatched) -> None:
    """Each person learns which leads came and by which rule."""
    rule = _rule_name(event.rule_id)
    received: dict[int, list[int]] = {}
    for lead_id, owner_id in zip(event.lead_ids, event.owner_ids, strict=True):
        received.setdefault(owner_id, []).append(lead_id)
    names = _names(event.lead_ids)
    for owner_id, lead_ids in received.items():
        if len(lead_ids) > _SINGLY:
            notify(
                [owner_id],
                "routing.dispatched_many",
                params={"rule": rule, "count": len(lead_ids)},
                record_type="lead",
                record_id=None,
                url="/leads?view=mine",
                dedupe_key=f"routing.dispatched:{event_id}:{owner_id}",
            )
            continue
        notify_each(
            [
                (
                    owner_id,
                    {"rule": rule, "name": names.get(lead_id, "")},
                    "lead",
                    lead_id,
                    f"/leads/{lead_id}",
                    f"routing.dispatched:{event_id}:{lead_id}",
                )
                for lead_id in lead_ids
            ],
            "routing.dispatched",
        )


def tell_administrators(event_id: int, event: LeadsStranded) -> None:
    """The pool's administrators, or the company's where the pool has none, learn what waits for them."""
    pool = pools_by_id([event.pool_id]).get(event.pool_id)
    people = people_of(event.pool_id, admins_only=True) or administrators()
    notify(
        sorted(people),
        "routing.stranded",
        params={"pool": pool.name if pool else "", "count": len(event.lead_ids)},
        record_type="pool",
        record_id=event.pool_id,
        url=f"/pools/{event.pool_id}",
        dedupe_key=f"routing.stranded:{event_id}",
    )


def _rule_name(rule_id: int | None) -> str:
    if rule_id is None:
        return ""
    return RoutingRule.objects.filter(pk=rule_id).values_list("name", flat=True).first() or ""


def _names(ids: list[int]) -> dict[int, str]:
    found = rows("SELECT id, name FROM leads_lead WHERE id = ANY(%s::bigint[])", (ids,))
    return {row["id"]: row["name"] for row in found}
