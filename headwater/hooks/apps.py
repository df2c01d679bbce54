from django.apps import AppConfig


class HooksConfig(AppConfig):
    name = "headwater.hooks"
    label = "hooks"

    def ready(self) -> None:
        from headwater.hooks import registrations

        registrations.register()
