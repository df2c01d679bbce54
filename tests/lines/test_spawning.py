"""A lead leads to an opportunity of another line: once, with its own owner, and stays as it was."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connection
from hypothesis import given, settings
from hypothesis import strategies as st

from headwater.customization.services import add_choices
from headwater.engagement.models import TimelineLink
from headwater.engagement.queries import timeline
from headwater.kernel import clock
from headwater.kernel.access import system_access
from headwater.kernel.errors import DomainError, Forbidden, Invalid, NotFound, Stale
from headwater.kernel.text import fold
from headwater.leads.models import Lead
from headwater.leads.services import convert_lead, update_lead
from headwater.lines import services
from headwater.lines.content import read_content
from headwater.lines.errors import SameLine
from headwater.lines.models import CrossLineRule, LineSpawn
from headwater.lines.queries import leads_meant, preview
from headwater.lines.types import PICKLIST
from headwater.organization.models import User
from headwater.platform import audit
from headwater.platform.events import drain
from headwater.platform.jobs import run_jobs
from headwater.platform.notifications.models import Notification
from headwater.pools.services import ensure_default_pool
from headwater.sales.models import Account, Contact, Opportunity
from tests.leads.factories import lead_access, make_lead, make_pool, mobile
from tests.organization.factories import access, client_for, make_user
from tests.sales.factories import make_account, make_contact

EXAMS, ABROAD = "出国考试", "留学"
SYSTEM = system_access("tests")
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _lines(db: Any) -> None:
    add_choices(SYSTEM, PICKLIST, [EXAMS, ABROAD])


def rule(*people: User, weights: list[int] | None = None, **content: Any) -> CrossLineRule:
    shares = [
        {"user": one.pk, "weight": weight}
        for one, weight in zip(people, weights or [1] * len(people), strict=True)
    ]
    given_content = {"keywords": [ABROAD], "line": ABROAD, "owner": "people", "people": shares} | content
    name = f"规则{CrossLineRule.objects.count()}"
    return services.create_rule(SYSTEM, name=name, content=given_content, is_active=True)


def pass_on() -> None:
    """What the worker does: hear, spawn, tell."""
    drain()
    run_jobs()
    drain()


class TestByRule:
    pytestmark = pytest.mark.django_db(transaction=True)

    def test_a_requirement_that_mentions_another_line(self) -> None:
        rep, adviser = make_user("张三"), make_user("顾问")
        made = rule(adviser)
        lead = make_lead(
            owner=rep, company="星海教育", business_line=EXAMS, requirement="雅思七分，之后想留学"
        )
        make_lead(owner=rep, business_line=EXAMS, requirement="只考托福")
        make_lead(owner=rep, business_line=ABROAD, requirement="留学")  # theirs already
        before = Lead.objects.filter(pk=lead.pk).values().get()
        pass_on()
        spawn = LineSpawn.objects.get()
        opportunity = Opportunity.objects.get()
        assert (spawn.lead_id, spawn.line, spawn.rule_id, spawn.rule_version) == (lead.pk, ABROAD, made.pk, 1)
        assert (opportunity.owner_id, opportunity.business_line) == (adviser.pk, ABROAD)
        assert opportunity.name == f"星海教育 · {ABROAD}"
        account, contact = Account.objects.get(), Contact.objects.get()
        assert (account.name, account.owner_id) == ("星海教育", rep.pk)
        assert (contact.mobile, contact.account_id) == (lead.mobile, account.pk)
        assert Lead.objects.filter(pk=lead.pk).values().get() == before
        links = TimelineLink.objects.filter(source_type="lead", source_id=lead.pk)
        assert set(links.values_list("record_type", flat=True)) == {"account", "contact", "opportunity"}
        assert Notification.objects.filter(recipient_id=adviser.pk, kind="line.spawned").count() == 1
        for record, record_id in (("lead", lead.pk), ("opportunity", opportunity.pk)):
            told = [str(one.entry.data.get("text")) for one in timeline(SYSTEM, record, record_id).entries]
            assert any(ABROAD in text and "顾问" in text for text in told), record
        assert audit.history("lead", lead.pk).items[0].action == "spawn"
        services.spawn_by_rule(lead.pk, made.pk)  # a job that runs again
        update_lead(lead_access(rep, "edit"), lead.pk, {"requirement": "留学，英国"})
        pass_on()
        assert Opportunity.objects.count() == 1

    def test_only_a_change_of_what_the_rule_reads_sets_it_off(self) -> None:
        rep, adviser = make_user(), make_user()
        lead = make_lead(owner=rep, requirement="想去留学")
        pass_on()
        rule(adviser)  # made later: leads that lie there already are left alone
        update_lead(lead_access(rep, "edit"), lead.pk, {"company": "星海教育"})
        pass_on()
        assert not LineSpawn.objects.exists()
        update_lead(lead_access(rep, "edit"), lead.pk, {"requirement": "想去英国留学"})
        pass_on()
        assert LineSpawn.objects.get().lead_id == lead.pk

    def test_a_follow_up_that_mentions_it(self) -> None:
        rep, adviser = make_user(), make_user()
        rule(adviser, when={"field": "business_line", "op": "eq", "value": EXAMS})
        lead = make_lead(owner=rep, business_line=EXAMS)
        pass_on()
        client = client_for(rep)
        for text in ("约了下周一", "孩子明年想去英国留学"):
            assert not LineSpawn.objects.exists()
            body = {"kind": "call", "content": text}
            answer = client.post(f"/api/v1/leads/{lead.pk}/activities", body, content_type="application/json")
            assert answer.status_code == 201, answer.content
            pass_on()
        assert LineSpawn.objects.get().lead_id == lead.pk

    def test_several_workers_make_one(self) -> None:
        rep, adviser, other = make_user(), make_user(), make_user()
        made = rule(adviser, other)
        leads = [make_lead(owner=rep, requirement="留学", company=f"公司{i}") for i in range(6)]

        def work(_worker: int) -> None:
            try:
                for lead in leads:
                    services.spawn_by_rule(lead.pk, made.pk)
            finally:
                connection.close()

        with ThreadPoolExecutor(4) as pool:
            list(pool.map(work, range(4)))
        assert LineSpawn.objects.count() == Opportunity.objects.count() == Account.objects.count() == 6
        owners = list(LineSpawn.objects.values_list("owner_id", flat=True))
        assert owners.count(adviser.pk) == 3

    def test_what_cannot_go_on_is_told_and_stops_nothing(self) -> None:
        boss, gone = make_user(role="admin"), make_user()
        made = rule(gone, when={"field": "name", "op": "eq", "value": "王总"})
        User.objects.filter(pk__in=[gone.pk, boss.pk]).update(is_active=False, deactivated_at=clock.now())
        lead = make_lead(name="王总", requirement="留学")
        with pytest.raises(DomainError) as refused:
            services.spawn_by_rule(lead.pk, made.pk)
        assert refused.value.code == "line.nobody"
        pass_on()
        assert not LineSpawn.objects.exists()
        User.objects.filter(pk=boss.pk).update(is_active=True, deactivated_at=None)
        assert services.spawn_by_rule(lead.pk, made.pk).owner_id == boss.pk  # type: ignore[union-attr]


def test_turns_by_weight_and_pool_administrators() -> None:
    one, two = make_user(), make_user()
    made = rule(one, two, weights=[2, 1])
    owners = []
    for _ in range(6):
        spawned = services.spawn_by_rule(make_lead(requirement="留学").pk, made.pk)
        assert spawned is not None
        owners.append(spawned.owner_id)
    assert (owners.count(one.pk), owners.count(two.pk)) == (4, 2)
    keeper = make_user(role="pool_admin")
    pool = make_pool(members=[{"kind": "user", "id": keeper.pk, "is_admin": True}])
    services.archive_rule(SYSTEM, made.pk)
    by_pool = rule(owner="pool_admins", people=[])
    spawned = services.spawn_by_rule(make_lead(pool=pool, requirement="留学").pk, by_pool.pk)
    assert spawned is not None
    assert spawned.owner_id == keeper.pk


def test_by_hand_once_with_a_known_customer_and_conversion_afterwards() -> None:
    rep, adviser = make_user(), make_user()
    lead = make_lead(owner=rep, company="云帆教育", business_line=EXAMS)
    spawn = lead_access(rep, "spawn")
    made = services.spawn_by_hand(spawn, lead.pk, ABROAD, owner_id=adviser.pk, values={"amount": "30000"})
    assert made.is_new
    assert Opportunity.objects.get().amount == 30000
    again = services.spawn_by_hand(spawn, lead.pk, ABROAD, owner_id=rep.pk)
    assert (again.opportunity_id, again.owner_id, again.is_new) == (made.opportunity_id, adviser.pk, False)
    with pytest.raises(SameLine):
        services.spawn_by_hand(spawn, lead.pk, EXAMS)
    with pytest.raises(Invalid):
        services.spawn_by_hand(spawn, lead.pk, "没有的业务")
    converted = convert_lead(lead_access(rep, "convert"), lead.pk, opportunity={"name": "雅思班"})
    assert (converted.account_id, converted.contact_id) == (made.account_id, made.contact_id)
    assert (Account.objects.count(), Contact.objects.count(), Opportunity.objects.count()) == (1, 1, 2)
    # A converted customer has further lines too.
    add_choices(SYSTEM, PICKLIST, ["签证"])
    third = services.spawn_by_hand(spawn, lead.pk, "签证")
    assert (third.account_id, third.owner_id) == (made.account_id, rep.pk)


def test_a_customer_that_is_known_by_number_is_not_made_again() -> None:
    number = mobile()
    account = make_account("云帆教育")
    contact = make_contact(account=account, mobile=number)
    lead = make_lead(company="云帆", mobile=number)
    made = services.spawn_by_hand(SYSTEM, lead.pk, ABROAD, owner_id=make_user().pk)
    assert (made.account_id, made.contact_id) == (account.pk, contact.pk)
    by_name = make_lead(company="云帆教育有限公司")
    made = services.spawn_by_hand(SYSTEM, by_name.pk, ABROAD, owner_id=make_user().pk)
    assert made.account_id == account.pk
    assert made.contact_id not in (None, contact.pk)


def test_who_may() -> None:
    rep, other = make_user(), make_user()
    lead = make_lead(owner=rep)
    with pytest.raises(NotFound):
        services.spawn_by_hand(lead_access(other, "spawn"), lead.pk, ABROAD)
    with pytest.raises(Forbidden):
        lead_access(make_user(role="service"), "spawn")
    with pytest.raises(Forbidden):
        access(rep, "lines.configure")
    pooled = make_lead()
    with pytest.raises(DomainError):
        services.spawn_by_hand(lead_access(rep, "spawn"), pooled.pk, ABROAD)
    assert not Opportunity.objects.exists()


def test_rules_are_checked_versioned_and_previewed() -> None:
    adviser = make_user()
    for wrong, field in (
        ({"keywords": []}, "keywords"),
        ({"line": "没有"}, "line"),
        ({"people": [{"user": adviser.pk, "weight": 0}]}, "people"),
        ({"pipeline": 99999}, "pipeline"),
        ({"when": {"field": "owner", "op": "eq", "value": "@me"}}, "when"),
    ):
        with pytest.raises(Invalid) as refused:
            rule(adviser, **wrong)
        assert list(refused.value.fields) == [field]
    made = rule(adviser)
    content = made.content | {"keywords": [ABROAD, "签证"]}
    assert services.update_rule(SYSTEM, made.pk, content=content, expected=1).number == 2
    with pytest.raises(Stale):
        services.update_rule(SYSTEM, made.pk, content=made.content | {"keywords": ["x"]}, expected=1)
    assert services.restore_version(SYSTEM, made.pk, 1, expected=2).content["keywords"] == [ABROAD]
    make_lead(requirement="留学")
    make_lead(requirement="考试")
    found = preview(SYSTEM, made.content)
    assert (found.considered, found.matched, len(found.examples)) == (2, 1, 1)
    assert not LineSpawn.objects.exists()


WORDS = st.text("留学签证Ａa%_\\ b１", min_size=1, max_size=4).filter(lambda word: bool(fold(word)))


@given(st.lists(WORDS, min_size=1, max_size=3), st.text("留学签证Ａa%_\\ b１考", max_size=12))
@settings(max_examples=60, deadline=None)
def test_a_keyword_is_found_where_it_stands_whatever_its_case_and_width(words: list[str], said: str) -> None:
    ensure_default_pool()
    add_choices(SYSTEM, PICKLIST, [ABROAD])
    lead = Lead.objects.first() or make_lead()
    Lead.objects.filter(pk=lead.pk).update(requirement=said)
    content = read_content({"keywords": words, "line": ABROAD, "people": [{"user": 1}]})
    expected = any(fold(word) in fold(f"x{said}x") or fold(word) in said.lower() for word in content.keywords)
    assert bool(leads_meant(content, [lead.pk])) == expected
