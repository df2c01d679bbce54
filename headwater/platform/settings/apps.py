from django.apps import AppConfig


class SettingsConfig(AppConfig):
    name = "headwater.platform.settings"
    label = "platform_settings"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from headwater.platform.settings import registrations

        registrations.register()
