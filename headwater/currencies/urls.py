"""The addresses of the room's screens."""

from django.urls import path

from headwater.currencies import web

urlpatterns = [
    path("settings/currencies", web.currencies, name="currencies"),
    path("settings/currencies/company", web.company, name="company_currency"),
    path("settings/currencies/rates", web.rates, name="rates"),
    path("settings/currencies/rates/new", web.new_rate, name="rate_new"),
    path("settings/currencies/rates/archive", web.archive, name="rates_archive"),
    path("settings/currencies/rates/<int:record_id>", web.edit_rate, name="rate_edit"),
]
