from django.apps import AppConfig


class AuditConfig(AppConfig):
    name = "headwater.platform.audit"
    label = "platform_audit"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from headwater.platform.audit import registrations

        registrations.register()
