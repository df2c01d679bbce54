from django.apps import AppConfig


class TargetsConfig(AppConfig):
    name = "headwater.targets"
    label = "targets"

    def ready(self) -> None:
        from headwater.targets import registrations

        registrations.register()
