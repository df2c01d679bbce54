from django.apps import AppConfig


class IdempotencyConfig(AppConfig):
    name = "headwater.platform.idempotency"
    label = "platform_idempotency"
    default_auto_field = "django.db.models.BigAutoField"
