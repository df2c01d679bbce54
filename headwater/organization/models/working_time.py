"""When the company works: calendars, their exceptions, and the openings that follow from both."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower

from headwater.kernel.models import OrjsonField


class Calendar(models.Model):
    """Hours per weekday in one time zone; exactly one calendar is the default.

    `hours` holds seven lists of `["09:00", "12:00"]`, Monday first. What is below `version` is computed with
    the openings: the stretch they cover and the seconds worked in it, in its first and in its last lap
    (364 days). Before and after the stretch these laps repeat.
    """

    name = models.CharField(max_length=60)
    time_zone = models.CharField(max_length=60, default="Asia/Shanghai")
    is_default = models.BooleanField(default=False)
    hours = OrjsonField(default=list)
    follows_statutory = models.BooleanField(default=True)
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()

    open_from = models.DateTimeField()
    open_until = models.DateTimeField()
    worked = models.BigIntegerField()
    first_lap = models.BigIntegerField()
    last_lap = models.BigIntegerField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(Lower("name"), name="calendar_name_once"),
            models.UniqueConstraint(
                fields=["is_default"], name="calendar_default_once", condition=Q(is_default=True)
            ),
            models.CheckConstraint(name="calendar_covers_a_lap", condition=Q(open_from__lt=F("open_until"))),
            models.CheckConstraint(
                name="calendar_opens", condition=Q(worked__gt=0, first_lap__gt=0, last_lap__gt=0)
            ),
        ]

    def __str__(self) -> str:
        return self.name


class CalendarDay(models.Model):
    """An exception: one date on one calendar, or on all (`calendar` null). Without hours of its own a working
    day has those of its weekday, or of the first weekday with hours where its own has none."""

    calendar = models.ForeignKey(
        Calendar, models.CASCADE, null=True, blank=True, related_name="days", db_index=False
    )
    date = models.DateField()
    is_working = models.BooleanField()
    hours = OrjsonField(null=True, blank=True)
    name = models.CharField(max_length=60, blank=True, default="")
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["calendar", "date"], name="calendar_day_once", nulls_distinct=False
            ),
            models.CheckConstraint(
                name="calendar_day_off_has_no_hours", condition=Q(is_working=True) | Q(hours__isnull=True)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.date} {self.name}".strip()


class Opening(models.Model):
    """One stretch of work; `worked_before` is the seconds worked from the calendar's first opening to it."""

    calendar = models.ForeignKey(Calendar, models.CASCADE, related_name="openings", db_index=False)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    worked_before = models.BigIntegerField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["calendar", "starts_at"], name="opening_once"),
            models.UniqueConstraint(fields=["calendar", "worked_before"], name="opening_by_work"),
            models.CheckConstraint(name="opening_lasts", condition=Q(starts_at__lt=F("ends_at"))),
        ]
