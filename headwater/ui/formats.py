"""Numbers, money, dates and names as readers of the active language expect them."""

import re
from collections.abc import Callable, Iterable, Mapping
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo
from decimal import Decimal
from zlib import crc32

from django.utils import timezone
from django.utils.translation import get_language, ngettext, pgettext
from django.utils.translation import gettext as _
from markupsafe import Markup, escape

from headwater.kernel import clock
from headwater.platform.context import request_id

Number = int | float | Decimal

EMPTY = "—"
HUES = ("cyan", "violet", "orange", "green", "pink", "blue", "teal", "indigo")
SIGNS = {"CNY": "¥", "USD": "$", "EUR": "€", "HKD": "HK$", "JPY": "JP¥", "GBP": "£"}
_WEEKDAYS_ZH = "一二三四五六日"
_WEEKDAYS_EN = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
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


def _yuan() -> str:
    return "CNY"


_home: Callable[[], str] = _yuan
_known_home: ContextVar[tuple[str, str]] = ContextVar("known_home", default=("", ""))  # request, currency


def register_home_currency(source: Callable[[], str]) -> None:
    """Say what amounts are in that name no currency: what the company counts in."""
    global _home
    _home = source


def home_currency() -> str:
    """The currency of amounts that name none; asked once a request or job."""
    running = request_id()
    asked, known = _known_home.get()
    if running and asked == running:
        return known
    found = _home()
    _known_home.set((running, found))
    return found


def sign(currency: str = "") -> str:
    """What stands before an amount: `¥`, `HK$`, or the code of a currency without a sign of its own."""
    code = currency or home_currency()
    return SIGNS.get(code, code)


def money(value: Number | None, currency: str = "") -> str:
    """Compact: `¥6.8万`, `¥1.2亿` (English `¥68K`, `¥120M`); small amounts in full."""
    return _money(value, currency, is_chinese())


_UNITS_ZH = ((100_000_000, 100_000_000, "亿"), (10_000, 10_000, "万"))
_UNITS_EN = ((1_000_000_000, 1_000_000_000, "B"), (1_000_000, 1_000_000, "M"), (10_000, 1_000, "K"))


def _money(value: Number | None, currency: str, chinese: bool) -> str:
    if value is None:
        return EMPTY
    exact = value if isinstance(value, Decimal) else Decimal(str(value))
    before = _before(currency)
    minus, size = ("−" if exact < 0 else ""), abs(exact)
    for threshold, scale, unit in _UNITS_ZH if chinese else _UNITS_EN:
        if size >= threshold:
            shown = size / scale
            return f"{minus}{before}{number(round(shown, 2 if shown < 10 else 1))}{unit}"
    return f"{minus}{before}{number(size)}"


def _before(currency: str) -> str:
    shown = sign(currency)
    return shown if shown in SIGNS.values() else f"{shown} "


def money_full(value: Number | None, currency: str = "") -> str:
    """Every digit: `¥68,000.00`."""
    if value is None:
        return EMPTY
    exact = Decimal(str(value))
    minus = "−" if exact < 0 else ""
    return f"{minus}{_before(currency)}{abs(exact):,.2f}"


def _local(value: datetime) -> datetime:
    return timezone.localtime(value) if timezone.is_aware(value) else value


def _as_day(value: date | datetime) -> date:
    return _local(value).date() if isinstance(value, datetime) else value


@dataclass(frozen=True, slots=True)
class Reader:
    """What formatting needs to know of the reader, looked up once for a whole list."""

    chinese: bool
    zone: tzinfo
    moment: datetime
    today: date
    near: Mapping[int, str]  # words for today and the days beside it
    ago: str  # "%(days)s days ago"

    @classmethod
    def now(cls) -> "Reader":
        moment, zone = clock.now(), timezone.get_current_timezone()
        near = {0: _("Today"), -1: _("Yesterday"), 1: _("Tomorrow")}
        ago = ngettext("%(days)s day ago", "%(days)s days ago", 2)
        return cls(is_chinese(), zone, moment, moment.astimezone(zone).date(), near, ago)

    def money(self, value: Number | None, currency: str = "") -> str:
        return _money(value, currency, self.chinese)

    def calendar_day(self, day: date) -> str:
        same_year = day.year == self.today.year
        if self.chinese:
            return f"{day.month}月{day.day}日" if same_year else f"{day.year}年{day.month}月{day.day}日"
        return f"{day.day} {_MONTHS_EN[day.month - 1]}" + ("" if same_year else f" {day.year}")

    def weekday(self, day: date) -> str:
        return f"星期{_WEEKDAYS_ZH[day.weekday()]}" if self.chinese else _WEEKDAYS_EN[day.weekday()]

    def full(self, day: date, time: str) -> str:
        if self.chinese:
            shown = f"{day.year}年{day.month}月{day.day}日 {self.weekday(day)}"
        else:
            shown = f"{self.weekday(day)}, {day.day} {_MONTHS_EN[day.month - 1]} {day.year}"
        return f"{shown}{time and ' '}{time}"

    def split(self, value: date | datetime) -> tuple[date, str]:
        """The reader's day and, for a moment, the time of day."""
        if not isinstance(value, datetime):
            return value, ""
        here = value.astimezone(self.zone) if value.tzinfo else value
        return here.date(), f"{here.hour:02}:{here.minute:02}"

    def text(self, day: date, time: str) -> str:
        distance = (day - self.today).days
        named = self.near.get(distance)
        if named:
            return f"{named} {time}" if time else named
        if -7 < distance < -1:
            return self.ago % {"days": -distance}
        return self.calendar_day(day)

    def when(self, value: date | datetime | None, overdue: bool = False) -> str:
        """Markup: the near text in a <time> that has the full date as its title."""
        if value is None:
            return '<span class="hw-cell-empty">—</span>'
        day, time = self.split(value)
        late = overdue and (value < self.moment if isinstance(value, datetime) else value < self.today)
        css = ' class="hw-overdue"' if late else ""
        machine = f"{day.isoformat()}T{time}" if time else day.isoformat()
        shown = escape(self.text(day, time))
        return f'<time datetime="{machine}" title="{escape(self.full(day, time))}"{css}>{shown}</time>'


def calendar_day(value: date | datetime) -> str:
    """`11月20日`, with the year when it is not this one."""
    return Reader.now().calendar_day(_as_day(value))


def weekday(value: date | datetime) -> str:
    """`星期五`."""
    return Reader.now().weekday(_as_day(value))


def day_heading(value: date | datetime) -> str:
    """The heading of a day in a timeline: `今天 · 11月20日 星期五`."""
    reader, day = Reader.now(), _as_day(value)
    parts = (reader.calendar_day(day), reader.weekday(day))
    rest = " ".join(parts) if reader.chinese else ", ".join(reversed(parts))
    named = reader.near.get((day - reader.today).days)
    return f"{named} · {rest}" if named else rest


def full(value: date | datetime) -> str:
    """Everything, for the title: `2026年11月20日 星期五 18:30`."""
    reader = Reader.now()
    return reader.full(*reader.split(value))


def iso(value: date | datetime) -> str:
    """For machines: `2026-11-20T18:30+08:00`."""
    return _local(value).isoformat(timespec="minutes") if isinstance(value, datetime) else value.isoformat()


def when_text(value: date | datetime | None) -> str:
    """`今天 09:54`, `昨天 18:21`, `4 天前`, `明天 11:30`, `12月1日`; days without the time of day."""
    if value is None:
        return EMPTY
    reader = Reader.now()
    return reader.text(*reader.split(value))


def when(value: date | datetime | None, overdue: bool = False) -> Markup:
    """`when_text` in a <time> with the full date as title; `overdue` marks a past one red."""
    return Markup(Reader.now().when(value, overdue))  # noqa: S704 - escaped in Reader.when


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


def remaining(seconds: Number) -> str:
    """How long is left, in the words of people: `剩 3 小时`, `剩 1 天 6 小时`, past it `已超期 2 天`.

    The largest unit, and the next one while there is only one of it; from two days on to the nearest day, so
    that fifteen days do not look like fourteen a moment later. `assets/src/islands/countdown.ts` says
    the same as the time passes.
    """
    left = int(seconds // 1)
    minutes, hours, days = abs(left) // 60, abs(left) // 3600, abs(left) // 86_400
    if days >= 2:
        days = (abs(left) + 43_200) // 86_400
    if days:
        parts = [_day(days), _hour(hours % 24) if days == 1 and hours % 24 else ""]
    elif hours:
        parts = [_hour(hours), _minute(minutes % 60) if hours == 1 and minutes % 60 else ""]
    else:
        parts = [_minute(minutes) if minutes else ""]
    time = " ".join(part for part in parts if part)
    if left <= 0:
        return _("%(time)s overdue") % {"time": time} if time else pgettext("countdown", "Overdue")
    return _("%(time)s left") % {"time": time} if time else _("Less than a minute left")


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


def series(names: Iterable[object]) -> str:
    """Things named one after the other: `甲、乙`, `A, B`."""
    return ("、" if is_chinese() else ", ").join(str(name) for name in names)


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


def enumerated(parts: Iterable[object]) -> str:
    """Things side by side, as the language sets them apart: 甲、乙 · one, two."""
    return pgettext("between parts", ", ").join(map(str, parts))


def clauses(parts: Iterable[object]) -> str:
    """Parts of a sentence side by side, as the language sets them apart: 甲，乙 · one, two."""
    return pgettext("between clauses", ", ").join(map(str, parts))
