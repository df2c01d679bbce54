from django.apps import AppConfig


class RoutingConfig(AppConfig):
    name = "headwater.routing"
    label = "routing"

    def ready(self) -> None:
        from headwater.routing import registrations

        registrations.register()
