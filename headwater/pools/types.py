"""Vocabulary of pools."""

from dataclasses import dataclass

from django.db import models
from django.utils.translation import gettext_lazy as _


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
