from django.apps import AppConfig


class TokensConfig(AppConfig):
    name = "headwater.platform.tokens"
    label = "platform_tokens"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from headwater.platform.tokens import registrations

        registrations.register()
