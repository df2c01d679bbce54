"""The room's entry in Django."""

from django.apps import AppConfig


class OrganizationConfig(AppConfig):
    """People, departments and roles."""

    name = "headwater.organization"
    label = "organization"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Plug the room into the house."""
        from headwater.organization import registrations

        registrations.register()
