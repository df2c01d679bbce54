from django.apps import AppConfig


class InsightConfig(AppConfig):
    name = "headwater.insight"
    label = "insight"

    def ready(self) -> None:
        from headwater.insight import registrations

        registrations.register()
