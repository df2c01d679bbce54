"""Words of the room."""

from django.db import models
from django.utils.translation import pgettext_lazy


class ReportSharing(models.TextChoices):
    """Who may open a report besides its owner."""

    PRIVATE = "private", pgettext_lazy("sharing of a report", "Only me")
    SELECTED = "selected", pgettext_lazy("sharing of a report", "Chosen departments, roles or people")
    EVERYONE = "everyone", pgettext_lazy("sharing of a report", "Everyone")


class Rhythm(models.TextChoices):
    """How often a report is sent."""

    WORKDAY = "workday", pgettext_lazy("rhythm of a report", "Every weekday, Monday to Friday")
    WEEK = "week", pgettext_lazy("rhythm of a report", "Every week")
    MONTH = "month", pgettext_lazy("rhythm of a report", "Every month")


class Attachment(models.TextChoices):
    """What a mail brings besides the table in its text."""

    XLSX = "xlsx", pgettext_lazy("attachment of a report", "With an Excel workbook")
    NONE = "none", pgettext_lazy("attachment of a report", "The table in the mail only")


class SentState(models.TextChoices):
    """What became of one person's copy of one due moment."""

    WAITING = "waiting", pgettext_lazy("sent report", "Waiting")
    SENDING = "sending", pgettext_lazy("sent report", "Being sent")
    SENT = "sent", pgettext_lazy("sent report", "Sent")
    SKIPPED = "skipped", pgettext_lazy("sent report", "Left out")
    FAILED = "failed", pgettext_lazy("sent report", "Failed")
    UNKNOWN = "unknown", pgettext_lazy("sent report", "Interrupted, perhaps sent")
