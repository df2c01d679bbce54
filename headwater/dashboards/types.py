"""Closed vocabularies and measures of the room."""

from dataclasses import dataclass

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

COLUMNS = 12
MOST_ROWS = 400  # of a board; the style sheet places widgets as far down as this
TALLEST = 24  # rows of one widget
MOST_WIDGETS = 40
NAME_LENGTH = 60


class Visibility(models.TextChoices):
    """Who sees a dashboard besides its owner; its figures are always those within the reader's reach."""

    PRIVATE = "private", _("Only me")
    ROLES = "roles", pgettext_lazy("dashboard", "People with certain roles")
    EVERYONE = "everyone", _("Everyone")


class Refresh(models.IntegerChoices):
    """How often an open dashboard asks for new figures, in seconds."""

    NEVER = 0, pgettext_lazy("refresh", "Off")
    MINUTE = 60, pgettext_lazy("refresh", "Every minute")
    FIVE_MINUTES = 300, pgettext_lazy("refresh", "Every 5 minutes")
    QUARTER = 900, pgettext_lazy("refresh", "Every 15 minutes")


@dataclass(frozen=True, slots=True)
class Place:
    """Where a widget stands on the grid of twelve columns: from the left, from the top, width, height."""

    x: int
    y: int
    w: int
    h: int

    def meets(self, other: "Place") -> bool:
        """Whether both want the same ground."""
        return (
            self.x < other.x + other.w
            and other.x < self.x + self.w
            and self.y < other.y + other.h
            and other.y < self.y + self.h
        )
