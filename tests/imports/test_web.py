"""The wizard's screens, from the file to the result and back."""

import os
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from headwater.customization.models import CustomField
from headwater.leads.models import Lead
from headwater.organization.models import User
from headwater.platform.imports import running
from headwater.platform.imports.models import ImportJob
from headwater.pools.services import ensure_default_pool
from headwater.sales.models import Account
from tests.organization.factories import client_for, make_role, make_user

pytestmark = pytest.mark.django_db
TEXT = (
    "姓名,手机,班型\n张三,13800138000,小班\n李四,12345,请选择\n王五,13800138002,小班\n赵六,13800138003,小班\n"
)


@pytest.fixture
def admin() -> User:
    ensure_default_pool()
    return make_user("管理员", role="admin")


@pytest.fixture(params=["zh-hans", "en"])
def client(admin: User, request: pytest.FixtureRequest) -> Client:
    User.objects.filter(id=admin.pk).update(language=request.param)
    return client_for(admin)


def upload(client: Client, content: str | bytes, path: str = "/leads/import") -> str:
    content = content.encode() if isinstance(content, str) else content
    answer = client.post(
        path, {"file": SimpleUploadedFile("名单.csv", content)}, HTTP_ACCEPT="application/json"
    )
    assert answer.status_code == 201, answer.content
    return str(answer.json()["go"])


def page(client: Client, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200, answer.content
    return answer.content.decode()


def mapping_of(job: ImportJob) -> dict[str, str | list[str]]:
    """The form as the page shows it."""
    form: dict[str, str | list[str]] = {}
    for plan in job.mapping:
        at = plan["column"]
        form[f"target.{at}"] = plan["target"] or ("+" if plan["new_label"] else "")
        form[f"label.{at}"], form[f"type.{at}"] = plan["new_label"], plan["new_type"]
        form[f"empty.{at}"] = plan["empty"]
        if plan["add_missing"]:
            form[f"add.{at}"] = "on"
    return form


def walk(client: Client, content: str | bytes, **options: str) -> ImportJob:
    """All steps as somebody would take them, up to the check's result."""
    go = upload(client, content)
    job = ImportJob.objects.get()
    assert 'value="create_all"' in page(client, go)
    created = client.post(f"{go}/mapping", mapping_of(job) | {"act": "create_all"})
    assert (created.status_code, created["Location"]) == (303, go)
    job.refresh_from_db()
    following = client.post(f"{go}/mapping", mapping_of(job) | {"act": "next"})
    assert following["Location"] == f"{go}?step=options"
    page(client, f"{go}?step=options")
    given = {
        "policy": "skip",
        "pool": str(ensure_default_pool().pk),
        "name_column": str(job.options.get("name_column") or ""),
        "name_prefix": job.options.get("name_prefix") or "",
        "act": "check",
    }
    assert client.post(f"{go}/options", given | options).status_code == 303
    job.refresh_from_db()
    assert job.status == "checking"
    page(client, go)
    running.work_on(job.pk)
    job.refresh_from_db()
    return job


def test_the_whole_way(client: Client) -> None:
    page(client, "/leads/import")
    job = walk(client, TEXT)
    go = f"/imports/{job.pk}"
    assert (job.status, job.created_count, job.failed_count) == ("checked", 3, 1)
    assert "12345" in b"".join(client.get(f"{go}/problems.csv").streaming_content).decode()
    assert client.get(f"{go}/problems.xlsx").status_code == 200
    assert f"{go}/start" in page(client, go)
    for step in ("mapping", "options"):
        page(client, f"{go}?step={step}")
    assert client.post(f"{go}/start")["Location"] == go
    live = client.get(f"{go}?was=running", HTTP_HX_REQUEST="true", HTTP_HX_TARGET="import-live")
    assert b"import-live" in live.content
    assert b"<html" not in live.content
    running.work_on(job.pk)
    over = client.get(f"{go}?was=running", HTTP_HX_REQUEST="true", HTTP_HX_TARGET="import-live")
    assert (over.status_code, over["HX-Refresh"]) == (204, "true")
    assert f"{go}/revert" in page(client, go)
    assert Lead.objects.count() == 3
    assert CustomField.objects.get().label == "班型"
    assert go in page(client, "/imports")
    client.post(f"{go}/revert")
    running.work_on(job.pk)
    page(client, go)
    assert not Lead.objects.filter(archived_at=None).exists()


def test_refusals_come_back_beside_the_form(client: Client) -> None:
    go = upload(client, "编号,班型\nA1,小班\nA2,大班\n")
    form = {"target.0": "external_id", "target.1": "", "act": "next"}
    assert client.post(f"{go}/mapping", form).status_code == 303
    answer = client.post(f"{go}/options", {"policy": "skip", "act": "check"})
    assert answer.status_code == 422
    assert b"hw-callout" in answer.content
    twice = client.post(f"{go}/mapping", {"target.0": "name", "target.1": "name", "act": "next"})
    assert twice.status_code == 422
    assert client.post(f"{go}/layout", {"encoding": "utf-8", "separator": ";"}).status_code == 303
    assert client.post(f"{go}/discard").status_code == 303
    assert not ImportJob.objects.exists()


def test_bad_files(client: Client) -> None:
    for content in (b"", b"%PDF-1.4", b"PK\x03\x04"):
        file = SimpleUploadedFile("x.csv", content)
        answer = client.post("/leads/import", {"file": file}, HTTP_ACCEPT="application/json")
        assert answer.status_code == 422, answer.content
    assert client.post("/leads/import", {}, HTTP_ACCEPT="application/json").status_code == 422


def test_who_may(admin: User) -> None:
    go = upload(client_for(admin), TEXT)
    outsider = client_for(make_user("外人", role=make_role(grants={})))
    assert outsider.get("/leads/import").status_code == 403
    assert outsider.get(go).status_code == 403
    rep = client_for(make_user("新人"))
    assert rep.get("/leads/import").status_code == 200
    assert rep.get(go).status_code == 404
    assert rep.post(f"{go}/start").status_code == 404
    mine = upload(rep, TEXT)
    assert 'value="create_all"' not in page(rep, mine)


@pytest.mark.skipif(not os.environ.get("HEADWATER_REAL_LEADS"), reason="needs a real list of leads")
def test_a_real_list_in_a_few_clicks(client: Client) -> None:
    job = walk(client, Path(os.environ["HEADWATER_REAL_LEADS"]).read_bytes(), reference_only="true")
    assert (job.status, job.created_count, job.failed_count) == ("checked", 9240, 0)
    client.post(f"/imports/{job.pk}/start")
    running.work_on(job.pk)
    job.refresh_from_db()
    assert (job.status, job.created_count, job.failed_count) == ("done", 9240, 0)
    assert Lead.objects.count() == 9240
    assert CustomField.objects.count() >= 30
    kept = Lead.objects.values_list("custom", flat=True)
    assert not any("Select" in custom.values() for custom in kept.iterator())


def test_other_records_take_the_same_way(client: Client) -> None:
    """Accounts: the type is chosen, the system recognised, a value called otherwise read as a choice here."""
    page(client, "/imports/move-in")
    page(client, "/imports/new?record=account")
    assert client.get("/imports/template/opportunity.xlsx").status_code == 200
    text = "客户名称,客户编号,客户级别,负责人主属部门\n甲公司,A1,VIP,销售部\n乙公司,A2,VIP,销售部\n"
    file = SimpleUploadedFile("客户.csv", text.encode())
    go = client.post("/imports/new?record=account", {"file": file})["Location"]
    assert "纷享销客" in page(client, go)
    job = ImportJob.objects.get()
    assert job.options["preset"] == "fxiaoke"
    form = mapping_of(job) | {"from.2": "VIP", "to.2": "key", "act": "next"}
    assert client.post(f"{go}/mapping", form)["Location"] == f"{go}?step=options"
    page(client, f"{go}?step=options")
    client.post(f"{go}/options", {"policy": "skip", "act": "check"})
    running.work_on(job.pk)
    page(client, go)
    client.post(f"{go}/start")
    running.work_on(job.pk)
    job.refresh_from_db()
    assert (job.status, job.created_count) == ("done", 2)
    assert {one.level for one in Account.objects.all()} == {"key"}
    page(client, go)
    page(client, "/imports/move-in")
    client.post(f"{go}/preset", {"preset": "hubspot"})
    job.refresh_from_db()
    assert job.options["preset"] == "fxiaoke", "what is done is done"


@pytest.mark.parametrize("record", ["contact", "opportunity", "activity", "lead"])
def test_every_type_has_its_pages(client: Client, record: str) -> None:
    page(client, f"/imports/new?record={record}")
    assert client.get(f"/imports/template/{record}.xlsx").status_code == 200
    assert client.get("/imports/new?record=nothing").status_code == 404
    file = SimpleUploadedFile("x.csv", "编号,名称\n1,甲\n".encode())
    go = client.post(f"/imports/new?record={record}", {"file": file})["Location"]
    page(client, go)
    page(client, f"{go}?step=options")
    client.post(f"{go}/preset", {"preset": "zoho"})
    assert client.post(f"{go}/preset", {"preset": "nobody"}).status_code == 422
    page(client, go)
