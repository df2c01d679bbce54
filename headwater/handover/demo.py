"""The demo company's look-ups with requests for leads, and somebody who left last week."""

from collections.abc import Mapping

from headwater.engagement.services import record_activities
from headwater.engagement.types import NewActivity
from headwater.handover.services.looking_up import look_up
from headwater.handover.services.starting import start_handover
from headwater.handover.services.taking_over import answer, ask_for
from headwater.handover.services.working import work_on
from headwater.handover.types import Account, Mode, Order, Part
from headwater.kernel.access import load_actor, permit, system_access
from headwater.kernel.sql import values
from headwater.leads.services import assign_leads
from headwater.leads.services.revealing import reveal_contact
from headwater.organization import services as organization
from headwater.organization.queries import department_tree

HELD = 9  # leads of the one who leaves


def set_up_handovers(people: Mapping[str, int], pools: Mapping[str, int]) -> None:
    """Two requests, one waiting and one declined, and one handover that is done."""
    _ask(people["south2"], _somebodys_lead(people["north1"]), note="客户在佛山开了分厂，想一起拜访")
    declined = _ask(people["north2"], _somebodys_lead(people["south1"]), note="老同学在这家公司")
    owner = permit(load_actor(people["south1"]), "leads.view")
    answer(owner, declined, accept=False, reply="本周五签约，签完请你一起吃饭")
    _leave(people, pools)


def _somebodys_lead(owner_id: int) -> str:
    """The number of a lead that its owner works on."""
    found: list[str] = values(
        "SELECT mobile FROM leads_lead WHERE owner_id = %s AND status = 'following' AND mobile IS NOT NULL"
        " ORDER BY last_activity_at DESC, id LIMIT 1",
        (owner_id,),
    )
    return found[0]


def _ask(user_id: int, number: str, *, note: str) -> int:
    access = permit(load_actor(user_id), "lookup.create")
    return ask_for(access, look_up(access, number).id, 0, note=note)


def _leave(people: Mapping[str, int], pools: Mapping[str, int]) -> None:
    """A rep of the north leaves: colleagues take the leads over, and the account is closed."""
    access = system_access("demo")
    roles = organization.ensure_builtin_roles()
    leaver = organization.create_user(
        access,
        email="left@yunfan.example",
        name="孙立新",
        department=next(one.id for one in department_tree() if one.name == "华北组"),
        manager=people["north"],
        roles=[roles["rep"].pk],
        title="销售",
    )
    mine = values(
        "SELECT id FROM leads_lead WHERE pool_id = %s ORDER BY created_at, id LIMIT %s",
        (pools["public"], HELD),
    )
    assign_leads(access, mine, [leaver.pk])
    rep = load_actor(leaver.pk)
    calls = [
        NewActivity("lead", lead, kind="call", outcome="no_answer", content="没有人接") for lead in mine[:5]
    ]
    record_activities(permit(rep, "activities.create"), calls)
    seen = values("SELECT id FROM leads_lead WHERE pool_id = %s ORDER BY id LIMIT 3", (pools["north"],))
    for lead_id in seen:
        reveal_contact(permit(rep, "leads.reveal"), lead_id)
    director = permit(load_actor(people["director"]), "handover.run")
    takers = ((people["north1"], 1), (people["north2"], 1))
    order = Order(
        leaver.pk, (Part("leads", Mode.PEOPLE, takers),), Account.NOW, note="个人原因离职，最后一天在上周五"
    )
    work_on(start_handover(director, order))
