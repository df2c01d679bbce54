from django.apps import AppConfig


class HandoverConfig(AppConfig):
    name = "headwater.handover"
    label = "handover"

    def ready(self) -> None:
        from headwater.handover import registrations

        registrations.register()
