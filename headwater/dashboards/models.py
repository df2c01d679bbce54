"""Tables of the room. Verbs live in `services`."""

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from headwater.dashboards.types import COLUMNS, MOST_ROWS, TALLEST, Place, Refresh, Visibility
from headwater.kernel.models import OrjsonField


class Dashboard(models.Model):
    """A board of widgets. `period` is what it opens with; blank: every widget its own."""

    name = models.CharField(max_length=60)
    owner = models.ForeignKey("organization.User", models.PROTECT, related_name="+", db_index=False)
    visibility = models.CharField(max_length=10, choices=Visibility, default=Visibility.PRIVATE)
    role_ids = ArrayField(models.BigIntegerField(), default=list)
    period = models.CharField(max_length=30, blank=True, default="")
    refresh_seconds = models.PositiveSmallIntegerField(choices=Refresh, default=Refresh.NEVER)
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()
    archived_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(name="dashboard_has_name", condition=~Q(name="")),
            models.CheckConstraint(
                name="dashboard_visibility", condition=Q(visibility__in=Visibility.values)
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["owner"], name="dashboard_owner")]

    def __str__(self) -> str:
        return self.name


class Widget(models.Model):
    """One figure, chart or table: of a saved report, a preset or a definition of its own.

    `title`, `note` and `chart` win over what the report says; `position` is the order on a phone, where
    somebody has set one: else it is the reading order of the desk.
    """

    dashboard = models.ForeignKey(Dashboard, models.CASCADE, related_name="widgets", db_index=False)
    report = models.ForeignKey("insight.Report", models.PROTECT, null=True, related_name="+", db_index=False)
    preset = models.CharField(max_length=60, blank=True, default="")
    definition = OrjsonField(null=True)
    title = models.CharField(max_length=80, blank=True, default="")
    note = models.CharField(max_length=200, blank=True, default="")
    chart = models.CharField(max_length=20, blank=True, default="")
    x = models.PositiveSmallIntegerField()
    y = models.PositiveSmallIntegerField()
    w = models.PositiveSmallIntegerField()
    h = models.PositiveSmallIntegerField()
    position = models.PositiveSmallIntegerField(null=True)
    archived_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                name="widget_on_the_board",
                condition=Q(w__gte=1, h__gte=1, h__lte=TALLEST, y__lte=MOST_ROWS)
                & Q(x__lte=COLUMNS - models.F("w")),
            ),
            models.CheckConstraint(
                name="widget_shows_one_thing",
                condition=Q(report__isnull=False, preset="", definition__isnull=True)
                | Q(report__isnull=True, definition__isnull=True) & ~Q(preset="")
                | Q(report__isnull=True, preset="", definition__isnull=False),
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["dashboard"], name="widget_dashboard")]

    def __str__(self) -> str:
        return self.title or self.preset or f"widget {self.pk}"

    @property
    def place(self) -> Place:
        return Place(self.x, self.y, self.w, self.h)


class FirstBoard(models.Model):
    """What opens first: for a person who chose it, or for a role as administrators set it."""

    user = models.OneToOneField("organization.User", models.CASCADE, null=True, related_name="+")
    role = models.OneToOneField("organization.Role", models.CASCADE, null=True, related_name="+")
    dashboard = models.ForeignKey(Dashboard, models.CASCADE, null=True, related_name="+", db_index=False)
    builtin = models.CharField(max_length=40, blank=True, default="")
    updated_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                name="first_board_of_one",
                condition=Q(user__isnull=False, role__isnull=True) | Q(user__isnull=True, role__isnull=False),
            ),
            models.CheckConstraint(
                name="first_board_is_one",
                condition=Q(dashboard__isnull=False, builtin="") | Q(dashboard__isnull=True) & ~Q(builtin=""),
            ),
        ]

    def __str__(self) -> str:
        return self.builtin or f"dashboard {self.dashboard_id}"
