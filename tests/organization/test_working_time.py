"""Working time: the same in Python, in SQL and in a walk minute by minute."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from headwater.kernel import clock, sql
from headwater.organization.hours import BadHours, day_hours, week_hours, written
from headwater.organization.models import Calendar, CalendarDay, Opening
from headwater.organization.openings import DAY, Day, days, moment
from headwater.organization.queries import WorkingTime, working_time
from headwater.organization.queries.calendars import pattern_of
from headwater.organization.services.openings import refresh_openings, write

pytestmark = pytest.mark.django_db
SHANGHAI = ZoneInfo("Asia/Shanghai")
NEW_YORK = ZoneInfo("America/New_York")
HOUR = 3600
PLAIN = [[["09:00", "12:00"], ["13:30", "18:00"]]] * 5 + [[]] * 2


def make_calendar(
    name: str = "试验", *, hours: object = PLAIN, zone: str = "Asia/Shanghai", **values: object
) -> Calendar:
    now = clock.now()
    calendar = Calendar(name=name, hours=hours, time_zone=zone, created_at=now, updated_at=now, **values)
    write(calendar)
    return calendar


def at(text: str, zone: ZoneInfo = SHANGHAI) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=zone)


def sql_due(calendar: int | None, t: datetime, seconds: int) -> datetime:
    found = sql.value("SELECT working_due(%s, %s, %s)", [calendar, t, seconds])
    assert isinstance(found, datetime)
    return found


def sql_between(calendar: int | None, a: datetime, b: datetime) -> int:
    return int(sql.value("SELECT working_between(%s, %s, %s)", [calendar, a, b]))


# A walk: the clock as it shows, minute by minute; where it is set back, it stands still until it catches up.


def walk(calendar: Calendar, a: datetime, b: datetime) -> int:
    """Seconds open from `a` to `b`, both on whole minutes."""
    zone = ZoneInfo(calendar.time_zone)
    found = 0
    shown: dict[date, int] = {}
    by_date: dict[date, Day] = {}
    pattern = pattern_of(calendar)
    t = datetime.combine(a.astimezone(zone).date(), datetime.min.time(), zone).astimezone(UTC)
    while t < b:
        local = t.astimezone(zone)
        day, minute = local.date(), local.hour * 60 + local.minute
        shown[day] = max(shown.get(day, 0), minute)
        if day not in by_date:
            by_date[day] = next(days(pattern, day, day + timedelta(days=1)))
        if t >= a and any(begin <= shown[day] < end for begin, end in by_date[day].hours):
            found += 60
        t += timedelta(minutes=1)
    return found


ANY_HOURS = st.lists(st.integers(0, DAY), max_size=6, unique=True).map(
    lambda cuts: written([(a, b) for a, b in zip(*[iter(sorted(cuts))] * 2, strict=False)])
)
WEEKS = st.lists(ANY_HOURS, min_size=7, max_size=7).filter(any)
SOME_DAYS = st.dictionaries(
    st.dates(date(2025, 12, 20), date(2026, 11, 10)), st.tuples(st.booleans(), ANY_HOURS), max_size=6
)
MOMENTS = st.datetimes(datetime(2025, 12, 20), datetime(2026, 11, 10)).map(
    lambda t: t.replace(second=0, microsecond=0, tzinfo=UTC)
)
SLOW = settings(
    deadline=None,
    max_examples=25,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


@SLOW
@given(
    week=WEEKS,
    exceptions=SOME_DAYS,
    zone=st.sampled_from(["Asia/Shanghai", "America/New_York", "Europe/London", "Australia/Lord_Howe"]),
    statutory=st.booleans(),
    a=MOMENTS,
    span=st.integers(0, 9 * DAY),
    odd=st.integers(0, 59_999_999),
    seconds=st.integers(0, 60 * 24 * HOUR),
    more=st.integers(0, 10 * HOUR),
)
def test_python_sql_and_a_walk_agree(
    db: None,
    week: list,
    exceptions: dict,
    zone: str,
    statutory: bool,
    a: datetime,
    span: int,
    odd: int,
    seconds: int,
    more: int,
) -> None:
    Calendar.objects.filter(is_default=False).delete()
    with clock.freeze(datetime(2026, 6, 1, tzinfo=UTC)):
        calendar = make_calendar(hours=week, zone=zone, follows_statutory=statutory)
        now = clock.now()
        for day, (is_working, hours) in exceptions.items():
            CalendarDay.objects.create(
                calendar=calendar,
                date=day,
                is_working=is_working,
                hours=(hours or None) if is_working else None,
                created_at=now,
                updated_at=now,
            )
        write(calendar)
    time = working_time(calendar.pk)
    b = a + timedelta(minutes=span)
    assert time.between(a, b) == sql_between(calendar.pk, a, b) == walk(calendar, a, b)
    assert time.between(b, a) == -time.between(a, b) == sql_between(calendar.pk, b, a)
    _laws(time, calendar.pk, a + timedelta(microseconds=odd), seconds, more)


FAR = st.datetimes(datetime(1990, 1, 1), datetime(2060, 1, 1)).map(lambda t: t.replace(tzinfo=UTC))


@SLOW
@given(t=FAR, seconds=st.integers(0, 3 * 365 * 24 * HOUR), more=st.integers(0, 1000 * HOUR), week=WEEKS)
def test_the_laws_hold_far_beyond_what_is_computed(
    db: None, t: datetime, seconds: int, more: int, week: list
) -> None:
    Calendar.objects.filter(is_default=False).delete()
    calendar = make_calendar(hours=week, zone="Europe/London")
    _laws(working_time(calendar.pk), calendar.pk, t, seconds, more)


def _laws(time: WorkingTime, calendar: int, t: datetime, seconds: int, more: int) -> None:
    due = time.add(t, seconds)
    assert due == sql_due(calendar, t, seconds)
    assert due >= t
    assert time.between(t, due) == seconds == sql_between(calendar, t, due)
    assert time.add(t, seconds + more) >= due
    assert time.add(t, seconds + more) == time.add(due, more)
    if seconds:
        tick = timedelta(microseconds=1)
        assert time.between(t, due - tick) < seconds, "the earliest such moment"
        assert time.is_open(due - tick)
    opening = time.next_opening(t)
    assert opening >= t
    assert time.is_open(opening)
    assert time.between(t, opening) == 0
    assert time.add(t, 1) == time.add(opening, 1)


def test_a_week_with_make_up_days_in_2026() -> None:
    """National Day 2026: 20 September and 10 October are worked, 1 to 7 October are not."""
    time = working_time(None)
    assert time.add(at("2026-09-30 17:00"), 2 * HOUR) == at("2026-10-08 10:00")
    assert time.add(at("2026-10-09 17:00"), 2 * HOUR) == at("2026-10-10 10:00"), (
        "a Saturday with Monday's hours"
    )
    assert time.add(at("2026-10-10 17:00"), 2 * HOUR) == at("2026-10-12 10:00")
    assert time.between(at("2026-09-20 00:00"), at("2026-09-21 00:00")) == 7.5 * HOUR
    assert time.between(at("2026-10-01 00:00"), at("2026-10-08 00:00")) == 0
    assert time.next_opening(at("2026-10-01 02:00")) == at("2026-10-08 09:00")
    assert sql_due(None, at("2026-09-30 17:00"), 2 * HOUR) == at("2026-10-08 10:00")


def test_from_opening_to_closing_is_a_working_day() -> None:
    time = working_time(None)
    assert time.add(at("2026-03-02 09:00"), 27_000) == at("2026-03-02 18:00"), "not nine the next morning"
    assert time.add(at("2026-03-02 12:30"), HOUR) == at("2026-03-02 14:30")
    assert time.add(at("2026-03-02 20:00"), 0) == at("2026-03-02 20:00")
    assert not time.is_open(at("2026-03-02 18:00"))
    assert time.is_open(at("2026-03-02 13:30"))


def test_the_end_of_a_year() -> None:
    time = working_time(None)
    assert time.add(at("2025-12-31 17:30"), HOUR) == at("2026-01-04 09:30"), (
        "1 to 3 January off, Sunday worked"
    )


def test_years_not_announced_yet_have_plain_weeks() -> None:
    time = working_time(None)
    assert time.add(at("2028-09-29 17:00"), 2 * HOUR) == at("2028-10-02 10:00")


def test_changes_of_the_clocks() -> None:
    """New York 2026: 8 March has no 02:00 to 03:00, 1 November has 01:00 to 02:00 twice."""
    calendar = make_calendar(
        hours=[[["00:00", "24:00"]]] * 7, zone="America/New_York", follows_statutory=False
    )
    time = working_time(calendar.pk)
    assert time.between(at("2026-03-08 00:00", NEW_YORK), at("2026-03-09 00:00", NEW_YORK)) == 23 * HOUR
    assert time.between(at("2026-11-01 00:00", NEW_YORK), at("2026-11-02 00:00", NEW_YORK)) == 25 * HOUR
    assert Opening.objects.filter(calendar=calendar).count() == 1, "a day of 24 hours meets the next"
    assert moment(NEW_YORK, date(2026, 3, 8), 150) == datetime(2026, 3, 8, 7, tzinfo=UTC), "the jump itself"
    assert moment(NEW_YORK, date(2026, 11, 1), 90) == datetime(2026, 11, 1, 5, 30, tzinfo=UTC), (
        "the first time"
    )
    night = make_calendar("夜", hours=[[["02:15", "02:45"], ["02:45", "04:00"]]] * 7, zone="America/New_York")
    assert (
        working_time(night.pk).between(at("2026-03-08 00:00", NEW_YORK), at("2026-03-09 00:00", NEW_YORK))
        == HOUR
    )


def test_what_is_unknown_counts_by_the_default_calendar() -> None:
    t = at("2026-03-02 09:00")
    assert working_time(987_654).calendar_id == working_time().calendar_id
    assert sql_due(987_654, t, HOUR) == sql_due(None, t, HOUR) == working_time(987_654).add(t, HOUR)
    assert sql.value("SELECT working_due(NULL, NULL, 5)") is None
    assert sql.value("SELECT working_between(NULL, NULL, now())") is None


def test_nothing_is_taken_away() -> None:
    with pytest.raises(ValueError):
        working_time().add(clock.now(), -1)


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        ([["09:00", "12:00"], ["11:59", "18:00"]], "hours.overlap"),
        ([["22:00", "06:00"]], "hours.midnight"),
        ([["09:00", "09:00"]], "hours.empty"),
        ([["09:00", "24:01"]], "hours.time"),
        ([["9", "10:00"]], "hours.time"),
        ([["09:00"]], "hours.type"),
        ("09:00-12:00", "hours.type"),
        ([[f"{hour:02}:00", f"{hour:02}:30"] for hour in range(9)], "hours.type"),
    ],
)
def test_hours_that_cannot_be_taken(raw: object, code: str) -> None:
    with pytest.raises(BadHours) as refusal:
        day_hours(raw)
    assert refusal.value.code == code


def test_hours_that_can() -> None:
    assert day_hours([["13:30", "18:00"], ["9:00", "12：00"]]) == ((540, 720), (810, 1080))
    assert day_hours([["00:00", "24:00"]]) == ((0, 1440),)
    assert day_hours([["09:00", "12:00"], ["12:00", "13:00"]]) == ((540, 720), (720, 780))
    with pytest.raises(BadHours) as refusal:
        week_hours([[]] * 7)
    assert refusal.value.code == "hours.none"


def test_a_new_year_extends_what_is_computed() -> None:
    calendar = Calendar.objects.get(is_default=True)
    assert refresh_openings() == 0, "nothing to do on an ordinary day"
    before = calendar.open_until
    with clock.freeze(before - timedelta(days=200)):
        assert refresh_openings() == 1
        calendar.refresh_from_db()
        assert calendar.open_until > before
        assert working_time().add(before, HOUR) == sql_due(None, before, HOUR)
