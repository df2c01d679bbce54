"""Exports and how far they have come."""

from django.db import models

from headwater.exports.types import UNFINISHED, Format, Status
from headwater.kernel.models import OrjsonField


class ExportJob(models.Model):
    """One list on its way out, or what another room writes (`source`).

    Its file lies in `folder` until `expires_at`.

    Whoever works on it holds `lease`; a worker that is silent for two minutes loses it.
    """

    record_type = models.CharField(max_length=40)
    source = models.CharField(max_length=40, blank=True, default="")  # who writes it; "" for a list
    user_id = models.BigIntegerField()
    language = models.CharField(max_length=10, default="zh-hans")
    status = models.CharField(max_length=12, choices=Status, default=Status.WAITING)
    format = models.CharField(max_length=8, choices=Format, default=Format.XLSX)

    columns = OrjsonField(default=list)  # keys of fields
    criteria = OrjsonField(default=dict)  # a tree, empty for everything; of a source its wish
    ids = OrjsonField(null=True)  # ticked records instead
    q = models.CharField(max_length=100, blank=True, default="")
    sort = models.CharField(max_length=200, blank=True, default="")

    row_count = models.IntegerField(default=0)
    done_count = models.IntegerField(default=0)
    folder = models.CharField(max_length=32, unique=True)
    file_name = models.CharField(max_length=120)
    file_size = models.BigIntegerField(default=0)
    lease = models.CharField(max_length=32, blank=True, default="")
    tries = models.PositiveSmallIntegerField(default=0)
    error_code = models.CharField(max_length=80, blank=True, default="")
    error_detail = models.TextField(blank=True, default="")

    created_at = models.DateTimeField()
    worked_at = models.DateTimeField()  # the last sign of life
    finished_at = models.DateTimeField(null=True)
    expires_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["user_id", "-id"], name="exports_mine"),
            models.Index("worked_at", condition=models.Q(status__in=UNFINISHED), name="exports_unfinished"),
            models.Index("expires_at", condition=models.Q(status=Status.DONE), name="exports_expiring"),
        ]
        constraints = [
            models.CheckConstraint(condition=models.Q(status__in=Status.values), name="exports_status"),
            models.CheckConstraint(condition=models.Q(format__in=Format.values), name="exports_format"),
        ]

    def __str__(self) -> str:
        return self.file_name
