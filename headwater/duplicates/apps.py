from django.apps import AppConfig


class DuplicatesConfig(AppConfig):
    name = "headwater.duplicates"
    label = "duplicates"

    def ready(self) -> None:
        from headwater.duplicates import registrations

        registrations.register()
