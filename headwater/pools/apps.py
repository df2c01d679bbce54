from django.apps import AppConfig


class PoolsConfig(AppConfig):
    name = "headwater.pools"
    label = "pools"

    def ready(self) -> None:
        from headwater.pools import registrations

        registrations.register()
