"""Lists as files: what is in them, whose eyes they were cut to, and what happens when a worker dies."""

import csv
import io
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import LazySettings
from django.test import Client
from python_calamine import CalamineWorkbook

from headwater.exports import services
from headwater.exports.errors import ExportEmpty, ExportNotReady, ExportTooLarge, TooManyExports
from headwater.exports.models import ExportJob
from headwater.exports.queries import file_of, folder_of
from headwater.exports.services import Wish, writing
from headwater.exports.types import Format
from headwater.kernel import clock
from headwater.kernel.access import system_access
from headwater.kernel.errors import Forbidden, Invalid, NotFound
from headwater.kernel.sql import execute, rows
from headwater.leads.services import update_lead
from headwater.organization.models import User
from headwater.organization.services import deactivate_user
from headwater.platform.notifications.models import Notification
from headwater.platform.settings import set_setting
from tests.leads.factories import make_lead, make_pool
from tests.organization.factories import access, client_for, make_department, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _own_files(settings: LazySettings, tmp_path: Path) -> None:
    settings.FILES_ROOT = tmp_path


def ask(user: User, record: str = "lead", **wish: Any) -> ExportJob:
    job = services.ask_export(access(user, "exports.view"), Wish(record, **wish))
    services.work_on(job.pk)
    job.refresh_from_db()
    return job


def csv_of(job: ExportJob) -> list[list[str]]:
    return list(csv.reader(io.StringIO(file_of(job).read_text(encoding="utf-8-sig"))))


def sheets_of(job: ExportJob) -> list[list[list[Any]]]:
    book = CalamineWorkbook.from_path(str(file_of(job)))
    return [book.get_sheet_by_name(name).to_python() for name in book.sheet_names]


def test_the_list_as_it_stands_in_its_order_with_its_columns() -> None:
    admin = make_user(role="admin")
    for name, intent in (("甲", "high"), ("乙", "low"), ("丙", "high")):
        make_lead(name=name, intent=intent)
    high = {"field": "intent", "op": "eq", "value": "high"}
    job = ask(admin, criteria=high, sort="-name", fields=["name", "intent", "created_at"], format=Format.CSV)
    assert (job.status, job.row_count, job.done_count) == ("done", 2, 2)
    header, *lines = csv_of(job)
    assert header == ["姓名", "意向度", "创建时间"] or len(header) == 3
    assert [line[0] for line in lines] == sorted(["甲", "丙"], reverse=True)
    told = Notification.objects.get(recipient_id=admin.pk)
    assert (told.kind, told.params["rows"]) == ("export.ready", 2)


def test_a_workbook_has_real_cells_and_says_whose_copy_it_is() -> None:
    admin = make_user("何思远", role="admin")
    make_lead(name="甲", budget="12345.60")
    table, about = sheets_of(ask(admin, fields=["name", "budget", "created_at"]))
    assert table[1][0] == "甲"
    assert table[1][1] == 12345.6
    assert table[1][2].date() == clock.today()
    assert ["何思远" in str(line) for line in about].count(True) == 1
    assert any("#" in str(line) for line in about)


def test_nothing_in_a_cell_is_a_formula() -> None:
    admin = make_user(role="admin")
    make_lead(name="=HYPERLINK(1)", company="@SUM(A1)", requirement="+1-2=")
    names = ["name", "company", "requirement"]
    assert csv_of(ask(admin, fields=names, format=Format.CSV))[1] == ["'=HYPERLINK(1)", "'@SUM(A1)", "'+1-2="]
    assert sheets_of(ask(admin, fields=names))[0][1] == ["=HYPERLINK(1)", "@SUM(A1)", "+1-2="]


def test_scope_and_masks_are_the_askers() -> None:
    one, other = make_department("一组"), make_department("二组")
    manager = make_user(role="manager", department=one)
    mine = make_lead(name="本组", owner=make_user(department=one), mobile="+8613800001234")
    make_lead(name="别组", owner=make_user(department=other))
    pooled = make_lead(name="公海里", pool=make_pool(members=[{"kind": "user", "id": manager.pk}]))
    lines = dict(csv_of(ask(manager, fields=["name", "mobile"], format=Format.CSV))[1:])  # type: ignore[arg-type]
    assert lines["本组"].endswith("1234")
    assert "别组" not in lines
    pooled.refresh_from_db()
    assert pooled.mobile is not None
    assert "*" in lines["公海里"]
    assert pooled.mobile[-8:] not in lines["公海里"]
    assert mine.pk


def test_ticked_records_keep_their_order_and_only_what_is_within_reach_goes() -> None:
    admin = make_user(role="admin")
    first, second = make_lead(name="甲"), make_lead(name="乙")
    job = ask(admin, ids=[second.pk, first.pk, 999_999], fields=["name"], format=Format.CSV)
    assert csv_of(job)[1:] == [["乙"], ["甲"]]


def test_who_may_not_export_may_not() -> None:
    make_lead()
    with pytest.raises(Forbidden):
        services.ask_export(access(make_user(role="rep"), "exports.view"), Wish("lead"))
    with pytest.raises(NotFound):
        services.ask_export(access(make_user(role="admin"), "exports.view"), Wish("user"))


@pytest.mark.parametrize(
    "wish",
    [
        {"fields": ["salary"]},
        {"sort": "nothing"},
        {"criteria": {"field": "nothing", "op": "eq", "value": 1}},
        {"ids": [0]},
    ],
)
def test_wishes_that_cannot_be_are_refused(wish: dict[str, Any]) -> None:
    make_lead()
    with pytest.raises(Invalid):
        ask(make_user(role="admin"), **wish)
    assert not ExportJob.objects.exists()


def test_empty_too_large_and_too_many_are_refused() -> None:
    admin = make_user(role="admin")
    with pytest.raises(ExportEmpty):
        ask(admin)
    leads = [make_lead() for _ in range(3)]
    for _ in range(3):
        services.ask_export(access(admin, "exports.view"), Wish("lead"))
    with pytest.raises(TooManyExports):
        services.ask_export(access(admin, "exports.view"), Wish("lead"))
    set_setting(system_access("tests"), "exports.max_rows", 100)
    execute("UPDATE platform_setting SET value = '2' WHERE key = 'exports.max_rows'")
    from headwater.platform.settings.values import forget_settings

    forget_settings()
    with pytest.raises(ExportTooLarge):
        services.ask_export(access(make_user(role="admin"), "exports.view"), Wish("lead"))
    assert leads


def test_only_the_asker_gets_the_file_and_each_fetching_is_on_record() -> None:
    admin, other = make_user(role="admin"), make_user(role="admin")
    make_lead(name="甲")
    job = ask(admin, format=Format.CSV, fields=["name"])
    answer = client_for(admin).get(f"/api/v1/exports/{job.pk}/file")
    assert "甲" in b"".join(answer.streaming_content).decode("utf-8-sig")  # type: ignore[attr-defined]
    assert "no-store" in answer["Cache-Control"]
    assert client_for(other).get(f"/api/v1/exports/{job.pk}").status_code == 200
    assert client_for(other).get(f"/api/v1/exports/{job.pk}/file").status_code == 404
    colleague = make_user(role="manager")
    with pytest.raises(NotFound):
        services.cancel_export(access(colleague, "exports.view"), job.pk)
    acts = [row["action"] for row in rows("SELECT action FROM platform_audit WHERE record_type = 'export'")]
    assert acts == ["create", "download"]
    assert rows("SELECT 1 FROM platform_audit WHERE action = 'export' AND record_type = 'lead'")


def test_a_dead_workers_export_is_begun_anew_once() -> None:
    admin = make_user(role="admin")
    make_lead()
    job = services.ask_export(access(admin, "exports.view"), Wish("lead", format=Format.CSV))
    dead = folder_of(job) / "dead"
    dead.mkdir(parents=True)
    (dead / "file.csv").write_text("half")
    ExportJob.objects.update(status="working", lease="dead", worked_at=clock.now())
    services.work_on(job.pk)  # it may still live
    assert ExportJob.objects.get().status == "working"
    with clock.freeze(clock.now() + timedelta(minutes=3)):
        services.work_on(job.pk)
    assert ExportJob.objects.get().status == "done"
    assert [path.name for path in folder_of(job).iterdir()] == ["file.csv"]
    assert len(csv_of(job)) == 2


def test_a_worker_that_lost_its_lease_finishes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    admin = make_user(role="admin")
    make_lead()
    job = services.ask_export(access(admin, "exports.view"), Wish("lead", format=Format.CSV))
    whole = writing.listing.rows_of

    def cancelled_meanwhile(*given: Any, **named: Any) -> Any:
        ExportJob.objects.update(lease="other")
        return whole(*given, **named)

    monkeypatch.setattr(writing.listing, "rows_of", cancelled_meanwhile)
    services.work_on(job.pk)
    assert ExportJob.objects.get().status == "working"
    assert not file_of(job).exists()
    assert not Notification.objects.exists()


def test_what_changes_meanwhile_is_neither_missed_nor_doubled(monkeypatch: pytest.MonkeyPatch) -> None:
    admin = make_user(role="admin")
    leads = [make_lead(name=f"客户{number}") for number in range(5)]
    monkeypatch.setattr(writing, "PIECE", 2)
    job = services.ask_export(
        access(admin, "exports.view"), Wish("lead", sort="name", fields=["name"], format=Format.CSV)
    )
    whole = writing.listing.rows_of
    first = True

    def renamed_meanwhile(*given: Any, **named: Any) -> Any:
        nonlocal first
        found = whole(*given, **named)
        if first:
            first = False
            update_lead(system_access("tests"), leads[0].pk, {"name": "客户9"})
        return found

    monkeypatch.setattr(writing.listing, "rows_of", renamed_meanwhile)
    services.work_on(job.pk)
    assert sorted(name for (name,) in csv_of(job)[1:]) == [f"客户{number}" for number in range(5)]


def test_somebody_who_left_gets_nothing() -> None:
    admin, leaver = make_user(role="admin"), make_user(role="admin")
    make_lead()
    job = services.ask_export(access(leaver, "exports.view"), Wish("lead"))
    deactivate_user(access(admin, "users.edit"), leaver.pk)
    services.work_on(job.pk)
    job.refresh_from_db()
    assert job.status == "failed"
    assert not folder_of(job).exists()


def test_a_full_disk_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_given: Any) -> Any:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(writing, "open_file", full)
    admin = make_user(role="admin")
    make_lead()
    job = ask(admin)
    assert (job.status, job.error_code) == ("failed", "export.no_room")
    assert not folder_of(job).exists()
    assert Notification.objects.get().kind == "export.failed"


def test_files_go_after_their_days_and_cancelling_removes_them() -> None:
    admin = make_user(role="admin")
    make_lead()
    kept, thrown = ask(admin), ask(admin)
    services.cancel_export(access(admin, "exports.view"), thrown.pk)
    stray = folder_of(kept).parent / "stray"
    stray.mkdir()
    services.remove_expired()
    assert file_of(kept).exists()
    assert not stray.exists()
    with clock.freeze(clock.now() + timedelta(days=8)):
        assert services.remove_expired() == 1
    assert not folder_of(kept).exists()
    with pytest.raises(ExportNotReady):
        services.file_for(access(admin, "exports.view"), kept.pk)


def test_over_the_screens_and_the_api() -> None:
    admin = make_user(role="admin")
    client = client_for(admin)
    lead = make_lead(name="甲")
    htmx = {"HX-Request": "true", "HX-Target": "hw-dialog"}
    assert "/exports/new/lead" in client.get("/leads").content.decode()
    shown = client.get("/exports/new/lead?f.status=pooled&q=", headers=htmx).content.decode()
    assert "1" in shown
    form = {"format": "csv", "fields": ["name"], "filter": "{}", "q": "", "sort": ""}
    answer = client.post("/exports/new/lead", form, headers=htmx)
    assert answer.headers["HX-Redirect"] == "/exports"
    services.work_on(ExportJob.objects.get().pk)
    page = client.get("/exports").content.decode()
    assert f"/exports/{ExportJob.objects.get().pk}/file" in page
    ticked = client.get(f"/exports/new/lead?ids={lead.pk}", headers=htmx)
    assert ticked.status_code == 200
    assert "/exports/new" not in client_for(make_user(role="rep")).get("/leads").content.decode()
    body = {"record": "leads", "ids": [lead.pk], "fields": ["name"], "format": "csv"}
    made = client.post("/api/v1/exports", body, content_type="application/json")
    assert made.status_code == 202, made.content
    gone = client.delete(made["Location"])
    assert gone.status_code == 204
    assert client.get(made["Location"]).json()["status"] == "cancelled"
    assert len(client.get("/api/v1/exports?limit=1").json()["items"]) == 1


def test_a_stranger_is_asked_to_sign_in() -> None:
    assert Client().get("/api/v1/exports").status_code == 401
