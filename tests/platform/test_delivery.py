"""Mail about notifications: at once, gathered, held back; tried again; never twice by two workers."""

import threading
from collections.abc import Iterator
from datetime import UTC, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.core import mail
from django.db import close_old_connections
from hypothesis import given
from hypothesis import strategies as st

from headwater.kernel import clock, sql
from headwater.kernel.access import Access
from headwater.kernel.errors import Invalid, NotFound
from headwater.platform.jobs import run_jobs
from headwater.platform.notifications import (
    Address,
    Channel,
    Preference,
    deliveries,
    failures,
    is_quiet_now,
    latest,
    mark_read,
    notify,
    parse_preference,
    preference_of,
    register_address_book,
    register_kind,
    set_preference,
    set_switch,
    tasks,
)
from headwater.platform.notifications import kinds as registry
from headwater.platform.notifications.types import MailRhythm
from tests.platform.receivers import mail_server

SHANGHAI = ZoneInfo("Asia/Shanghai")
MORNING = datetime(2026, 11, 23, 10, 0, tzinfo=SHANGHAI).astimezone(UTC)  # a Monday
NIGHT = datetime(2026, 11, 23, 23, 0, tzinfo=SHANGHAI).astimezone(UTC)
QUIET = Preference(quiet_from=time(22), quiet_until=time(8))


@pytest.fixture(autouse=True)
def _own_kinds() -> Iterator[None]:
    before, book = dict(registry._kinds), list(registry._address_book)
    register_kind("test.urgent", label="Urgent", text="Urgent: %(name)s", email=True)
    register_kind("test.task", label="Tasks", text="Do %(name)s", email=True)
    zones = {5: "America/New_York"}
    register_address_book(
        lambda ids: {
            one: Address(f"u{one}@example.com", "en", f"P{one}", zones.get(one, "Asia/Shanghai"))
            for one in ids
            if one != 9
        }
    )
    yield
    registry._kinds.clear()
    registry._kinds.update(before)
    registry._address_book[:] = book


def carry() -> None:
    tasks.carry(channel="email")


def states() -> dict[str, int]:
    found = sql.rows("SELECT state, count(*) AS n FROM platform_notification_delivery GROUP BY state")
    return {row["state"]: row["n"] for row in found}


@pytest.mark.django_db
def test_a_day_is_gathered_into_one_mail_by_kind() -> None:
    set_preference(7, Preference(mail=MailRhythm.DAILY, digest_hour=9))
    with clock.freeze(MORNING):
        notify([7], "test.urgent", params={"name": "华为"}, url="/leads/1")
        notify([7], "test.task", params={"name": "<b>call</b>"}, url="/tasks")
        notify([7], "test.urgent", params={"name": "read soon"})
        notify([8], "test.urgent", params={"name": "华为"})
        mark_read(7, [latest(7).items[0].id])
        carry()
        assert [one.to[0] for one in mail.outbox] == ["u8@example.com"]
        clock.advance(timedelta(hours=22, minutes=59))
        carry()
        assert len(mail.outbox) == 1
        clock.advance(timedelta(minutes=1))
        notify([7], "test.urgent", params={"name": "for tomorrow"})
        carry()
        carry()
    (_now, digest) = mail.outbox
    body = str(digest.body)
    assert digest.subject == "Headwater: 2 notifications"
    assert body.index("Urgent (1)") < body.index("华为") < body.index("Tasks (1)")
    first = latest(7, limit=9).items[-1].id
    assert f"/notifications/{first}" in body
    assert "&lt;b&gt;call" in str(digest.alternatives[0].content)  # type: ignore[attr-defined]
    assert states() == {"sent": 3, "dropped": 1, "waiting": 1}


@pytest.mark.django_db
def test_a_week_is_gathered_on_its_day() -> None:
    set_preference(7, Preference(mail=MailRhythm.WEEKLY, digest_hour=9, digest_weekday=5))
    with clock.freeze(MORNING):
        notify([7], "test.urgent", params={"name": "a"})
        assert deliveries.due_lanes(Channel.EMAIL) == []
        clock.advance(timedelta(days=3, hours=22, minutes=59))
        assert deliveries.due_lanes(Channel.EMAIL) == []
        clock.advance(timedelta(minutes=1))
        assert clock.now().astimezone(SHANGHAI).strftime("%A %H:%M") == "Friday 09:00"
        assert deliveries.due_lanes(Channel.EMAIL) == [7]


@pytest.mark.django_db
def test_quiet_hours_hold_mail_back_and_then_bring_one() -> None:
    set_preference(7, QUIET)
    with clock.freeze(NIGHT):
        notify([7, 8], "test.urgent", params={"name": "a"})
        notify([7], "test.urgent", params={"name": "b"})
        carry()
        assert [one.to[0] for one in mail.outbox] == ["u8@example.com"]
        assert len(latest(7).items) == 2  # silent, but stored
        assert is_quiet_now(7)
        assert not is_quiet_now(8)
        clock.advance(timedelta(hours=9))
        assert not is_quiet_now(7)
        carry()
        assert mail.outbox[1].subject == "Headwater: 2 notifications"
        notify([7], "test.urgent", params={"name": "c"})
        notify([7], "test.urgent", params={"name": "d"})
        carry()
        assert [one.subject for one in mail.outbox[2:]] == ["Urgent: c", "Urgent: d"]


@pytest.mark.django_db
def test_quiet_hours_are_those_of_the_person_s_own_clock() -> None:
    set_preference(5, QUIET)
    with clock.freeze(NIGHT):  # ten in the morning over there
        notify([5], "test.urgent", params={"name": "a"})
        carry()
    assert len(mail.outbox) == 1


@pytest.mark.django_db
def test_what_waits_follows_a_new_choice() -> None:
    with clock.freeze(MORNING):
        set_preference(7, Preference(mail=MailRhythm.DAILY, digest_hour=9))
        notify([7], "test.urgent", params={"name": "a"})
        set_preference(7, Preference())
        assert preference_of(7) == Preference()
        assert sql.value("SELECT count(*) FROM platform_notification_preference") == 0
        carry()
    assert len(mail.outbox) == 1


@pytest.mark.django_db
def test_only_what_differs_from_the_default_is_stored_and_channels_are_independent() -> None:
    set_switch(7, "test.urgent", Channel.IN_APP, is_on=False)
    set_switch(7, "test.urgent", Channel.EMAIL, is_on=True)
    set_switch(8, "test.urgent", Channel.IN_APP, is_on=False)
    set_switch(8, "test.urgent", Channel.EMAIL, is_on=False)
    assert sql.value("SELECT count(*) FROM platform_notification_switch") == 3
    assert notify([7, 8], "test.urgent", params={"name": "a"}) == 1
    carry()
    assert [one.to[0] for one in mail.outbox] == ["u7@example.com"]
    assert latest(7).items == []
    set_switch(7, "test.urgent", Channel.IN_APP, is_on=True)
    assert sql.value("SELECT count(*) FROM platform_notification_switch") == 2
    with pytest.raises(NotFound):
        set_switch(7, "test.nothing", Channel.BOT, is_on=True)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"mail": "hourly"}, "mail"),
        ({"digest_hour": 24}, "digest_hour"),
        ({"digest_hour": "x"}, "digest_hour"),
        ({"digest_weekday": 0}, "digest_weekday"),
        ({"quiet_from": "22:00"}, "quiet_until"),
        ({"quiet_from": "25:00", "quiet_until": "08:00"}, "quiet_from"),
        ({"quiet_from": "08:00", "quiet_until": "8:00"}, "quiet_until"),
    ],
)
def test_what_makes_no_sense_is_refused(values: dict[str, Any], field: str) -> None:
    with pytest.raises(Invalid) as refused:
        set_preference(7, parse_preference(values, Preference()))
    assert field in refused.value.fields


@pytest.mark.django_db
def test_a_mail_server_that_refuses_is_tried_again_and_then_set_aside(settings: Any, access: Access) -> None:
    with mail_server() as (box, port):
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", port
        settings.EMAIL_USE_TLS = settings.EMAIL_USE_SSL = False
        settings.EMAIL_HOST_USER = settings.EMAIL_HOST_PASSWORD = ""
        with clock.freeze(MORNING):
            notify([7, 8], "test.urgent", params={"name": "华为"}, url="/leads/1")
            box.refuse = 1
            carry()  # one is refused, the other goes through
            assert (len(box.mails), states()) == (1, {"waiting": 1, "sent": 1})
            carry()
            assert len(box.mails) == 1  # not before its time
            clock.advance(timedelta(minutes=1))
            carry()
            assert (len(box.mails), states()) == (2, {"sent": 2})
            notify([7], "test.urgent", params={"name": "never"})
            box.refuse = 99
            for _try in range(10):
                carry()
                clock.advance(timedelta(hours=7))
            assert states() == {"sent": 2, "failed": 1}
            (given_up,) = failures.failed()
            assert (given_up.target, given_up.attempts) == ("P7", 6)
            assert "451" in given_up.error
            box.refuse = 0
            assert failures.retry(access, given_up.id) == 1
            carry()
            with pytest.raises(NotFound):
                failures.retry(access, given_up.id)
    assert len(box.mails) == 3
    assert box.mails[0]["Auto-Submitted"] == "auto-generated"
    assert len({one["Message-ID"] for one in box.mails}) == 3


@pytest.mark.django_db(transaction=True)
def test_two_workers_send_the_same_digest_once() -> None:
    set_preference(7, Preference(mail=MailRhythm.DAILY, digest_hour=9))
    with clock.freeze(MORNING):
        for number in range(20):
            notify([7], "test.urgent", params={"name": str(number)})
    sql.execute(
        "UPDATE platform_notification_delivery SET due_at = now(), created_at = now() - interval '1 day'"
    )
    begin = threading.Barrier(6)

    def work() -> None:
        begin.wait()
        carry()
        close_old_connections()

    threads = [threading.Thread(target=work) for _worker in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [one.subject for one in mail.outbox] == ["Headwater: 20 notifications"]
    assert states() == {"sent": 20}


@pytest.mark.django_db(transaction=True)
def test_a_death_between_sending_and_marking_sends_again_under_the_same_id(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    notify([7], "test.urgent", params={"name": "a"})
    kept = deliveries._settle
    monkeypatch.setattr(deliveries, "_settle", lambda *_a: (_ for _ in ()).throw(KeyboardInterrupt))
    with pytest.raises(KeyboardInterrupt):
        carry()
    monkeypatch.setattr(deliveries, "_settle", kept)
    assert states() == {"waiting": 1}
    carry()
    first, second = mail.outbox
    assert first.extra_headers["Message-ID"] == second.extra_headers["Message-ID"]
    assert states() == {"sent": 1}


@pytest.mark.django_db(transaction=True)
def test_a_notification_starts_its_mail_and_the_minute_finds_what_was_lost() -> None:
    notify([7], "test.urgent", params={"name": "a"})
    run_jobs()
    assert len(mail.outbox) == 1
    notify([7], "test.urgent", params={"name": "b"})
    sql.execute("DELETE FROM procrastinate_jobs WHERE status = 'todo'")
    tasks.look_for_due(clock.now())
    run_jobs()
    assert len(mail.outbox) == 2


@pytest.mark.django_db
def test_a_broken_carrier_stops_nobody_else(monkeypatch: pytest.MonkeyPatch) -> None:
    register_kind("test.broken", label="x", text="x", email=True, compose=lambda params: params["missing"])
    notify([7], "test.broken")
    notify([8], "test.urgent", params={"name": "a"})
    carry()
    assert [one.to[0] for one in mail.outbox] == ["u8@example.com"]
    assert states() == {"sent": 1, "waiting": 1}


@pytest.mark.django_db
def test_who_left_gets_nothing() -> None:
    notify([9], "test.urgent", params={"name": "a"})
    carry()
    assert mail.outbox == []
    assert states() == {"dropped": 1}


MOMENTS = st.datetimes(datetime(2024, 1, 1), datetime(2028, 1, 1)).map(lambda one: one.replace(tzinfo=UTC))
ZONES = st.sampled_from(
    ["Asia/Shanghai", "America/New_York", "Europe/Berlin", "Australia/Lord_Howe", "Asia/Kathmandu", "UTC"]
).map(ZoneInfo)
TIMES = st.times().map(lambda one: one.replace(second=0, microsecond=0, fold=0))


@given(MOMENTS, ZONES, TIMES, TIMES, st.sampled_from(list(MailRhythm)), st.integers(0, 23), st.integers(1, 7))
def test_nothing_ever_goes_out_in_quiet_hours_nor_is_held_for_ever(
    moment: datetime, zone: ZoneInfo, begin: time, end: time, mail_rhythm: MailRhythm, hour: int, weekday: int
) -> None:
    quiet = begin != end
    chosen = Preference(mail_rhythm, hour, weekday, begin if quiet else None, end if quiet else None)
    due = chosen.mail_at(moment, zone)
    assert moment <= due <= moment + timedelta(days=9)
    if not quiet and mail_rhythm == MailRhythm.WEEKLY:
        assert due.astimezone(zone).isoweekday() == weekday
    # At the change of the clocks an hour comes twice or never: there a due moment may look quiet again.
    shift = (due + timedelta(hours=3)).astimezone(zone).utcoffset()
    if shift == (due - timedelta(hours=3)).astimezone(zone).utcoffset():
        assert not chosen.is_quiet(due, zone)
