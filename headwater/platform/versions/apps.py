from django.apps import AppConfig


class VersionsConfig(AppConfig):
    name = "headwater.platform.versions"
    label = "platform_versions"
    default_auto_field = "django.db.models.BigAutoField"
