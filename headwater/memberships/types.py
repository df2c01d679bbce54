"""Vocabulary of campaign members."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from django.db import models
from django.utils.translation import pgettext_lazy

Of = Literal["lead", "contact"]  # what a member is
OF: tuple[Of, ...] = ("lead", "contact")


class How(models.TextChoices):
    """How somebody came to be a member."""

    ADDED = "added", pgettext_lazy("campaign member", "Added by hand")
    IMPORTED = "imported", pgettext_lazy("campaign member", "From an imported file")
    INQUIRED = "inquired", pgettext_lazy("campaign member", "Inquired by itself")


# Statuses are a picklist of the company's own; these keys of it say that nothing has been heard. Each other
# status is a reaction, but for `no_show`: who did not come may have said before that they would.
UNHEARD = frozenset({"targeted", "sent"})
SILENT = UNHEARD | {"no_show"}
RESPONDED = "responded"

MAX_BATCH = 10_000


def is_reaction(status: str) -> bool:
    """Whether a member of this status has reacted."""
    return status not in SILENT


@dataclass(frozen=True, slots=True)
class Joining:
    """A lead or contact comes under a campaign at a moment; by which file, if by one."""

    record_id: int
    campaign_id: int
    at: datetime
    of: Of = "lead"
    import_id: int | None = None
