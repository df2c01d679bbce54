"""Exports of other systems: recognised by their headers, mapped, and imported with their links."""

import pytest

from headwater.kernel.access import Access
from headwater.organization.models import User
from headwater.platform.imports import presets, services
from headwater.platform.imports.columns import inspect
from headwater.platform.imports.importers import find_importer
from headwater.pools.services import ensure_default_pool
from headwater.sales.models import Account, Contact, Opportunity
from headwater.sales.queries import default_pipeline
from tests.imports.test_moving_in import counts, finish, run, upload
from tests.organization.factories import access, make_user

pytestmark = pytest.mark.django_db

HEADERS = {
    ("hubspot", "account"): "Record ID,Company name,Company owner,Create Date,Phone Number,City,Industry",
    ("hubspot", "contact"): "Record ID,First Name,Last Name,Email,Phone Number,Contact owner,Lead Status,"
    "Create Date,Associated Company,Associated Company IDs (Primary)",
    ("hubspot", "opportunity"): "Record ID,Deal Name,Deal Stage,Close Date,Deal owner,Amount,"
    "Associated Company IDs (Primary)",
    ("salesforce", "lead"): "Id,LastName,FirstName,Company,Status,LeadSource,Rating,MobilePhone,Email",
    ("salesforce", "account"): "Id,IsDeleted,Name,Type,ParentId,BillingStreet,Phone,Website,Industry",
    ("salesforce", "contact"): "Id,AccountId,LastName,FirstName,Title,Phone,MobilePhone,Email",
    ("salesforce", "opportunity"): "Id,AccountId,Name,StageName,Amount,CloseDate,OwnerId",
    ("salesforce", "activity"): "Id,WhoId,WhatId,Subject,ActivityDate,Description,TaskSubtype",
    ("zoho", "lead"): "Record Id,Lead Owner.id,Lead Owner,Company,First Name,Last Name,Email,Mobile",
    ("zoho", "opportunity"): "Record Id,Deal Owner.id,Deal Owner,Amount,Deal Name,Closing Date,"
    "Account Name.id,Account Name,Stage",
    ("odoo", "opportunity"): "External ID,Opportunity,Customer,Expected Revenue,Stage,Salesperson",
    ("fxiaoke", "lead"): "姓名,企业名称,手机,线索阶段,来源,负责人,负责人主属部门",
    ("fxiaoke", "account"): "客户名称,客户编号,电话,负责人,负责人主属部门,归属部门",
    ("fxiaoke", "contact"): "姓名,客户名称,职务,手机,负责人,负责人主属部门",
    ("fxiaoke", "opportunity"): "商机名称,客户名称,商机阶段,商机金额,预计成交日期,负责人",
}


@pytest.fixture
def rep() -> User:
    return make_user("王芳", email="wang@example.com", role="rep")


@pytest.fixture
def who(rep: User) -> Access:
    ensure_default_pool()
    return access(make_user("管理员", role="admin"), "imports.view")


def test_the_tables_name_targets_that_there_are(who: Access) -> None:
    for preset in presets.presets():
        importer = find_importer(preset.record)
        known = {target.key for target in importer.targets(who.also(importer.permission))}
        wanted = {column.target for column in preset.columns if not column.target.startswith(presets.NEW)}
        assert wanted <= known, (preset.key, preset.record, wanted - known)
        assert {column.order for column in preset.columns} <= {"", "mdy", "dmy"}
    assert set(presets.systems()) == {"fxiaoke", "salesforce", "hubspot", "zoho", "odoo"}


@pytest.mark.parametrize(("system", "record"), HEADERS)
def test_a_file_is_recognised(system: str, record: str) -> None:
    columns = inspect(HEADERS[system, record].split(","), [])
    found = presets.recognise(record, columns)
    assert found is not None
    assert found.key == system


def test_a_list_of_ones_own_belongs_to_nobody() -> None:
    for record, headers in (
        ("lead", "姓名,手机,公司"),
        ("account", "客户名称,电话"),
        ("contact", "姓名,手机"),
    ):
        assert presets.recognise(record, inspect(headers.split(","), [])) is None


def test_hubspot_moves_in(who: Access, rep: User) -> None:
    companies = (
        "Record ID,Company name,Company owner,Create Date,Phone Number\n"
        "100123,Example Ltd,王芳 (wang@example.com),2025-07-15 09:30,+86 21 1234 5678\n"
    )
    people = (
        "Record ID,First Name,Last Name,Email,Contact owner,Associated Company IDs (Primary)\n"
        "201,Jane,Doe,jane@example.com,wang@example.com,100123\n"
        "202,三,张,zhang@example.com,,100123;100999\n"
    )
    deals = (
        "Record ID,Deal Name,Deal Stage,Close Date,Deal owner,Amount,Associated Company IDs (Primary),"
        "Associated Contact IDs\n"
        "301,Renewal,Closed Won,2025-07-25 10:00,王芳,12000,100123,201\n"
        "302,Expansion,Contract Sent,2026-12-01,王芳,5000,100123,201;202\n"
        "303,Pilot,Closed Lost,2025-07-25,王芳,100,100123,\n"
    )
    assert counts(run(who, "account", companies)) == (1, 0, 0, 0)
    assert counts(run(who, "contact", people)) == (2, 0, 0, 0)
    job = run(who, "opportunity", deals)
    assert counts(job) == (3, 0, 0, 0)
    assert job.options["preset"] == "hubspot"
    account = Account.objects.get()
    assert (account.owner_id, account.external_id, account.created_at.year) == (rep.pk, "100123", 2025)
    assert sorted(Contact.objects.values_list("name", "account_id")) == [
        ("Jane Doe", account.pk),
        ("张三", account.pk),
    ]
    won, still, lost = Opportunity.objects.order_by("external_id")
    assert (won.status, still.status, lost.status) == ("won", "open", "lost")
    last = [stage for stage in default_pipeline().open_stages if stage.probability <= 90][-1]
    assert still.stage_id == last.id, "the stage that is as likely"
    assert won.contact_id == Contact.objects.get(external_id="201").pk


def test_another_system_can_be_chosen(who: Access) -> None:
    job = finish(
        upload(who, "opportunity", HEADERS["zoho", "opportunity"] + "\nz1,1,王芳,5,甲,2026-01-01,a1,乙,New\n")
    )
    assert job.options["preset"] == "zoho"
    job = services.choose_preset(who, job.pk, "")
    assert "preset" not in job.options
    assert not any(plan["values"] for plan in job.mapping)
    job = services.choose_preset(who, job.pk, "zoho")
    assert [plan["target"] for plan in job.mapping if plan["values"]] == ["stage"]
