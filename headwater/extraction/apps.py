from django.apps import AppConfig


class ExtractionConfig(AppConfig):
    name = "headwater.extraction"
    label = "extraction"

    def ready(self) -> None:
        from headwater.extraction import registrations

        registrations.register()
