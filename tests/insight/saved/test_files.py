"""Reports as files: real cells, pivots, totals counted on their own, in the background when there is more."""

import csv
import io
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.conf import LazySettings
from python_calamine import CalamineWorkbook

from headwater.exports.files import About
from headwater.exports.models import ExportJob
from headwater.exports.queries import file_of
from headwater.exports.services import work_on
from headwater.exports.types import Format
from headwater.insight.engine import Column, Definition, Result, Row
from headwater.insight.files import file_name, write_csv, write_xlsx
from headwater.insight.services import ReportFile, export_report
from headwater.insight.sheets import flat, pivoted
from headwater.kernel.errors import Forbidden, Invalid
from headwater.kernel.sql import values
from tests.insight.saved.factories import LEADS
from tests.leads.factories import make_lead, make_pool
from tests.organization.factories import access, make_role, make_user

NOW = datetime(2026, 11, 22, 8, tzinfo=UTC)
ABOUT = About("=1+1", "周佳怡", datetime(2026, 11, 22, 16), 12, (("报表", "=1+1"),))
MEASURES = (
    Column("m1", "金额", "money"),
    Column("m2", "占比", "percent"),
    Column("m3", "耗时", "duration"),
    Column("m4", "线索", "number", agg="count"),
)


def result(groupings: tuple[Column, ...], rows: list[Row], **more: Any) -> Result:
    given: dict[str, Any] = {
        "total": (Decimal("12345678901234.56"), Decimal("42.5"), 5400, 3),
        "total_before": None,
        "subtotals": (),
        "group_count": len(rows),
        "is_cut": False,
        "notices": (),
        "unpriced": 0,
        "currency": "CNY",
        "as_of": NOW,
    }
    return Result(groupings=groupings, measures=MEASURES, rows=tuple(rows), **given | more)


def table(content: bytes, sheet: int = 0) -> list[list[Any]]:
    return CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(sheet).to_python()


def test_a_workbook_has_real_cells_and_no_formulas() -> None:
    month = Column("g1", "月份", "datetime", bucket="month")
    named = Column("g2", "活动", "link")
    found = result(
        (month, named),
        [
            Row(
                (date(2026, 11, 1), 7),
                ("2026-11", "=HYPERLINK(1)"),
                (Decimal("10.5"), Decimal("12.5"), 90, 2),
            ),
            Row((None, None), ("（空）", "（空）"), (None, None, None, 0)),
        ],
    )
    head, first, empty, total = table(write_xlsx(flat(found), ABOUT))
    assert head == ["月份", "活动", "金额 (CNY)", "占比", "耗时", "线索"]
    assert first[:4] == [date(2026, 11, 1), "=HYPERLINK(1)", 10.5, 0.125]
    assert first[5] == 2
    assert empty == ["（空）", "（空）", "", "", "", 0]
    assert total[0] in ("合计", "Total")
    assert total[2] == "12345678901234.56"  # Excel would round it
    lines = list(csv.reader(io.StringIO(write_csv(flat(found)).decode("utf-8-sig"))))
    assert lines[1] == ["2026-11-01", "'=HYPERLINK(1)", "10.5", "12.5%", "0:01:30", "2"]
    about = table(write_xlsx(flat(found), ABOUT), 1)
    assert about == [["报表", "=1+1"]]
    assert file_name('a/b:"c"\n', Format.CSV, NOW) == "a b  c-20261122-1600.csv"


def test_a_pivot_has_its_last_grouping_across_with_counted_totals() -> None:
    source, month = Column("g1", "来源", "link"), Column("g2", "月份", "date", bucket="month")
    october, november = date(2026, 10, 1), date(2026, 11, 1)

    def row(key: int, on: date, leads: int) -> Row:
        return Row((key, on), (f"来源{key}", f"{on:%Y-%m}"), (None, None, None, leads))

    def sums(keys: tuple[Any, ...], leads: int) -> Row:
        return Row(keys, ("",), (None, None, None, leads))

    found = result(
        (source, month),
        [row(1, november, 5), row(1, october, 4), row(2, october, 3)],
        subtotals=(sums((1,), 8), sums((2,), 3)),  # one lead stands in both months
        total=(None, None, None, 10),
    )
    across = result((month,), [sums((november,), 5), sums((october,), 7)])
    sheet = pivoted(found, across)
    leads = [place for place, one in enumerate(sheet.columns) if "线索" in one.label]
    assert [sheet.columns[place].label[:7] for place in leads[:2]] == ["2026-10", "2026-11"]
    assert [[line[place] for place in leads] for line in sheet.rows] == [[4, 5, 8], [3, None, 3]]
    assert [sheet.totals[0][place] for place in leads] == [7, 5, 10]


@pytest.mark.django_db
def test_exports_are_on_record_and_go_to_the_background_when_there_is_more(
    settings: LazySettings, tmp_path: Path
) -> None:
    settings.FILES_ROOT = tmp_path
    anna = make_user("安娜", role="marketing")
    pool = make_pool()
    names = ["甲公司", "乙公司", "丙公司"]
    for name in names:
        make_lead(pool=pool, company=name)
    eyes = access(anna, "reports.view")
    raw = LEADS | {"groupings": [{"field": "lead.company"}]}
    made = export_report(eyes, Definition.parse(raw, eyes), name="公司", format="csv", report_id=None)
    assert isinstance(made, ReportFile)
    assert all(name in made.content.decode() for name in names)
    noted = values("SELECT actor_id FROM platform_audit WHERE record_type = 'report' AND action = 'export'")
    assert noted == [anna.pk]
    more = Definition.parse(raw | {"limit": 2}, eyes)
    job = export_report(eyes, more, name="公司", format="xlsx")
    assert isinstance(job, ExportJob)
    work_on(job.pk)
    job.refresh_from_db()
    assert (job.status, job.row_count) == ("done", 3)
    content = file_of(job).read_bytes()
    assert {line[0] for line in table(content)[1:4]} == set(names)
    said = dict(line[:2] for line in table(content, 1))
    assert "安娜" in said.values()
    with pytest.raises(Invalid):
        export_report(eyes, more, name="公司", format="pdf")
    blind = make_user(role=make_role(grants={"reports.view": "all", "leads.view": "all"}))
    with pytest.raises(Forbidden):
        export_report(access(blind, "reports.view"), more, name="公司")
