from django.apps import AppConfig


class NotificationsConfig(AppConfig):
    name = "headwater.platform.notifications"
    label = "platform_notifications"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from headwater.platform.notifications import registrations

        registrations.register()
