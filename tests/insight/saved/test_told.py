"""What mails, files and kept results say about themselves; and that drilling down has its limit too."""

import csv
import io
from contextlib import nullcontext
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from headwater.exports.types import Format
from headwater.insight import mails, results
from headwater.insight.engine import Column, Definition, Result, Row, guarding
from headwater.insight.engine.guarding import limited
from headwater.insight.errors import ReportsBusy, ReportTooSlow
from headwater.insight.files import sheet_of
from headwater.insight.queries import get_report
from headwater.insight.results import cached
from headwater.insight.services.exporting import file_content
from headwater.kernel import clock, listing
from headwater.kernel.access import Access
from tests.insight.saved.factories import LEADS, make_report
from tests.organization.factories import access, client_for, make_user

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


def view() -> Access:
    return access(make_user(role="admin"), "reports.view")


def cut(shown: int = 2, of: int = 9, **more: Any) -> Result:
    """The first rows of more, some amounts without a rate."""
    given: dict[str, Any] = {
        "groupings": (Column("g1", "活动", "text"),),
        "measures": (Column("m1", "金额", "money"), Column("m2", "耗时", "duration")),
        "rows": tuple(Row((f"{n}",), (f"{n}",), (Decimal(n), -3661)) for n in range(shown)),
        "total": (Decimal(9), 5),
        "total_before": None,
        "subtotals": (),
        "group_count": of,
        "is_cut": shown < of,
        "notices": ("一句说明",),
        "unpriced": 3,
        "currency": "CNY",
        "as_of": clock.now(),
    }
    return Result(**given | more)


def test_a_text_table_says_how_much_of_it_is_there_and_what_is_left_out() -> None:
    eyes = view()
    asked = Definition.parse(LEADS, eyes)
    made = file_content(eyes, asked, cut(), name="活动", kind=Format.CSV, number=1)
    lines = list(csv.reader(io.StringIO(made.decode("utf-8-sig"))))
    assert lines[1] == ["0", "0", "'-1:01:01"]
    assert lines[3][1:] == ["9", "0:00:05"]  # the total, of all
    below = "\n".join(line[0] for line in lines[4:])
    assert "2" in below
    assert "9" in below
    assert "一句说明" in below
    assert "3" in lines[-1][0]  # amounts without a rate
    whole = cut(2, 2, notices=(), unpriced=0)
    made = file_content(eyes, asked, whole, name="活动", kind=Format.CSV, number=1)
    assert len(made.decode().splitlines()) == 4


def test_a_mail_says_what_its_amounts_are_without() -> None:
    anna = make_user(role="marketing")
    eyes = access(anna, "reports.view")
    report = get_report(eyes, make_report(anna))
    message = mails.compose(
        eyes, report, Definition.parse(LEADS, eyes), cut(), to="a@b.example", at=clock.now(), mark="1",
        with_file=False,
    )  # fmt: skip
    for text in (str(message.body), str(message.alternatives[0][0])):  # type: ignore[attr-defined]
        assert "3 笔" in text
        assert "一句说明" in text


def test_a_pivot_wider_than_any_sheet_is_written_row_by_row() -> None:
    def of(count: int) -> Any:
        groupings = (Column("g1", "来源", "text"), Column("g2", "公司", "text"))
        rows = tuple(Row(("a", f"{n}"), ("a", f"{n}"), (Decimal(n), 5)) for n in range(count))
        asked = replace(Definition.read(LEADS), chart={"kind": "pivot"})
        return sheet_of(asked, cut(count, count, groupings=groupings, rows=rows))

    assert len(of(50).rows) == 1
    wide = of(20_000)
    assert (len(wide.rows), len(wide.columns)) == (20_000, 4)


def test_a_result_of_yesterday_is_never_given_for_today(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nor while somebody else computes the new one, nor to a reader for whom it is still yesterday."""
    eyes = view()
    asked = Definition.parse(LEADS, eyes)
    midnight = datetime(2026, 11, 22, 16, tzinfo=UTC)  # the company's
    with clock.freeze(midnight - timedelta(minutes=2)), timezone.override("America/New_York"):
        old = cached(eyes, asked, HOUR)
        assert cached(eyes, asked, HOUR) == old
        clock.advance(timedelta(minutes=4))
        assert cached(eyes, asked, HOUR).as_of == clock.now()
    with clock.freeze(midnight + timedelta(days=1, hours=1)):
        monkeypatch.setattr(results, "TIME_LIMIT", _Always(-5))
        monkeypatch.setattr(results, "_turn", lambda key: nullcontext(False))  # somebody else has it
        with pytest.raises(ReportsBusy):
            cached(eyes, asked, timedelta())


class _Always:
    """A setting of a test."""

    def __init__(self, value: float) -> None:
        self.value = value

    def get(self) -> float:
        return self.value


def test_the_records_behind_a_figure_are_looked_for_no_longer_than_reports(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(guarding, "TIME_LIMIT", _Always(0.1))
    with pytest.raises(ReportTooSlow), limited(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_sleep(5)")
    with limited():
        pass
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('statement_timeout')")
        assert cursor.fetchone()[0] == "0"

    def endless(*given: Any, **more: Any) -> Any:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_sleep(5)")

    monkeypatch.setattr(listing, "fetch", endless)
    client = client_for(make_user(role="admin"))
    sent = client.post("/api/v1/reports/drill", {"definition": LEADS}, content_type="application/json")
    assert (sent.status_code, sent.json()["code"]) == (503, "report.too_slow")
