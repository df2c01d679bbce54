"""When a person wants mail, and when nothing may disturb them: all in their own time zone."""

import re
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.db import transaction
from django.utils.translation import gettext as _

from headwater.kernel import clock, sql
from headwater.kernel.errors import Invalid
from headwater.platform.notifications.kinds import Address, Channel, addresses
from headwater.platform.notifications.types import MailRhythm

_CLOCK_TIME = re.compile(r"([01]?[0-9]|2[0-3]):([0-5][0-9])")
_HOUSE_ZONE = "Asia/Shanghai"
_COLUMNS = "mail, digest_hour, digest_weekday, quiet_from, quiet_until"


@dataclass(frozen=True, slots=True)
class Preference:
    """What one person chose; the defaults are what everybody begins with."""

    mail: MailRhythm = MailRhythm.AT_ONCE
    digest_hour: int = 9
    digest_weekday: int = 1
    quiet_from: time | None = None
    quiet_until: time | None = None

    def is_quiet(self, moment: datetime, zone: ZoneInfo) -> bool:
        """Whether the person is to be left alone."""
        if self.quiet_from is None or self.quiet_until is None:
            return False
        now = moment.astimezone(zone).time()
        if self.quiet_from < self.quiet_until:
            return self.quiet_from <= now < self.quiet_until
        return now >= self.quiet_from or now < self.quiet_until

    def disturb_at(self, moment: datetime, zone: ZoneInfo) -> datetime:
        """The first moment, not before the given one, outside of the quiet hours."""
        if self.quiet_until is None or not self.is_quiet(moment, zone):
            return moment
        return _next(moment, zone, self.quiet_until)

    def mail_at(self, moment: datetime, zone: ZoneInfo) -> datetime:
        """When a mail about something of this moment may go out."""
        if self.mail == MailRhythm.AT_ONCE:
            return self.disturb_at(moment, zone)
        weekday = self.digest_weekday if self.mail == MailRhythm.WEEKLY else None
        return self.disturb_at(_next(moment, zone, time(self.digest_hour), weekday), zone)


def _next(moment: datetime, zone: ZoneInfo, at: time, weekday: int | None = None) -> datetime:
    """The next time a clock on the wall there shows `at`, later than `moment`."""
    day = moment.astimezone(zone).date()
    for ahead in range(9):
        date = day + timedelta(days=ahead)
        # Compared in UTC: two local times of one zone compare by the clock on the wall, whatever the season.
        # Of an hour that the season leaves out, the moment that is as far from midnight is taken.
        found = datetime.combine(date, at, zone).astimezone(moment.tzinfo)
        if found > moment and (weekday is None or date.isoweekday() == weekday):
            return found
    raise AssertionError("a week has every weekday")


def zone_of(address: Address | None) -> ZoneInfo:
    """Where the person's clock hangs."""
    try:
        return ZoneInfo(address.time_zone if address else _HOUSE_ZONE)
    except (ZoneInfoNotFoundError, ValueError):
        return ZoneInfo(_HOUSE_ZONE)


def preferences_of(user_ids: Collection[int]) -> dict[int, Preference]:
    """Of those who chose anything."""
    found = sql.rows(
        f"SELECT user_id, {_COLUMNS} FROM platform_notification_preference WHERE user_id = ANY(%s::bigint[])",
        (list(user_ids),),
    )
    return {row.pop("user_id"): Preference(**row | {"mail": MailRhythm(row["mail"])}) for row in found}


def preference_of(user_id: int) -> Preference:
    """What the person chose, else the defaults."""
    return preferences_of([user_id]).get(user_id, Preference())


def is_quiet_now(user_id: int) -> bool:
    """Whether the person is in quiet hours; costs one query for who has none."""
    chosen = preferences_of([user_id]).get(user_id)
    if chosen is None or chosen.quiet_from is None:
        return False
    return chosen.is_quiet(clock.now(), zone_of(addresses([user_id]).get(user_id)))


@transaction.atomic
def set_preference(user_id: int, preference: Preference) -> None:
    """Choose for oneself. What waits to be sent follows the new choice at once; refuses `Invalid`."""
    _check(preference)
    given = (
        str(preference.mail),
        preference.digest_hour,
        preference.digest_weekday,
        preference.quiet_from,
        preference.quiet_until,
    )
    now = clock.now()
    if preference == Preference():
        sql.execute("DELETE FROM platform_notification_preference WHERE user_id = %s", (user_id,))
    else:
        sql.execute(
            f"INSERT INTO platform_notification_preference (user_id, {_COLUMNS}, updated_at)"
            " VALUES (%s, %s, %s, %s, %s, %s, %s) ON CONFLICT (user_id) DO UPDATE SET mail = excluded.mail,"
            " digest_hour = excluded.digest_hour, digest_weekday = excluded.digest_weekday,"
            " quiet_from = excluded.quiet_from, quiet_until = excluded.quiet_until,"
            " updated_at = excluded.updated_at",
            (user_id, *given, now),
        )
    zone = zone_of(addresses([user_id]).get(user_id))
    sql.execute(
        "UPDATE platform_notification_delivery SET due_at = %s"
        " WHERE state = 'waiting' AND channel = %s AND target_id = %s AND attempts = 0",
        (preference.mail_at(now, zone), str(Channel.EMAIL), user_id),
    )


def _check(preference: Preference) -> None:
    complaints: dict[str, dict[str, str]] = {}
    if not 0 <= preference.digest_hour <= 23:
        complaints["digest_hour"] = {"code": "value.range", "detail": _("Between 0 and 23.")}
    if not 1 <= preference.digest_weekday <= 7:
        complaints["digest_weekday"] = {"code": "value.range", "detail": _("Between 1 and 7.")}
    begin, end = preference.quiet_from, preference.quiet_until
    if (begin is None) != (end is None):
        missing = "quiet_from" if begin is None else "quiet_until"
        complaints[missing] = {"code": "value.required", "detail": _("Give both ends of the quiet hours.")}
    elif begin is not None and begin == end:
        complaints["quiet_until"] = {
            "code": "value.same",
            "detail": _("Quiet hours that never end would hold everything back: choose another end."),
        }
    if complaints:
        raise Invalid(fields=complaints)


def parse_preference(given: dict[str, Any], present: Preference) -> Preference:
    """The present preference with what was given in its place; refuses `Invalid` values."""
    rhythm = str(given.get("mail", present.mail))
    if rhythm not in MailRhythm.values:
        raise Invalid.one("mail", "value.choice", _("This is not one of the choices."))
    return Preference(
        mail=MailRhythm(rhythm),
        digest_hour=_whole(given, "digest_hour", present.digest_hour),
        digest_weekday=_whole(given, "digest_weekday", present.digest_weekday),
        quiet_from=_clock_time(given, "quiet_from", present.quiet_from),
        quiet_until=_clock_time(given, "quiet_until", present.quiet_until),
    )


def _whole(given: dict[str, Any], key: str, present: int) -> int:
    raw = str(given.get(key, present)).strip()
    if not (raw.isascii() and raw.isdigit() and len(raw) <= 2):
        raise Invalid.one(key, "value.type", _("Give a whole number."))
    return int(raw)


def _clock_time(given: dict[str, Any], key: str, present: time | None) -> time | None:
    if key not in given:
        return present
    raw = str(given[key] or "").strip()
    if not raw:
        return None
    found = _CLOCK_TIME.fullmatch(raw)
    if not found:
        raise Invalid.one(key, "value.type", _("Give a time of day, e.g. 22:30."))
    return time(int(found[1]), int(found[2]))
