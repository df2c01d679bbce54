"""Leads from files: created, recognised, updated, refused, taken back."""

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import translation

from headwater.acquisition.models import Campaign, Source
from headwater.customization.models import CustomField
from headwater.kernel import sql
from headwater.kernel.access import Access
from headwater.kernel.copying import holding_references
from headwater.kernel.errors import Forbidden, Invalid
from headwater.leads import services as leads
from headwater.leads.models import Lead, Touch, Transfer
from headwater.organization.models import User
from headwater.platform.imports import running, services
from headwater.platform.imports.models import ImportJob, ImportRow
from headwater.platform.imports.types import Status
from headwater.pools.services import ensure_default_pool
from tests.organization.factories import access, make_role, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def admin() -> User:
    ensure_default_pool()
    return make_user("管理员", role="admin")


@pytest.fixture
def who(admin: User) -> Access:
    return access(admin, "imports.view")


def upload(who: Access, text: str | bytes, **options: Any) -> ImportJob:
    content = text.encode() if isinstance(text, str) else text
    return services.create_import(
        who, record="lead", upload=SimpleUploadedFile("名单.csv", content), **options
    )


def run(who: Access, text: str | bytes, **options: Any) -> ImportJob:
    job = upload(who, text, then="run", **options)
    return finish(job)


def finish(job: ImportJob) -> ImportJob:
    running.work_on(job.pk)
    job.refresh_from_db()
    assert not Status(job.status).is_working, job.status
    assert job.status != Status.FAILED, (job.error_code, job.error_detail)
    return job


def counts(job: ImportJob) -> tuple[int, int, int, int]:
    return job.created_count, job.updated_count, job.skipped_count, job.failed_count


def codes(job: ImportJob) -> list[tuple[int, str, str]]:
    return list(
        ImportRow.objects.filter(job=job)
        .exclude(code="")
        .order_by("number")
        .values_list("number", "outcome", "code")
    )


def test_a_list_becomes_leads_in_the_pool(who: Access) -> None:
    job = run(
        who,
        "姓名,手机号,公司名称,邮箱,意向程度,来源,备注\n"
        "张三,138 0013 8000,华为科技,ZS@Example.com,HIGH,老客户推荐,想了解\n"
        "李四,０１０－８２３４５６７８,,,,,\n",
    )
    assert counts(job) == (2, 0, 0, 0)
    first, second = Lead.objects.order_by("id")
    assert (first.name, first.mobile, first.email, first.status) == (
        "张三", "+8613800138000", "zs@example.com", "pooled",
    )  # fmt: skip
    assert (first.intent, first.requirement) == ("high", "想了解")
    assert first.source is not None
    assert first.source.name == "老客户推荐"
    assert first.contact_as_typed == {"mobile": "138 0013 8000", "email": "ZS@Example.com"}
    assert second.mobile == "+861082345678"
    assert Touch.objects.filter(is_first=True, import_id=job.pk, door="import").count() == 2
    assert list(Transfer.objects.values_list("why", "spot")) == [("imported", "pool")] * 2
    assert (
        sql.value("SELECT count(*) FROM platform_audit WHERE record_type = 'lead' AND action = 'import'") == 2
    )
    assert sql.value("SELECT count(*) FROM platform_event WHERE name = 'lead.created'") == 1
    assert len(leads.find_duplicates(who.also("leads.view"), {"mobile": "+8613800138000"})) == 1


def test_every_error_is_shown_before_anything_is_written(who: Access) -> None:
    text = (
        "姓名,手机,邮箱,预算\n张三,13800138000,,\n李四,1.38E+10,,\n,13800138001,,\n王五,,,\n"
        "赵六,13800138002,nope,多\n张三,13800138000,,\n钱七,13800138003,,1.2万\n"
    )
    mapping = {"姓名": "name", "手机": "mobile", "邮箱": "email", "预算": "budget"}
    job = upload(who, text, then="check", mapping=mapping)
    finish(job)
    assert job.status == Status.CHECKED
    assert codes(job) == [
        (2, "failed", "value.phone_spreadsheet"),
        (3, "failed", "lead.no_name"),
        (4, "failed", "lead.no_contact"),
        (5, "failed", "value.email"),
        (6, "skipped", "lead.duplicate_in_file"),
    ]
    assert counts(job) == (2, 0, 1, 4)
    assert not Lead.objects.exists()
    detail = ImportRow.objects.get(job=job, number=5).detail
    assert len(detail.split("；")) == 2
    services.start_import(who, job.pk)
    finish(job)
    assert counts(job) == (2, 0, 1, 4)
    assert Lead.objects.count() == 2


def test_the_check_sees_duplicates_across_chunks(who: Access, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(running, "CHUNK", 2)
    job = upload(
        who, "姓名,手机\n" + "甲,13800138000\n乙,13800138001\n丙,13800138002\n丁,13800138000\n", then="check"
    )
    finish(job)
    assert codes(job) == [(4, "skipped", "lead.duplicate_in_file")]
    assert sql.value("SELECT count(*) FROM platform_import_seen") == 0


def test_several_numbers_in_one_cell(who: Access) -> None:
    job = run(
        who,
        "姓名,电话\n甲,13800138000/010-82345678\n乙,13800138001 13800138002\n丙,13800138003、坏号码\n"
        "丁,13800138002\n",
    )
    assert codes(job) == [(3, "failed", "value.phone"), (4, "skipped", "lead.duplicate_in_file")]
    first, second = Lead.objects.order_by("id")
    assert (first.mobile, first.phone) == ("+8613800138000", "+861082345678")
    assert first.contact_as_typed == {"mobile": "13800138000/010-82345678"}
    assert (second.mobile, second.phone) == ("+8613800138001", "+8613800138002")


EXISTING = {"name": "老王", "mobile": "13900139000", "company": "老公司"}


@pytest.fixture
def known(who: Access) -> Lead:
    return Lead.objects.get(id=leads.create_lead(who.also("leads.create"), EXISTING))


FILE = "姓名,手机,公司,微信\n新名,13900139000,新公司,wx1\n别人,13900139001,,\n"


def test_skip(who: Access, known: Lead) -> None:
    job = run(who, FILE, options={"policy": "skip"})
    assert counts(job) == (1, 0, 1, 0)
    assert ImportRow.objects.get(job=job, number=1).record_id == known.pk
    known.refresh_from_db()
    assert (known.company, known.version) == ("老公司", 1)


def test_fill_empty_fields(who: Access, known: Lead) -> None:
    job = run(who, FILE, options={"policy": "fill"})
    assert counts(job) == (1, 1, 0, 0)
    known.refresh_from_db()
    assert (known.name, known.company, known.wechat, known.version) == ("老王", "老公司", "wx1", 2)
    assert ImportRow.objects.get(job=job, number=1).changes == {"wechat": [None, "wx1"]}


def test_update_all_and_revert(who: Access, known: Lead) -> None:
    job = run(who, FILE, options={"policy": "update"})
    assert counts(job) == (1, 1, 0, 0)
    known.refresh_from_db()
    assert (known.name, known.company, known.wechat) == ("新名", "新公司", "wx1")
    services.revert_import(who, job.pk)
    running.work_on(job.pk)
    job.refresh_from_db()
    assert (job.status, job.reverted_count, job.kept_count) == (Status.REVERTED, 2, 0)
    known.refresh_from_db()
    assert (known.name, known.company, known.wechat) == ("老王", "老公司", None)
    assert Lead.objects.filter(archived_at=None).count() == 1
    assert run(who, FILE).created_count == 1  # the numbers are free again


def test_create_anyway(who: Access, known: Lead) -> None:
    job = run(who, FILE, options={"policy": "create"})
    assert counts(job) == (2, 0, 0, 0)
    assert codes(job) == [(1, "created", "lead.duplicate_created")]
    assert Lead.objects.filter(mobile="+8613900139000").count() == 2


def test_duplicates_within_a_file_are_merged_by_updates(who: Access) -> None:
    job = run(
        who,
        "姓名,手机,公司,邮箱\n甲,13800138000,,\n甲二,13800138000,公司一,a@example.com\n丙,,,a@example.com\n",
        options={"policy": "fill"},
    )
    assert counts(job) == (1, 1, 1, 0)
    lead = Lead.objects.get()
    assert (lead.name, lead.company, lead.email) == ("甲", "公司一", "a@example.com")


def test_a_contact_of_somebody_else_is_not_taken(who: Access, known: Lead) -> None:
    other = leads.create_lead(who.also("leads.create"), {"name": "别人", "wechat": "wx1"})
    job = run(who, "姓名,手机,微信,公司\n新,13900139000,wx1,公司三\n", options={"policy": "update"})
    assert codes(job) == [(1, "updated", "lead.contact_taken")]
    known.refresh_from_db()
    assert (known.company, known.wechat) == ("公司三", None)
    assert Lead.objects.get(id=other).wechat == "wx1"


def test_owners_up_to_their_cap_then_the_pool(who: Access) -> None:
    reps = [make_user("甲", private_cap=2), make_user("乙", private_cap=1)]
    text = "姓名,手机\n" + "".join(f"客户{n},1380013800{n}\n" for n in range(5))
    job = run(who, text, options={"owners": [rep.pk for rep in reps]})
    assert counts(job) == (5, 0, 0, 0)
    assert {rep.name: Lead.objects.filter(owner=rep).count() for rep in reps} == {"甲": 2, "乙": 1}
    assert Lead.objects.filter(status="pooled").count() == 2
    assert [code for _n, _o, code in codes(job)] == ["lead.no_room"] * 2


def test_owner_and_pool_by_name(who: Access) -> None:
    rep = make_user("周杰", email="zhou@example.com")
    job = run(
        who,
        "姓名,手机,负责人\n甲,13800138000,周杰\n乙,13800138001,ZHOU@example.com\n丙,13800138002,没有这人\n",
    )
    assert Lead.objects.filter(owner=rep).count() == 2
    assert codes(job) == [(3, "failed", "value.unknown_name")]


def test_campaign_and_source_for_all(who: Access) -> None:
    campaign = Campaign.objects.get(
        id=__import__("headwater.acquisition.services", fromlist=["x"]).create_campaign(
            who.also("campaigns.create"), {"name": "春季展会"}
        )
    )
    source = Source.objects.filter(archived_at=None).first()
    assert source is not None
    run(who, "姓名,手机\n甲,13800138000\n", options={"campaign": campaign.pk, "source": source.pk})
    lead = Lead.objects.get()
    assert (lead.campaign_id, lead.source_id) == (campaign.pk, source.pk)
    assert Touch.objects.get().campaign_id == campaign.pk


def test_custom_fields_are_made_on_the_way(who: Access) -> None:
    text = "姓名,手机,班型,人数,到期,会员\n" + "".join(
        f"客户{n},138001380{n:02d},{'一对一' if n % 2 else '大班'},{n},2026-0{n % 9 + 1}-01,"
        f"{'是' if n % 3 else '否'}\n"
        for n in range(30)
    )
    new = {"班型": "picklist", "人数": "number", "到期": "date", "会员": "boolean"}
    mapping = {"姓名": "name", "手机": "mobile"} | {
        label: {"new_label": label, "new_type": kind} for label, kind in new.items()
    }
    job = upload(who, text, then="check", mapping=mapping)
    assert counts(finish(job)) == (30, 0, 0, 0)
    assert not CustomField.objects.exists()
    services.start_import(who, job.pk)
    assert counts(finish(job)) == (30, 0, 0, 0)
    by_label = {field.label: field for field in CustomField.objects.all()}
    assert {label: field.type for label, field in by_label.items()} == new
    lead = Lead.objects.get(name="客户4")
    values = {label: lead.custom[field.name] for label, field in by_label.items()}
    assert values["人数"] == 4
    assert values["到期"] == "2026-05-01"
    assert values["会员"] is True
    # the same file again: its columns are recognised by the fields' names
    again = upload(who, text)
    assert {plan["target"] for plan in again.mapping} == {
        "name",
        "mobile",
        *(f.key for f in by_label.values()),
    }


def test_a_list_without_contacts_needs_a_word(who: Access) -> None:
    text = "Prospect ID,Lead Number,Specialization\na-1,660737,Select\na-2,660738,Finance\n"
    job = upload(who, text)
    assert job.options["name_column"] == 1
    with pytest.raises(Invalid) as refusal:
        services.start_import(who, job.pk)
    assert set(refusal.value.fields) == {"options.reference_only"}
    services.map_import(who, job.pk, options={"reference_only": True, "name_prefix": "线索 "})
    services.start_import(who, job.pk)
    assert counts(finish(job)) == (2, 0, 0, 0)
    assert list(Lead.objects.order_by("id").values_list("name", "external_id")) == [
        ("线索 660737", "a-1"),
        ("线索 660738", "a-2"),
    ]
    assert counts(run(who, text, options={"reference_only": True})) == (0, 0, 2, 0)


def test_revert_keeps_what_somebody_worked_on(who: Access, admin: User) -> None:
    job = run(who, "姓名,手机\n甲,13800138000\n乙,13800138001\n")
    worked, untouched = Lead.objects.order_by("id")
    leads.update_lead(who.also("leads.edit"), worked.pk, {"company": "有进展"})
    services.revert_import(who, job.pk)
    running.work_on(job.pk)
    job.refresh_from_db()
    assert (job.reverted_count, job.kept_count) == (1, 1)
    untouched.refresh_from_db()
    worked.refresh_from_db()
    assert untouched.archived_at is not None
    assert worked.archived_at is None
    assert ImportRow.objects.get(job=job, record_id=worked.pk).undone == "lead.touched_since"


def test_what_a_rep_may_not_see_is_not_told(who: Access) -> None:
    boss = make_user("老板", role="admin")
    rep = make_user("新人")
    leads.create_lead(
        access(boss, "leads.create"), {"name": "机密客户", "mobile": "13900139000", "owner": boss.pk}
    )
    for policy in ("skip", "fill"):
        with translation.override("zh-hans"):
            if policy == "fill":
                job = run(access(rep, "imports.view"), FILE, options={"policy": policy})
            else:
                job = upload(access(rep, "imports.view"), FILE, then="check")
                finish(job)
        row = ImportRow.objects.get(job=job, number=1)
        assert row.record_id is None
        assert "机密" not in row.detail


def test_rights(who: Access) -> None:
    other, rep = make_user("别人"), make_user("新人")
    mine = access(rep, "imports.view")
    job = upload(mine, "姓名,手机,新列\n甲,13800138000,x\n")
    for options in (
        {"owners": [other.pk]},
        {"policy": "nope"},
        {"pool": 10**9},
        {"colour": 1},
        {"name_column": 99},
    ):
        services.map_import(mine, job.pk, options=options)
        with pytest.raises(Invalid):
            services.start_import(mine, job.pk)
        services.map_import(mine, job.pk, options=dict.fromkeys(options))
        ImportJob.objects.filter(id=job.pk).update(options={})
    wanted = {"姓名": "name", "手机": "mobile", "新列": {"new_label": "新", "new_type": "text"}}
    services.map_import(mine, job.pk, wanted=wanted)
    with pytest.raises(Invalid):
        services.start_import(mine, job.pk)
    nobody = make_user("外人", role=make_role(grants={"imports.view": "own", "imports.create": "own"}))
    with pytest.raises(Forbidden):
        upload(access(nobody, "imports.view"), "姓名,手机\n甲,13800138000\n")


def test_imports_are_spared_the_check_of_each_row() -> None:
    """A trigger of the table that does not fire ALWAYS would bring it back; see docs/adr/import-writes.md."""
    with holding_references(["leads_lead", "leads_touch", "leads_transfer"], {}):
        assert sql.value("SHOW session_replication_role") == "replica"
