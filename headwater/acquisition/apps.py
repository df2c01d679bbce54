"""The room's entry in Django."""

from typing import Any

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class AcquisitionConfig(AppConfig):
    """Where leads come from: sources, channels, campaigns."""

    name = "headwater.acquisition"
    label = "acquisition"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Plug the room into the house."""
        from headwater.acquisition import registrations

        registrations.register()
        post_migrate.connect(_write_first_sources, sender=self)


def _write_first_sources(using: str, **_kwargs: Any) -> None:
    """A new installation starts with the usual sources and channels instead of an empty list."""
    from headwater.acquisition.services.builtin import ensure_first_sources

    if using == "default":
        ensure_first_sources()
