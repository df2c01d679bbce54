"""Words of the room."""

from django.db import models
from django.utils.translation import pgettext_lazy


class Status(models.TextChoices):
    """Where an export stands."""

    WAITING = "waiting", pgettext_lazy("export", "Waiting")
    WORKING = "working", pgettext_lazy("export", "Being written")
    DONE = "done", pgettext_lazy("export", "Ready")
    FAILED = "failed", pgettext_lazy("export", "Failed")
    CANCELLED = "cancelled", pgettext_lazy("export", "Cancelled")
    EXPIRED = "expired", pgettext_lazy("export", "Removed")


UNFINISHED = (Status.WAITING, Status.WORKING)


class Format(models.TextChoices):
    """What kind of file."""

    XLSX = "xlsx", pgettext_lazy("file format", "Excel workbook (.xlsx)")
    CSV = "csv", pgettext_lazy("file format", "Text table (.csv)")
