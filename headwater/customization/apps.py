"""The room's entry in Django."""

from typing import Any

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class CustomizationConfig(AppConfig):
    """Custom fields, picklists, saved views."""

    name = "headwater.customization"
    label = "customization"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Plug the room into the house."""
        from headwater.customization import registrations

        registrations.register()
        post_migrate.connect(_write_builtin_picklists, sender=self)


def _write_builtin_picklists(using: str, **_kwargs: Any) -> None:
    """After the tables are in step, so are the lists that rooms registered."""
    from headwater.customization.services.builtin import ensure_builtin_picklists

    if using == "default":
        ensure_builtin_picklists()
