from django.apps import AppConfig


class LeadsConfig(AppConfig):
    name = "headwater.leads"
    label = "leads"

    def ready(self) -> None:
        from headwater.leads import registrations

        registrations.register()
