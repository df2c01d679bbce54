"""Customers of the demo company who ask again, and colleagues who look through the pools."""

from datetime import timedelta

from headwater.kernel import clock
from headwater.kernel.access import load_actor, permit, system_access
from headwater.kernel.sql import values
from headwater.leads.services.recapturing import inquire_again
from headwater.leads.services.revealing import reveal_contact
from headwater.leads.services.viewing import view_pooled
from headwater.organization.models import User

_AGAIN = (
    ("form", "活水 CRM 价格", "官网留言：之前电话没接到，想再了解一下价格和部署方式", 26),
    ("chat", "", "在线咨询：能不能私有化部署？下周想看演示", 3),
)


def inquiries(people: dict[str, User], source: int | None) -> None:
    """One whom nobody could reach and one who is being worked on write in again."""
    cold = values(
        "SELECT id FROM leads_lead WHERE status = 'pooled' AND last_activity_at IS NOT NULL"
        " AND placed_at < %s ORDER BY placed_at DESC, id LIMIT 1",
        (clock.now() - timedelta(days=2),),
    )
    warm = values(
        "SELECT id FROM leads_lead WHERE owner_id = %s AND status = 'following'"
        " ORDER BY last_activity_at DESC, id LIMIT 1",
        (people["north1"].pk,),
    )
    access = system_access("demo")
    for lead_id in (*cold, *warm):
        for door, keyword, note, hours in _AGAIN:
            with clock.freeze(clock.now() - timedelta(hours=hours)):
                given = {"source": source, "keyword": keyword, "note": note}
                inquire_again(access, lead_id, given, door=door)


def looks(people: dict[str, User], pools: dict[str, int]) -> None:
    """Reps open leads of their pools and have some contacts shown; the pool's administrator reads it."""
    for number, (key, pool) in enumerate((("north1", "north"), ("north2", "north"), ("south1", "south"))):
        found = values(
            "SELECT id FROM leads_lead WHERE pool_id = %s AND status = 'pooled' ORDER BY created_at DESC, id"
            " LIMIT %s",
            (pools[pool], 4 + 3 * number),
        )
        access = permit(load_actor(people[key].pk), "leads.view")
        for place, lead_id in enumerate(found):
            view_pooled(access, lead_id, pools[pool])
            if place % 3 == 0:
                reveal_contact(access, lead_id)


def play(people: dict[str, User], pools: dict[str, int], sources: dict[str, int]) -> None:
    """All of it."""
    inquiries(people, sources.get("website"))
    looks(people, pools)
