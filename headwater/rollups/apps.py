from django.apps import AppConfig


class RollupsConfig(AppConfig):
    name = "headwater.rollups"
    label = "rollups"

    def ready(self) -> None:
        from headwater.rollups import registrations

        registrations.register()
