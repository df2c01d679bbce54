from django.apps import AppConfig


class QuotesConfig(AppConfig):
    name = "headwater.quotes"
    label = "quotes"

    def ready(self) -> None:
        from headwater.quotes import registrations

        registrations.register()
