"""Accounts and contacts become one: what moves, where addresses lead, and exactly back again."""

from datetime import timedelta
from typing import Any

import pytest

from headwater.customization.services import create_field
from headwater.engagement.models import Activity, Comment, Task
from headwater.kernel import clock
from headwater.kernel.access import system_access
from headwater.kernel.errors import Invalid, NotFound, Stale
from headwater.leads.services import convert_lead
from headwater.platform.events import drain
from headwater.platform.files.models import StoredFile
from headwater.sales import services
from headwater.sales.errors import ContactDuplicate, MergedAway, MergedOn, MergeOver
from headwater.sales.models import Account, Contact, MergedRecord, Opportunity, OpportunityContact
from headwater.sales.queries.merges import merged_into, merges_of
from headwater.sales.services.merging import Merged, gather_late
from headwater.sales.services.merging_customers import ACCOUNTS, CONTACTS
from tests.leads.factories import make_lead
from tests.leads.test_invariants import _together
from tests.organization.factories import access, client_for, make_user
from tests.sales.factories import make_account, make_contact, make_opportunity

pytestmark = pytest.mark.django_db

HOUSE = system_access("tests")
HX = {"HX-Request": "true"}
# What merging and taking apart leave behind on purpose.
KEPT = {"version", "updated_at"}


def hang_on(record: str, record_id: int, author_id: int) -> None:
    """One of everything that hangs on a record of any type."""
    moment = clock.now()
    on: dict[str, Any] = {"record_type": record, "record_id": record_id}
    Activity.objects.create(**on, kind="call", occurred_at=moment, created_at=moment, author_id=author_id)
    Task.objects.create(**on, title="回电", owner_id=author_id, created_at=moment, updated_at=moment)
    Comment.objects.create(**on, content="急", author_id=author_id, created_at=moment)
    kept = {"name": "a.txt", "size": 1, "content_type": "text/plain", "sha256": "0"}
    StoredFile.objects.create(**on, **kept, created_at=moment)


def things_of(record: str, record_id: int) -> list[int]:
    on: dict[str, Any] = {"record_type": record, "record_id": record_id}
    return [kind.objects.filter(**on).count() for kind in (Activity, Task, Comment, StoredFile)]


def states(*models: Any) -> list[dict[str, Any]]:
    """Every row of these tables, without what a merge may leave behind."""
    return [
        {key: value for key, value in row.items() if key not in KEPT}
        for model in models
        for row in model.objects.order_by("pk").values()
    ]


def test_an_account_moves_with_all_it_has_and_comes_back() -> None:
    rep = make_user(role="rep")
    one = make_account("云杉科技有限公司", owner=rep, note="老客户")
    other = make_account(
        "深圳云杉科技", owner=rep, phone="075526001234", note="要发票", website="https://y.cn"
    )
    person = make_contact("李四", account=other, mobile="13800138000")
    sale = make_opportunity(account=other, contact=person.pk)
    lead = make_lead(owner=rep)
    convert_lead(HOUSE, lead.pk, account_id=other.pk)
    field = create_field(HOUSE, record="contact", label="介绍人公司", type="link", relation="account")
    Contact.objects.filter(pk=person.pk).update(custom={field.name: other.pk})
    hang_on("account", other.pk, rep.pk)
    before = states(Account, Contact, Opportunity)
    made = ACCOUNTS.merge(HOUSE, one.pk, [other.pk], {"name": other.pk})
    one.refresh_from_db()
    assert (one.name, one.name_key, one.phone) == ("深圳云杉科技", "云杉科技", "+8675526001234")
    assert one.note == "老客户\n\n要发票"
    assert Contact.objects.get(pk=person.pk).account_id == one.pk
    assert Contact.objects.get(pk=person.pk).custom == {field.name: one.pk}
    assert Opportunity.objects.get(pk=sale.pk).account_id == one.pk
    lead.refresh_from_db()
    assert lead.conversion.account_id == one.pk
    assert things_of("account", one.pk) == [1, 1, 1, 1]
    assert merged_into("account", other.pk) == one.pk
    with pytest.raises(MergedAway):
        services.restore_accounts(HOUSE, [other.pk])
    drain()
    ACCOUNTS.undo(HOUSE, made.id)
    assert states(Account, Contact, Opportunity) == before
    assert things_of("account", other.pk) == [1, 1, 1, 1]
    assert merged_into("account", other.pk) is None
    with pytest.raises(MergeOver):
        ACCOUNTS.undo(HOUSE, made.id)


def test_a_contact_moves_with_all_it_takes_part_in() -> None:
    rep = make_user(role="rep")
    account = make_account(owner=rep)
    one = make_contact("李四", account=account, mobile="13800138000")
    other = make_contact("李 四", mobile="13900139000", email="li@x.cn", do_not_email=True, title="经理")
    third = make_contact("李四", wechat="li4")
    both = make_opportunity(account=account, contact=other.pk)
    for contact in (one, other):
        services.set_contact_role(HOUSE, both.pk, contact.pk, role=None)
    services.set_contact_role(HOUSE, make_opportunity(account=account).pk, other.pk, role=None)
    hang_on("contact", other.pk, rep.pk)
    hang_on("contact", third.pk, rep.pk)
    before = states(Contact, Opportunity, OpportunityContact)
    made = CONTACTS.merge(HOUSE, one.pk, [other.pk, third.pk])
    one.refresh_from_db()
    assert (one.email, one.wechat, one.title, one.phone) == ("li@x.cn", "li4", "经理", "+8613900139000")
    assert one.do_not_email
    assert set(OpportunityContact.objects.values_list("contact_id", flat=True)) == {one.pk}
    assert OpportunityContact.objects.count() == 2
    assert Opportunity.objects.get(pk=both.pk).contact_id == one.pk
    assert things_of("contact", one.pk) == [2, 2, 2, 2]
    CONTACTS.undo(HOUSE, made.id)
    assert states(Contact, Opportunity, OpportunityContact) == before
    assert things_of("contact", other.pk) == things_of("contact", third.pk) == [1, 1, 1, 1]


def test_what_is_refused() -> None:
    manager = make_user(role="manager")
    one, other, stranger = (
        make_contact(owner=manager),
        make_contact(owner=manager, mobile="13800138000"),
        make_contact(),
    )
    mine = access(manager, "contacts.merge")
    with pytest.raises(NotFound):
        CONTACTS.merge(mine, one.pk, [stranger.pk])
    with pytest.raises(Invalid):
        CONTACTS.merge(mine, one.pk, [one.pk])
    with pytest.raises(Invalid):
        CONTACTS.merge(mine, one.pk, [other.pk], {"created_at": one.pk})
    with pytest.raises(Stale):
        CONTACTS.merge(mine, one.pk, [other.pk], versions={other.pk: 9})
    made = CONTACTS.merge(mine, one.pk, [other.pk], {"mobile": one.pk}, versions={one.pk: 1, other.pk: 1})
    later = make_contact(mobile="13800138000")
    with pytest.raises(ContactDuplicate):
        CONTACTS.undo(mine, made.id)
    services.archive_contacts(HOUSE, [later.pk])
    high = CONTACTS.merge(HOUSE, stranger.pk, [one.pk])
    assert merged_into("contact", other.pk) == stranger.pk
    with pytest.raises(MergedOn):
        CONTACTS.undo(mine, made.id)
    CONTACTS.undo(HOUSE, high.id)
    with clock.freeze(clock.now() + timedelta(days=31)), pytest.raises(MergeOver):
        CONTACTS.undo(mine, made.id)
    with pytest.raises(NotFound):
        ACCOUNTS.undo(HOUSE, made.id)
    CONTACTS.undo(mine, made.id)


def test_values_changed_since_stay_and_what_came_late_comes_along() -> None:
    rep = make_user(role="rep")
    one, other = make_account("甲公司"), make_account("乙公司", phone="075526001234", website="https://y.cn")
    made = ACCOUNTS.merge(HOUSE, one.pk, [other.pk])
    hang_on("account", other.pk, rep.pk)  # by somebody whose page was open
    assert gather_late(HOUSE, made.id) == 1
    assert gather_late(HOUSE, made.id) == 0
    assert things_of("account", one.pk) == [1, 1, 1, 1]
    services.update_account(HOUSE, one.pk, {"phone": "075526005678"})
    ACCOUNTS.undo(HOUSE, made.id)
    one.refresh_from_db()
    assert (one.phone, one.website) == ("+8675526005678", None)
    assert things_of("account", other.pk) == [1, 1, 1, 1]


@pytest.mark.parametrize("plural", ["accounts", "contacts"])
def test_the_screens_and_the_api(plural: str) -> None:
    admin = make_user(role="admin")
    make: Any = make_account if plural == "accounts" else make_contact
    one, other = make("甲", owner=admin), make("乙", owner=admin, note="记")
    client = client_for(admin)
    ids = f"ids={one.pk}&ids={other.pk}"
    dialog = client.get(f"/{plural}/merge?{ids}").content.decode()
    assert f'name="field.name" value="{other.pk}"' in dialog
    form = {"ids": [one.pk, other.pk], "survivor": one.pk, "field.name": other.pk, f"version.{one.pk}": 7}
    assert client.post(f"/{plural}/merge", form, headers=HX).status_code == 412
    assert client.post(f"/{plural}/merge", form | {f"version.{one.pk}": 1}, headers=HX).status_code == 204
    gone = client.get(f"/{plural}/{other.pk}")
    assert (gone.status_code, gone["Location"]) == (302, f"/{plural}/{one.pk}")
    moved = client.get(f"/api/v1/{plural}/{other.pk}")
    assert (moved.status_code, moved.json()["merged_into"]) == (308, one.pk)
    assert client.get(moved["Location"]).json()["name"] == "乙"
    (merge,) = client.get(f"/api/v1/{plural}/{one.pk}/merges").json()["items"]
    assert f"/{plural}/merges/{merge['id']}/undo" in client.get(f"/{plural}/{one.pk}").content.decode()
    assert client.post(f"/{plural}/merges/{merge['id']}/undo", headers=HX).status_code == 204
    body = {"survivor": one.pk, "others": [other.pk]}
    made = client.post(f"/api/v1/{plural}/bulk/merge", body, content_type="application/json").json()
    assert made["merged_ids"] == [other.pk]
    client.post(f"/api/v1/{plural}/merges/{made['id']}/undo", content_type="application/json")
    assert [item["can_undo"] for item in merges_of(plural[:-1], one.pk)] == [False, False]
    assert client.get(f"/opportunities/merge?{ids}").status_code == 404
    assert client_for(make_user(role="rep")).get(f"/{plural}/merge?{ids}").status_code == 403


@pytest.mark.django_db(transaction=True)
def test_sixteen_mergers_of_overlapping_pairs_end_consistently() -> None:
    """Eight accounts in a ring, each pair merged from both ends, while people are added to them."""
    accounts = [make_account().pk for _number in range(8)]
    people = [make_contact(account=Account.objects.get(pk=one)).pk for one in accounts]

    def act(number: int) -> Any:
        first, second = accounts[number % 8], accounts[(number + 1) % 8]
        if number < 16:
            return ACCOUNTS.merge(HOUSE, *((first, [second]) if number < 8 else (second, [first])))
        return services.create_contact(HOUSE, {"name": "新人", "account": first})

    results = _together(24, act)
    made = [result for result in results if isinstance(result, Merged)]
    added = [result for result in results if isinstance(result, int)]
    assert all(isinstance(result, Merged | int | NotFound | Invalid) for result in results)
    living = set(Account.objects.filter(archived_at=None).values_list("pk", flat=True))
    assert len(living) == 8 - len(made)
    assert MergedRecord.objects.count() == len(made)
    assert {merged_into("account", one) or one for one in accounts} == living
    assert set(Contact.objects.values_list("account_id", flat=True)) <= living
    assert Contact.objects.count() == len(people) + len(added)
