"""The jobs that keep the event log and the queue small."""

from datetime import datetime, timedelta

from django.utils.translation import gettext_lazy as _

from headwater.platform import events
from headwater.platform.jobs.failures import remove_old_failures
from headwater.platform.jobs.tasks import periodic
from headwater.platform.settings import SettingType, register_setting

KEEP_EVENTS_DAYS = register_setting(
    "events.keep_days",
    90,
    type=SettingType.NUMBER,
    label=_("Days to keep delivered events"),
    help=_("Events that a subscriber has not taken yet are kept in any case."),
    group=_("Administration"),
    minimum=1,
    maximum=3650,
)


@periodic("10 3 * * *", name="events.remove-old")
def remove_old_events(at: datetime) -> None:
    events.remove_old_events(keep=timedelta(days=KEEP_EVENTS_DAYS.get()))


@periodic("15 3 * * *", name="jobs.remove-old")
def remove_old_jobs(at: datetime) -> None:
    remove_old_failures()
