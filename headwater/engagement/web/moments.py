"""Moments in forms: they are shown to the minute, so an untouched one must not count as a change."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils import timezone


def without_untouched(values: Mapping[str, Any], present: Mapping[str, Any]) -> dict[str, Any]:
    """The posted values less those moments that still read as the form showed them."""
    kept: dict[str, Any] = {}
    for key, value in values.items():
        now = present.get(key)
        if isinstance(now, datetime) and value == timezone.localtime(now).strftime("%Y-%m-%d %H:%M"):
            continue
        kept[key] = value
    return kept
