"""Closed vocabularies of the room, and the limits of what is typed."""

from django.db.models import TextChoices
from django.utils.translation import pgettext_lazy

MOST_LINES = 200
MOST_INSTALMENTS = 60
EARLIEST_YEAR, LATEST_YEAR = 1970, 2199


class OrderState(TextChoices):
    """Where an order stands. Money moves only while it is active or completed."""

    DRAFT = "draft", pgettext_lazy("order", "Draft")
    ACTIVE = "active", pgettext_lazy("order", "Active")
    COMPLETED = "completed", pgettext_lazy("order", "Completed")
    CANCELLED = "cancelled", pgettext_lazy("order", "Cancelled")


STATE_HUES = {
    OrderState.DRAFT: "gray",
    OrderState.ACTIVE: "blue",
    OrderState.COMPLETED: "green",
    OrderState.CANCELLED: "red",
}
# From where to where an order can go by hand.
WAYS: dict[OrderState, frozenset[OrderState]] = {
    OrderState.DRAFT: frozenset({OrderState.ACTIVE, OrderState.CANCELLED}),
    OrderState.ACTIVE: frozenset({OrderState.COMPLETED, OrderState.CANCELLED, OrderState.DRAFT}),
    OrderState.COMPLETED: frozenset({OrderState.ACTIVE}),
    OrderState.CANCELLED: frozenset({OrderState.DRAFT}),
}


class EntryKind(TextChoices):
    """What an entry of the ledger is."""

    PAYMENT = "payment", pgettext_lazy("payment", "Payment")
    REFUND = "refund", pgettext_lazy("payment", "Refund")
    VOID = "void", pgettext_lazy("payment", "Void")


KIND_HUES = {EntryKind.PAYMENT: "green", EntryKind.REFUND: "amber", EntryKind.VOID: "gray"}


class Bucket(TextChoices):
    """How long what is owed has been due."""

    NOT_DUE = "not_due", pgettext_lazy("receivables", "Not due yet")
    D30 = "d30", pgettext_lazy("receivables", "1–30 days")
    D60 = "d60", pgettext_lazy("receivables", "31–60 days")
    D90 = "d90", pgettext_lazy("receivables", "61–90 days")
    MORE = "more", pgettext_lazy("receivables", "Over 90 days")


# Days overdue of each: from, to (inclusive); None: without end.
BUCKETS: dict[Bucket, tuple[int | None, int | None]] = {
    Bucket.NOT_DUE: (None, 0),
    Bucket.D30: (1, 30),
    Bucket.D60: (31, 60),
    Bucket.D90: (61, 90),
    Bucket.MORE: (91, None),
}
