"""Moments as they stand in refusals."""

from datetime import datetime

from django.utils import timezone


def moment_text(moment: datetime) -> str:
    """11-25 09:00 in the reader's time zone."""
    return timezone.localtime(moment).strftime("%m-%d %H:%M")


def day_text(moment: datetime) -> str:
    return timezone.localtime(moment).strftime("%m-%d")
