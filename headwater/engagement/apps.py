"""The room's entry in Django."""

from django.apps import AppConfig


class EngagementConfig(AppConfig):
    """Activities, tasks, comments, likes, timelines."""

    name = "headwater.engagement"
    label = "engagement"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Plug the room into the house."""
        from headwater.engagement import registrations

        registrations.register()
