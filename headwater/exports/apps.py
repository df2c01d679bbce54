from django.apps import AppConfig


class ExportsConfig(AppConfig):
    name = "headwater.exports"
    label = "exports"

    def ready(self) -> None:
        from headwater.exports import registrations

        registrations.register()
