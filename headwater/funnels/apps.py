from django.apps import AppConfig


class FunnelsConfig(AppConfig):
    name = "headwater.funnels"
    label = "funnels"

    def ready(self) -> None:
        from headwater.funnels import registrations

        registrations.register()
