"""Numbers, money, dates as readers of each language expect them."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from django.utils import translation

from headwater.kernel import clock
from headwater.ui import formats, rows
from headwater.ui.pages import Cell

NOW = datetime(2026, 11, 20, 2, 30, tzinfo=UTC)  # Friday 10:30 in Shanghai


@pytest.fixture(autouse=True)
def _friday() -> Iterator[None]:
    with clock.freeze(NOW), translation.override("zh-hans"):
        yield


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (68_000, "¥6.8万"),
        (120_000, "¥12万"),
        (12_345, "¥1.23万"),
        (9_999.5, "¥9,999.5"),
        (128_456_000, "¥1.28亿"),
        (-52_000, "−¥5.2万"),
        (0, "¥0"),
        (None, "—"),
    ],
)
def test_money_is_counted_in_wan(value: float | None, shown: str) -> None:
    assert formats.money(value) == shown


def test_money_in_english_and_other_currencies() -> None:
    with translation.override("en"):
        assert formats.money(68_000) == "¥68K"
        assert formats.money(1_280_000) == "¥1.28M"
        assert formats.money(3_500, "USD") == "$3,500"
    assert formats.money_full(Decimal("68000")) == "¥68,000.00"


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (NOW - timedelta(minutes=36), "今天 09:54"),
        (NOW - timedelta(hours=16), "昨天 18:30"),
        (NOW - timedelta(days=4), "4 天前"),
        (NOW - timedelta(days=7), "11月13日"),
        (NOW + timedelta(days=1, hours=1), "明天 11:30"),
        (NOW + timedelta(days=11), "12月1日"),
        (datetime(2025, 1, 5, tzinfo=UTC), "2025年1月5日"),
        (date(2026, 11, 20), "今天"),
        (date(2026, 11, 19), "昨天"),
        (None, "—"),
    ],
)
def test_moments_are_near_or_dated(value: datetime | None, shown: str) -> None:
    assert formats.when_text(value) == shown


def test_the_full_date_is_in_the_title() -> None:
    shown = formats.when(NOW - timedelta(days=4), overdue=True)
    assert 'title="2026年11月16日 星期一 10:30"' in shown
    assert "hw-overdue" in shown
    assert "hw-overdue" not in formats.when(NOW + timedelta(days=1), overdue=True)


def test_days_have_headings_and_names() -> None:
    assert formats.day_heading(date(2026, 11, 20)) == "今天 · 11月20日 星期五"
    assert formats.day_heading(date(2026, 11, 16)) == "11月16日 星期一"
    with translation.override("en"):
        assert formats.day_heading(date(2026, 11, 16)) == "Monday, 16 Nov"
        assert formats.when_text(NOW - timedelta(days=4)) == "4 days ago"


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (timedelta(days=2, hours=3, minutes=4), "2 天 3 小时"),
        (timedelta(hours=5), "5 小时"),
        (timedelta(minutes=45, seconds=9), "45 分钟"),
        (-12, "12 秒"),
    ],
)
def test_durations_have_two_units(value: timedelta | int, shown: str) -> None:
    assert formats.duration(value) == shown


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("13800138000", "138 0013 8000"),
        ("+8613800138000", "138 0013 8000"),
        ("138****8000", "138****8000"),
        ("021-5888", "021-5888"),
        ("", "—"),
    ],
)
def test_phones_are_grouped_unless_masked(value: str, shown: str) -> None:
    assert formats.phone(value) == shown


def test_counts_stop_at_their_cap() -> None:
    assert formats.count(999) == "999"
    assert formats.count(1001) == "1,000+"
    assert formats.percent(Decimal("9.84")) == "9.8%"


def test_initials_and_hues_are_stable() -> None:
    assert [formats.initial(name) for name in ("张三", "Ada Lovelace", "", None)] == ["张", "AL", "?", "?"]
    assert formats.hue("赵明轩") == formats.hue("赵明轩")
    assert {formats.hue(str(n)) for n in range(60)} == set(formats.HUES)


@pytest.mark.parametrize(
    ("left", "chinese", "english"),
    [
        (9 * 86_400 + 5 * 3600, "剩 9 天", "9 days left"),
        (15 * 86_400 - 60, "剩 15 天", "15 days left"),
        (2 * 86_400, "剩 2 天", "2 days left"),
        (2 * 86_400 - 1, "剩 1 天 23 小时", "1 day 23 hours left"),
        (86_400, "剩 1 天", "1 day left"),
        (3 * 3600 + 59, "剩 3 小时", "3 hours left"),
        (5400, "剩 1 小时 30 分钟", "1 hour 30 minutes left"),
        (60.9, "剩 1 分钟", "1 minute left"),
        (59, "剩不到 1 分钟", "Less than a minute left"),
        (0, "已超期", "Overdue"),
        (-1, "已超期", "Overdue"),
        (-3600, "已超期 1 小时", "1 hour overdue"),
        (-3 * 86_400 - 7200, "已超期 3 天", "3 days overdue"),
    ],
)
def test_what_is_left_is_said_as_people_say_it(left: float, chinese: str, english: str) -> None:
    assert formats.remaining(left) == chinese
    with translation.override("en"):
        assert formats.remaining(left) == english


def test_a_countdown_tells_the_moment_and_how_urgent_it_is() -> None:
    soon = str(rows.countdown(NOW + timedelta(hours=3)))
    assert 'left="10800" data-tone="soon"' in soon
    assert '<time datetime="2026-11-20T13:30" title="2026年11月20日 星期五 13:30">剩 3 小时</time>' in soon
    assert 'data-tone="late"' in str(rows.countdown(NOW - timedelta(hours=2)))
    assert "data-tone" not in str(rows.countdown(NOW + timedelta(days=3)))
    assert str(rows.countdown(None)) == rows.EMPTY
    why = str(rows.cell(Cell("countdown", NOW + timedelta(days=3), title="<规则>")))
    assert "剩 3 天" in why
    assert "10:30 · &lt;规则&gt;" in why
