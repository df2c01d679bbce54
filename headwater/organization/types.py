"""Closed vocabularies of the room."""

from django.db.models import IntegerChoices, TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Theme(TextChoices):
    """Which colours a person's screens have."""

    AUTO = "auto", _("As the device")
    LIGHT = "light", pgettext_lazy("theme", "Light")
    DARK = "dark", pgettext_lazy("theme", "Dark")


class Level(IntegerChoices):
    """How experienced a representative is; better leads may go to higher levels."""

    JUNIOR = 1, pgettext_lazy("level", "Junior")
    REGULAR = 2, pgettext_lazy("level", "Regular")
    SENIOR = 3, pgettext_lazy("level", "Senior")
    EXPERT = 4, pgettext_lazy("level", "Expert")


class Standing(TextChoices):
    """Where a person stands between being invited and having left."""

    INVITED = "invited", pgettext_lazy("person", "Invited")
    ACTIVE = "active", pgettext_lazy("person", "Active")
    DEACTIVATED = "deactivated", pgettext_lazy("person", "Deactivated")


class AbsenceKind(TextChoices):
    """Why somebody is away."""

    LEAVE = "leave", pgettext_lazy("absence", "Leave")
    TRIP = "trip", pgettext_lazy("absence", "Business trip")
    OTHER = "other", pgettext_lazy("absence", "Other")
