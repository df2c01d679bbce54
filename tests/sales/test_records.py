"""Accounts, contacts and opportunities come into being, change, change hands and are archived."""

from decimal import Decimal

import pytest
from django.db import IntegrityError, connection, transaction

from headwater.kernel import listing
from headwater.kernel.access import permit
from headwater.kernel.catalogue import record_type
from headwater.kernel.errors import Forbidden, Invalid, NotFound, Stale
from headwater.platform import audit
from headwater.sales import services
from headwater.sales.errors import AccountInUse, ContactDuplicate, ContactDuplicateElsewhere
from headwater.sales.models import Account, Contact, Opportunity, OwnerChange, StageMove
from tests.organization.factories import access, actor, make_department, make_user
from tests.sales.factories import make_account, make_contact, make_opportunity, stage

pytestmark = pytest.mark.django_db


def test_a_new_account_belongs_to_its_maker_and_leaves_its_traces() -> None:
    rep = make_user()
    account = make_account("深圳市活水科技有限公司", owner=rep, phone="0755-8888 9999", website="example.com")
    assert account.owner_id == account.created_by_id == rep.pk
    assert account.name_key == "活水科技"
    assert account.phone == "+8675588889999"
    assert account.website == "https://example.com"
    assert account.version == 1
    (entry,) = audit.history("account", account.pk).items
    assert (entry.action, entry.actor_id) == ("create", rep.pk)
    assert entry.changes["name"] == [None, "深圳市活水科技有限公司"]
    change = OwnerChange.objects.get(record_type="account", record_id=account.pk)
    assert (change.from_owner_id, change.to_owner_id, change.why) == (None, rep.pk, "created")


def test_a_rep_cannot_give_a_new_record_to_a_stranger_but_a_manager_can_within_the_team() -> None:
    team = make_department()
    manager = make_user("王经理", role="manager", department=team)
    rep, stranger = make_user(department=team), make_user("外人", department=make_department())
    with pytest.raises(Invalid) as refusal:
        services.create_account(access(rep, "accounts.create"), {"name": "甲", "owner": stranger.pk})
    assert refusal.value.fields["owner"]["code"] == "owner.out_of_reach"
    made = services.create_account(access(manager, "accounts.create"), {"name": "乙", "owner": rep.pk})
    assert Account.objects.get(pk=made).owner_id == rep.pk


def test_every_complaint_comes_at_once() -> None:
    with pytest.raises(Invalid) as refusal:
        services.create_contact(
            access(make_user(), "contacts.create"),
            {"mobile": "12", "email": "no", "qq": "abc", "nonsense": 1},
        )
    assert set(refusal.value.fields) == {"name", "mobile", "email", "qq", "nonsense"}


def test_an_update_changes_only_what_is_given_and_tells_before_and_after() -> None:
    rep = make_user()
    account = make_account("甲公司", owner=rep, note="旧")
    services.update_account(
        access(rep, "accounts.edit"), account.pk, {"note": "新", "name": "甲公司"}, version=1
    )
    account.refresh_from_db()
    assert (account.note, account.version) == ("新", 2)
    assert audit.history("account", account.pk).items[0].changes == {"note": ["旧", "新"]}


def test_an_update_without_a_difference_leaves_no_trace() -> None:
    rep = make_user()
    account = make_account("甲公司", owner=rep)
    services.update_account(access(rep, "accounts.edit"), account.pk, {"name": "甲公司"})
    account.refresh_from_db()
    assert account.version == 1
    assert len(audit.history("account", account.pk).items) == 1


def test_a_stale_version_is_refused() -> None:
    rep = make_user()
    account = make_account(owner=rep)
    services.update_account(access(rep, "accounts.edit"), account.pk, {"note": "一"}, version=1)
    with pytest.raises(Stale) as refusal:
        services.update_account(access(rep, "accounts.edit"), account.pk, {"note": "二"}, version=1)
    assert refusal.value.facts == {"version": 2}


def test_what_lies_out_of_reach_does_not_exist() -> None:
    account = make_account(owner=make_user())
    with pytest.raises(NotFound):
        services.update_account(access(make_user(), "accounts.edit"), account.pk, {"note": "x"})


def test_relations_that_lead_nowhere_are_refused() -> None:
    rep = make_user()
    foreign = make_account(owner=make_user())
    for values in ({"account": foreign.pk}, {"account": 2**62}, {"source": 99_999_999}, {"owner": 2**62}):
        with pytest.raises(Invalid) as refusal:
            services.create_contact(access(rep, "contacts.create"), {"name": "李四"} | values)
        assert set(refusal.value.fields) == set(values)


class TestContacts:
    @pytest.mark.parametrize(
        ("method", "first", "again"),
        [
            ("mobile", "13800138000", "+86 138-0013-8000"),
            ("email", "Li@Example.com", "li@example.com"),
            ("wechat", "Li_Si", "li_si"),
            ("qq", "123456", "１２３４５６"),
        ],
    )
    def test_one_living_contact_per_method(self, method: str, first: str, again: str) -> None:
        rep = make_user()
        known = make_contact(owner=rep, **{method: first})
        with pytest.raises(ContactDuplicate) as refusal:
            make_contact("别人", owner=rep, **{method: again})
        assert refusal.value.facts["contact"] == {"id": known.pk, "name": "李四"}
        assert Contact.objects.count() == 1
        services.archive_contacts(access(rep, "contacts.edit"), [known.pk])
        make_contact("别人", owner=rep, **{method: again})

    def test_two_people_may_share_a_switchboard(self) -> None:
        make_contact(phone="010-66668888")
        make_contact("王五", phone="010-66668888")

    def test_of_a_strangers_contact_only_its_existence_is_told(self) -> None:
        owner = make_user("赵六")
        make_contact("机密", owner=owner, mobile="13800138000")
        with pytest.raises(ContactDuplicateElsewhere) as refusal:
            make_contact("李四", owner=make_user(), mobile="13800138000")
        assert refusal.value.facts["contact"] is None
        assert "机密" not in refusal.value.detail
        assert "赵六" in refusal.value.detail

    def test_restoring_a_contact_whose_number_was_given_away_is_refused(self) -> None:
        rep = make_user()
        old = make_contact(owner=rep, mobile="13800138000")
        services.archive_contacts(access(rep, "contacts.edit"), [old.pk])
        make_contact("新", owner=rep, mobile="13800138000")
        with pytest.raises(ContactDuplicate):
            services.restore_contacts(access(rep, "contacts.edit"), [old.pk])

    def test_a_contact_is_seen_through_its_account(self) -> None:
        rep, other = make_user(), make_user()
        account = make_account(owner=rep)
        contact = make_contact(account=account)
        assert contact.owner_id is None
        kind = record_type("contact")
        assert listing.ids_within(access(rep, "contacts.view"), kind, [contact.pk]) == {contact.pk}
        assert listing.ids_within(access(other, "contacts.view"), kind, [contact.pk]) == set()

    def test_an_opt_out_is_only_ever_added_and_a_newer_consent_stays(self) -> None:
        contact = make_contact(do_not_call=True, consent_basis="form", consent_at="2026-05-01 10:00")
        rep = access(make_user(), "contacts.edit")
        services.merge_consent(
            rep,
            contact.pk,
            do_not_email=True,
            consent_basis="card",
            consent_at=contact.consent_at.replace(year=2020),
        )
        contact.refresh_from_db()
        assert (contact.do_not_call, contact.do_not_email, contact.consent_basis) == (True, True, "form")


class TestAssigning:
    def test_many_change_hands_at_once(self) -> None:
        team = make_department()
        manager = make_user(role="manager", department=team)
        giver, taker = make_user(department=team), make_user(department=team)
        foreign = make_account(owner=make_user(department=make_department()))
        accounts = [make_account(owner=giver).pk for _ in range(3)]
        results = services.assign_accounts(
            access(manager, "accounts.assign"), [*accounts, foreign.pk, *accounts], owner_id=taker.pk
        )
        assert [(one.id, one.ok) for one in results] == [
            *((pk, True) for pk in accounts),
            (foreign.pk, False),
        ]
        assert set(Account.objects.filter(owner=taker).values_list("pk", flat=True)) == set(accounts)
        assert set(Account.objects.filter(owner=taker).values_list("version", flat=True)) == {2}
        assert OwnerChange.objects.filter(from_owner_id=giver.pk, to_owner_id=taker.pk).count() == 3
        assert audit.history("account", accounts[0]).items[0].changes == {"owner": [giver.pk, taker.pk]}

    def test_repeating_changes_nothing(self) -> None:
        rep = make_user()
        account = make_account(owner=rep)
        admin = make_user(role="admin")
        services.assign_accounts(access(admin, "accounts.assign"), [account.pk], owner_id=rep.pk)
        assert OwnerChange.objects.filter(record_id=account.pk).count() == 1

    def test_a_rep_may_not_change_the_owner_in_passing(self) -> None:
        rep, other = make_user(), make_user()
        account = make_account(owner=rep)
        with pytest.raises(Forbidden):
            services.update_account(access(rep, "accounts.edit"), account.pk, {"owner": other.pk})
        account.refresh_from_db()
        assert account.owner_id == rep.pk

    def test_the_statements_do_not_grow_with_the_records(self, django_assert_max_num_queries) -> None:  # type: ignore[no-untyped-def]
        admin = access(make_user(role="admin"), "accounts.assign")
        rep = make_user()
        few = [make_account().pk for _ in range(2)]
        many = [make_account().pk for _ in range(12)]
        from django.test.utils import CaptureQueriesContext

        with CaptureQueriesContext(connection) as small:
            services.assign_accounts(admin, few, owner_id=rep.pk)
        with CaptureQueriesContext(connection) as large:
            services.assign_accounts(admin, many, owner_id=rep.pk)
        assert len(small) == len(large)


def test_an_account_with_open_opportunities_is_not_archived() -> None:
    rep = make_user()
    account = make_account("忙公司", owner=rep)
    opportunity = make_opportunity(account=account, owner=rep)
    with pytest.raises(AccountInUse) as refusal:
        services.archive_accounts(access(rep, "accounts.edit"), [account.pk])
    assert refusal.value.facts["opportunities"] == 1
    services.archive_opportunities(access(rep, "opportunities.edit"), [opportunity.pk])
    assert services.archive_accounts(access(rep, "accounts.edit"), [account.pk]) == 1
    assert services.restore_accounts(access(rep, "accounts.edit"), [account.pk]) == 1
    assert services.restore_accounts(access(rep, "accounts.edit"), [account.pk]) == 0


class TestTheDatabaseInsists:
    def test_status_and_pipeline_are_those_of_the_stage(self) -> None:
        opportunity = make_opportunity()
        with pytest.raises(IntegrityError), transaction.atomic():
            Opportunity.objects.filter(pk=opportunity.pk).update(stage=stage("won"))
            connection.check_constraints()

    def test_a_closed_one_has_a_date_and_a_lost_one_a_reason(self) -> None:
        opportunity = make_opportunity()
        with pytest.raises(IntegrityError), transaction.atomic():
            Opportunity.objects.filter(pk=opportunity.pk).update(stage=stage("won"), status="won")

    @pytest.mark.parametrize("model", [StageMove, OwnerChange])
    def test_history_stays_as_it_was_written(self, model: type) -> None:
        make_opportunity()
        with pytest.raises(IntegrityError), transaction.atomic():
            model.objects.all().update(note="anders")
        with pytest.raises(IntegrityError), transaction.atomic():
            model.objects.all().delete()

    def test_amounts_are_exact_and_not_negative(self) -> None:
        opportunity = make_opportunity(amount="12345678901234.56".replace("1234567890", "12345678"))
        assert Opportunity.objects.get(pk=opportunity.pk).amount == Decimal("123456781234.56")
        with pytest.raises(IntegrityError), transaction.atomic():
            Opportunity.objects.filter(pk=opportunity.pk).update(amount=-1)


def test_permissions_are_asked_at_the_door() -> None:
    service = make_user(role="service")
    with pytest.raises(Forbidden):
        permit(actor(service), "accounts.create")
