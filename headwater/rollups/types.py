"""Vocabulary of the room."""

from django.db import models

# The reckoning itself, by version: raise it where a rollup's SQL changes its meaning, and every house fills
# the rollup anew by itself.
SHAPE = 4


class Key(models.TextChoices):
    """What is filled as one."""

    LEADS = "leads", "Leads"
    FOLLOW_UPS = "follow_ups", "Follow-ups"
