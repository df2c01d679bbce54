"""The room's entry in Django."""

from django.apps import AppConfig


class SalesConfig(AppConfig):
    """Accounts, contacts, opportunities and pipelines."""

    name = "headwater.sales"
    label = "sales"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Plug the room into the house."""
        from headwater.sales import registrations

        registrations.register()
