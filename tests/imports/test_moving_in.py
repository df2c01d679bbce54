"""A company moves in whole: accounts, contacts, leads, opportunities, follow-ups, linked by their numbers."""

from datetime import date
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from headwater.engagement.models import Activity, ActivityVersion
from headwater.kernel import sql
from headwater.kernel.access import Access
from headwater.kernel.errors import Forbidden, Invalid
from headwater.leads.models import Lead
from headwater.organization.models import User
from headwater.platform.events import drain
from headwater.platform.imports import running, services
from headwater.platform.imports.models import ImportJob, ImportRow
from headwater.platform.imports.types import Status
from headwater.pools.services import ensure_default_pool
from headwater.sales.models import Account, Contact, Opportunity, OwnerChange, StageMove
from tests.organization.factories import access, make_user
from tests.sales.factories import make_account, make_contact, make_opportunity, stage

pytestmark = pytest.mark.django_db

ACCOUNTS = (
    "客户编号,客户名称,负责人,公司电话,备注\n"
    "A1,华东机械有限公司,王芳,0755-12345678,老客户\n"
    "A2,南方电子股份有限公司,wang@example.com,,\n"
    "A3,北辰科技,13900139000,,\n"
)
CONTACTS = (
    "联系人编号,姓名,客户编号,客户名称,手机,邮箱,职位\n"
    "C1,张三,A1,,13800138001,zhang@example.com,采购经理\n"
    "C2,李四,,南方电子股份有限公司,13800138002,,\n"
)
LEADS = "线索编号,姓名,手机\nL1,赵六,13800138009\n"
OPPORTUNITIES = (
    "商机编号,商机名称,客户编号,联系人编号,阶段,金额,预计成交日期,负责人\n"
    "O1,年度采购,A1,C1,赢单,6.8万,2026-12-31,王芳\n"
    "O2,二期扩容,A1,C1,,120000,2027-03-31,\n"
    "O3,试用,A2,,丢单,5000,2026-10-01,\n"
)
ACTIVITIES = (
    "记录编号,商机编号,客户编号,线索编号,跟进方式,跟进时间,跟进人,跟进内容\n"
    "F1,O1,A1,,电话,2026-10-01 09:30,王芳,报了价\n"
    "F2,,A2,,上门拜访,2026-10-02 14:00,wang@example.com,见了老板\n"
    "F3,,,L1,微信,2026-10-03 10:00,,加了微信\n"
)


@pytest.fixture
def rep() -> User:
    return make_user("王芳", email="wang@example.com", mobile="+8613900139000", role="rep")


@pytest.fixture
def who(rep: User) -> Access:
    ensure_default_pool()
    return access(make_user("管理员", role="admin"), "imports.view")


def upload(who: Access, record: str, text: str, **options: Any) -> ImportJob:
    file = SimpleUploadedFile(f"{record}.csv", text.encode())
    return services.create_import(who, record=record, upload=file, **options)


def finish(job: ImportJob) -> ImportJob:
    running.work_on(job.pk)
    job.refresh_from_db()
    assert job.status not in (Status.FAILED, Status.RUNNING), (job.error_code, job.error_detail)
    return job


def run(who: Access, record: str, text: str, **options: Any) -> ImportJob:
    return finish(upload(who, record, text, then="run", options=options))


def counts(job: ImportJob) -> tuple[int, int, int, int]:
    return job.created_count, job.updated_count, job.skipped_count, job.failed_count


def codes(job: ImportJob) -> list[tuple[int, str, str]]:
    rows = ImportRow.objects.filter(job=job).exclude(code="").order_by("number")
    return list(rows.values_list("number", "outcome", "code"))


def revert(who: Access, job: ImportJob) -> ImportJob:
    return finish(services.revert_import(who, job.pk))


def test_a_company_moves_in_whole(who: Access, rep: User) -> None:
    jobs = [
        run(who, "account", ACCOUNTS),
        run(who, "contact", CONTACTS),
        run(who, "lead", LEADS),
        run(who, "opportunity", OPPORTUNITIES, lost_reason="other"),
        run(who, "activity", ACTIVITIES),
    ]
    assert [counts(job) for job in jobs] == [
        (3, 0, 0, 0),
        (2, 0, 0, 0),
        (1, 0, 0, 0),
        (3, 0, 0, 0),
        (3, 0, 0, 0),
    ]

    accounts = {one.external_id: one for one in Account.objects.all()}
    assert {one.owner_id for one in accounts.values()} == {rep.pk}
    assert accounts["A1"].phone == "+8675512345678"
    assert accounts["A1"].name_key
    assert accounts["A1"].name_pieces
    contacts = {one.external_id: one for one in Contact.objects.all()}
    assert contacts["C1"].account_id == accounts["A1"].pk
    assert contacts["C2"].account_id == accounts["A2"].pk, "by a name that one account alone bears"
    won, still, lost = Opportunity.objects.order_by("external_id")
    assert (won.status, won.amount, won.contact_id) == ("won", 68000, contacts["C1"].pk)
    assert won.closed_at is not None
    assert won.owner_id == rep.pk
    assert (still.status, still.expected_close_on, still.owner_id) == ("open", date(2027, 3, 31), who.user_id)
    assert (lost.status, lost.lost_reason, lost.account_id) == ("lost", "other", accounts["A2"].pk)
    assert StageMove.objects.count() == 3
    assert OwnerChange.objects.filter(why="imported").count() == 8

    said = {one.external_id: one for one in Activity.objects.all()}
    assert (said["F1"].record_type, said["F1"].record_id, said["F1"].kind) == ("opportunity", won.pk, "call")
    assert (said["F2"].record_type, said["F2"].author_id, said["F2"].kind) == ("account", rep.pk, "visit")
    lead = Lead.objects.get(external_id="L1")
    assert said["F3"].record_id == lead.pk
    assert lead.last_activity_at == said["F3"].occurred_at
    assert lead.status == "pooled", "history moves no lead"
    accounts["A1"].refresh_from_db()
    assert accounts["A1"].last_activity_at == said["F1"].occurred_at
    drain()
    kinds = "('account', 'contact', 'opportunity')"
    found = sql.value(f"SELECT count(*) FROM platform_search_entry WHERE record_type IN {kinds}")
    assert found == 8, "all can be found"

    again = [
        run(who, "account", ACCOUNTS),
        run(who, "contact", CONTACTS),
        run(who, "opportunity", OPPORTUNITIES, lost_reason="other"),
        run(who, "activity", ACTIVITIES),
    ]
    assert [counts(job) for job in again] == [(0, 0, 3, 0), (0, 0, 2, 0), (0, 0, 3, 0), (0, 0, 3, 0)]

    for job in (jobs[4], jobs[3], jobs[1], jobs[0]):
        gone = revert(who, job)
        assert gone.kept_count == 0, codes(gone)
    for model in (Account, Contact, Opportunity, Activity):
        assert not model.objects.filter(archived_at=None).exists()


def test_the_check_shows_every_error_and_writes_nothing(who: Access) -> None:
    make_account("两家有限公司")
    make_account("两家有限公司")
    text = (
        "商机名称,客户编号,客户名称,阶段,金额\n"
        ",A9,,,1\n"
        "商机一,A9,,,1\n"
        "商机二,,两家有限公司,,1\n"
        "商机三,,没有的公司,,1\n"
        "商机四,,,,1\n"
        "商机五,,没有的公司,不存在的阶段,多少\n"
    )
    job = upload(who, "opportunity", text)
    services.check_import(who, job.pk)
    finish(job)
    found = [(number, code) for number, _outcome, code in codes(job)]
    assert found == [
        (1, "link.unknown"), (2, "link.unknown"), (3, "link.ambiguous"), (4, "link.unknown"),
        (5, "import.missing"), (6, "value.number"),
    ]  # fmt: skip
    assert not Opportunity.objects.exists()


def test_links_that_lead_nowhere_may_be_left_out(who: Access) -> None:
    job = run(who, "contact", "姓名,客户编号,手机\n张三,A9,13800138001\n", links_unknown="leave")
    assert counts(job) == (1, 0, 0, 0)
    assert codes(job) == [(1, "created", "link.unknown")], "but the row says so"
    assert Contact.objects.get().account_id is None


def test_fill_update_and_back(who: Access, rep: User) -> None:
    known = make_account("华东机械有限公司", phone="02112345678")
    text = "客户编号,客户名称,公司电话,备注,负责人\nA1,华东机械有限公司,0755-12345678,新备注,王芳\n"
    filled = run(who, "account", text, policy="fill")
    known.refresh_from_db()
    assert counts(filled) == (0, 1, 0, 0)
    assert (known.phone, known.note, known.external_id) == ("+862112345678", "新备注", "A1")
    updated = run(who, "account", text.replace("新备注", "再改"), policy="update")
    known.refresh_from_db()
    assert (known.phone, known.note, known.owner_id) == ("+8675512345678", "再改", rep.pk)
    revert(who, updated)
    known.refresh_from_db()
    assert (known.phone, known.note) == ("+862112345678", "新备注")
    assert OwnerChange.objects.filter(record_id=known.pk, record_type="account").count() >= 2


def test_an_opportunity_moves_and_moves_back(who: Access) -> None:
    known = make_opportunity("年度采购", account=make_account("甲公司", external_id="A1"), external_id="O1")
    was = known.stage_id
    job = run(who, "opportunity", "商机编号,商机名称,客户编号,阶段\nO1,年度采购,A1,赢单\n", policy="update")
    known.refresh_from_db()
    assert counts(job) == (0, 1, 0, 0)
    assert (known.status, known.stage_id) == ("won", stage("won"))
    assert StageMove.objects.filter(opportunity=known).count() == 2
    revert(who, job)
    known.refresh_from_db()
    assert (known.status, known.stage_id, known.closed_at) == ("open", was, None)


def test_one_person_has_a_mobile(who: Access) -> None:
    make_contact("张三", mobile="13800138001", external_id="C1")
    text = "联系人编号,姓名,手机\nC9,张三丰,13800138001\nC8,李四,13800138002\nC7,王五,13800138002\n"
    job = run(who, "contact", text)
    assert counts(job) == (1, 0, 2, 0)
    assert [code for _number, _outcome, code in codes(job)] == [
        "import.duplicate",
        "import.duplicate_in_file",
    ]
    job = run(who, "contact", text, policy="create")
    assert counts(job)[0] == 3
    assert Contact.objects.filter(mobile="+8613800138001").count() == 1, (
        "the number stays with whom it belongs to"
    )


def test_what_somebody_built_on_stays(who: Access) -> None:
    job = run(who, "account", ACCOUNTS)
    make_contact("张三", account=Account.objects.get(external_id="A1"))
    gone = revert(who, job)
    assert (gone.reverted_count, gone.kept_count) == (2, 1)
    assert list(Account.objects.filter(archived_at=None).values_list("external_id", flat=True)) == ["A1"]


def test_an_interrupted_import_goes_on_and_doubles_nothing(
    who: Access, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(running, "CHUNK", 1)
    job = upload(who, "account", ACCOUNTS, then="run")
    pieces = iter(range(2))

    def dies(*_: Any) -> None:
        if next(pieces, None) is None:
            raise ConnectionError("killed")

    with monkeypatch.context() as patched:
        patched.setattr(running, "_go_on", dies)
        with pytest.raises(ConnectionError):
            running.work_on(job.pk)
    assert Account.objects.count() == 2
    services.start_import(who, job.pk)
    assert counts(finish(job)) == (3, 0, 0, 0)
    assert Account.objects.count() == OwnerChange.objects.count() == 3


def test_rights(who: Access, rep: User) -> None:
    mine = access(rep, "imports.view")
    with pytest.raises(Invalid) as refused:
        services.create_import(
            mine,
            record="account",
            upload=SimpleUploadedFile("a.csv", ACCOUNTS.encode()),
            mapping={"客户名称": "name", "负责人": "owner"},
            then="run",
        )
    assert "mapping.负责人" in refused.value.fields
    assert counts(run(mine, "account", "客户名称\n我的客户\n")) == (1, 0, 0, 0)
    assert Account.objects.get().owner_id == rep.pk
    with pytest.raises(Forbidden):
        upload(mine, "activity", ACTIVITIES)


def test_a_rep_learns_nothing_of_others_accounts(who: Access, rep: User) -> None:
    make_account("秘密公司", owner=make_user(role="rep"), external_id="A1")
    mine = access(rep, "imports.view")
    job = run(mine, "account", "客户编号,客户名称\nA1,秘密公司\n", policy="update")
    assert codes(job) == [(1, "skipped", "import.duplicate_hidden")]
    assert "秘密" not in ImportRow.objects.get(job=job).detail
    job = run(mine, "contact", "姓名,客户编号,手机\n张三,A1,13800138001\n")
    assert codes(job) == [(1, "failed", "link.unknown")]


def test_follow_ups_without_numbers_are_recognised(who: Access) -> None:
    make_account("甲公司")
    head = "客户名称,跟进方式,跟进时间,跟进内容\n"
    text = head + "甲公司,电话,2026-10-01 09:30,报了价\n" * 2
    assert counts(run(who, "activity", text)) == (1, 0, 1, 0)
    assert counts(run(who, "activity", text)) == (0, 0, 2, 0)
    wrong = run(
        who, "activity", head + "甲公司,电话,2199-10-01 09:30,报了价\n乙公司,电话,2026-10-01,报了价\n"
    )
    assert [code for _n, _o, code in codes(wrong)] == ["activity.in_future", "link.unknown"]


def test_an_updated_follow_up_keeps_what_it_said(who: Access) -> None:
    make_account("甲公司", external_id="A1")
    text = "记录编号,客户编号,跟进方式,跟进时间,跟进内容\nF1,A1,电话,2026-10-01 09:30,{}\n"
    run(who, "activity", text.format("报了价"))
    job = run(who, "activity", text.format("报了价，下周签"), policy="update")
    assert counts(job) == (0, 1, 0, 0)
    assert ActivityVersion.objects.get().content == "报了价"
    revert(who, job)
    assert Activity.objects.get().content == "报了价"


def test_names_in_two_columns_and_other_peoples_dates(who: Access) -> None:
    mapping = [
        {"header": "First Name", "target": "name.given"},
        {"header": "Last Name", "target": "name.family"},
        {"header": "Created", "target": "created_at", "order": "mdy"},
        {"header": "Mobile", "target": "mobile"},
    ]
    rows = 'Jane,Doe,"10/31/2025, 3:04 PM",13800138001\n三,张,,13800138002\n'
    text = "First Name,Last Name,Created,Mobile\n" + rows
    finish(upload(who, "contact", text, mapping=mapping, then="run"))
    jane, zhang = Contact.objects.order_by("id")
    assert (jane.name, zhang.name) == ("Jane Doe", "张三")
    assert jane.created_at.date() == date(2025, 10, 31)
