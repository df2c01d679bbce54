"""Who has to do with accounts and opportunities: teams and what they see, competitors, companies."""

import threading
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection

from headwater.currencies.services import change_company_currency, save_rates
from headwater.engagement.queries.timeline import timeline
from headwater.kernel import listing
from headwater.kernel.access import system_access
from headwater.kernel.catalogue import record_type
from headwater.kernel.errors import Forbidden, Invalid, NotFound
from headwater.organization.models import User
from headwater.platform import audit
from headwater.platform.events import drain
from headwater.platform.notifications import unread_count
from headwater.sales import services
from headwater.sales.models import Account, AccountRelation, OpportunityCompetitor
from headwater.sales.queries.parties import company_tree, race_record, relations, rivals, team
from headwater.sales.services.merging_customers import ACCOUNTS
from headwater.sales.summary import Glance, register_summary_part, summary_of
from headwater.sales.types import Tie
from headwater.sales.web import glances
from headwater.ui.pages import Cell, Fact
from tests.organization.factories import access, client_for, make_user
from tests.sales.factories import make_account, make_contact, make_opportunity, stage

SYSTEM = system_access("tests")
JSON: Any = {"content_type": "application/json"}


def sees(user: User, record: str, record_id: int, act: str = "view") -> bool:
    kind = record_type(record)
    return bool(listing.ids_within(access(user, kind.permission(act)), kind, [record_id]))


def timeline_of(user: User, record: str, record_id: int) -> list[str]:
    kind = record_type(record)
    found = timeline(access(user, kind.permission("view")), record, record_id, limit=50)
    return [one.entry.data["text"] for one in found.entries if one.entry.source == "field_edit"]


@pytest.mark.django_db
def test_a_team_sees_and_changes_what_it_may() -> None:
    owner, reader, editor, stranger = (make_user(role="rep") for _ in range(4))
    opportunity = make_opportunity(owner=owner)
    account = opportunity.account
    contact = make_contact(account=account, owner=owner)
    other = make_opportunity(account=account, owner=owner)
    of_owner = access(owner, "opportunities.edit")
    services.set_member(of_owner, "opportunity", opportunity.pk, reader.pk, role="presales")
    services.set_member(of_owner, "opportunity", opportunity.pk, editor.pk, may_edit=True)
    for user in (reader, editor):
        assert sees(user, "opportunity", opportunity.pk)
        assert sees(user, "account", account.pk)
        assert sees(user, "contact", contact.pk)
        assert not sees(user, "opportunity", other.pk)
        assert not sees(user, "account", account.pk, "edit")
    assert not sees(stranger, "opportunity", opportunity.pk)
    with pytest.raises(NotFound):
        services.update_opportunity(access(reader, "opportunities.edit"), opportunity.pk, {"amount": 5})
    services.update_opportunity(access(editor, "opportunities.edit"), opportunity.pk, {"amount": 5})
    manager = make_user(role="manager")
    assert not sees(manager, "opportunity", opportunity.pk, "delete")
    assert client_for(reader).get(f"/opportunities/{opportunity.pk}").status_code == 200
    assert client_for(reader).post(f"/opportunities/{opportunity.pk}/win").status_code == 404
    assert client_for(stranger).get(f"/opportunities/{opportunity.pk}").status_code == 404
    services.remove_member(of_owner, "opportunity", opportunity.pk, reader.pk)
    assert not sees(reader, "opportunity", opportunity.pk)
    assert not sees(reader, "account", account.pk)
    assert [one.id for one in team("opportunity", opportunity.pk)] == [editor.pk]
    drain()
    assert unread_count(editor.pk) == 1
    assert audit.history("opportunity", opportunity.pk).items[0].changes["team"][1] is None


@pytest.mark.django_db
def test_the_team_of_an_account() -> None:
    owner, member = make_user(role="rep"), make_user(role="rep")
    account = make_account(owner=owner)
    services.set_member(access(owner, "accounts.edit"), "account", account.pk, member.pk, may_edit=True)
    assert sees(member, "account", account.pk, "edit")
    with pytest.raises(Forbidden):
        access(member, "accounts.assign")
    for user, role, code in ((2**70, None, "owner.inactive"), (member.pk, "boss", "value.choice")):
        with pytest.raises(Invalid) as refusal:
            services.set_member(access(owner, "accounts.edit"), "account", account.pk, user, role=role)
        assert next(iter(refusal.value.fields.values()))["code"] == code


@pytest.mark.django_db
def test_competitors_in_a_race_and_how_it_ended() -> None:
    owner = make_user(role="rep")
    save_rates(SYSTEM, "CNY", {("USD", date(2020, 1, 1)): Decimal(7)})
    won, lost, open_ = (
        make_opportunity(owner=owner, amount=amount, currency=currency)
        for amount, currency in ((100, "USD"), (50, "CNY"), (10, "EUR"))
    )
    rival = services.create_competitor(SYSTEM, {"name": "某云", "strengths": "价格低"})
    other = services.create_competitor(SYSTEM, {"name": "另一家"})
    edit = access(owner, "opportunities.edit")
    for one in (won, lost, open_):
        services.set_rival(edit, one.pk, rival, standing="behind")
    with pytest.raises(Invalid) as refusal:
        services.set_rival(edit, open_.pk, rival, took_it=True)
    assert refusal.value.fields["took_it"]["code"] == "opportunity.not_lost"
    services.move_stage(SYSTEM, won.pk, stage_id=stage("won"))
    services.lose(SYSTEM, lost.pk, lost_reason="competitor")
    services.set_rival(edit, lost.pk, other, took_it=True)
    services.set_rival(edit, lost.pk, rival, took_it=True, note="低价")
    assert [(one.name, one.took_it) for one in rivals(lost.pk)] == [("某云", True), ("另一家", False)]
    found = race_record(access(owner, "competitors.view"), rival)
    assert found is not None
    assert (found.met, found.running, found.won, found.lost_to, found.left_out) == (3, 1, 1, 1, 1)
    assert (found.won_amount, found.lost_amount, found.running_amount) == (700, 50, None)
    services.remove_rival(edit, lost.pk, other)
    assert OpportunityCompetitor.objects.filter(opportunity=lost).count() == 1
    with pytest.raises(Invalid):
        services.create_competitor(SYSTEM, {"name": "某云"})
    assert services.archive_competitors(SYSTEM, [rival]) == 1
    with pytest.raises(Invalid):
        services.set_rival(edit, open_.pk, 10**30)


@pytest.mark.django_db
def test_companies_make_a_tree_without_rings() -> None:
    owner, stranger = make_user(role="rep"), make_user(role="rep")
    top, middle, low = (make_account(f"集团{place}", owner=owner) for place in "甲乙丙")
    hidden = make_account("看不见", owner=stranger)
    edit = access(owner, "accounts.edit")
    services.update_account(edit, middle.pk, {"parent": top.pk})
    services.update_account(edit, low.pk, {"parent": middle.pk})
    Account.objects.filter(pk=hidden.pk).update(parent=top)
    for child, parent in ((top, low), (top, top), (middle, low)):
        with pytest.raises(Invalid) as refusal:
            services.update_account(edit, child.pk, {"parent": parent.pk})
        assert refusal.value.fields["parent"]["code"] == "account.loop"
    tree = company_tree(access(owner, "accounts.view"), middle.pk)
    assert [(one.name, one.depth) for one in tree.nodes] == [("集团甲", 0), ("集团乙", 1), ("集团丙", 2)]
    assert company_tree(access(owner, "accounts.view"), top.pk).more == 1
    line = make_account("第一家", owner=owner)
    for number in range(9):
        below = make_account(f"下属{number}", owner=owner)
        services.update_account(edit, below.pk, {"parent": line.pk})
        line = below
    with pytest.raises(Invalid):
        services.update_account(edit, make_account(owner=owner).pk, {"parent": line.pk})


@pytest.mark.django_db
def test_ties_are_said_once_whichever_side_says_them() -> None:
    owner = make_user(role="rep")
    one, two = make_account("一号", owner=owner), make_account("二号", owner=owner)
    edit, view = access(owner, "accounts.edit"), access(owner, "accounts.view")
    first = services.tie(edit, one.pk, two.pk, as_="supplier")
    assert services.tie(edit, two.pk, one.pk, as_="customer", note="框架协议") == first
    services.tie(edit, one.pk, two.pk, as_="partner")
    services.tie(edit, two.pk, one.pk, as_="partner")
    assert [(each.tie, each.note) for each in relations(view, one.pk)] == [
        (Tie.SUPPLIER, "框架协议"),
        (Tie.PARTNER, None),
    ]
    assert [each.tie for each in relations(view, two.pk)] == [Tie.CUSTOMER, Tie.PARTNER]
    for other, as_ in ((one.pk, "partner"), (two.pk, "friend"), (10**12, "partner")):
        with pytest.raises(Invalid):
            services.tie(edit, one.pk, other, as_=as_)
    services.untie(edit, two.pk, first)
    assert AccountRelation.objects.count() == 1


@pytest.mark.django_db
def test_merged_accounts_bring_companies_and_teams_along_and_back() -> None:
    member = make_user(role="rep")
    parent, gone, child, stays, friend = (make_account(name) for name in ("母", "并入", "子", "留下", "友"))
    for below, above in ((gone, parent), (child, gone), (stays, child)):
        services.update_account(SYSTEM, below.pk, {"parent": above.pk})
    services.tie(SYSTEM, gone.pk, friend.pk, as_="partner")
    services.tie(SYSTEM, stays.pk, friend.pk, as_="partner")
    services.tie(SYSTEM, gone.pk, stays.pk, as_="supplier")
    services.set_member(SYSTEM, "account", gone.pk, member.pk)
    merged = ACCOUNTS.merge(SYSTEM, stays.pk, [gone.pk])
    above = dict(Account.objects.values_list("pk", "parent_id"))
    assert (above[stays.pk], above[child.pk], above[gone.pk]) == (parent.pk, stays.pk, None)
    assert [one.other_id for one in relations(SYSTEM, stays.pk)] == [friend.pk]
    assert [one.id for one in team("account", stays.pk)] == [member.pk]
    ACCOUNTS.undo(SYSTEM, merged.id)
    above = dict(Account.objects.values_list("pk", "parent_id"))
    assert (above[stays.pk], above[child.pk], above[gone.pk]) == (child.pk, gone.pk, parent.pk)
    assert AccountRelation.objects.count() == 3
    assert [one.id for one in team("account", gone.pk)] == [member.pk]


def test_two_moves_at_once_close_no_ring(own_database: None) -> None:
    one, two = make_account("甲"), make_account("乙")
    begin, outcomes = threading.Barrier(2), []

    def move(child: int, parent: int) -> None:
        begin.wait()
        try:
            services.update_account(SYSTEM, child, {"parent": parent})
            outcomes.append("moved")
        except Invalid:
            outcomes.append("refused")
        finally:
            connection.close()

    threads = [threading.Thread(target=move, args=pair) for pair in ((one.pk, two.pk), (two.pk, one.pk))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["moved", "refused"]


@pytest.mark.django_db
def test_the_summary_and_what_rooms_add_to_it() -> None:
    owner = make_user(role="rep")
    account = make_account("示例集团", owner=owner, level="key")
    contact = make_contact("王总", account=account, owner=owner)
    opportunity = make_opportunity(
        account=account, owner=owner, amount=100, currency="USD", contact=contact.pk
    )
    view = access(owner, "opportunities.view")
    shown = {str(one.label): one for one in summary_of(view, "opportunity", opportunity.pk)}
    assert len(shown) >= 5
    assert any("王总" in str(one.note) for one in shown.values())
    assert any("CNY" in str(one.note) for one in shown.values())  # no rate yet, and it says so
    before = glances.chance(view, "opportunity", opportunity.pk)  # a room above may have taken its place
    assert before is not None
    assert {reason.is_good for reason in before.reasons} == {False}
    services.set_contact_role(
        access(owner, "opportunities.edit"), opportunity.pk, contact.pk, role="decision_maker"
    )
    register_summary_part(
        "tests", lambda _access, _record, _id: Fact("报价", Cell("text", "三份")), on=("contact",)
    )
    try:
        assert summary_of(view, "contact", contact.pk)[0].cell.value == "三份"
    finally:
        after = glances.chance(view, "opportunity", opportunity.pk)
    assert after is not None
    assert [reason.is_good for reason in after.reasons] == [False, True]
    register_summary_part("tests", lambda _access, _record, _id: None)
    assert all(isinstance(one, Glance) for one in summary_of(view, "account", account.pk))


@pytest.mark.django_db
def test_the_screens_and_the_api() -> None:
    owner, colleague = make_user(role="manager"), make_user(role="rep")
    client = client_for(owner)
    opportunity = make_opportunity(owner=owner, amount=100)
    account = opportunity.account
    other = make_account("伙伴公司", owner=owner)
    contact = make_contact("赵六", account=account, owner=owner)
    page, of_account = f"/opportunities/{opportunity.pk}", f"/accounts/{account.pk}"
    made = client.post("/competitors/new", {"name": "某云"}, headers={"HX-Request": "true"})
    assert made.status_code == 204
    (rival,) = client.get("/api/v1/competitors").json()["items"]
    for url, body in (
        (f"{page}/contacts", {"contact": contact.pk, "role": "coach"}),
        (f"{page}/competitors", {"competitor": rival["id"], "standing": "level", "note": "报过价"}),
        (f"{page}/team", {"user": colleague.pk, "role": "presales", "rights": "edit"}),
        (f"{of_account}/team", {"user": colleague.pk, "rights": "read"}),
        (f"{of_account}/relations", {"other": other.pk, "tie": "partner"}),
        (f"{of_account}/relations", {"other": other.pk, "tie": "subsidiary"}),
    ):
        assert client.get(url).status_code == 200, url
        assert client.post(url, body, headers={"HX-Request": "true"}).status_code == 204, url
        assert client.post(url, {}, headers={"HX-Request": "true"}).status_code == 422, url
    shown = client.get(page).content.decode()
    assert all(word in shown for word in ("赵六", "某云", "报过价", colleague.name))
    assert "伙伴公司" in client.get(of_account).content.decode()
    told = "\n".join(timeline_of(owner, "opportunity", opportunity.pk))
    assert all(word in told for word in ("赵六", "某云", "报过价", colleague.name))
    seen, unseen = (len(timeline_of(who, "account", other.pk)) for who in (owner, make_user(role="rep")))
    assert (seen, unseen) == (2, 1)  # who may not see the other company reads of no tie
    assert "某云" in client.get(f"/competitors/{rival['id']}").content.decode()
    api = f"/api/v1/opportunities/{opportunity.pk}"
    assert client.get(f"{api}/competitors").json()["items"][0]["standing"] == "level"
    put = client.put(f"{api}/competitors", {"competitor": rival["id"], "standing": "ahead"}, **JSON)
    assert put.json()["items"][0]["standing"] == "ahead"
    assert client.put(f"{api}/team", {"user": colleague.pk}, **JSON).json()["items"][0]["may_edit"] is False
    assert client.get(f"{api}/summary").json()["items"]
    assert client.get(f"/api/v1/competitors/{rival['id']}/record").json()["met"] == 1
    tied = client.get(f"/api/v1{of_account}/relations").json()
    assert [one["name"] for one in tied["tree"]] == [account.name, "伙伴公司"]
    removed = client.delete(f"/api/v1{of_account}/relations/{tied['items'][0]['id']}").json()
    assert removed["items"] == []
    assert client.delete(f"{api}/team/{colleague.pk}").json()["items"] == []
    assert client.delete(f"{api}/competitors/{rival['id']}").json()["items"] == []
    assert client_for(make_user(role="service")).get("/competitors").status_code == 403


@pytest.mark.django_db
def test_amounts_are_in_the_company_currency_unless_said() -> None:
    change_company_currency(SYSTEM, "SGD", confirm=True)
    opportunity = make_opportunity(amount=5)
    assert opportunity.currency == "SGD"
    with pytest.raises(Invalid) as refusal:
        services.update_opportunity(SYSTEM, opportunity.pk, {"currency": None})
    assert refusal.value.fields["currency"]["code"] == "value.required"
