from django.apps import AppConfig


class SearchConfig(AppConfig):
    name = "headwater.platform.search"
    label = "platform_search"
    default_auto_field = "django.db.models.BigAutoField"
