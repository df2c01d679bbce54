from django.apps import AppConfig


class LimitsConfig(AppConfig):
    name = "headwater.platform.limits"
    label = "platform_limits"
    default_auto_field = "django.db.models.BigAutoField"
