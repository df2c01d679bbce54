from django.apps import AppConfig
from django.db.models.signals import post_migrate


class EventsConfig(AppConfig):
    name = "headwater.platform.events"
    label = "platform_events"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from headwater.platform.events.dispatching import ensure_cursors_after_migrate

        # A subscriber starts where the log stands when it joins, not where a worker first sees it.
        post_migrate.connect(ensure_cursors_after_migrate, sender=self)
