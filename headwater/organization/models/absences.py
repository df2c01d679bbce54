"""When somebody is away."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from headwater.organization.models.people import User
from headwater.organization.types import AbsenceKind


class Absence(models.Model):
    """A stretch of time in which a person gets nothing new; a person's absences never overlap."""

    user = models.ForeignKey(User, models.CASCADE, related_name="absences", db_index=False)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    kind = models.CharField(max_length=10, choices=AbsenceKind, default=AbsenceKind.LEAVE)
    note = models.CharField(max_length=200, blank=True, default="")
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField()
    created_by_id = models.BigIntegerField(null=True)
    updated_at = models.DateTimeField()
    is_end_told = models.BooleanField(default=False, db_default=False)  # that the person is back

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(name="absence_lasts", condition=Q(starts_at__lt=F("ends_at"))),
            models.CheckConstraint(name="absence_kind", condition=Q(kind__in=AbsenceKind.values)),
        ]
        indexes: ClassVar = [
            models.Index(fields=["user", "ends_at"], name="absence_by_end"),
            models.Index(fields=["ends_at"], name="absence_end_untold", condition=Q(is_end_told=False)),
        ]
