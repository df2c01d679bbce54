"""Numbers, money, dates and names as readers of the active language expect them."""

import re
from datetime import date, datetime, timedelta
from decimal import Decimal
from zlib import crc32

from django.utils import timezone
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from markupsafe import Markup, escape

from headwater.kernel import clock

Number = int | float | Decimal

EMPTY = "—"
HUES = ("cyan", "violet", "orange", "green", "pink", "blue", "teal", "indigo")
_SIGNS = {"CNY": "¥", "USD": "$", "EUR": "€", "HKD": "HK$", "JPY": "JP¥", "GBP": "£"}
_WEEKDAYS_ZH = "一二三四五六日"
_MONTHS_EN = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_MOBILE = re.compile(r"(?:\+?86)?(1\d{2})(\d{4})(\d{4})")


def is_chinese() -> bool:
    """Whether the reader reads Chinese; the rest of the world reads English here."""
    return (get_language() or "zh").startswith("zh")


def number(value: Number | None, decimals: int | None = None) -> str:
    """1234.5 as `1,234.5`; at most two decimals unless told."""
    if value is None:
        return EMPTY
    exact = Decimal(str(value))
    if decimals is not None:
        return f"{exact:,.{decimals}f}"
    text = f"{exact:,.2f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def count(value: int | None, cap: int = 1000) -> str:
    """A count that was stopped above `cap` as `1,000+`."""
    if value is None:
        return EMPTY
    return f"{cap:,}+" if value > cap else f"{value:,}"


def percent(value: Number | None, decimals: int = 1) -> str:
    """Percentage points: 9.8 as `9.8%`."""
    return EMPTY if value is None else f"{number(round(Decimal(str(value)), decimals))}%"


def money(value: Number | None, currency: str = "CNY") -> str:
    """Compact: `¥6.8万`, `¥1.2亿` (English `¥68K`, `¥120M`); small amounts in full."""
    if value is None:
        return EMPTY
    exact = Decimal(str(value))
    sign = _SIGNS.get(currency, f"{currency} ")
    minus, size = ("−" if exact < 0 else ""), abs(exact)
    units: tuple[tuple[int, str], ...]
    if is_chinese():
        units = ((100_000_000, "亿"), (10_000, "万"))
    else:
        units = ((1_000_000_000, "B"), (1_000_000, "M"), (10_000, "K"))
    for threshold, unit in units:
        if size >= threshold:
            scale = 1000 if unit == "K" else threshold
            shown = size / scale
            return f"{minus}{sign}{number(round(shown, 2 if shown < 10 else 1))}{unit}"
    return f"{minus}{sign}{number(size)}"


def money_full(value: Number | None, currency: str = "CNY") -> str:
    """Every digit: `¥68,000.00`."""
    if value is None:
        return EMPTY
    exact = Decimal(str(value))
    minus = "−" if exact < 0 else ""
    return f"{minus}{_SIGNS.get(currency, f'{currency} ')}{abs(exact):,.2f}"


def _local(value: datetime) -> datetime:
    return timezone.localtime(value) if timezone.is_aware(value) else value


def _as_day(value: date | datetime) -> date:
    return _local(value).date() if isinstance(value, datetime) else value


def calendar_day(value: date | datetime) -> str:
    """`11月20日`, with the year when it is not this one."""
    day = _as_day(value)
    same_year = day.year == clock.today().year
    if is_chinese():
        return f"{day.month}月{day.day}日" if same_year else f"{day.year}年{day.month}月{day.day}日"
    return f"{day.day} {_MONTHS_EN[day.month - 1]}" + ("" if same_year else f" {day.year}")


def weekday(value: date | datetime) -> str:
    """`星期五`."""
    day = _as_day(value)
    if is_chinese():
        return f"星期{_WEEKDAYS_ZH[day.weekday()]}"
    return day.strftime("%A")


def day_heading(value: date | datetime) -> str:
    """The heading of a day in a timeline: `今天`, `昨天`, `11月20日 星期五`."""
    day = _as_day(value)
    named = {0: _("Today"), -1: _("Yesterday"), 1: _("Tomorrow")}.get((day - clock.today()).days)
    rest = f"{calendar_day(day)} {weekday(day)}"
    return f"{named} · {rest}" if named else rest


def full(value: date | datetime) -> str:
    """Everything, for the title: `2026年11月20日 星期五 18:30`."""
    day = _as_day(value)
    text = f"{day.year}年{day.month}月{day.day}日" if is_chinese() else calendar_day(day)
    if not is_chinese() and str(day.year) not in text:
        text += f" {day.year}"
    text += f" {weekday(day)}"
    return f"{text} {_local(value):%H:%M}" if isinstance(value, datetime) else text


def iso(value: date | datetime) -> str:
    return _local(value).isoformat(timespec="minutes") if isinstance(value, datetime) else value.isoformat()


def when_text(value: date | datetime | None) -> str:
    """`今天 09:54`, `昨天 18:21`, `4 天前`, `明天 11:30`, `12月1日`; days without the time of day."""
    if value is None:
        return EMPTY
    day = _as_day(value)
    distance = (day - clock.today()).days
    named = {0: _("Today"), -1: _("Yesterday"), 1: _("Tomorrow")}.get(distance)
    if named:
        return f"{named} {_local(value):%H:%M}" if isinstance(value, datetime) else named
    if -7 < distance < -1:
        return ngettext("%(days)s day ago", "%(days)s days ago", -distance) % {"days": -distance}
    return calendar_day(day)


def when(value: date | datetime | None, overdue: bool = False) -> Markup:
    """`when_text` in a <time> with the full date as title; `overdue` marks a past one red."""
    if value is None:
        return Markup('<span class="hw-cell-empty">—</span>')
    late = overdue and (value < clock.now() if isinstance(value, datetime) else value < clock.today())
    css = ' class="hw-overdue"' if late else ""
    return Markup(  # noqa: S704 - all parts come from the formatters above
        f'<time datetime="{iso(value)}" title="{full(value)}"{css}>{escape(when_text(value))}</time>'
    )


def clock_time(value: datetime) -> str:
    """`18:30`."""
    return f"{_local(value):%H:%M}"


def duration(value: timedelta | Number | None) -> str:
    """The two largest units: `2 天 3 小时`, `45 分钟`; seconds only below a minute."""
    if value is None:
        return EMPTY
    seconds = int(value.total_seconds() if isinstance(value, timedelta) else value)
    seconds = abs(seconds)
    days, rest = divmod(seconds, 86_400)
    hours, rest = divmod(rest, 3_600)
    minutes, left = divmod(rest, 60)
    if days:
        parts = [_day(days), _hour(hours) if hours else ""]
    elif hours:
        parts = [_hour(hours), _minute(minutes) if minutes else ""]
    elif minutes:
        parts = [_minute(minutes)]
    else:
        parts = [ngettext("%(n)s second", "%(n)s seconds", left) % {"n": left}]
    return " ".join(part for part in parts if part)


def _day(n: int) -> str:
    return ngettext("%(n)s day", "%(n)s days", n) % {"n": n}


def _hour(n: int) -> str:
    return ngettext("%(n)s hour", "%(n)s hours", n) % {"n": n}


def _minute(n: int) -> str:
    return ngettext("%(n)s minute", "%(n)s minutes", n) % {"n": n}


def phone(value: str | None) -> str:
    """A mainland mobile in groups, `138 0013 8000`; everything else, masked ones too, as it is."""
    if not value:
        return EMPTY
    found = _MOBILE.fullmatch(value.replace(" ", "").replace("-", ""))
    return " ".join(found.groups()) if found else value


def file_size(size: int) -> str:
    """`1.2 MB`."""
    for unit, threshold in (("GB", 1 << 30), ("MB", 1 << 20), ("KB", 1 << 10)):
        if size >= threshold:
            return f"{number(round(size / threshold, 1))} {unit}"
    return f"{size} B"


def initial(name: str | None) -> str:
    """What stands in an avatar: the surname of 张三, `AL` of Ada Lovelace."""
    text = (name or "").strip()
    if not text:
        return "?"
    if ord(text[0]) > 0x2E80:
        return text[0]
    words = text.split()
    return (words[0][0] + (words[1][0] if len(words) > 1 else "")).upper()


def hue(key: object) -> str:
    """A hue that stays the same for the same person or thing."""
    return HUES[crc32(str(key).encode()) % len(HUES)]


def score_hue(score: Number | None) -> str:
    """Cold grey, warm amber, hot green."""
    if score is None or score < 45:
        return "gray"
    return "amber" if score < 75 else "green"
