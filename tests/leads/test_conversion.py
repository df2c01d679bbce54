"""What a lead becomes, what goes along, and taking that back while nothing has come of it."""

import threading
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection

from headwater.customization.services import add_choices
from headwater.duplicates.models import DuplicateRule
from headwater.duplicates.services import renew_fingerprints
from headwater.engagement.models import Activity, TimelineLink
from headwater.engagement.queries import timeline
from headwater.engagement.services import follow_up
from headwater.kernel import clock
from headwater.kernel.access import system_access
from headwater.kernel.catalogue import record_type
from headwater.kernel.errors import DomainError, Forbidden, Invalid, NotFound, Stale
from headwater.kernel.listing import get
from headwater.leads import errors, services
from headwater.leads.models import Conversion, Lead, UndoneConversion
from headwater.leads.other_lines import line_offers
from headwater.leads.services.mapping import field_map, save_field_map, stored
from headwater.leads.services.previewing_map import preview_map
from headwater.leads.types import Why
from headwater.lines.models import LineSpawn
from headwater.lines.services import create_rule
from headwater.organization.models import User
from headwater.platform.events import drain
from headwater.sales.models import Account, Contact, Opportunity
from headwater.sales.services import archive_opportunities, update_account
from headwater.sales.services.merging_customers import ACCOUNTS
from tests.customization.factories import make_field
from tests.leads.factories import lead_access, make_lead, mobile
from tests.leads.invariants import broken_invariants
from tests.leads.test_api import Api
from tests.organization.factories import access, client_for, make_user
from tests.sales.factories import make_account, make_contact, make_opportunity

HOUSE = system_access("tests")
pytestmark = pytest.mark.django_db


def converted(owner: User, **values: Any) -> tuple[Lead, services.Converted]:
    lead = make_lead(owner=owner, company="深圳活水科技有限公司", **values)
    made = services.convert_lead(lead_access(owner, "convert"), lead.pk, opportunity={"name": "首单"})
    return lead, made


def offers_of(who: User, lead: Lead) -> list[services.CustomerOffer]:
    acting = lead_access(who, "convert")
    return services.customer_offers(acting, get(acting.also("leads.view"), record_type("lead"), lead.pk))


class TestUndo:
    def test_the_lead_is_as_it_was_and_what_was_made_is_put_away(self) -> None:
        rep, admin = make_user(), make_user(role="admin")
        lead = make_lead(owner=rep, company="深圳活水科技有限公司")
        follow_up(access(rep, "activities.create"), "lead", lead.pk, kind="call", content="聊得很好")
        services.change_stage(lead_access(rep, "edit"), lead.pk, "MQL")
        made = services.convert_lead(lead_access(rep, "convert"), lead.pk, opportunity={"name": "首单"})
        undo = lead_access(admin, "unconvert")
        seen = services.preview_undo(undo, lead.pk)
        assert (seen.is_possible, seen.owner_id, seen.grown) == (True, rep.pk, ())
        assert {piece.ref.record_type for piece in seen.pieces if piece.goes} == {
            "account",
            "contact",
            "opportunity",
        }
        services.undo_conversion(undo, lead.pk, note="点错了")
        lead.refresh_from_db()
        assert (lead.status, lead.stage, lead.owner_id) == ("following", "MQL", rep.pk)
        for model in (Account, Contact, Opportunity):
            assert not model.objects.filter(archived_at=None).exists()
        assert (Conversion.objects.count(), UndoneConversion.objects.get().note) == (0, "点错了")
        last = lead.transfers.order_by("-id").first()
        assert last is not None
        assert (last.why, last.to_owner_id, last.actor_id) == (Why.UNCONVERTED, rep.pk, admin.pk)
        assert broken_invariants() == []
        page = timeline(access(admin, "leads.view"), "lead", lead.pk)
        assert any("点错了" in str(item.entry.data.get("text")) for item in page.entries)
        with pytest.raises(errors.NotConverted):
            services.undo_conversion(undo, lead.pk)
        again = services.convert_lead(lead_access(rep, "convert"), lead.pk)
        assert again.is_new
        assert again.account_id != made.account_id
        assert broken_invariants() == []

    def test_what_has_grown_stands_against_it(self) -> None:
        rep, admin = make_user(), make_user(role="admin")
        lead, made = converted(rep)
        undo = lead_access(admin, "unconvert")
        account = Account.objects.get(pk=made.account_id)
        other = make_opportunity("另一单", account=account, owner=rep)
        follow_up(
            access(rep, "activities.create"), "opportunity", made.opportunity_id, kind="visit", content="到访"
        )
        with pytest.raises(errors.ConversionGrown) as refusal:
            services.undo_conversion(undo, lead.pk)
        found = {(one["record"], one["id"], one["count"]) for one in refusal.value.facts["grown"]}
        assert found == {("account", account.pk, 1), ("opportunity", made.opportunity_id, 1)}
        assert "活水" in refusal.value.detail
        assert Lead.objects.get(pk=lead.pk).status == "converted"
        assert not Account.objects.exclude(archived_at=None).exists()
        archive_opportunities(HOUSE, [other.pk])
        Activity.objects.filter(record_type="opportunity").update(archived_at=clock.now())
        services.undo_conversion(undo, lead.pk)
        assert broken_invariants() == []

    def test_edited_records_are_shown_and_a_later_edit_is_stale(self) -> None:
        rep, admin = make_user(), make_user(role="admin")
        lead, made = converted(rep)
        undo = lead_access(admin, "unconvert")
        seen = services.preview_undo(undo, lead.pk)
        versions = {f"{one.ref.record_type}:{one.ref.record_id}": one.version for one in seen.pieces}
        update_account(access(rep, "accounts.edit"), made.account_id, {"level": None, "note": "改过"})
        with pytest.raises(Stale):
            services.undo_conversion(undo, lead.pk, versions=versions)
        changed = [one for one in services.preview_undo(undo, lead.pk).pieces if one.is_changed]
        assert [one.ref.record_type for one in changed] == ["account"]
        services.undo_conversion(undo, lead.pk)

    def test_records_that_were_there_stay_with_what_they_were_told(self) -> None:
        rep, admin = make_user(), make_user(role="admin")
        account = make_account("活水科技", owner=rep)
        contact = make_contact("李四", account=account, owner=rep)
        lead = make_lead(owner=rep, do_not_call=True)
        services.convert_lead(
            lead_access(rep, "convert"), lead.pk, account_id=account.pk, contact_id=contact.pk
        )
        services.undo_conversion(lead_access(admin, "unconvert"), lead.pk)
        contact.refresh_from_db()
        account.refresh_from_db()
        assert (account.archived_at, contact.archived_at, contact.do_not_call) == (None, None, True)
        assert not TimelineLink.objects.filter(source_type="lead").exists()

    def test_time_owner_and_right(self) -> None:
        rep, admin = make_user(), make_user(role="admin")
        lead, _made = converted(rep)
        with pytest.raises(Forbidden):
            lead_access(rep, "unconvert")
        with clock.freeze(clock.now() + timedelta(days=31)), pytest.raises(errors.UndoTooLate):
            services.undo_conversion(lead_access(admin, "unconvert"), lead.pk)
        User.objects.filter(pk=rep.pk).update(private_cap=0)
        undo = lead_access(admin, "unconvert")
        assert services.preview_undo(undo, lead.pk).owner_id is None
        services.undo_conversion(undo, lead.pk)
        lead.refresh_from_db()
        assert (lead.status, lead.owner_id, lead.pool_id) == ("pooled", None, lead.home_pool_id)
        assert broken_invariants() == []
        with pytest.raises(NotFound):
            services.undo_conversion(undo, 10**9)

    def test_a_record_that_went_into_another_is_not_taken_apart(self) -> None:
        rep, admin = make_user(), make_user(role="admin")
        lead, made = converted(rep)
        survivor = make_account("活水科技集团", owner=rep)
        ACCOUNTS.merge(HOUSE, survivor.pk, [made.account_id])
        with pytest.raises(errors.ConversionGrown):
            services.undo_conversion(lead_access(admin, "unconvert"), lead.pk)


def test_of_two_undos_at_once_one_finds_nothing(own_database: object) -> None:
    rep, admin = make_user(), make_user(role="admin")
    lead, _made = converted(rep)
    undo = lead_access(admin, "unconvert")
    found: list[object] = []

    def attempt() -> None:
        try:
            services.undo_conversion(undo, lead.pk)
            found.append("done")
        except DomainError as refusal:
            found.append(refusal.code)
        finally:
            connection.close()

    threads = [threading.Thread(target=attempt) for _ in range(4)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert sorted(map(str, found)) == ["done", *["lead.not_converted"] * 3]
    assert UndoneConversion.objects.count() == 1
    assert broken_invariants() == []


class TestWhatGoesAlong:
    def test_a_person_who_said_no_is_not_asked_again(self) -> None:
        """The stricter one holds, whichever side it stands on, and consent is never made older."""
        rep = make_user()
        then = clock.now() - timedelta(days=300)
        convert = lead_access(rep, "convert")
        known = make_contact(
            "李四",
            account=make_account(owner=rep),
            owner=rep,
            mobile=mobile(),
            do_not_email=True,
            consent_basis="form",
            consent_at=then,
        )
        newer = {"consent_basis": "form", "consent_at": clock.now(), "consent_evidence": "同意接收资料"}
        first = make_lead(owner=rep, do_not_call=True, **newer)
        services.convert_lead(convert, first.pk, contact_id=known.pk)
        known.refresh_from_db()
        assert (known.do_not_call, known.do_not_email) == (True, True)
        assert known.consent_evidence == "同意接收资料"
        older = make_lead(owner=rep, consent_basis="form", consent_at=then, consent_evidence="旧的")
        services.convert_lead(convert, older.pk, contact_id=known.pk)
        known.refresh_from_db()
        assert (known.do_not_call, known.consent_evidence) == (True, "同意接收资料")
        # Nobody wants a contact made: the one with this number hears of the refusal all the same.
        elsewhere = make_contact("王五", owner=make_user(), mobile=mobile())
        third = make_lead(owner=rep, mobile=elsewhere.mobile, do_not_email=True)
        services.convert_lead(convert, third.pk, contact=False)
        elsewhere.refresh_from_db()
        assert (elsewhere.do_not_email, elsewhere.do_not_call) == (True, False)
        fourth = make_lead(owner=rep, do_not_call=True, **newer)
        made = services.convert_lead(convert, fourth.pk)
        fresh = Contact.objects.get(pk=made.contact_id)
        assert (fresh.do_not_call, fresh.consent_evidence) == (True, "同意接收资料")

    def test_a_person_brings_their_account_and_no_other(self) -> None:
        rep = make_user()
        home = make_account(owner=rep)
        person = make_contact("李四", account=home, owner=rep)
        lead = make_lead(owner=rep)
        with pytest.raises(Invalid) as refusal:
            services.convert_lead(
                lead_access(rep, "convert"),
                lead.pk,
                account_id=make_account(owner=rep).pk,
                contact_id=person.pk,
            )
        assert "contact_id" in refusal.value.fields
        made = services.convert_lead(lead_access(rep, "convert"), lead.pk, contact_id=person.pk)
        assert (made.account_id, made.contact_id) == (home.pk, person.pk)

    def test_fields_as_they_are_mapped(self) -> None:
        admin, rep = make_user(role="admin"), make_user()
        make_field("预算部门", "text", record="lead")
        grade = make_field("等级", "picklist", record="lead", choices=["甲", "乙"])
        same = make_field("预算部门", "text", record="account")
        numbered = make_field("人数", "number", record="account")
        settings = {
            "account": {
                f"custom.{numbered.name}": "budget",
                "note": f"custom.{grade.name}",
                "address": "",
            },
            "opportunity": {"note": "region"},
        }
        configure = lead_access(admin, "configure")
        with pytest.raises(Invalid) as refusal:
            save_field_map(
                configure,
                {
                    "account": {"industry": "email", "nothing": "name"},
                    "contact": {"do_not_call": "do_not_call"},
                },
            )
        assert set(refusal.value.fields) == {"account.industry", "account.nothing", "contact.do_not_call"}
        assert refusal.value.fields["account.industry"]["code"] == "conversion.types"
        version = save_field_map(configure, settings, version=0)
        with pytest.raises(Stale):
            save_field_map(configure, {}, version=version - 1)
        assert field_map()["account"][f"custom.{same.name}"].startswith("custom."), "the same name, by itself"
        lead = make_lead(
            owner=rep,
            company="活水",
            budget="1280.50",
            address="科技园路88号",
            title="采购" * 30,
            custom={grade.name: "甲", field_map()["account"][f"custom.{same.name}"][7:]: "采购部"},
        )
        shown = preview_map(configure, settings, lead.pk).lines["account"]
        assert {one.field: one.value for one in shown}["note"] == "甲"
        made = services.convert_lead(lead_access(rep, "convert"), lead.pk, opportunity={"amount": 5})
        account = Account.objects.get(pk=made.account_id)
        assert (account.address, account.note) == (None, "甲")
        assert account.custom == {same.name: "采购部", numbered.name: 1280.5}
        assert Opportunity.objects.get(pk=made.opportunity_id).amount == 5, "what was typed goes first"
        save_field_map(configure, {}, version=stored()[1])
        assert field_map()["account"]["address"] == "address"

    def test_a_value_that_does_not_fit_stays_on_the_lead(self) -> None:
        rep = make_user()
        make_field("备用号码", "text", record="lead")
        short = make_field("短", "text", record="account")
        source = next(key for key in record_type("lead").all_fields if key.startswith("custom."))
        save_field_map(
            lead_access(make_user(role="admin"), "configure"), {"account": {f"custom.{short.name}": source}}
        )
        lead = make_lead(owner=rep, custom={source[7:]: "长" * 250})
        made = services.convert_lead(lead_access(rep, "convert"), lead.pk)
        kept = Account.objects.get(pk=made.account_id).custom.get(short.name)
        assert kept == "长" * 250 or [one.field for one in made.left_out] == [f"custom.{short.name}"]


class TestOffers:
    def test_known_customers_first_with_the_reasons(self) -> None:
        rep, other = make_user("张三"), make_user("王芳")
        account = make_account("深圳市云杉远景科技有限公司", owner=rep, address="深圳市科技园路88号")
        person = make_contact("李明华", account=account, owner=rep, mobile=mobile())
        hidden = make_account("云杉远景科技", owner=other, address="科技园路88号")
        renew_fingerprints("account", [account.pk, hidden.pk])
        renew_fingerprints("contact", [person.pk])
        alike = make_lead(owner=rep, name="李明华", company="云杉远景科技", address="科技园路88号")
        found = offers_of(rep, alike)
        assert (found[0].account_id, found[0].visible) == (account.pk, True)
        assert found[0].reasons
        walled = [one for one in found if not one.visible]
        assert [(one.account_id, one.account, one.owner) for one in walled] == [(None, "", "王芳")]
        same = make_lead(owner=rep, name="李总", mobile=person.mobile)
        (first, *_rest) = offers_of(rep, same)
        assert (first.contact_id, first.account_id, first.percent) == (person.pk, account.pk, 100)
        DuplicateRule.objects.create(
            name="放行",
            record="lead",
            against=["account", "contact"],
            compare={"company": "fuzzy"},
            act="allow",
            created_at=clock.now(),
            updated_at=clock.now(),
        )
        assert not [one for one in offers_of(rep, alike) if "%" in str(one.reasons) or one.contact_id]

    def test_the_dialog_joins_whom_it_offers_and_can_be_taken_back(self) -> None:
        rep, admin = make_user("张三"), make_user(role="admin")
        account = make_account("活水科技", owner=rep)
        person = make_contact("李四", account=account, owner=rep, mobile=mobile())
        lead = make_lead(owner=rep, mobile=person.mobile)
        client = client_for(rep)
        page = client.get(f"/leads/{lead.pk}/convert").content.decode()
        assert f'value="{account.pk}.{person.pk}"' in page
        posted = {"customer": f"{account.pk}.{person.pk}", "with_contact": "true", "with_opportunity": "true"}
        answer = client.post(f"/leads/{lead.pk}/convert", posted, headers={"HX-Request": "true"})
        assert answer.headers["HX-Redirect"] == f"/accounts/{account.pk}"
        boss = client_for(admin)
        assert f"/leads/{lead.pk}/unconvert" in boss.get(f"/leads/{lead.pk}").content.decode()
        asked = boss.get(f"/leads/{lead.pk}/unconvert").content.decode()
        assert "活水科技" in asked
        assert f'name="version.account:{account.pk}"' in asked
        undone = boss.post(f"/leads/{lead.pk}/unconvert", {"note": "x"}, headers={"HX-Request": "true"})
        assert undone.headers["HX-Redirect"] == f"/leads/{lead.pk}"
        assert Lead.objects.get(pk=lead.pk).status == "assigned"
        assert client.get(f"/leads/{lead.pk}/unconvert").status_code == 403

    def test_the_api(self) -> None:
        rep, admin = make_user(), make_user(role="admin")
        api, boss = Api(rep), Api(admin)
        lead = make_lead(owner=rep, company="活水科技")
        offers = api("GET", f"/leads/{lead.pk}/conversion-offers").data
        assert offers == {"customers": [], "lines": []}
        made = api("POST", f"/leads/{lead.pk}/convert", {"opportunity": {"name": "首单"}}).data
        assert (made["opportunity_ids"], made["left_out"]) == ([made["opportunity_id"]], [])
        shown = boss("GET", f"/leads/{lead.pk}/conversion").data
        assert (shown["can_undo"], shown["goes_to"], len(shown["records"])) == (True, rep.pk, 3)
        stale = boss(
            "POST", f"/leads/{lead.pk}/unconvert", {"versions": {f"account:{made['account_id']}": 9}}
        )
        assert stale.status_code == 412
        undone = boss("POST", f"/leads/{lead.pk}/unconvert", {"note": "x"})
        assert (undone.status_code, undone.data["status"]) == (200, "assigned")
        assert boss("POST", f"/leads/{lead.pk}/unconvert", {}).data["code"] == "lead.not_converted"
        assert api("POST", f"/leads/{lead.pk}/unconvert", {}).status_code == 403

        fields = boss("GET", "/conversion-map")
        assert fields.data["fields"]["opportunity"]["amount"] == "budget"
        put = boss("PUT", "/conversion-map", {"fields": {"account": {"note": "requirement"}}})
        assert put.data["settings"] == {"account": {"note": "requirement"}}
        bad = boss("PUT", "/conversion-map", {"fields": {"account": {"industry": "budget"}}})
        assert (bad.status_code, list(bad.data["facts"]["fields"])) == (422, ["account.industry"])
        preview = boss("POST", "/conversion-map/preview", {"fields": {}, "lead": lead.pk}).data
        assert preview["lead"]["id"] == lead.pk
        assert api("GET", "/conversion-map").status_code == 403

    def test_the_settings_page(self) -> None:
        admin = make_user(role="admin")
        lead = make_lead(company="活水科技", requirement="想要报价")
        client = client_for(admin)
        page = client.get("/settings/conversion").content.decode()
        assert 'name="opportunity:amount"' in page
        changed = {"version": "0", "account:note": "requirement", "opportunity:note": ""}
        hx = {"HX-Request": "true"}
        shown = client.post("/settings/conversion/preview", changed | {"lead": str(lead.pk)}, headers=hx)
        assert "想要报价" in shown.content.decode()
        assert client.post("/settings/conversion", changed, headers=hx).status_code == 204
        assert (field_map()["account"]["note"], "note" in field_map()["opportunity"]) == (
            "requirement",
            False,
        )
        assert client_for(make_user()).get("/settings/conversion").status_code == 403


class TestLines:
    def test_one_opportunity_a_line_the_rules_suggest_and_an_undo_takes_all(self) -> None:
        add_choices(HOUSE, "business_line", ["出国考试", "留学", "签证"])
        rep, adviser, admin = make_user(), make_user("顾问"), make_user(role="admin")
        create_rule(
            HOUSE,
            name="想留学",
            content={
                "keywords": ["留学"],
                "line": "留学",
                "owner": "people",
                "people": [{"user": adviser.pk, "weight": 1}],
            },
            is_active=True,
        )
        lead = make_lead(owner=rep, company="星海", business_line="出国考试", requirement="雅思，之后留学")
        convert = lead_access(rep, "convert")
        offered = line_offers(convert, lead.pk)
        assert [(one.line, one.rule) for one in offered] == [("留学", "想留学"), ("签证", "")]
        page = client_for(rep).get(f"/leads/{lead.pk}/convert").content.decode()
        assert 'name="line.留学.on"' in page
        with pytest.raises(Invalid):
            services.convert_lead(
                convert, lead.pk, opportunities=[{"business_line": "留学"}, {"business_line": "留学"}]
            )
        posted = {
            "with_contact": "true",
            "with_opportunity": "true",
            "opportunity_name": "雅思班",
            "line.留学.on": "true",
            "line.留学.amount": "50000",
            "line.签证.amount": "9",
        }
        answer = client_for(rep).post(f"/leads/{lead.pk}/convert", posted, headers={"HX-Request": "true"})
        assert answer.status_code == 204
        exams, abroad = Opportunity.objects.order_by("id")
        assert (exams.owner_id, exams.business_line, exams.name) == (rep.pk, "出国考试", "雅思班")
        assert (abroad.owner_id, abroad.business_line, abroad.amount) == (adviser.pk, "留学", 50000)
        assert abroad.account_id == exams.account_id
        assert Conversion.objects.get().opportunity_ids == [exams.pk, abroad.pk]
        drain()
        assert LineSpawn.objects.count() == 1
        services.undo_conversion(lead_access(admin, "unconvert"), lead.pk)
        assert not Opportunity.objects.filter(archived_at=None).exists()
        made = services.convert_lead(
            convert, lead.pk, opportunity={"name": "再来"}, opportunities=[{"business_line": "留学"}]
        )
        assert len(made.opportunity_ids) == 2
        assert set(made.opportunity_ids).isdisjoint({exams.pk, abroad.pk})
        assert LineSpawn.objects.get().opportunity_id == made.opportunity_ids[1]
        assert broken_invariants() == []
