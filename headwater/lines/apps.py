from django.apps import AppConfig


class LinesConfig(AppConfig):
    name = "headwater.lines"
    label = "lines"

    def ready(self) -> None:
        from headwater.lines import registrations

        registrations.register()
