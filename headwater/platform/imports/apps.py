from django.apps import AppConfig


class ImportsConfig(AppConfig):
    name = "headwater.platform.imports"
    label = "platform_imports"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from headwater.platform.imports import registrations

        registrations.register()
