"""The room's entry in Django."""

from typing import Any

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class OrganizationConfig(AppConfig):
    """People, departments and roles."""

    name = "headwater.organization"
    label = "organization"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Plug the room into the house."""
        from headwater.organization import notices, registrations

        registrations.register()
        notices.register()
        # Default grants depend on what all rooms register, so they cannot be a migration.
        post_migrate.connect(_write_builtin_roles, sender=self)
        # Openings depend on today, so they cannot be one either.
        post_migrate.connect(_make_default_calendar, sender=self)


def _write_builtin_roles(**_signal: Any) -> None:
    from headwater.organization.services import ensure_builtin_roles

    ensure_builtin_roles()


def _make_default_calendar(using: str, **_signal: Any) -> None:
    from headwater.organization.services.openings import ensure_default_calendar

    if using == "default":
        ensure_default_calendar()
