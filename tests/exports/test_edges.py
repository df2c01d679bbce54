"""Exports at their edges: odd input, files whose days are over, folders that come while others go."""

import csv
import io
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import LazySettings
from django.db import connection

from headwater.exports import limits, services
from headwater.exports.errors import ExportNotReady
from headwater.exports.models import ExportJob
from headwater.exports.queries import file_of
from headwater.exports.services import Wish, writing
from headwater.exports.types import Format
from headwater.kernel import clock
from headwater.platform.spreadsheet import safe_cell
from tests.leads.factories import make_lead
from tests.organization.factories import access, client_for, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _own_files(settings: LazySettings, tmp_path: Path) -> None:
    settings.FILES_ROOT = tmp_path


@pytest.mark.parametrize(
    ("given", "status"),
    [
        ({"sort": ",".join(["name"] * 60)}, 200),
        ({"q": "a\x00b"}, 200),
        ({"filter": '{"field": "name", "op": "contains", "value": "a\\u0000b"}'}, 422),
        ({"filter": "[1]"}, 422),
        ({"ids": "²"}, 409),
    ],
)
def test_odd_input_is_refused_or_taken_but_breaks_nothing(given: dict[str, str], status: int) -> None:
    client = client_for(make_user(role="admin"))
    make_lead(name="ab")
    answer = client.post("/exports/new/lead", {"format": "csv"} | given, HTTP_HX_REQUEST="true")
    assert (answer.status_code // 100, status // 100) in {(2, 2), (4, 4)}


@pytest.mark.parametrize("url", ["/exports?before=²", "/exports/new/lead?ids=²", "/leads?f.pool=²"])
def test_odd_addresses_break_nothing(url: str) -> None:
    make_lead(name="ab")
    assert client_for(make_user(role="admin")).get(url).status_code < 500


def test_a_file_whose_days_are_over_is_gone_before_it_is_removed() -> None:
    admin = make_user(role="admin")
    make_lead(name="a")
    job = services.ask_export(access(admin, "exports.view"), Wish("lead"))
    services.work_on(job.pk)
    mine = access(admin, "exports.view")
    services.file_for(mine, job.pk)
    with clock.freeze(clock.now() + timedelta(days=7)), pytest.raises(ExportNotReady):
        services.file_for(mine, job.pk)


def test_a_folder_that_comes_while_others_are_removed_stays(tmp_path: Path) -> None:
    (tmp_path / "exports" / "nobodys").mkdir(parents=True)
    fresh = tmp_path / "exports" / "of-an-export-just-asked-for"

    def looked(execute: Callable[..., Any], sql: str, *rest: Any) -> Any:
        found = execute(sql, *rest)
        if sql.startswith('SELECT "exports_exportjob"."folder"'):
            fresh.mkdir(exist_ok=True)
        return found

    with connection.execute_wrapper(looked):
        services.remove_expired()
    assert [one.name for one in (tmp_path / "exports").iterdir()] == [fresh.name]


def test_nobody_takes_an_export_over_while_its_workbook_is_put_together(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    make_lead(name="a")
    job = services.ask_export(access(make_user(role="admin"), "exports.view"), Wish("lead"))
    plain = writing.open_file

    def slow(*given: Any) -> Any:
        file = plain(*given)
        close = file.close

        def close_slowly() -> None:
            with clock.freeze(clock.now() + timedelta(minutes=10)):
                services.work_on(job.pk)  # another worker comes by
            close()

        monkeypatch.setattr(file, "close", close_slowly)
        return file

    monkeypatch.setattr(writing, "open_file", slow)
    services.work_on(job.pk)
    job.refresh_from_db()
    assert (job.status, job.tries) == ("done", 1)


def test_a_list_that_grew_meanwhile_is_cut_where_a_worksheet_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    make_lead(name="a")
    job = services.ask_export(access(make_user(role="admin"), "exports.view"), Wish("lead", fields=["name"]))
    make_lead(name="b")
    monkeypatch.setattr(limits, "MOST_SHEET_ROWS", 1)
    services.work_on(job.pk)
    job.refresh_from_db()
    assert (job.status, job.row_count) == ("done", 1)


@pytest.mark.parametrize(
    "text", ["=1+1", "＝1+1", "＋cmd", "－2+3", "＠SUM(1)", "\n=1", "-2+3+cmd|' /C calc'!A0"]
)
def test_no_cell_begins_a_formula(text: str) -> None:
    assert safe_cell(text) == f"'{text}"


@pytest.mark.parametrize("text", ["+86 138-0013-8000", "-12.5", "-3%", "王芳", ""])
def test_numbers_and_words_stay_as_they_are(text: str) -> None:
    assert safe_cell(text) == text


def test_a_name_that_begins_a_formula_is_text_in_a_text_table() -> None:
    make_lead(name="＝HYPERLINK(1)")
    wish = Wish("lead", fields=["name"], format=Format.CSV)
    job = services.ask_export(access(make_user(role="admin"), "exports.view"), wish)
    services.work_on(job.pk)
    name = list(csv.reader(io.StringIO(file_of(ExportJob.objects.get()).read_text(encoding="utf-8-sig"))))[1][
        0
    ]
    assert name.startswith("'") or not name.startswith("＝")
