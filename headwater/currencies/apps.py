"""The room's entry in Django."""

from django.apps import AppConfig


class CurrenciesConfig(AppConfig):
    """In what the company counts, and what other money was worth on which day."""

    name = "headwater.currencies"
    label = "currencies"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Plug the room into the house."""
        from headwater.currencies import registrations

        registrations.register()
