from django.apps import AppConfig


class JobsConfig(AppConfig):
    name = "headwater.platform.jobs"
    label = "platform_jobs"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from headwater.platform.jobs import registrations

        registrations.register()
