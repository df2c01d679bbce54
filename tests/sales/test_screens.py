"""The room's screens, through HTTP; templates are strict, so a missing name fails here."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from headwater.customization.services import create_field
from headwater.kernel import clock
from headwater.kernel.access import system_access
from headwater.platform.events import drain
from headwater.sales import services
from headwater.sales.models import Account, Contact, Opportunity
from tests.organization.factories import access, client_for, make_department, make_role, make_user
from tests.sales.factories import make_account, make_contact, make_opportunity, stage

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}


def page(client: Client, url: str, **headers: str) -> str:
    response = client.get(url, headers=headers)
    assert response.status_code == 200, (url, response.status_code, response.content[:300])
    return response.content.decode()


class TestPages:
    def test_every_page_shows_the_record(self) -> None:
        rep = make_user()
        client = client_for(rep)
        account = make_account("深圳市活水科技有限公司", owner=rep, level="key", phone="0755-88889999")
        contact = make_contact("李四", account=account, owner=rep, mobile="13800138000", do_not_call=True)
        opportunity = make_opportunity(
            "CRM 项目", account=account, owner=rep, amount=68000, contact=contact.pk
        )
        services.set_contact_role(
            access(rep, "opportunities.edit"), opportunity.pk, contact.pk, role="decision_maker"
        )
        assert "重点客户" in page(client, f"/accounts/{account.pk}")
        assert "CRM 项目" in page(client, f"/accounts/{account.pk}")
        assert "李四" in page(client, f"/accounts/{account.pk}")
        assert "请勿" in page(client, f"/contacts/{contact.pk}") or "拒接" in page(
            client, f"/contacts/{contact.pk}"
        )
        shown = page(client, f"/opportunities/{opportunity.pk}")
        assert "决策人" in shown
        assert "¥6.8万" in shown
        for url in ("/accounts", "/contacts", "/opportunities", "/opportunities/board"):
            assert "活水" in page(client, url)

    @pytest.mark.parametrize("plural", ["accounts", "contacts", "opportunities"])
    def test_empty_lists_say_what_to_do(self, plural: str) -> None:
        assert "新建" in page(client_for(make_user()), f"/{plural}")
        assert "新建" in page(client_for(make_user()), f"/{plural}/new")

    @pytest.mark.parametrize(
        "url", ["/accounts", "/contacts", "/opportunities", "/opportunities/board", "/accounts/new"]
    )
    def test_without_permission_the_page_says_so(self, url: str) -> None:
        client = client_for(make_user(role=make_role(grants={"users.view": "all"})))
        assert client.get(url).status_code == 403
        assert client.get(url, headers={"Accept-Language": "en"}).status_code == 403

    def test_out_of_reach_is_not_found(self) -> None:
        account = make_account(owner=make_user())
        stranger = client_for(make_user(role="manager", department=make_department()))
        for url in (
            f"/accounts/{account.pk}",
            f"/accounts/{account.pk}/edit",
            f"/accounts/{account.pk}/related/contacts",
        ):
            assert stranger.get(url).status_code == 404
        assert stranger.get("/accounts/99999999999999999").status_code == 404

    def test_who_may_see_but_not_edit_gets_no_pencils(self) -> None:
        rep = make_user()
        account = make_account(owner=rep)
        marketing = client_for(make_user(role="marketing"))
        assert f"/records/accounts/{account.pk}/facts/" not in page(marketing, f"/accounts/{account.pk}")
        assert f"/records/accounts/{account.pk}/facts/" in page(client_for(rep), f"/accounts/{account.pk}")

    def test_a_custom_field_is_on_the_page_and_in_the_form(self) -> None:
        rep = make_user()
        create_field(system_access("tests"), record="account", label="门店数", type="number", name="stores")
        account = make_account(owner=rep, custom={"stores": 12})
        assert "门店数" in page(client_for(rep), f"/accounts/{account.pk}")
        assert "custom.stores" in page(client_for(rep), "/accounts/new")

    def test_the_queries_of_a_page_do_not_grow_with_its_history(self) -> None:
        rep = make_user()
        client = client_for(rep)
        account = make_account(owner=rep)
        opportunity = make_opportunity(account=account, owner=rep)
        for _ in range(6):  # more than a related list shows: it counts them, once
            make_opportunity(account=account, owner=rep)
        edit = access(rep, "opportunities.edit")
        services.move_stage(edit, opportunity.pk, stage_id=stage(1))
        services.update_opportunity(edit, opportunity.pk, {"amount": 1})
        urls = [
            f"/opportunities/{opportunity.pk}",
            f"/accounts/{account.pk}",
            "/opportunities/board",
            "/opportunities",
        ]
        for url in urls:
            page(client, url)
        few = []
        for url in urls:
            with CaptureQueriesContext(connection) as found:
                page(client, url)
            few.append(len(found))
        for number in range(2, 8):
            services.update_opportunity(edit, opportunity.pk, {"amount": number})
            services.move_stage(edit, opportunity.pk, stage_id=stage(number % 2))
            make_opportunity(account=account, owner=rep)
        for url, before in zip(urls, few, strict=True):
            with CaptureQueriesContext(connection) as found:
                page(client, url)
            assert len(found) <= before, url


class TestForms:
    def test_making_and_changing_an_account(self) -> None:
        rep = make_user()
        client = client_for(rep)
        response = client.post("/accounts/new", {"name": "甲公司", "level": "key"}, headers=HTMX)
        account = Account.objects.get(name="甲公司")
        assert response["HX-Redirect"] == f"/accounts/{account.pk}"
        form = page(client, f"/accounts/{account.pk}/edit")
        assert 'name="version" value="1"' in form
        client.post(f"/accounts/{account.pk}/edit", {"name": "乙公司", "version": "1"}, headers=HTMX)
        account.refresh_from_db()
        assert (account.name, account.owner_id) == ("乙公司", rep.pk)
        stale = client.post(f"/accounts/{account.pk}/edit", {"name": "丙", "version": "1"}, headers=HTMX)
        assert stale.status_code == 412

    def test_a_contact_of_an_account_and_its_refusals_by_field(self) -> None:
        rep = make_user()
        client = client_for(rep)
        account = make_account("甲公司", owner=rep)
        assert "甲公司" in page(client, f"/contacts/new?account={account.pk}")
        refused = client.post("/contacts/new", {"name": "", "mobile": "12"}, headers=HTMX)
        assert refused.status_code == 422
        assert set(refused.json()["facts"]["fields"]) == {"name", "mobile"}
        client.post(
            "/contacts/new", {"name": "李四", "account": account.pk, "mobile": "13800138000"}, headers=HTMX
        )
        assert Contact.objects.get().account_id == account.pk

    def test_foreign_accounts_do_not_fill_a_form(self) -> None:
        foreign = make_account("机密公司", owner=make_user())
        assert "机密公司" not in page(client_for(make_user()), f"/contacts/new?account={foreign.pk}")

    def test_the_form_asks_whether_we_know_them(self) -> None:
        owner, asker = make_user("赵六"), make_user()
        make_account("深圳市华为技术有限公司", owner=owner)
        make_contact("任先生", owner=owner, mobile="13800138000")
        client = client_for(asker)
        known = page(client, "/accounts/known?name=华为技术", **HTMX)
        assert "赵六" in known
        contact = page(client, "/contacts/known?name=x&mobile=13800138000", **HTMX)
        assert "赵六" in contact
        assert "任先生" not in contact
        assert page(client, "/contacts/known?name=x&mobile=abc", **HTMX).strip() == ""


class TestActs:
    def test_assigning_many_from_the_list(self) -> None:
        team = make_department()
        manager, rep = make_user(role="manager", department=team), make_user(department=team)
        client = client_for(manager)
        ids = [make_account(owner=manager).pk for _ in range(3)]
        assert "分配" in page(client, "/accounts/assign?" + "&".join(f"ids={one}" for one in ids))
        response = client.post("/accounts/assign", {"ids": ids, "owner": rep.pk}, headers=HTMX)
        assert response.status_code == 204
        assert Account.objects.filter(owner=rep).count() == 3
        drain()
        response = client.post("/accounts/assign?all=1&q=", {"owner": manager.pk}, headers=HTMX)
        assert Account.objects.filter(owner=manager).count() == 3

    def test_the_new_owner_is_told(self) -> None:
        from headwater.platform.notifications import latest

        boss, rep = make_user("王总", role="admin"), make_user()
        account = make_account("甲公司")
        services.assign_accounts(access(boss, "accounts.assign"), [account.pk], owner_id=rep.pk)
        drain()
        drain()
        (told,) = latest(rep.pk).items
        assert (told.record_id, told.url) == (account.pk, f"/accounts/{account.pk}")
        many = [make_account().pk for _ in range(6)]
        services.assign_accounts(access(boss, "accounts.assign"), many, owner_id=rep.pk)
        drain()
        assert "6" in latest(rep.pk).items[0].text

    def test_archiving_can_be_undone(self) -> None:
        client = client_for(make_user(role="admin"))
        account = make_account()
        assert "归档" in page(client, f"/accounts/archive?ids={account.pk}")
        client.post("/accounts/archive", {"ids": account.pk}, headers=HTMX)
        assert client.get(f"/accounts/{account.pk}").status_code == 404
        client.post(f"/accounts/restore?ids={account.pk}", headers=HTMX)
        page(client, f"/accounts/{account.pk}")

    def test_nothing_chosen_is_refused(self) -> None:
        client = client_for(make_user(role="admin"))
        assert client.post("/accounts/assign", {"owner": 1}, headers=HTMX).status_code == 422
        assert client.post("/opportunities/stage", {"ids": 1}, headers=HTMX).status_code == 422

    def test_the_stage_path_and_the_closing_dialogs(self) -> None:
        rep = make_user()
        client = client_for(rep)
        opportunity = make_opportunity("大单", owner=rep)
        base = f"/opportunities/{opportunity.pk}"
        client.post(f"{base}/move?stage={stage(1)}&from={stage(0)}", headers=HTMX)
        late = client.post(f"{base}/move?stage={stage(2)}&from={stage(0)}", headers=HTMX)
        assert (late.status_code, late.json()["code"]) == (409, "opportunity.moved_meanwhile")
        assert "价格" in page(client, f"{base}/lose")
        assert client.post(f"{base}/lose", {"lost_note": "x"}, headers=HTMX).status_code == 422
        client.post(f"{base}/lose", {"lost_reason": "price", "lost_note": "贵"}, headers=HTMX)
        assert "贵" in page(client, base)
        client.post(f"{base}/reopen", headers=HTMX)
        assert "大单" in page(client, f"{base}/win")
        client.post(f"{base}/win", headers=HTMX)
        opportunity.refresh_from_db()
        assert opportunity.status == "won"
        page(client, base)

    def test_many_move_from_the_list(self) -> None:
        rep = make_user()
        client = client_for(rep)
        ids = [make_opportunity(owner=rep).pk for _ in range(2)]
        assert "阶段" in page(client, f"/opportunities/stage?ids={ids[0]}&ids={ids[1]}")
        client.post("/opportunities/stage", {"ids": ids, "stage": stage(2)}, headers=HTMX)
        assert set(Opportunity.objects.values_list("stage_id", flat=True)) == {stage(2)}

    def test_contacts_take_part(self) -> None:
        rep = make_user()
        client = client_for(rep)
        opportunity, contact = make_opportunity(owner=rep), make_contact(owner=rep)
        base = f"/opportunities/{opportunity.pk}/contacts"
        assert "角色" in page(client, base)
        client.post(base, {"contact": contact.pk, "role": "user"}, headers=HTMX)
        assert opportunity.contact_roles.get().role == "user"
        client.post(f"{base}/{contact.pk}/remove", headers=HTMX)
        assert not opportunity.contact_roles.exists()


class TestBoard:
    def test_a_card_is_dropped(self) -> None:
        rep = make_user()
        client = client_for(rep)
        opportunity = make_opportunity(owner=rep)
        drop = {"id": opportunity.pk, "column": stage(1), "from": stage(0), "before": ""}
        assert client.post("/opportunities/board/move", drop, headers=HTMX).status_code == 204
        again = client.post("/opportunities/board/move", drop | {"column": stage(2)}, headers=HTMX)
        assert (again.status_code, again.json()["code"]) == (409, "opportunity.moved_meanwhile")
        assert client.post("/opportunities/board/move", {"id": "x"}, headers=HTMX).status_code == 422

    def test_columns_are_paged_and_counted_by_the_database(self) -> None:
        rep = make_user()
        client = client_for(rep)
        account = make_account(owner=rep)
        for number in range(30):
            make_opportunity(f"商机 {number:02}", account=account, owner=rep, amount=1000)
        shown = page(client, "/opportunities/board")
        assert shown.count("data-card=") == 25
        assert "¥3万" in shown
        more = shown.split('hx-get="/opportunities/board/cards?')[1].split('"')[0].replace("&amp;", "&")
        rest = page(client, f"/opportunities/board/cards?{more}", **HTMX)
        assert rest.count("data-card=") == 5
        assert "hw-board-more" not in rest
        assert page(client, "/opportunities/board/heads", **HTMX).count("hx-swap-oob") == 6

    def test_a_card_that_lies_too_long_is_marked(self) -> None:
        rep = make_user()
        opportunity = make_opportunity("慢单", owner=rep)
        client = client_for(rep)
        assert "停滞" not in page(client, "/opportunities/board")
        with clock.freeze(clock.now() + timedelta(days=15)):
            assert "停滞" in page(client, "/opportunities/board")
            assert "停留 15 天" in page(client, f"/opportunities/{opportunity.pk}")

    def test_the_address_holds_view_order_and_filter(self) -> None:
        admin = make_user(role="admin")
        make_opportunity("别人的", owner=make_user())
        make_opportunity("我的单", owner=admin)
        client = client_for(admin)
        assert "别人的" in page(client, "/opportunities/board?order=-amount")
        assert "别人的" not in page(client, "/opportunities/board?view=mine&order=nonsense")
        assert client.get("/opportunities/board?pipeline=999").status_code == 404
        assert client.get("/opportunities/board/cards?stage=999").status_code == 404

    def test_who_may_only_look_cannot_drag(self) -> None:
        make_opportunity(owner=make_user())
        client = client_for(make_user(role="marketing"))
        assert "data-card=" not in page(client, "/opportunities/board")
        assert client.post("/opportunities/board/move", {"id": 1, "column": 1}).status_code == 403
