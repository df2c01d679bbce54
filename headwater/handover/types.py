"""Vocabulary of handovers, and the shape of what somebody asks for."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

UNDO_DAYS = 7
UNDO_FOR = timedelta(days=UNDO_DAYS)
FOOTPRINT_DAYS = 30
MOST_RECEIVERS = 100
MOST_PARTS = 50
MOST_WEIGHT = 1000


class Status(models.TextChoices):
    """How far a handover is."""

    RUNNING = "running", pgettext_lazy("handover", "Running")
    DONE = "done", pgettext_lazy("handover", "Done")
    UNDOING = "undoing", pgettext_lazy("handover", "Being taken back")
    UNDONE = "undone", pgettext_lazy("handover", "Taken back")

    @property
    def is_working(self) -> bool:
        return self in WORKING


WORKING = (Status.RUNNING, Status.UNDOING)


class Account(models.TextChoices):
    """What happens to the leaver's own account."""

    NOW = "now", pgettext_lazy("handover", "Deactivate at the start")
    AFTER = "after", pgettext_lazy("handover", "Deactivate when everything is handed over")
    KEEP = "keep", pgettext_lazy("handover", "Only hand over; the person stays")


class Mode(models.TextChoices):
    """Who gets the records of a part."""

    PEOPLE = "people", pgettext_lazy("handover", "People")
    POOL = "pool", pgettext_lazy("handover", "A pool")
    FOLLOW = "follow", pgettext_lazy("handover", "Whoever gets the record it belongs to")
    STAY = "stay", pgettext_lazy("handover", "Nobody: it stays")


class State(models.TextChoices):
    """What became of one record."""

    WAITING = "waiting", pgettext_lazy("handover", "Waiting")
    DONE = "done", pgettext_lazy("handover", "Handed over")
    KEPT = "kept", pgettext_lazy("handover", "Stayed")


class Undone(models.TextChoices):
    """What taking back did with one record."""

    NO = "", pgettext_lazy("handover", "Not taken back")
    BACK = "back", pgettext_lazy("handover", "Came back")
    LEFT = "left", pgettext_lazy("handover", "Left where it is")


# Why a record stayed, in words; the codes come from the rooms that own the records.
REASONS: Mapping[str, Any] = {
    "moved_since": _("Somebody moved, closed or archived it in the meantime"),
    "receiver_left": _("The receiver has left or the pool was closed in the meantime"),
    "unfit": _("Nobody suitable: people cannot report to themselves"),
    "unexpected": _("An unexpected error; an administrator finds it in the log"),
}


@dataclass(frozen=True, slots=True)
class Part:
    """Some records of one kind and who gets them. Of several parts the first that fits a record has it."""

    kind: str
    mode: Mode = Mode.PEOPLE
    people: tuple[tuple[int, int], ...] = ()  # (user id, weight)
    pool_id: int | None = None
    where: Mapping[str, Any] | None = None  # criteria; none: all that is left


@dataclass(frozen=True, slots=True)
class Order:
    """A whole handover as asked for."""

    leaver_id: int
    parts: tuple[Part, ...] = ()
    account: Account = Account.NOW
    note: str = ""


@dataclass(frozen=True, slots=True)
class Planned:
    """One record and where it will go."""

    kind: str
    record_id: int
    part: int
    owner_id: int | None = None
    pool_id: int | None = None


@dataclass(frozen=True, slots=True)
class Share:
    """How many records of a kind go to one receiver. `after` of `cap` only where caps count."""

    owner_id: int | None
    pool_id: int | None
    name: str
    count: int
    held: int | None = None
    cap: int | None = None

    @property
    def after(self) -> int | None:
        return None if self.held is None else self.held + self.count

    @property
    def over(self) -> int:
        """By how many the receiver will exceed their cap."""
        return (
            0
            if self.cap is None or self.after is None
            else max(0, self.after - max(self.cap, self.held or 0))
        )


@dataclass(frozen=True, slots=True)
class KindPreview:
    """What happens to one kind of things."""

    kind: str
    label: str
    icon: str
    total: int
    shares: tuple[Share, ...] = ()
    stays: int = 0


@dataclass(frozen=True, slots=True)
class Preview:
    """A handover before it is run."""

    leaver_id: int
    leaver: str
    kinds: tuple[KindPreview, ...]
    account: Account
    sessions: int = 0
    tokens: int = 0
    is_active: bool = True

    @property
    def total(self) -> int:
        return sum(kind.total for kind in self.kinds)

    @property
    def moves(self) -> int:
        return sum(share.count for kind in self.kinds for share in kind.shares)

    @property
    def over(self) -> int:
        return sum(share.over for kind in self.kinds for share in kind.shares)


@dataclass(frozen=True, slots=True)
class Footprint:
    """One reveal or export that the leaver did."""

    at: Any
    act: str
    name: str
    url: str = ""
    facts: Mapping[str, Any] = field(default_factory=dict)


class Ask(models.TextChoices):
    """What somebody looked up by."""

    PHONE = "phone", pgettext_lazy("look-up", "Phone")
    EMAIL = "email", pgettext_lazy("look-up", "E-mail")
    COMPANY = "company", pgettext_lazy("look-up", "Company")


class Answer(models.TextChoices):
    """How a request to take a lead over stands."""

    WAITING = "waiting", pgettext_lazy("take-over", "Waiting")
    ACCEPTED = "accepted", pgettext_lazy("take-over", "Accepted")
    DECLINED = "declined", pgettext_lazy("take-over", "Declined")
    VOID = "void", pgettext_lazy("take-over", "Settled otherwise")


@dataclass(frozen=True, slots=True)
class Hit:
    """What somebody who asks may know of a record: that it is there, since when, and where.

    Name, owner and address are filled only where the reader may see the record anyway.
    """

    number: int
    record: str
    label: str
    since: Any
    pool: str
    business_line: str
    state: str
    similarity: int
    is_mine: bool
    name: str = ""
    url: str = ""
    can_request: bool = False
    is_requested: bool = False


@dataclass(frozen=True, slots=True)
class Found:
    """The answer to a look-up."""

    id: int
    by: str
    hits: tuple[Hit, ...]
    used: int
    limit: int
