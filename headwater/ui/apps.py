"""The room's entry in Django."""

from django.apps import AppConfig


class UiConfig(AppConfig):
    """Screens are built from here; the room holds no tables."""

    name = "headwater.ui"
    label = "ui"
