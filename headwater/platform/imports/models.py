"""Imports and what became of their rows."""

from typing import ClassVar

from django.db import models

from headwater.kernel.models import OrjsonField
from headwater.platform.imports.types import Outcome, Status


class ImportJob(models.Model):
    """One file on its way in. `next_row` and `next_offset` say where the work at hand goes on."""

    record_type = models.CharField(max_length=40)
    user_id = models.BigIntegerField()
    language = models.CharField(max_length=10, default="zh-hans")
    status = models.CharField(max_length=12, choices=Status, default=Status.READING)
    version = models.PositiveIntegerField(default=1)

    file_name = models.CharField(max_length=255)
    file_size = models.BigIntegerField()
    folder = models.CharField(max_length=64, unique=True)
    files_kept = models.BooleanField(default=True)
    layout = OrjsonField(default=dict)
    sheets = OrjsonField(default=list)
    columns = OrjsonField(default=list)
    signature = models.CharField(max_length=40, default="")
    row_count = models.IntegerField(default=0)

    mapping = OrjsonField(default=list)
    options = OrjsonField(default=dict)
    prepared = OrjsonField(default=dict)  # what the importer worked out at the start, kept for a resume
    then = models.CharField(max_length=12, default="", blank=True)  # what follows reading: check or run

    next_row = models.IntegerField(default=1)
    next_offset = models.BigIntegerField(default=0)
    created_count = models.IntegerField(default=0)
    updated_count = models.IntegerField(default=0)
    skipped_count = models.IntegerField(default=0)
    failed_count = models.IntegerField(default=0)
    reverted_count = models.IntegerField(default=0)
    kept_count = models.IntegerField(default=0)  # rows that a revert left as they are

    error_code = models.CharField(max_length=80, default="", blank=True)
    error_detail = models.TextField(default="", blank=True)
    stop_requested = models.BooleanField(default=False)
    created_at = models.DateTimeField()
    worked_at = models.DateTimeField(null=True)  # when the last chunk was written
    checked_at = models.DateTimeField(null=True)
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    reverted_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "platform_import"
        indexes: ClassVar = [
            models.Index(fields=["user_id", "-id"], name="platform_import_mine"),
            models.Index(fields=["-id"], name="platform_import_newest"),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(
                name="platform_import_status", condition=models.Q(status__in=Status.values)
            )
        ]

    def __str__(self) -> str:
        return self.file_name


class ImportRow(models.Model):
    """What became of one row. After a check: only rows that will not simply be created."""

    pk = models.CompositePrimaryKey("job_id", "number")
    job = models.ForeignKey(  # checked by nobody: rows and their import are written by the same hand
        ImportJob, models.CASCADE, related_name="rows", db_index=False, db_constraint=False
    )
    number = models.IntegerField()
    outcome = models.CharField(max_length=8, choices=Outcome)
    record_id = models.BigIntegerField(null=True)
    code = models.CharField(max_length=80, default="", db_default="")
    field = models.CharField(max_length=120, default="", db_default="")
    detail = models.TextField(default="", db_default="")
    changes = OrjsonField(null=True)
    undone = models.CharField(max_length=80, null=True)  # by a revert: "" = taken back, else why not

    class Meta:
        db_table = "platform_import_row"


class SeenKey(models.Model):
    """Identities met so far while a file is checked: finds duplicates within the file. Unlogged."""

    pk = models.CompositePrimaryKey("job_id", "mark")
    job_id = models.BigIntegerField()
    mark = models.BigIntegerField()
    number = models.IntegerField()

    class Meta:
        db_table = "platform_import_seen"


class RememberedMapping(models.Model):
    """How somebody last mapped columns of these names."""

    record_type = models.CharField(max_length=40)
    user_id = models.BigIntegerField()
    signature = models.CharField(max_length=40)
    mapping = OrjsonField(default=dict)  # {header: {target, empty, add_missing}}
    options = OrjsonField(default=dict)
    saved_at = models.DateTimeField()

    class Meta:
        db_table = "platform_import_memory"
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["record_type", "user_id", "signature"], name="platform_import_memory_once"
            )
        ]
