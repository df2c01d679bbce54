"""The addresses of forecasts."""

from django.urls import path

from headwater.forecasting.web import back_test, screens

urlpatterns = [
    path("forecast", screens.forecast_page, name="forecast"),
    path("forecast/file", screens.forecast_file, name="forecast_file"),
    path("forecast/back-test", back_test.back_test_page, name="forecast_back_test"),
    path("forecast/refresh", back_test.refresh, name="forecast_refresh"),
]
