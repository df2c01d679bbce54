from django.apps import AppConfig


class DashboardsConfig(AppConfig):
    name = "headwater.dashboards"
    label = "dashboards"

    def ready(self) -> None:
        from headwater.dashboards import registrations

        registrations.register()
