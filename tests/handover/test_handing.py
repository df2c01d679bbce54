"""Handing over and taking back, through the services."""

from collections import Counter
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from headwater.engagement.models import Task
from headwater.engagement.services import create_task
from headwater.handover import services
from headwater.handover.errors import AlreadyRunning, NotUndoable, UndoTooLate
from headwater.handover.models import Handover, HandoverItem
from headwater.handover.queries import items_of, lines_of
from headwater.handover.services import working
from headwater.handover.types import Account, Mode, Order, Part, State, Undone
from headwater.kernel import clock
from headwater.kernel.access import system_access
from headwater.kernel.errors import Forbidden, Invalid, NotFound
from headwater.kernel.sql import rows, value
from headwater.leads.models import Lead, Transfer
from headwater.leads.services import assign_leads, reveal_contact
from headwater.organization.models import User
from headwater.organization.services import deactivate_user
from headwater.platform import audit
from headwater.platform.events import drain
from headwater.platform.notifications import latest
from headwater.sales.models import Contact, Opportunity
from headwater.sales.queries.parties import team
from headwater.sales.services import lose, remove_member, set_member
from tests.leads.factories import lead_access, make_lead, make_pool
from tests.leads.invariants import broken_invariants
from tests.organization.factories import access, make_department, make_user
from tests.sales.factories import make_account, make_contact, make_opportunity

pytestmark = pytest.mark.django_db


def run_access(user: User) -> Any:
    return access(user, "handover.run")


def hand_over(admin: User, leaver: User, *parts: Part, account: Account = Account.KEEP) -> Handover:
    """Start one and do its work here and now."""
    made = services.start_handover(run_access(admin), Order(leaver.pk, parts, account))
    services.work_on(made)
    return Handover.objects.get(pk=made)


def take_back(admin: User, handover: Handover) -> Handover:
    services.undo_handover(run_access(admin), handover.pk)
    services.work_on(handover.pk)
    return Handover.objects.get(pk=handover.pk)


def to(kind: str, *people: User | tuple[User, int], **more: Any) -> Part:
    named = tuple((one[0].pk, one[1]) if isinstance(one, tuple) else (one.pk, 1) for one in people)
    return Part(kind, more.pop("mode", Mode.PEOPLE), named, **more)


def owners(leads: list[Lead]) -> Counter[int | None]:
    return Counter(Lead.objects.filter(pk__in=[one.pk for one in leads]).values_list("owner_id", flat=True))


def test_leads_go_by_weights_with_their_history_and_beyond_caps() -> None:
    admin, leaver = make_user(role="admin"), make_user("王离职")
    first, second = make_user("赵一", private_cap=1), make_user("钱二")
    leads = [make_lead(owner=leaver) for _ in range(9)]
    done = hand_over(admin, leaver, to("leads", (first, 2), (second, 1)))
    assert owners(leads) == {first.pk: 6, second.pk: 3}
    assert (done.status, done.total, done.done_count, done.kept_count, done.over_cap_count) == (
        "done", 9, 9, 0, 5,
    )  # fmt: skip
    transfers = Transfer.objects.filter(why="handover")
    assert transfers.count() == 9
    assert transfers.filter(over_cap=True, to_owner_id=first.pk).count() == 5
    assert set(transfers.values_list("actor_id", "rule")) == {(admin.pk, f"handover:{done.pk}")}
    assert {entry.action for entry in audit.history("lead", leads[0].pk).items} >= {"handover"}
    assert broken_invariants(caps_hold=False) == []


def test_criteria_part_a_kind_and_the_first_part_that_fits_has_it() -> None:
    admin, leaver, vip, rest = (make_user(role=role) for role in ("admin", "rep", "rep", "rep"))
    hot = make_lead(owner=leaver, company="云帆科技有限公司")
    cold = make_lead(owner=leaver)
    pool = make_pool()
    where = {"field": "company", "op": "contains", "value": "云帆"}
    hand_over(admin, leaver, to("leads", vip, where=where), Part("leads", Mode.POOL, pool_id=pool.pk))
    hot.refresh_from_db()
    cold.refresh_from_db()
    assert (hot.owner_id, cold.owner_id, cold.pool_id, cold.status) == (vip.pk, None, pool.pk, "pooled")
    assert owners([hot, cold])[rest.pk] == 0


def test_records_follow_what_they_belong_to() -> None:
    admin, leaver, one, two = (make_user(role=role) for role in ("admin", "rep", "rep", "rep"))
    accounts = [make_account(owner=leaver) for _ in range(4)]
    contacts = [
        make_contact(account=account, owner=leaver, mobile=f"1390000000{n}")
        for n, account in enumerate(accounts)
    ]
    opportunities = [make_opportunity(account=account, owner=leaver) for account in accounts]
    elsewhere = make_contact(owner=leaver, mobile="13900000009")
    Contact.objects.filter(pk=elsewhere.pk).update(account=make_account(owner=two))
    alone = make_contact(owner=leaver, mobile="13900000008")
    lead = make_lead(owner=leaver)
    about = {"title": "回访", "record_type": "lead", "record_id": lead.pk}
    task = Task.objects.get(pk=create_task(access(leaver, "tasks.create"), about).pk)
    done = hand_over(
        admin,
        leaver,
        to("account", one, two),
        to("leads", two),
        to("contact", one, mode=Mode.FOLLOW),
        to("opportunity", mode=Mode.FOLLOW),
        to("tasks", mode=Mode.FOLLOW),
    )
    assert done.kept_count == 0
    for account, contact, opportunity in zip(accounts, contacts, opportunities, strict=True):
        for record in (account, contact, opportunity, elsewhere, alone, task):
            record.refresh_from_db()
        assert account.owner_id == contact.owner_id == opportunity.owner_id
        assert account.owner_id in (one.pk, two.pk)
    assert (elsewhere.owner_id, alone.owner_id, task.owner_id) == (two.pk, one.pk, two.pk)
    changes = rows("SELECT DISTINCT why FROM sales_ownerchange WHERE from_owner_id = %s", (leaver.pk,))
    assert changes == [{"why": "handover"}]


def test_the_account_closes_at_the_start_and_ways_in_end() -> None:
    from tests.organization.factories import client_for

    admin, leaver, receiver = make_user(role="admin"), make_user(), make_user()
    client = client_for(leaver)
    assert client.get("/").status_code == 200
    made = services.start_handover(run_access(admin), Order(leaver.pk, (to("leads", receiver),), Account.NOW))
    assert client.get("/").status_code == 302
    assert not User.objects.get(pk=leaver.pk).is_active
    services.work_on(made)
    assert Handover.objects.get(pk=made).has_deactivated


def test_the_account_may_close_after_everything_or_stay() -> None:
    admin, leaver, receiver = make_user(role="admin"), make_user(), make_user()
    make_lead(owner=leaver)
    made = services.start_handover(
        run_access(admin), Order(leaver.pk, (to("leads", receiver),), Account.AFTER)
    )
    assert User.objects.get(pk=leaver.pk).is_active
    services.work_on(made)
    assert not User.objects.get(pk=leaver.pk).is_active
    other = make_user()
    make_lead(owner=other)
    hand_over(admin, other, to("leads", receiver))
    assert User.objects.get(pk=other.pk).is_active


def test_places_in_the_company_pass_on_and_come_back() -> None:
    admin, boss = make_user(role="admin"), make_user("总监", role="manager")
    leaver = make_user("经理", role="manager", manager=boss)
    report, heir = make_user("组员", manager=leaver), make_user("接任", role="manager", manager=leaver)
    department = make_department(leader=leaver)
    pool = make_pool(
        members=[{"kind": "user", "id": leaver.pk, "is_admin": True}], default_assignee=leaver.pk
    )
    kinds = ("reports", "departments", "pool_memberships", "pool_defaults")
    done = hand_over(admin, leaver, *(to(kind, heir) for kind in kinds))
    assert (done.done_count, done.kept_count) == (5, 0)
    for record in (report, heir, department, pool):
        record.refresh_from_db()
    assert (report.manager_id, heir.manager_id) == (heir.pk, boss.pk)
    assert (department.leader_id, pool.default_assignee_id) == (heir.pk, heir.pk)
    assert list(pool.members.values_list("user_id", "is_admin")) == [(heir.pk, True)]
    undone = take_back(admin, done)
    assert (undone.back_count, undone.left_count) == (5, 0)
    for record in (report, heir, department, pool):
        record.refresh_from_db()
    assert {report.manager_id, heir.manager_id, department.leader_id, pool.default_assignee_id} == {leaver.pk}
    assert list(pool.members.values_list("user_id", "is_admin")) == [(leaver.pk, True)]


def test_undo_brings_back_what_still_is_where_it_was_put() -> None:
    admin, leaver, receiver, third = (make_user(role=role) for role in ("admin", "rep", "rep", "rep"))
    stays, moved, pooled = (make_lead(owner=leaver) for _ in range(3))
    pool = make_pool()
    Lead.objects.filter(pk=pooled.pk).update(
        home_pool_id=make_pool().pk, next_follow_at=clock.now() + timedelta(days=1), status="following"
    )
    before = Lead.objects.filter(pk=pooled.pk).values("status", "owner_id", "home_pool_id", "next_follow_at")[
        0
    ]
    opportunity = make_opportunity(owner=leaver)
    done = hand_over(
        admin,
        leaver,
        Part(
            "leads", Mode.POOL, pool_id=pool.pk, where={"field": "status", "op": "eq", "value": "following"}
        ),
        to("leads", receiver),
        to("opportunity", receiver),
    )
    assign_leads(lead_access(admin, "assign"), [moved.pk], [third.pk])
    assign_leads(lead_access(admin, "assign"), [moved.pk], [receiver.pk])  # back, yet moved since
    undone = take_back(admin, done)
    assert (undone.status, undone.back_count, undone.left_count) == ("undone", 3, 1)
    (left,) = items_of(done.pk, undone=Undone.LEFT)
    assert (left.record_id, left.undo_code, left.name) == (moved.pk, "moved_since", moved.name)
    assert owners([stays, moved]) == {leaver.pk: 1, receiver.pk: 1}
    after = Lead.objects.filter(pk=pooled.pk).values("status", "owner_id", "home_pool_id", "next_follow_at")[
        0
    ]
    assert after == before
    assert Opportunity.objects.get(pk=opportunity.pk).owner_id == leaver.pk
    assert broken_invariants() == []
    assert take_back(admin, undone).version == undone.version, "asking twice changes nothing"


def test_a_handover_is_taken_back_for_seven_days_and_only_when_done() -> None:
    admin, leaver, receiver = make_user(role="admin"), make_user(), make_user()
    make_lead(owner=leaver)
    made = services.start_handover(
        run_access(admin), Order(leaver.pk, (to("leads", receiver),), Account.KEEP)
    )
    with pytest.raises(NotUndoable):
        services.undo_handover(run_access(admin), made)
    services.work_on(made)
    with clock.freeze(clock.now() + timedelta(days=7, minutes=1)), pytest.raises(UndoTooLate):
        services.undo_handover(run_access(admin), made)


def test_one_handover_of_a_person_at_a_time() -> None:
    admin, leaver, receiver = make_user(role="admin"), make_user(), make_user()
    make_lead(owner=leaver)
    order = Order(leaver.pk, (to("leads", receiver),), Account.KEEP)
    first = services.start_handover(run_access(admin), order)
    with pytest.raises(AlreadyRunning) as refusal:
        services.start_handover(run_access(admin), order)
    assert refusal.value.facts["handover"] == first
    services.work_on(first)
    make_lead(owner=leaver)
    assert hand_over(admin, leaver, to("leads", receiver)).done_count == 1


def test_a_receiver_who_leaves_meanwhile_is_replaced_or_the_record_stays() -> None:
    admin, leaver, gone, there = (make_user(role=role) for role in ("admin", "rep", "rep", "rep"))
    leads = [make_lead(owner=leaver) for _ in range(4)]
    contact = make_contact(owner=leaver)
    order = Order(leaver.pk, (to("leads", gone, there), to("contact", gone)), Account.KEEP)
    made = services.start_handover(run_access(admin), order)
    deactivate_user(access(admin, "users.delete"), gone.pk)
    services.work_on(made)
    assert owners(leads) == {there.pk: 4}
    assert Contact.objects.get(pk=contact.pk).owner_id == leaver.pk
    (kept,) = items_of(made, state=State.KEPT)
    assert (kept.kind, kept.code) == ("contact", "receiver_left")


def test_what_is_no_longer_theirs_stays() -> None:
    admin, leaver, receiver, third = (make_user(role=role) for role in ("admin", "rep", "rep", "rep"))
    lead, account = make_lead(owner=leaver), make_account(owner=leaver)
    order = Order(leaver.pk, (to("leads", receiver), to("account", receiver)), Account.KEEP)
    made = services.start_handover(run_access(admin), order)
    assign_leads(lead_access(admin, "assign"), [lead.pk], [third.pk])
    type(account).objects.filter(pk=account.pk).update(archived_at=clock.now())
    services.work_on(made)
    assert {item.code for item in items_of(made, state=State.KEPT)} == {"moved_since"}
    assert owners([lead]) == {third.pk: 1}


def test_a_record_that_fails_does_not_hold_up_the_others(monkeypatch: pytest.MonkeyPatch) -> None:
    admin, leaver, receiver = make_user(role="admin"), make_user(), make_user()
    leads = [make_lead(owner=leaver) for _ in range(12)]
    bad = leads[5].pk
    from headwater.leads.belongings import OpenLeads

    give = OpenLeads.give

    def failing(self: Any, who: Any, user_id: int, gifts: Any, *, mark: str) -> Any:
        if any(gift.record_id == bad for gift in gifts):
            raise ZeroDivisionError
        return give(self, who, user_id, gifts, mark=mark)

    monkeypatch.setattr(OpenLeads, "give", failing)
    done = hand_over(admin, leaver, to("leads", receiver))
    assert (done.status, done.done_count, done.kept_count) == ("done", 11, 1)
    assert [item.code for item in items_of(done.pk, state=State.KEPT)] == ["unexpected"]


def test_closed_leads_are_read_by_the_receiver() -> None:
    from headwater.leads.services import convert_lead, invalidate_leads

    admin, leaver, receiver = make_user(role="admin"), make_user(), make_user()
    won, bad = make_lead(owner=leaver), make_lead(owner=leaver)
    convert_lead(lead_access(admin, "convert"), won.pk)
    invalidate_leads(lead_access(admin, "invalidate"), [bad.pk], reason="wrong_number")
    done = hand_over(admin, leaver, to("closed_leads", receiver))
    assert done.done_count == 2
    assert set(Lead.objects.filter(owner=receiver).values_list("status", flat=True)) == {
        "converted",
        "invalid",
    }
    assert broken_invariants() == []
    assert take_back(admin, done).back_count == 2
    assert Lead.objects.filter(owner=leaver).count() == 2
    assert broken_invariants() == []


def test_the_preview_counts_what_the_run_does() -> None:
    admin, leaver = make_user(role="admin"), make_user()
    first, second = make_user("赵一", private_cap=2), make_user("钱二")
    for _ in range(5):
        make_lead(owner=leaver)
    make_account(owner=leaver)
    order = Order(leaver.pk, (to("leads", (first, 3), (second, 2)),), Account.KEEP)
    found = services.preview(run_access(admin), order)
    leads, account = {kind.kind: kind for kind in found.kinds}["leads"], found.kinds[0]
    assert (account.kind, account.total, account.stays, account.shares) == ("account", 1, 1, ())
    assert [(share.name, share.count, share.cap, share.over) for share in leads.shares] == [
        ("赵一", 3, 2, 1),
        ("钱二", 2, 50, 0),
    ]
    assert value("SELECT count(*) FROM handover_handover") == 0
    done = services.start_handover(run_access(admin), order)
    services.work_on(done)
    assert {line.receiver: (line.done, line.over_cap) for line in lines_of(done)} == {
        "赵一": (3, 1),
        "钱二": (2, 0),
    }


@pytest.mark.parametrize(
    ("part", "field"),
    [
        (Part("nonsense", people=((1, 1),)), "parts"),
        (Part("leads"), "parts.leads"),
        (Part("leads", Mode.POOL), "parts.leads"),
        (Part("account", Mode.POOL, pool_id=1), "parts.account"),
        (Part("account", Mode.FOLLOW), "parts.account"),
        (Part("reports", people=((1, 1),), where={"all": []}), "parts.reports"),
        (Part("leads", people=((2**62, 1),)), "parts.leads"),
    ],
)
def test_what_cannot_be_meant_is_refused(part: Part, field: str) -> None:
    admin, leaver = make_user(role="admin"), make_user()
    make_lead(owner=leaver)
    with pytest.raises(Invalid) as refusal:
        services.preview(run_access(admin), Order(leaver.pk, (part,)))
    assert field in refusal.value.fields
    for people in (((leaver.pk, 1),), ((admin.pk, 0),), ((admin.pk, 5000),)):
        with pytest.raises(Invalid):
            services.start_handover(run_access(admin), Order(leaver.pk, (Part("leads", people=people),)))
    with pytest.raises(Invalid):
        services.start_handover(run_access(admin), Order(leaver.pk, (), Account.KEEP))
    assert not Handover.objects.exists()


def test_a_manager_hands_over_within_reach_alone() -> None:
    make_user(role="admin")
    top = make_department()
    manager = make_user(role="manager", department=top)
    leaver, receiver = make_user(department=top), make_user(department=make_department(parent=top))
    outsider = make_user()
    make_lead(owner=leaver)
    reach = access(manager, "handover.run")
    with pytest.raises(NotFound):
        services.preview(reach, Order(outsider.pk, (to("leads", receiver),)))
    with pytest.raises(Invalid):
        services.preview(reach, Order(leaver.pk, (to("leads", outsider),)))
    made = services.start_handover(reach, Order(leaver.pk, (to("leads", receiver),), Account.NOW))
    services.work_on(made)
    assert Handover.objects.get(pk=made).done_count == 1
    with pytest.raises(Forbidden):
        access(receiver, "handover.run")
    stranger = make_user(role="manager", department=make_department())
    with pytest.raises(NotFound):
        services.undo_handover(access(stranger, "handover.run"), made)


def test_each_receiver_is_told_once_with_counts() -> None:
    admin, leaver, receiver = make_user("管理员", role="admin"), make_user("王离职"), make_user()
    for _ in range(3):
        make_lead(owner=leaver)
    make_account(owner=leaver)
    drain()
    hand_over(admin, leaver, to("leads", receiver), to("account", receiver), account=Account.NOW)
    drain()
    told = [one for one in latest(receiver.pk).items if one.kind.startswith(("handover", "lead", "account"))]
    assert [one.kind for one in told] == ["handover.received"]
    assert (told[0].params["leads"], told[0].params["account"], told[0].params["total"]) == (3, 1, 4)
    assert next(one.kind for one in latest(admin.pk).items) == "handover.finished"


def test_what_the_leaver_looked_at_is_listed() -> None:
    admin, leaver, other = make_user(role="admin"), make_user(), make_user()
    lead = make_lead()
    reveal_contact(access(leaver, "leads.reveal"), lead.pk)
    audit.record(access(leaver, "leads.view"), "lead", None, "export", {"rows": [None, 120]})
    audit.record(access(other, "leads.view"), "lead", None, "export", {"rows": [None, 5]})
    steps = services.footprints_of(run_access(admin), leaver.pk)
    assert [(step.act, step.name or "") for step in steps if step.act == "reveal"] == [("reveal", lead.name)]
    assert [step.facts for step in steps if step.act == "export"] == [{"rows": 120}]
    with clock.freeze(clock.now() + timedelta(days=31)):
        assert services.footprints_of(run_access(admin), leaver.pk) == []


def test_a_chunk_costs_the_same_however_many_records(monkeypatch: pytest.MonkeyPatch) -> None:
    admin, receiver, other = make_user(role="admin"), make_user(), make_user()
    monkeypatch.setattr(working, "CHUNK", 10_000)
    counts = []
    for number in (3, 60):
        leaver = make_user(private_cap=1000)
        for _ in range(number):
            make_lead(owner=leaver)
            make_account(owner=leaver)
        order = Order(leaver.pk, (to("leads", receiver, other), to("account", receiver, other)), Account.KEEP)
        with CaptureQueriesContext(connection) as found:
            services.work_on(services.start_handover(run_access(admin), order))
        counts.append(len(found))
    assert counts[0] == counts[1]


@given(
    leads=st.integers(0, 12),
    weights=st.lists(st.integers(0, 5), min_size=1, max_size=4),
    moved=st.integers(0, 3),
    chunk=st.integers(1, 5),
)
@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_nothing_is_lost_or_doubled_and_undo_restores(
    leads: int, weights: list[int], moved: int, chunk: int
) -> None:
    working.CHUNK, whole = chunk, working.CHUNK
    try:
        _there_and_back(leads, weights if any(weights) else [1], moved)
    finally:
        working.CHUNK = whole


def _there_and_back(number: int, weights: list[int], moved: int) -> None:
    admin, leaver = make_user(role="admin"), make_user(private_cap=1000)
    people = [make_user(private_cap=2) for _ in weights]
    leads = [make_lead(owner=leaver) for _ in range(number)] + [make_lead(owner=leaver)]
    made = hand_over(admin, leaver, to("leads", *zip(people, weights, strict=True)))
    assert made.total == made.done_count == len(leads) == HandoverItem.objects.filter(handover=made).count()
    counts = owners(leads)
    assert sum(counts.values()) == len(leads)
    assert leaver.pk not in counts
    for person, weight in zip(people, weights, strict=True):
        assert abs(counts[person.pk] - len(leads) * weight / sum(weights)) < 1
    assert Transfer.objects.filter(rule=f"handover:{made.pk}").count() == len(leads)
    third = make_user(private_cap=1000)
    away = [lead.pk for lead in leads[:moved]]
    if away:
        assign_leads(lead_access(admin, "assign"), away, [third.pk])
    undone = take_back(admin, made)
    assert (undone.back_count, undone.left_count) == (len(leads) - len(away), len(away))
    expected = {leaver.pk: len(leads) - len(away), third.pk: len(away)}
    assert owners(leads) == {user_id: count for user_id, count in expected.items() if count}
    assert broken_invariants(caps_hold=False) == []


def test_places_on_teams_pass_on_and_come_back() -> None:
    admin, leaver, first = make_user(role="admin"), make_user("王离职"), make_user("赵一")
    sales = access(admin, "opportunities.edit")
    there, owned, plain, lost = (make_opportunity(owner=owner) for owner in (admin, first, admin, admin))
    account = make_account(owner=admin)
    for one in (there, owned, plain, lost):
        set_member(sales, "opportunity", one.pk, leaver.pk, role="presales", may_edit=True)
    set_member(sales, "opportunity", there.pk, first.pk)
    set_member(access(admin, "accounts.edit"), "account", account.pk, leaver.pk)
    lose(system_access("tests"), lost.pk, lost_reason="price")

    def teams() -> list[list[tuple[int, str | None]]]:
        return [[(one.id, one.role) for one in team("opportunity", it.pk)] for it in (there, owned, plain)]

    before = teams()
    done = hand_over(admin, leaver, to("opportunity_team", first), to("account_team", first))
    assert (done.total, done.done_count, done.kept_count) == (4, 4, 0)  # closed ones keep their teams
    assert teams() == [[(first.pk, None)], [], [(first.pk, "presales")]]
    assert [one.id for one in team("account", account.pk)] == [first.pk]
    drain()
    told = [one.kind for one in latest(first.pk).items if one.kind.startswith(("team", "handover"))]
    assert sorted(told) == ["handover.received", "team.joined"]  # once for all, and of what came before
    back = take_back(admin, done)
    assert (back.back_count, back.left_count) == (4, 0)
    assert [sorted(one) for one in teams()] == [sorted(one) for one in before]
    again = hand_over(admin, leaver, to("opportunity_team", first))
    remove_member(sales, "opportunity", plain.pk, first.pk)
    assert (take_back(admin, again).back_count, Handover.objects.get(pk=again.pk).left_count) == (2, 1)
