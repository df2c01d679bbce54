"""Vocabulary of leads. Meanings: domain rules §1."""

from dataclasses import dataclass

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Status(models.TextChoices):
    """Where a lead is in the flow."""

    POOLED = "pooled", pgettext_lazy("lead status", "In pool")
    ASSIGNED = "assigned", pgettext_lazy("lead status", "Assigned")
    FOLLOWING = "following", pgettext_lazy("lead status", "Following")
    CONVERTED = "converted", pgettext_lazy("lead status", "Converted")
    INVALID = "invalid", pgettext_lazy("lead status", "Invalid")

    @property
    def is_owned(self) -> bool:
        return self in OWNED

    @property
    def is_closed(self) -> bool:
        return self in CLOSED


OWNED = frozenset({Status.ASSIGNED, Status.FOLLOWING})
CLOSED = frozenset({Status.CONVERTED, Status.INVALID})


class Stage(models.TextChoices):
    """How good a lead is."""

    UQL = "UQL", _("Unverified (UQL)")
    MQL = "MQL", _("Marketing-qualified (MQL)")
    SQL = "SQL", _("Sales-qualified (SQL)")
    WON = "WON", _("Won")
    DISQUALIFIED = "disqualified", _("Disqualified")


class Why(models.TextChoices):
    """Why a lead changed its place."""

    CREATED = "created", pgettext_lazy("transfer", "Created")
    IMPORTED = "imported", pgettext_lazy("transfer", "Imported")
    DEFAULT = "default", pgettext_lazy("transfer", "Default assignment")
    CLAIMED = "claimed", pgettext_lazy("transfer", "Claimed")
    ASSIGNED = "assigned", pgettext_lazy("transfer", "Assigned")
    DISPATCHED = "dispatched", pgettext_lazy("transfer", "Dispatched")
    TRANSFERRED = "transferred", pgettext_lazy("transfer", "Transferred")
    RETURNED = "returned", pgettext_lazy("transfer", "Returned")
    RECYCLED = "recycled", pgettext_lazy("transfer", "Recycled")
    MOVED = "moved", pgettext_lazy("transfer", "Moved")
    INVALIDATED = "invalidated", pgettext_lazy("transfer", "Marked invalid")
    REOPENED = "reopened", pgettext_lazy("transfer", "Reopened")
    WOKEN = "woken", pgettext_lazy("transfer", "Woken by an inquiry")
    CONVERTED = "converted", pgettext_lazy("transfer", "Converted")
    UNCONVERTED = "unconverted", pgettext_lazy("transfer", "Conversion undone")
    ARCHIVED = "archived", pgettext_lazy("transfer", "Archived")
    RESTORED = "restored", pgettext_lazy("transfer", "Restored")
    MERGED = "merged", pgettext_lazy("transfer", "Merged into another lead")
    UNMERGED = "unmerged", pgettext_lazy("transfer", "Merge undone")
    HANDOVER = "handover", pgettext_lazy("transfer", "Handover")
    HANDED_BACK = "handed_back", pgettext_lazy("transfer", "Handover taken back")


class Spot(models.TextChoices):
    """The kind of place a lead is in."""

    POOL = "pool"
    OWNER = "owner"
    CLOSED = "closed"
    ARCHIVE = "archive"


@dataclass(frozen=True, slots=True)
class Place:
    """Exactly one place: a pool, an owner, or closed."""

    status: Status
    owner_id: int | None = None
    pool_id: int | None = None

    def __post_init__(self) -> None:
        owned, pooled = self.owner_id is not None, self.pool_id is not None
        if (owned, pooled) != (self.status.is_owned, self.status == Status.POOLED):
            raise ValueError(f"{self} is not one place")

    @classmethod
    def of_owner(cls, owner_id: int) -> "Place":
        return cls(Status.ASSIGNED, owner_id=owner_id)

    @classmethod
    def in_pool(cls, pool_id: int) -> "Place":
        return cls(Status.POOLED, pool_id=pool_id)

    @classmethod
    def closed(cls, status: Status) -> "Place":
        return cls(status)


# The contact methods of which a lead needs one; a value of each belongs to one lead alone.
CONTACT_METHODS = ("mobile", "phone", "email", "wechat", "qq")
IDENTITIES = (*CONTACT_METHODS, "external_id")
