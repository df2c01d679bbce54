"""Results as charts and tables: what is drawn, what is said, what is left out."""

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import orjson
import pytest
from django.utils import translation

from headwater.insight.drawing import chart_option, report_view
from headwater.insight.drawing import words as saying
from headwater.insight.drawing.view import draft_link
from headwater.insight.engine import Column, Result, Row

NOW = datetime(2026, 11, 22, 4, tzinfo=UTC)
COUNT = Column("m1", "线索数", "number", agg="count")
AMOUNT = Column("m2", "金额", "money", agg="sum")
SPEED = Column("m3", "响应", "duration", agg="median")
CAMPAIGN = Column("g1", "市场活动", "link", field="lead.campaign")
MONTH = Column("g1", "月", "datetime", bucket="month", field="lead.created_at")


@dataclass
class Drawn:
    """The part of a definition that drawing reads."""

    kind: str
    sort: str = ""
    more: dict[str, Any] | None = None
    dataset: str = "nowhere"

    def as_json(self) -> dict[str, Any]:
        return {"chart": {"kind": self.kind, **(self.more or {})}, "sort": self.sort, "dataset": self.dataset}


def result(
    groupings: tuple[Column, ...], measures: tuple[Column, ...], rows: list[Row], **more: Any
) -> Result:
    total = tuple(Decimal(9) if column is not COUNT else 9 for column in measures)
    given: dict[str, Any] = {
        "groupings": groupings,
        "measures": measures,
        "rows": tuple(rows),
        "total": total,
        "total_before": None,
        "subtotals": (),
        "group_count": len(rows),
        "is_cut": False,
        "notices": (),
        "unpriced": 0,
        "currency": "CNY",
        "as_of": NOW,
    }
    return Result(**(given | more))


def campaigns(count: int, measures: tuple[Column, ...] = (COUNT, AMOUNT)) -> Result:
    values = [(number, Decimal(number) * 10_000) for number in range(count, 0, -1)]
    rows = [Row((number,), (f"活动{number}",), one[: len(measures)]) for number, one in enumerate(values)]
    return result((CAMPAIGN,), measures, rows)


def by_status() -> Result:
    second = Column("g2", "状态", "picklist", field="lead.status")
    rows = [
        Row((1, "a"), ("展会", "甲"), (3,)),
        Row((1, "b"), ("展会", "乙"), (2,)),
        Row((2, "b"), ("官网", "乙"), (4,)),
    ]
    sums = (Row((1,), ("展会",), (4,)), Row((2,), ("官网",), (4,)))
    return result((CAMPAIGN, second), (COUNT,), rows, subtotals=sums)


@pytest.mark.parametrize(
    "kind", ["bar", "line", "area", "pie", "funnel", "heatmap", "table", "pivot", "number"]
)
@pytest.mark.parametrize("found", [campaigns(4), campaigns(0), by_status(), result((), (COUNT,), [])])
def test_every_kind_of_every_shape_is_json(kind: str, found: Result) -> None:
    view = report_view(Drawn(kind), found, drill="/reports/1/records")
    orjson.dumps(chart_option(Drawn(kind), found))
    assert view.is_empty == bool(found.groupings and not found.rows)
    assert (view.table is None) == (view.is_empty or not found.groupings)
    assert not (view.is_empty and view.chart)


def test_a_chart_stops_at_thirty_groups_and_says_so() -> None:
    view = report_view(Drawn("bar"), campaigns(41))
    assert view.chart is not None
    assert len(view.chart["series"][0]["data"]) == 30
    assert any("30" in notice and "41" in notice for notice in view.notices)
    assert view.table is not None
    assert len(view.table.lines) == 41


def test_what_is_missing_is_said() -> None:
    found = replace(campaigns(3), unpriced=7, is_cut=True, group_count=100_000)
    said = report_view(Drawn("table"), found).notices
    assert any("7" in one for one in said)
    assert any("3" in one and "100000" in one for one in said)


def test_measures_of_two_units_have_a_scale_each() -> None:
    found = campaigns(3)
    rows = tuple(replace(row, values=(*row.values, Decimal(60))) for row in found.rows)
    found = replace(found, measures=(COUNT, AMOUNT, SPEED), rows=rows, total=(1, Decimal(1), Decimal(1)))
    standing = report_view(Drawn("line"), found, drill="/r").chart
    assert standing is not None
    assert [axis["axisLabel"]["format"] for axis in standing["yAxis"]] == ["number", "money:¥", "duration"]
    assert [one["yAxisIndex"] for one in standing["series"]] == [0, 1, 2]
    assert standing["panels"] == {
        "lying": False, "titles": ["线索数", "金额", "响应"], "room": [46, 58, 66], "count": 3,
    }  # fmt: skip
    lying = report_view(Drawn("bar"), found, drill="/r").chart
    assert lying is not None
    assert lying["panels"]["lying"]
    assert lying["series"][1]["data"][0]["drawer"] == "/r?m=m2&k=%5B0%5D"


@pytest.mark.parametrize(("smallest", "panels"), [(300, False), (40, False), (9, True), (0, False)])
def test_counts_of_very_different_size_share_no_scale(smallest: int, panels: bool) -> None:
    columns = (COUNT, replace(COUNT, key="m2", label="商机"))
    rows = [Row((1,), ("展会",), (300, smallest)), Row((2,), ("官网",), (12, 0))]
    view = report_view(Drawn("bar"), result((CAMPAIGN,), columns, rows))
    assert view.chart is not None
    assert ("panels" in view.chart) == panels


def test_the_rest_of_a_pie_is_the_total_less_what_is_shown() -> None:
    found = replace(campaigns(14, (COUNT,)), total=(110,))
    view = report_view(Drawn("pie"), found)
    assert view.chart is not None
    slices = view.chart["series"][0]["data"]
    assert sum(one["value"] for one in slices) == 110
    assert len(slices) == 11
    # Where records count in several groups the shown ones exceed the total, and nothing is left to show.
    crowded = report_view(Drawn("pie"), replace(found, total=(40,)))
    assert crowded.chart is not None
    assert len(crowded.chart["series"][0]["data"]) == 10


def test_what_has_no_slice_is_said() -> None:
    values = [5, 0, -3, None, 2, 0]
    rows = [Row((number,), (f"活动{number}",), (value,)) for number, value in enumerate(values)]
    found = result((CAMPAIGN,), (COUNT,), rows)
    with translation.override("zh-hans"):
        view = report_view(Drawn("pie"), found)
        assert view.chart is not None
        assert len(view.chart["series"][0]["data"]) == 2
        assert view.notices == ("1 个没有数值的分组未画出。", "3 个为零或负的分组未画出。")
        # A funnel draws a step of nothing as a sliver with its number; only what has none is missing.
        assert report_view(Drawn("funnel"), found).notices == ("1 个没有数值的分组未画出。",)
        alone = result((), (COUNT, AMOUNT, replace(COUNT, key="m3", label="商机")), [])
        assert report_view(Drawn("funnel"), alone).notices == ("未画出：金额",)
    with translation.override("en"):
        assert "3 groups with zero or less are not drawn." in report_view(Drawn("pie"), found).notices
    assert not report_view(Drawn("pie"), campaigns(4, (COUNT,))).notices


def test_totals_of_a_pivot_are_counted_not_added() -> None:
    found = by_status()
    across = result((found.groupings[1],), (COUNT,), [Row(("a",), ("甲",), (3,)), Row(("b",), ("乙",), (5,))])
    table = report_view(Drawn("pivot"), found, drill="/r", across=across).table
    assert table is not None
    assert [head.label for head in table.heads][1:3] == ["甲", "乙"]
    assert [figure.text for figure in table.lines[0].figures] == ["3", "2", "4"]
    assert table.total is not None
    assert [figure.text for figure in table.total.figures] == ["3", "5", "9"]
    # The total of a column is of the last grouping alone.
    assert table.total.figures[0].url == "/r?m=m1&k=%5B%22a%22%5D&by=last"
    assert table.total.figures[-1].url == "/r?m=m1&k=%5B%5D"


def test_numbers_lead_to_their_records_and_nothing_leads_nowhere() -> None:
    found = result((CAMPAIGN,), (COUNT,), [Row((7,), ("展会",), (2,)), Row((None,), ("（空）",), (0,))])
    table = report_view(Drawn("table", "-m1"), found, drill="/r?period=today").table
    assert table is not None
    assert [line.figures[0].url for line in table.lines] == ["/r?period=today&m=m1&k=%5B7%5D", ""]
    assert table.heads[1].sort == "descending"
    draft = report_view(Drawn("table"), found, link=draft_link).table
    assert draft is not None
    assert draft.lines[0].figures[0].drill == {"m": "m1", "k": "[7]"}


def test_a_comparison_is_a_second_series_and_a_change() -> None:
    rows = [
        Row((date(2026, 10, 1),), ("10月",), (12,), (10,)),
        Row((date(2026, 11, 1),), ("11月",), (3,), (0,)),
    ]
    found = result((MONTH,), (COUNT,), rows, total_before=(10,))
    view = report_view(Drawn("line"), found)
    assert view.chart is not None
    assert len(view.chart["series"]) == 2
    assert view.table is not None
    assert [line.figures[0].change for line in view.table.lines] == [20.0, None]
    assert view.headlines[0].figure.before == "10"


@pytest.mark.parametrize(
    ("column", "value", "chinese", "english"),
    [
        (AMOUNT, Decimal(68_000), "¥6.8万", "¥68K"),
        (AMOUNT, None, "–", "–"),
        (SPEED, Decimal(12_240), "3.4 小时", "3.4 hours"),
        (SPEED, Decimal(50), "50 秒", "50 s"),
        (Column("m4", "率", "percent"), Decimal("12.345"), "12.3%", "12.3%"),
        (COUNT, 1234567, "1,234,567", "1,234,567"),
    ],
)
def test_values_in_words(column: Column, value: Any, chinese: str, english: str) -> None:
    with translation.override("zh-hans"):
        assert saying.short(value, column, "CNY") == chinese
    with translation.override("en"):
        assert saying.short(value, column, "CNY") == english


def test_a_chart_draws_the_measures_it_is_told_to() -> None:
    told = campaigns(3, (COUNT, AMOUNT))
    option = chart_option(Drawn("bar", more={"measures": ["m2"]}), told)
    assert [one["name"] for one in option["series"]] == ["金额"]
    gone = chart_option(Drawn("bar", more={"measures": ["m9"]}), told)
    assert [one["name"] for one in gone["series"]] == ["线索数", "金额"]
