from django.apps import AppConfig


class FilesConfig(AppConfig):
    name = "headwater.platform.files"
    label = "platform_files"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from headwater.platform.files import registrations

        registrations.register()
