"""Vocabulary of pools."""

from dataclasses import dataclass

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class MemberKind(models.TextChoices):
    """Whom a membership names."""

    USER = "user", _("Person")
    DEPARTMENT = "department", _("Department")
    ROLE = "role", _("Role")
    EVERYONE = "everyone", _("Everyone")


@dataclass(frozen=True, slots=True)
class Standing:
    """The pools in which an actor may look and claim (`member`) and those they administer (`admin`).

    Administering includes membership.
    """

    member: frozenset[int]
    admin: frozenset[int]


class Joined(models.TextChoices):
    """When a lead goes: as soon as one period has passed, or when all have."""

    ANY = "any", _("As soon as one period has passed")
    ALL = "all", _("When all periods have passed")


class Clock(models.TextChoices):
    """Which hours count."""

    NATURAL = "natural", _("All hours")
    WORKING = "working", _("Working hours only")


class CalendarOf(models.TextChoices):
    """Whose working hours count."""

    POOL = "pool", _("The pool's")
    DEPARTMENT = "department", _("The owner's department's")


class Got(models.TextChoices):
    """How its owner came by a lead."""

    CLAIMED = "claimed", pgettext_lazy("lead got", "Claimed")
    ASSIGNED = "assigned", pgettext_lazy("lead got", "Assigned")
    CREATED = "created", pgettext_lazy("lead got", "Entered by themselves")
