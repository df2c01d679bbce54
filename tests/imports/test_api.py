"""The API's door: what a program does, and what it may not."""

import io
import json
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from headwater.leads.models import Lead
from headwater.organization.models import User
from headwater.platform.imports import running
from headwater.platform.imports.models import ImportJob
from headwater.pools.services import ensure_default_pool
from tests.organization.factories import client_for, make_role, make_user

pytestmark = pytest.mark.django_db
URL = "/api/v1/imports"
TEXT = "姓名,手机\n张三,13800138000\n李四,\n=cmd|' /C calc'!A0,1.38E+10\n"


@pytest.fixture
def admin() -> User:
    ensure_default_pool()
    return make_user("管理员", role="admin")


@pytest.fixture
def client(admin: User) -> Client:
    return client_for(admin)


def post(client: Client, content: str | bytes = TEXT, **given: Any) -> Any:
    content = content.encode() if isinstance(content, str) else content
    return client.post(URL, {"file": SimpleUploadedFile("名单.csv", content), **given})


def test_a_file_with_one_request(client: Client) -> None:
    answer = post(client, mapping=json.dumps({"姓名": "name", "手机": "mobile"}), policy="skip")
    assert answer.status_code == 202, answer.content
    number = answer.json()["id"]
    assert answer["Location"] == f"{URL}/{number}"
    running.work_on(number)
    job = client.get(f"{URL}/{number}").json()
    assert job["status"] == "done"
    assert job["counts"] == {"created": 1, "updated": 0, "skipped": 0, "failed": 2, "reverted": 0, "kept": 0}
    assert {reason["code"] for reason in job["reasons"]} == {"lead.no_contact", "value.phone_spreadsheet"}
    rows = client.get(f"{URL}/{number}/errors").json()["items"]
    assert [(row["row"], row["number"]) for row in rows] == [(3, 2), (4, 3)]
    listed = client.get(URL).json()["items"]
    assert [item["id"] for item in listed] == [number]
    assert client.post(f"{URL}/{number}/revert").status_code == 202
    running.work_on(number)
    assert client.get(f"{URL}/{number}").json()["status"] == "reverted"
    assert not Lead.objects.filter(archived_at=None).exists()


def test_the_error_file_is_safe_to_open(client: Client) -> None:
    number = post(client, mapping='{"姓名": "name", "手机": "mobile"}').json()["id"]
    running.work_on(number)
    answer = client.get(f"{URL}/{number}/errors?format=csv")
    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    lines = text.splitlines()
    assert lines[0].startswith("姓名,手机,")
    assert len(lines) == 3
    assert lines[2].startswith("'=cmd")
    workbook = client.get(f"{URL}/{number}/errors?format=xlsx")
    from python_calamine import CalamineWorkbook

    rows = CalamineWorkbook.from_filelike(
        io.BytesIO(b"".join(workbook.streaming_content))
    ).get_sheet_by_index(0)
    assert rows.to_python()[1][0] == "李四"


def test_check_only_then_start(client: Client) -> None:
    number = post(client, then="check").json()["id"]
    running.work_on(number)
    assert client.get(f"{URL}/{number}").json()["status"] == "checked"
    assert not Lead.objects.exists()
    changed = client.patch(
        f"{URL}/{number}",
        {"options": {"policy": "fill"}},
        content_type="application/json",
        HTTP_IF_MATCH='"99"',
    )
    assert changed.status_code == 412
    assert client.post(f"{URL}/{number}/start").status_code == 202
    running.work_on(number)
    assert Lead.objects.count() == 1


@pytest.mark.parametrize(
    ("content", "given", "status", "code"),
    [
        (b"", {}, 422, "file.empty"),
        (b"%PDF-1.7", {}, 422, "file.not_a_table"),
        (b"PK\x03\x04", {}, 422, "file.not_a_workbook"),
        (TEXT, {"mapping": "{broken"}, 422, "input.invalid"),
        (TEXT, {"mapping": '{"nope": "name"}'}, 422, "input.invalid"),
        (TEXT, {"mapping": '{"姓名": "nope"}'}, 422, "input.invalid"),
        (TEXT, {"policy": "maybe"}, 422, "input.invalid"),
        (TEXT, {"pool": "999999"}, 422, "input.invalid"),
        (TEXT, {"owner": "abc"}, 422, "input.invalid"),
        (TEXT, {"options": "[]"}, 422, "input.invalid"),
        (TEXT, {"layout": '{"encoding": "klingon"}'}, 422, "input.invalid"),
        (TEXT, {"record": "nonsense"}, 404, "record.not_found"),
    ],
)
def test_bad_requests(client: Client, content: Any, given: dict[str, str], status: int, code: str) -> None:
    answer = post(client, content, **given)
    assert (answer.status_code, answer.json()["code"]) == (status, code), answer.content
    assert not ImportJob.objects.exists()
    assert not Lead.objects.exists()


def test_no_file(client: Client) -> None:
    assert client.post(URL, {"record": "lead"}).status_code == 422
    assert client.post(URL, "{}", content_type="application/json").status_code in (415, 422)


def test_who_may(client: Client, admin: User) -> None:
    number = post(client, then="none").json()["id"]
    assert Client().get(f"{URL}/{number}").status_code == 401
    outsider = client_for(make_user("外人", role=make_role(grants={})))
    assert post(outsider).status_code == 403
    assert outsider.get(URL).status_code == 403
    rep = client_for(make_user("新人"))
    for path in ("", "/errors"):
        assert rep.get(f"{URL}/{number}{path}").status_code == 404
    for act in ("start", "check", "cancel", "revert"):
        assert rep.post(f"{URL}/{number}/{act}").status_code == 404
    assert rep.delete(f"{URL}/{number}").status_code == 404
    assert client.post(f"{URL}/{number}/revert").status_code == 409
    assert client.delete(f"{URL}/{number}").status_code == 204


def test_template(client: Client) -> None:
    answer = client.get(f"{URL}/template/lead")
    assert answer.status_code == 200
    number = post(client, b"".join(answer.streaming_content)).json()["id"]
    running.work_on(number)
    assert client.get(f"{URL}/{number}").json()["counts"]["created"] == 1
