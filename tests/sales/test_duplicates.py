"""Who we know already; what a leaver still owns; what is found after a change of name."""

import pytest

from headwater.kernel import listing
from headwater.kernel.catalogue import record_type
from headwater.organization.belongings import belongings_of
from headwater.platform.events import drain
from headwater.sales import services
from headwater.sales.duplicates import accounts_for_match, find_duplicates, normalised
from tests.organization.factories import access, make_user
from tests.sales.factories import make_account, make_contact, make_opportunity

pytestmark = pytest.mark.django_db


def test_contact_methods_are_exact_and_names_are_advice() -> None:
    rep = make_user()
    near = make_account("北京字节跳动科技有限公司", owner=rep)
    make_account("北京完全不同贸易有限公司", owner=rep)
    contact = make_contact(owner=rep, mobile="13800138000")
    found = find_duplicates(
        access(rep, "leads.view"), company="字节跳动", methods=normalised({"mobile": "+86 138-0013-8000"})
    )
    assert [(one.record, one.id, one.matched) for one in found] == [
        ("contact", contact.pk, "mobile"),
        ("account", near.pk, "name"),
    ]
    assert found[0].similarity == 100
    assert 80 <= found[1].similarity < 100
    assert all(one.in_reach for one in found)


def test_a_mobile_is_found_in_the_field_for_landlines_too() -> None:
    contact = make_contact(phone="13800138000")
    account = make_account(phone="13800138000")
    found = find_duplicates(
        access(make_user(role="admin"), "accounts.view"), methods={"mobile": "+8613800138000"}
    )
    assert {(one.record, one.id) for one in found} == {("contact", contact.pk), ("account", account.pk)}


def test_the_account_of_a_known_person_is_offered_first_and_once() -> None:
    rep = make_user()
    theirs = make_account("上海远景能源有限公司", owner=rep)
    make_contact(account=theirs, owner=rep, mobile="13800138000")
    alike = make_account("杭州云杉网络有限公司", owner=rep)
    offered = accounts_for_match(
        access(rep, "accounts.view"), company="云杉网络", methods={"mobile": "+8613800138000"}
    )
    assert [(one.record, one.id) for one in offered] == [("account", theirs.pk), ("account", alike.pk)]


def test_archived_ones_are_not_offered() -> None:
    admin = make_user(role="admin")
    account = make_account("杭州云杉网络有限公司")
    services.archive_accounts(access(admin, "accounts.delete"), [account.pk])
    assert accounts_for_match(access(admin, "accounts.view"), company="云杉网络", methods={}) == []


@pytest.mark.parametrize("company", [None, "", "  ", "有限公司", "'; DROP TABLE", "%_\\", "x" * 5000])
def test_odd_names_find_nothing_and_break_nothing(company: str | None) -> None:
    assert find_duplicates(access(make_user(role="admin"), "accounts.view"), company=company) == []


def test_methods_that_are_none_are_left_out() -> None:
    typed = {"mobile": "abc", "email": "no", "wechat": " Li_Si ", "qq": "", "phone": None}
    assert normalised(typed) == {"wechat": "li_si"}


def test_what_a_leaver_still_owns() -> None:
    rep = make_user()
    account = make_account(owner=rep)
    make_contact(owner=rep, account=account)
    make_opportunity(owner=rep, account=account)
    won = make_opportunity(owner=rep, account=account)
    services.win(access(rep, "opportunities.edit"), won.pk)
    held = belongings_of(rep.pk)
    assert {key: held.get(key) for key in ("account", "contact", "opportunity")} == {
        "account": 1,
        "contact": 1,
        "opportunity": 1,
    }


def test_people_and_opportunities_are_found_by_the_new_name_of_their_account() -> None:
    rep = make_user()
    account = make_account("旧名贸易有限公司", owner=rep)
    made = {
        "account": account.pk,
        "contact": make_contact(owner=rep, account=account).pk,
        "opportunity": make_opportunity(owner=rep, account=account).pk,
    }
    drain()
    services.update_account(access(rep, "accounts.edit"), account.pk, {"name": "新航物流有限公司"})
    drain()
    for key, record_id in made.items():
        kind = record_type(key)
        view = access(rep, kind.permission("view"))
        assert [row["id"] for row in listing.fetch(view, kind, q="新航").rows] == [record_id]
        assert listing.fetch(view, kind, q="旧名").rows == []
