"""The room's entry in Django."""

from typing import Any

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class SalesConfig(AppConfig):
    """Accounts, contacts, opportunities and pipelines."""

    name = "headwater.sales"
    label = "sales"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Plug the room into the house."""
        from headwater.sales import registrations

        registrations.register()
        post_migrate.connect(_write_default_pipeline, sender=self)


def _write_default_pipeline(using: str, **_kwargs: Any) -> None:
    """A new installation starts with a pipeline, in the company's language."""
    from headwater.sales.services.pipelines import ensure_default_pipeline

    if using == "default":
        ensure_default_pipeline()
