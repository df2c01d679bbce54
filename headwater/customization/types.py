"""Closed vocabularies of the room."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class IndexState(models.TextChoices):
    """Where the index behind a filterable custom field is in its life."""

    NONE = "none", _("No index")
    WANTED = "wanted", _("Index is being built")
    READY = "ready", _("Indexed")
    FAILED = "failed", _("Index could not be built")
    UNWANTED = "unwanted", _("Index is being dropped")


class Sharing(models.TextChoices):
    """Who sees a saved view besides its owner."""

    PRIVATE = "private", _("Only me")
    SELECTED = "selected", _("Departments or roles")
    EVERYONE = "everyone", _("Everyone")


class Density(models.TextChoices):
    """Height of the rows of a list."""

    COSY = "cosy", _("Comfortable")
    COMPACT = "compact", _("Compact")
