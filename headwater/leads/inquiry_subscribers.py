"""Who hears that somebody inquired again."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.translation import pgettext_lazy

from headwater.kernel.sql import rows
from headwater.leads.events import LeadsInquired
from headwater.leads.types import Status
from headwater.organization.queries import administrators
from headwater.platform.events import StoredEvent, subscriber
from headwater.platform.notifications import notify_each, register_kind
from headwater.platform.notifications.sending import NoticeTuple
from headwater.pools.queries import people_of

_SINGLY = 5  # so many of one event are told one by one; more as a count


def register() -> None:
    register_kind(
        "lead.inquired",
        label=pgettext_lazy("notification", "Leads of mine that inquire again"),
        text=pgettext_lazy("notification", "“%(name)s” inquired again"),
        icon="message-circle",
        group=pgettext_lazy("group of notifications", "Leads"),
    )
    register_kind(
        "lead.woken",
        label=pgettext_lazy("notification", "Leads that I had, or of my pools, that inquire again"),
        text=pgettext_lazy("notification", "“%(name)s” inquired again and is active in “%(pool)s”"),
        icon="bell-ring",
        group=pgettext_lazy("group of notifications", "Leads"),
    )
    register_kind(
        "lead.woken_many",
        label=pgettext_lazy("notification", "Batches of leads that inquire again"),
        text=pgettext_lazy("notification", "%(count)s leads inquired again"),
        icon="bell-ring",
        group=pgettext_lazy("group of notifications", "Leads"),
    )
    register_kind(
        "lead.customer_inquired",
        label=pgettext_lazy("notification", "Customers of mine that inquire again"),
        text=pgettext_lazy("notification", "Your customer “%(account)s” inquired again: “%(name)s”"),
        icon="building-2",
        group=pgettext_lazy("group of notifications", "Leads"),
    )


@subscriber("leads.tell-of-inquiries", LeadsInquired)
def tell_of_inquiries(events: list[StoredEvent[LeadsInquired]]) -> None:
    """Owner, former owner, the pool's administrators, the customer's owner; each once a touch."""
    for stored in events:
        event = stored.event
        known = _leads(event.lead_ids)
        wanted: dict[str, list[NoticeTuple]] = {}
        told = zip(event.lead_ids, event.touch_ids, event.woken, event.former_owner_ids, strict=True)
        for lead_id, touch_id, woken, former in told:
            lead = known.get(lead_id)
            if lead is None:
                continue
            for kind, people in _concerned(lead, woken=woken, former=former).items():
                wanted.setdefault(kind, []).extend(
                    (
                        person,
                        {"name": lead["name"], "pool": lead["pool"] or "", "account": lead["account"] or ""},
                        "lead",
                        lead_id,
                        f"/leads/{lead_id}",
                        f"lead.touch:{touch_id}:{person}",
                    )
                    for person in sorted(people)
                    if person != stored.actor_id
                )
        for kind, notices in wanted.items():
            notify_each(_few(notices), kind)
        many = [notice for kind, notices in wanted.items() for notice in _many(notices, kind, stored.id)]
        notify_each(many, "lead.woken_many")


_LEADS = """
SELECT l.id, l.name, l.status, l.owner_id, l.home_pool_id, p.name AS pool, a.name AS account,
  a.owner_id AS account_owner_id
FROM leads_lead l LEFT JOIN pools_pool p ON p.id = l.home_pool_id
LEFT JOIN leads_conversion c ON c.lead_id = l.id LEFT JOIN sales_account a ON a.id = c.account_id
WHERE l.id = ANY(%s::bigint[])
"""


def _leads(ids: Iterable[int]) -> dict[int, dict[str, Any]]:
    return {row["id"]: row for row in rows(_LEADS, (sorted(set(ids)),))}


def _concerned(lead: Mapping[str, Any], *, woken: bool, former: int | None) -> dict[str, set[int]]:
    """Kinds of notification and who gets them."""
    if lead["status"] == Status.CONVERTED:
        owner = lead["account_owner_id"] or lead["owner_id"]
        return {"lead.customer_inquired": {owner} if owner else set(administrators())}
    owner = {lead["owner_id"]} if lead["owner_id"] and Status(lead["status"]).is_owned else set()
    if not woken:
        return {"lead.inquired": owner}
    admins = people_of(lead["home_pool_id"], admins_only=True) if lead["home_pool_id"] else frozenset()
    others = set(admins or administrators()) | ({former} if former else set())
    return {"lead.inquired": owner, "lead.woken": others - owner}


def _by_person(notices: Iterable[NoticeTuple]) -> dict[int, list[NoticeTuple]]:
    found: dict[int, list[NoticeTuple]] = {}
    for notice in notices:
        found.setdefault(notice[0], []).append(notice)
    return found


def _few(notices: list[NoticeTuple]) -> list[NoticeTuple]:
    return [one for own in _by_person(notices).values() if len(own) <= _SINGLY for one in own]


def _many(notices: list[NoticeTuple], kind: str, event_id: int) -> list[NoticeTuple]:
    return [
        (person, {"count": len(own)}, "lead", None, "/leads", f"lead.woken_many:{event_id}:{kind}:{person}")
        for person, own in _by_person(notices).items()
        if len(own) > _SINGLY
    ]
