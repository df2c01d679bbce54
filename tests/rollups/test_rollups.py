"""Rollups say what the raw tables say: after any acts, beside writers, after deaths, made anew."""

import random
import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import DatabaseError, InterfaceError, connection, transaction
from django.test import override_settings

from headwater.engagement.models import Activity
from headwater.engagement.services import (
    archive_activities,
    edit_activity,
    follow_up,
    record_activities,
    restore_activities,
)
from headwater.engagement.types import NewActivity
from headwater.entry import rollups as command
from headwater.kernel import clock
from headwater.kernel.access import system_access
from headwater.kernel.errors import DomainError
from headwater.kernel.sql import execute, value, values
from headwater.leads import services as leads
from headwater.leads.models import Conversion, Lead
from headwater.leads.services.recycling import recycle_due
from headwater.leads.services.waking import Inquiry, wake
from headwater.orders.models import Order
from headwater.orders.services import create_order, update_order
from headwater.organization.models import User
from headwater.platform.events import drain
from headwater.rollups import queries, subscribers, tasks
from headwater.rollups.services import differences, fill, start_anew
from headwater.rollups.types import Key
from headwater.sales.models import Merge, Opportunity
from headwater.sales.services import (
    archive_opportunities,
    create_opportunity,
    update_opportunity,
)
from headwater.sales.services.merging_customers import ACCOUNTS
from headwater.sales.services.moving import reopen, win
from tests.leads.factories import lead_access, make_lead, make_pool
from tests.organization.factories import access, make_user
from tests.rollups.brute import check_all

NAMES = {"leads.won", *queries.SUBSCRIBERS.values()}
HOUSE = system_access("tests")
SALES = "lead_id, opportunity_id, order_id"


class Company:
    """A few people and leads to whom anything may happen; refusals are part of the game."""

    def __init__(self, seed: int) -> None:
        self.pick = random.Random(seed)
        self.pools = [make_pool(cooldown_days=0).pk, make_pool(cooldown_days=0).pk]
        self.people = [make_user(role=("rep", "admin")) for _ in range(3)]
        self.leads = [make_lead(owner=self.pick.choice([None, *self.people])).pk for _ in range(8)]
        self.sources = values("SELECT id FROM acquisition_source ORDER BY id LIMIT 3")
        self.at = clock.now()

    def sell(self) -> None:
        """A lead that goes all the way."""
        rep = self.people[0]
        lead = make_lead(owner=rep)
        self._talk(rep, lead.pk)
        made = leads.convert_lead(lead_access(rep, "convert"), lead.pk, opportunities=[{}])
        win(access(rep, "opportunities.edit"), made.opportunity_id or 0)
        again = make_lead(owner=rep)
        leads.convert_lead(lead_access(rep, "convert"), again.pk)
        self.leads.append(again.pk)
        self.at = clock.now()
        self.leads.append(lead.pk)

    def play(self, acts: int) -> None:
        for _ in range(acts):
            self.at += timedelta(minutes=self.pick.choice((0, 1, 30, 600)))
            with clock.freeze(self.at):
                try:
                    self.pick.choice(self._acts())()
                except DomainError:
                    pass

    def _acts(self) -> list[Callable[[], Any]]:
        pick = self.pick
        rep: User = pick.choice(self.people)
        some = pick.sample(self.leads, pick.randint(1, 4))
        one = some[0]
        owned = Lead.objects.filter(pk=one).values_list("owner_id", flat=True).get()
        mine = next((person for person in self.people if person.pk == owned), rep)
        said = [*Activity.objects.values_list("pk", flat=True), 0]
        sold = [0, *Opportunity.objects.values_list("pk", flat=True)]
        verbs: list[Callable[[], Any]] = [
            lambda: leads.claim_leads(lead_access(rep, "claim"), some),
            lambda: leads.convert_lead(lead_access(mine, "convert"), one, opportunities=[{}]),
            lambda: leads.move_leads(lead_access(rep, "move"), some, pool_id=pick.choice(self.pools)),
            lambda: leads.invalidate_leads(lead_access(rep, "invalidate"), [one], reason="test"),
            lambda: leads.reopen_leads(lead_access(rep, "reopen"), some),
            lambda: leads.archive_leads(lead_access(rep, "delete"), [one]),
            lambda: leads.restore_leads(lead_access(rep, "delete"), some),
            lambda: wake(HOUSE, [(i, Inquiry()) for i in some], door="form"),
            lambda: leads.update_lead(lead_access(mine, "edit"), one, {"source": pick.choice(self.sources)}),
            lambda: leads.update_lead(
                lead_access(mine, "edit"), one, {"intent": pick.choice(["high", "low"])}
            ),
            self._recycle,
            lambda: leads.merge_leads(HOUSE, one, some[1:2]),
            lambda: leads.undo_merge(HOUSE, Merge.objects.values_list("pk", flat=True).last() or 0),
            lambda: leads.undo_conversion(lead_access(rep, "unconvert"), one),
            lambda: create_opportunity(
                access(rep, "opportunities.create"),
                {
                    "name": "后来",
                    "account": pick.choice([*Conversion.objects.values_list("account_id", flat=True)]),
                },
            ),
            lambda: win(access(rep, "opportunities.edit"), pick.choice(sold)),
            lambda: self._join(pick.choice(sold)),
            self._merge_accounts,
            self._order,
            self._order,
            lambda: update_order(
                HOUSE,
                pick.choice([0, *Order.objects.values_list("pk", flat=True)]),
                {"opportunity": pick.choice(sold) or None},
            ),
            lambda: reopen(access(rep, "opportunities.edit"), pick.choice(sold)),
            lambda: archive_opportunities(access(rep, "opportunities.delete"), [pick.choice(sold)]),
            lambda: archive_activities(access(rep, "activities.delete"), [pick.choice(said)]),
            lambda: restore_activities(access(rep, "activities.delete"), [pick.choice(said)]),
            lambda: self._correct(rep, pick.choice(said)),
        ]
        often: list[Callable[[], Any]] = [
            self._talk_to_somebody,
            lambda: leads.assign_leads(lead_access(rep, "assign"), some, [rep.pk]),
            lambda: leads.return_leads(
                lead_access(mine, "return"), some, reason=pick.choice(["no_need", "no_answer"])
            ),
            lambda: leads.change_stage(
                lead_access(mine, "edit"), one, stage := pick.choice(["UQL", "MQL", "SQL", "disqualified"]),
                reason="no_budget" if stage == "disqualified" else "",
            ),
        ]  # fmt: skip
        return verbs + often * 5

    def _join(self, opportunity_id: int) -> None:
        """Another account: what was a lead's is another one's, or nobody's."""
        account = self.pick.choice([*Conversion.objects.values_list("account_id", flat=True)])
        update_opportunity(HOUSE, opportunity_id, {"account": account})

    def _order(self) -> None:
        """At an account that a lead became: of an opportunity of it, or of none."""
        account = self.pick.choice([*Conversion.objects.values_list("account_id", flat=True)])
        offers = [None, *Opportunity.objects.filter(account_id=account).values_list("pk", flat=True)]
        day = (self.at - timedelta(days=self.pick.choice((0, 0, 2)))).date()
        given = {"account": account, "opportunity": self.pick.choice(offers), "ordered_on": day.isoformat()}
        create_order(HOUSE, given)

    def _merge_accounts(self) -> None:
        one, *others = set(Conversion.objects.values_list("account_id", flat=True))
        ACCOUNTS.merge(HOUSE, one, others[:1])

    def _recycle(self) -> None:
        with clock.freeze(self.at + timedelta(days=40)):
            recycle_due()

    def _talk_to_somebody(self) -> None:
        held = list(Lead.objects.filter(status__in=("assigned", "following"), archived_at=None))
        if held:
            lead = self.pick.choice(held)
            self._talk(next(one for one in self.people if one.pk == lead.owner_id), lead.pk)

    def _talk(self, rep: User, lead_id: int) -> None:
        follow_up(
            access(rep, "activities.create"),
            "lead",
            lead_id,
            kind=self.pick.choice(["call", "visit", "note"]),
            outcome=self.pick.choice([None, "connected"]),
            content="聊过",
            occurred_at=self.at - timedelta(seconds=self.pick.choice((0, 50, 90_000))),
            duration_seconds=self.pick.choice([None, 60]),
        )

    def _correct(self, rep: User, activity_id: int) -> None:
        moment = self.at - timedelta(hours=self.pick.randint(0, 60))
        edit_activity(access(rep, "activities.edit"), activity_id, {"occurred_at": moment, "kind": "call"})


def test_any_sequence_is_told_exactly(db: None) -> None:
    company = Company(4)
    company.sell()
    drain(names=NAMES)
    assert value("SELECT count(*) FROM rollups_leadstory WHERE won_at IS NOT NULL") == 1
    for _ in range(2):
        company.play(50)
        drain(names=NAMES)
        check_all()
    assert value("SELECT count(*) FROM rollups_leadstory WHERE returns > 0 AND follow_ups > 0") > 0
    for key in Key:
        start_anew(key)
        assert not queries.is_complete(key)
    check_raw_story_stands_in()
    company.play(15)
    drain(names=NAMES)  # while a filling is under way cells of leads stand still
    for key in Key:
        assert fill(key)
    check_all()
    assert [list(differences(key)) for key in Key] == [[], []]


def check_raw_story_stands_in() -> None:
    """While the table is not to be asked, the same is reckoned in its place."""
    table = queries.story_table()
    assert "leads_lead" in table
    names = "lead_id, status, reached, follow_ups, won_at, response_seconds"
    text = (
        f"SELECT count(*) FROM (SELECT {names} FROM {table} x EXCEPT SELECT {names} FROM rollups_leadstory) y"
    )
    assert value(text) == 0
    spells, names = queries.spell_table(), "id, at, response_seconds, left_at, ended_by, is_living"
    assert "leads_transfer" in spells
    sales = queries.sale_table()
    assert "leads_conversion" in sales
    for raw, table, asked in ((spells, "rollups_spell", names), (sales, "rollups_sale", SALES)):
        for one, other in ((raw, table), (table, raw)):
            assert not values(f"SELECT {asked} FROM {one} x EXCEPT SELECT {asked} FROM {other} y")


def test_verify_finds_what_was_spoilt(db: None, capsys: pytest.CaptureFixture[str]) -> None:
    rep = make_user(role=("rep", "admin"))
    lead = make_lead(owner=rep)
    follow_up(access(rep, "activities.create"), "lead", lead.pk, kind="call", content="聊过")
    drain(names=NAMES)
    execute("UPDATE rollups_leadstory SET follow_ups = 7")
    execute("UPDATE rollups_followupday SET follow_ups = 7")
    execute(
        "INSERT INTO rollups_leadplace (owner_id, status, stage, intent, leads)"
        " VALUES (9, 'following', 'UQL', '', 1)"
    )
    execute("UPDATE rollups_spell SET ended_by = 'returned'")
    execute("INSERT INTO rollups_sale (lead_id, order_id) VALUES (%s, 9)", (lead.pk,))
    found = [one for key in Key for one in differences(key, wait=0)]
    assert {one.table for one in found} == {
        "rollups_leadstory", "rollups_leadday", "rollups_leadplace", "rollups_followupday", "rollups_spell",
        "rollups_sale",
    }  # fmt: skip
    assert "follow_ups=7" in str(found[1])
    assert command.rebuild([]) == 0
    check_all()
    assert command.verify([]) == 0
    execute("DELETE FROM rollups_leadstory")
    assert command.verify(["leads"]) == 1
    assert "rollups_leadstory missing: lead_id=" in capsys.readouterr().out


def test_another_time_zone_has_its_days_counted_anew(db: None) -> None:
    rep = make_user()
    with clock.freeze(clock.now().replace(hour=18)):  # past midnight in Shanghai
        lead = make_lead(owner=rep)
        follow_up(access(rep, "activities.create"), "lead", lead.pk, kind="call", content="聊过")
    drain(names=NAMES)
    check_all()
    day = value("SELECT day FROM rollups_leadday")
    with override_settings(TIME_ZONE="America/New_York"):
        assert not queries.is_usable("lead_days")
        tasks.keep_filled(clock.now())
        tasks.fill_on(Key.LEADS.value)
        tasks.fill_on(Key.FOLLOW_UPS.value)
        assert value("SELECT day FROM rollups_leadday") == day - timedelta(days=1)
        check_all()
        assert queries.is_usable("lead_days")
        assert queries.story_table() == "rollups_leadstory"


@pytest.fixture
def dies_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """The first time cells of follow-ups are written, the connection is lost right afterwards."""
    write, lives = subscribers.write_days, [True]

    def write_and_die(*given: Any) -> None:
        write(*given)
        if lives and lives.pop():
            execute("SELECT pg_terminate_backend(pg_backend_pid())")

    monkeypatch.setattr(subscribers, "write_days", write_and_die)


@pytest.mark.django_db(transaction=True)
def test_writers_workers_a_filling_and_a_death_lose_and_double_nothing(dies_once: None) -> None:
    people = [make_user(role=("rep", "admin")) for _ in range(2)]
    pool = make_pool(cooldown_days=0)
    ids = [make_lead(pool=pool).pk for _ in range(30)]
    for key in Key:
        start_anew(key)
    over, failures = threading.Event(), list[BaseException]()

    def work(number: int) -> None:
        pick = random.Random(number)
        for _ in range(8):
            rep, some = people[number], pick.sample(ids, 6)
            try:
                leads.assign_leads(lead_access(rep, "assign"), some, [rep.pk])
                with transaction.atomic():
                    said = [NewActivity("lead", one, duration_seconds=5, author_id=rep.pk) for one in some]
                    record_activities(access(rep, "activities.create"), said)
                leads.return_leads(lead_access(rep, "return"), some[:3], reason="no_need")
            except DomainError:
                pass

    def deliver(number: int) -> None:
        while not over.is_set():
            try:
                drain(names=NAMES, wait=0)
                if number:
                    for key in Key:
                        fill(key, seconds=0)
            except (DatabaseError, InterfaceError):  # this one was killed
                connection.close()

    threads = [threading.Thread(target=_kept(work, failures), args=(number,)) for number in (0, 1)]
    workers = [threading.Thread(target=_kept(deliver, failures), args=(number,)) for number in (0, 1)]
    for thread in (*workers, *threads):
        thread.start()
    for thread in threads:
        thread.join()
    over.set()
    for thread in workers:
        thread.join()
    assert not failures
    drain(names=NAMES)
    for key in Key:
        assert fill(key)
    check_all()
    assert queries.seconds_behind(Key.LEADS) == 0


def _kept(run: Callable[[int], None], failures: list[BaseException]) -> Callable[[int], None]:
    def inner(number: int) -> None:
        try:
            run(number)
        except BaseException as failure:
            failures.append(failure)
        finally:
            connection.close()

    return inner
