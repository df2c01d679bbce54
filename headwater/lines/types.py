"""Vocabulary of business lines. Meanings: docs/guides/business-lines.md."""

from django.db import models
from django.utils.translation import pgettext_lazy

PICKLIST = "business_line"  # its values are the lines


class OwnerKind(models.TextChoices):
    """Who gets the opportunities of a rule."""

    PEOPLE = "people", pgettext_lazy("line owner", "People, by turns")
    POOL_ADMINS = "pool_admins", pgettext_lazy("line owner", "Administrators of the lead's pool")
