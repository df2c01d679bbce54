"""Closed vocabularies of the room and the small values that services and queries exchange."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

OUTCOMES = "activity_outcome"  # the picklist


class ActivityKind(models.TextChoices):
    """How somebody was reached."""

    CALL = "call", pgettext_lazy("activity", "Call")
    VISIT = "visit", pgettext_lazy("activity", "Visit")
    MEETING = "meeting", pgettext_lazy("activity", "Meeting")
    WECHAT = "wechat", _("WeChat")
    QQ = "qq", _("QQ")
    EMAIL = "email", pgettext_lazy("activity", "E-mail")
    SMS = "sms", pgettext_lazy("activity", "SMS")
    NOTE = "note", pgettext_lazy("activity", "Note")
    OTHER = "other", pgettext_lazy("activity", "Other")

    @property
    def icon(self) -> str:
        return _ICONS[self]

    @property
    def hue(self) -> str:
        return _HUES.get(self, "gray")


_HUES = {
    ActivityKind.CALL: "blue",
    ActivityKind.VISIT: "orange",
    ActivityKind.MEETING: "violet",
    ActivityKind.WECHAT: "green",
    ActivityKind.QQ: "cyan",
    ActivityKind.EMAIL: "teal",
    ActivityKind.SMS: "lime",
}
_ICONS = {
    ActivityKind.CALL: "phone",
    ActivityKind.VISIT: "map-pin",
    ActivityKind.MEETING: "users",
    ActivityKind.WECHAT: "message-circle",
    ActivityKind.QQ: "message-square",
    ActivityKind.EMAIL: "mail",
    ActivityKind.SMS: "message-square-text",
    ActivityKind.NOTE: "notebook-pen",
    ActivityKind.OTHER: "ellipsis",
}


class Repeat(models.TextChoices):
    """When a finished task comes again, counted from its due time."""

    NEVER = "", _("Does not repeat")
    DAILY = "daily", _("Every day")
    WORKDAYS = "workdays", _("Monday to Friday")
    WEEKLY = "weekly", _("Every week")
    MONTHLY = "monthly", _("Every month")


class Priority(models.TextChoices):
    LOW = "low", pgettext_lazy("priority", "Low")
    NORMAL = "normal", pgettext_lazy("priority", "Normal")
    HIGH = "high", pgettext_lazy("priority", "High")


@dataclass(frozen=True, slots=True)
class RecordRef:
    """A record of any type, named as (record_type, record_id)."""

    record_type: str
    record_id: int


@dataclass(frozen=True, slots=True)
class NewActivity:
    """One follow-up about to be written; the record may be followed up, the caller has checked."""

    record_type: str
    record_id: int
    kind: str = ActivityKind.CALL
    outcome: str | None = None
    content: str = ""
    occurred_at: datetime | None = None  # now
    duration_seconds: int | None = None
    next_at: datetime | None = None
    participants: tuple[int, ...] = ()
    messages: tuple[Mapping[str, Any], ...] = ()  # of a pasted chat: sender, at, text
    author_id: int | None = None  # the actor


@dataclass(frozen=True, slots=True)
class Recorded:
    """A follow-up just written, as the room that owns its record hears of it."""

    id: int
    record_type: str
    record_id: int
    kind: str
    outcome: str | None
    occurred_at: datetime
    author_id: int
    next_at: datetime | None

    @property
    def is_contact(self) -> bool:
        """Somebody was really contacted: a note to oneself moves no deadline."""
        return self.kind != ActivityKind.NOTE


@dataclass(frozen=True, slots=True)
class SubjectCard:
    """What a feed, a task list or a notification shows of a record."""

    record_type: str
    record_id: int
    title: str
    url: str
    type_label: str = ""


@dataclass(frozen=True, slots=True)
class BulkResult:
    """What became of one of many."""

    id: int
    ok: bool
    code: str = ""
    detail: str = ""
    facts: Mapping[str, Any] = field(default_factory=dict)
