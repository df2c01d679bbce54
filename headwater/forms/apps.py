from django.apps import AppConfig


class FormsConfig(AppConfig):
    name = "headwater.forms"
    label = "forms"

    def ready(self) -> None:
        from headwater.forms import registrations

        registrations.register()
