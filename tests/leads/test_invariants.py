"""I1 to I5 after any sequence of operations, and with real concurrent connections."""

import random
import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from headwater.engagement.models import Activity
from headwater.engagement.services import archive_activities, edit_activity, follow_up
from headwater.kernel import clock
from headwater.kernel.access import system_access
from headwater.kernel.errors import DomainError, Invalid
from headwater.leads.errors import Duplicate
from headwater.leads.models import Lead, Transfer
from headwater.leads.services import (
    archive_leads,
    assign_leads,
    change_stage,
    claim_leads,
    convert_lead,
    create_lead,
    invalidate_leads,
    move_leads,
    reopen_leads,
    restore_leads,
    return_leads,
    update_lead,
)
from headwater.leads.services.books import read_books
from headwater.leads.services.recycling import recycle_due
from headwater.leads.services.waking import Inquiry, wake
from headwater.organization.models import User
from headwater.platform.files.services import store_file
from tests.leads.factories import lead_access, make_lead, make_pool, mobile
from tests.leads.invariants import broken_invariants, history, lost_history, place_counts
from tests.organization.factories import access, make_user

ACTS = (
    "claim",
    "assign",
    "return",
    "move",
    "invalidate",
    "reopen",
    "archive",
    "restore",
    "create",
    "recycle",
    "inquire",
    "edit",
    "stage",
    "follow_up",
    "correct",
    "take_down",
    "convert",
)


def _recycle_all() -> None:
    with clock.freeze(clock.now() + timedelta(days=30)):
        recycle_due()


def _act(
    name: str, user: User, leads: list[int], pools: list[int], people: list[int], pick: random.Random
) -> None:
    """One operation on a random handful; refusals are part of the game."""
    some = pick.sample(leads, min(len(leads), pick.randint(1, 4)))
    verbs: dict[str, Callable[[], Any]] = {
        "recycle": _recycle_all,
        "claim": lambda: claim_leads(lead_access(user, "claim"), some),
        "assign": lambda: assign_leads(
            lead_access(user, "assign"), some, pick.sample(people, pick.randint(1, len(people)))
        ),
        "return": lambda: return_leads(
            lead_access(user, "return"), some, reason="no_need", pool_id=pick.choice([None, *pools])
        ),
        "move": lambda: move_leads(lead_access(user, "move"), some, pool_id=pick.choice(pools)),
        "invalidate": lambda: invalidate_leads(lead_access(user, "invalidate"), some, reason="test"),
        "inquire": lambda: wake(system_access("tests"), [(i, Inquiry()) for i in some], door="form"),
        "reopen": lambda: reopen_leads(lead_access(user, "reopen"), some),
        "archive": lambda: archive_leads(lead_access(user, "delete"), some),
        "restore": lambda: restore_leads(lead_access(user, "delete"), some),
        "edit": lambda: update_lead(lead_access(user, "edit"), some[0], {"requirement": str(pick.random())}),
        "stage": lambda: change_stage(lead_access(user, "edit"), some[0], pick.choice(["MQL", "SQL"])),
        "follow_up": lambda: _follow_up(user, some[0], with_file=pick.random() < 0.5),
        "correct": lambda: edit_activity(
            access(user, "activities.edit"), pick.choice(_follow_ups()), {"content": str(pick.random())}
        ),
        "take_down": lambda: archive_activities(
            access(user, "activities.delete"), pick.sample(_follow_ups(), 1)
        ),
        "convert": lambda: convert_lead(lead_access(user, "convert"), some[0], opportunity={}),
        "create": lambda: leads.append(
            create_lead(
                lead_access(user, "create"),
                {"name": "新客户", "mobile": mobile()}
                | pick.choice([{}, {"owner": user.pk}, {"pool": pools[0]}]),
            )
        ),
    }
    try:
        verbs[name]()
    except DomainError:
        pass


def _follow_ups() -> list[int]:
    """All follow-ups of leads; 0 stands for one that is not there."""
    return list(Activity.objects.filter(record_type="lead").values_list("pk", flat=True)) or [0]


def _follow_up(user: User, lead_id: int, *, with_file: bool) -> None:
    acting = access(user, "activities.create")
    upload = SimpleUploadedFile("报价.txt", b"3 x 100")
    files = [store_file(acting, upload).pk] if with_file else []
    follow_up(acting, "lead", lead_id, kind="call", outcome="connected", content="聊过", file_ids=files)


@pytest.mark.django_db
@given(
    steps=st.lists(st.tuples(st.sampled_from(ACTS), st.integers(0, 3)), max_size=30),
    seed=st.integers(0, 2**32),
)
@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_sequence_keeps_the_invariants(steps: list[tuple[str, int]], seed: int) -> None:
    pick = random.Random(seed)
    pools = [make_pool(cooldown_days=0).pk, make_pool(private_cap=2, daily_claim_limit=5).pk]
    people = [make_user(private_cap=cap, role=("rep", "admin")) for cap in (1, 3)]
    people += [make_user(private_cap=3), make_user(role="manager", private_cap=2)]
    ids = [person.pk for person in people]
    leads = [make_lead(pool=None).pk for _ in range(4)]
    for act, who in steps:
        before = history()
        _act(act, people[who], leads, pools, ids, pick)
        assert broken_invariants() == []
        assert lost_history(before) == []
    counts = place_counts()
    assert counts.pop("all") == sum(counts.values())


@pytest.mark.django_db
def test_a_whole_life_loses_nothing_and_a_loss_would_show() -> None:
    boss, pool = make_user(role=("rep", "admin"), private_cap=9), make_pool(cooldown_days=0)
    lead = make_lead(pool=pool)
    life = (
        "claim", "follow_up", "correct", "take_down", "stage", "edit", "return", "claim", "follow_up",
        "invalidate", "reopen", "claim", "archive", "restore", "claim", "recycle", "inquire", "assign",
        "follow_up", "convert", "archive",
    )  # fmt: skip
    pick = random.Random(5)
    for act in life:
        before = history()
        _act(act, boss, [lead.pk], [pool.pk], [boss.pk], pick)
        assert lost_history(before) == [], act
    lived = history()
    assert [name for name, found in lived.items() if not found] == [], "each kind has been seen"
    assert Lead.objects.get(pk=lead.pk).status == "converted"
    Activity.objects.filter(pk=_follow_ups()[0]).update(record_id=lead.pk + 1)
    Transfer.objects.filter(lead=lead).first().delete()  # type: ignore[union-attr]
    assert [fault.split(" ")[1] for fault in lost_history(lived)][:2] == ["follow-ups", "follow-ups"]
    assert any("transfers gone" in fault for fault in lost_history(lived))


def _together(number: int, work: Callable[[int], Any]) -> list[Any]:
    """Run `work(i)` in so many threads at one moment, each with a connection of its own."""
    barrier, results = threading.Barrier(number), [None] * number

    def run(index: int) -> None:
        barrier.wait()
        try:
            results[index] = work(index)
        except DomainError as refusal:
            results[index] = refusal
        except Exception as fault:
            results[index] = fault
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(index,)) for index in range(number)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    faults = [
        result for result in results if isinstance(result, Exception) and not isinstance(result, DomainError)
    ]
    assert not faults, faults
    return results


@pytest.mark.django_db(transaction=True)
def test_of_64_claimers_one_wins_and_the_others_are_told() -> None:
    lead, people = make_lead(), [make_user() for _ in range(64)]
    accesses = [lead_access(person, "claim") for person in people]
    outcomes = _together(64, lambda i: claim_leads(accesses[i], [lead.pk])[0])
    winners = [i for i, outcome in enumerate(outcomes) if outcome.ok]
    assert len(winners) == 1
    assert {outcome.refusal.code for outcome in outcomes if not outcome.ok} == {"lead.already_owned"}
    assert {o.refusal.facts["owner"] for o in outcomes if not o.ok} == {people[winners[0]].name}
    assert Lead.objects.get(pk=lead.pk).owner_id == people[winners[0]].pk
    assert Transfer.objects.filter(lead=lead).count() == 2
    assert broken_invariants() == []


@pytest.mark.django_db(transaction=True)
def test_64_clicks_of_one_rep_never_exceed_the_cap() -> None:
    rep = make_user(private_cap=10)
    leads = [make_lead().pk for _ in range(64)]
    access = lead_access(rep, "claim")
    outcomes = _together(64, lambda i: claim_leads(access, [leads[i]])[0])
    assert sum(outcome.ok for outcome in outcomes) == 10
    assert {o.refusal.code for o in outcomes if not o.ok} == {"lead.cap_reached"}
    assert read_books([rep.pk])[rep.pk].held == 10
    assert broken_invariants() == []


@pytest.mark.django_db(transaction=True)
def test_claims_assignments_and_returns_at_once_keep_everything() -> None:
    pool = make_pool(cooldown_days=0)
    people = [make_user(role=("rep", "manager", "pool_admin"), private_cap=4) for _ in range(8)]
    ids = [person.pk for person in people]
    leads = [make_lead(pool=pool).pk for _ in range(30)]
    actors = [{act: lead_access(person, act) for act in ("claim", "assign", "return")} for person in people]

    def work(index: int) -> None:
        pick = random.Random(index)
        access = actors[index % len(people)]
        for _ in range(6):
            some = pick.sample(leads, 5)
            act = pick.choice(["claim", "assign", "return"])
            if act == "claim":
                claim_leads(access["claim"], some)
            elif act == "assign":
                assign_leads(access["assign"], some, pick.sample(ids, 3))
            else:
                return_leads(access["return"], some, reason="no_need")

    _together(16, work)
    assert broken_invariants() == []


@pytest.mark.django_db(transaction=True)
def test_32_captures_of_one_number_leave_one_lead() -> None:
    make_lead()  # the default pool is there
    number = mobile()
    outcomes = _together(
        32, lambda i: create_lead(system_access("tests"), {"name": f"张三{i}", "mobile": number})
    )
    assert sum(isinstance(outcome, int) for outcome in outcomes) == 1
    assert all(isinstance(outcome, int | Duplicate) for outcome in outcomes)
    assert Lead.objects.filter(mobile=number).count() == 1


@pytest.mark.django_db
def test_a_batch_is_dealt_evenly_and_by_weights() -> None:
    admin, people = make_user(role="admin"), [make_user() for _ in range(3)]
    a, b, c = (person.pk for person in people)
    leads = [make_lead().pk for _ in range(12)]
    assign_leads(lead_access(admin, "assign"), leads, [a, b, c])
    assert [read_books([i])[i].held for i in (a, b, c)] == [4, 4, 4]
    more = [make_lead().pk for _ in range(12)]
    with pytest.raises(Invalid) as refused:
        assign_leads(lead_access(admin, "assign"), more, [a, b], weights={a: 0, b: 0})
    assert refused.value.fields["weights"]["code"] == "weights.zero"
    assign_leads(lead_access(admin, "assign"), more, [a, b, c], weights={a: 3, b: 2, c: 1})
    assert [read_books([i])[i].held for i in (a, b, c)] == [10, 8, 6]


@pytest.mark.django_db
@given(weights=st.lists(st.integers(0, 50), min_size=1, max_size=8).filter(any), number=st.integers(1, 25))
@settings(max_examples=6, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_shares_differ_from_the_ideal_by_less_than_one(weights: list[int], number: int) -> None:
    admin = make_user(role="admin")
    people = [make_user(private_cap=1000).pk for _ in weights]
    leads = [make_lead().pk for _ in range(number)]
    assign_leads(lead_access(admin, "assign"), leads, people, weights=dict(zip(people, weights, strict=True)))
    for person, weight in zip(people, weights, strict=True):
        assert abs(read_books([person])[person].held - number * weight / sum(weights)) < 1
