from django.apps import AppConfig


class TrackingConfig(AppConfig):
    name = "headwater.tracking"
    label = "tracking"

    def ready(self) -> None:
        from headwater.tracking import registrations

        registrations.register()
