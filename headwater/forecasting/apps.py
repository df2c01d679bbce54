from django.apps import AppConfig


class ForecastingConfig(AppConfig):
    name = "headwater.forecasting"
    label = "forecasting"

    def ready(self) -> None:
        from headwater.forecasting import registrations

        registrations.register()
