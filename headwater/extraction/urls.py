"""The addresses of card scan and paste."""

from django.urls import path

from headwater.extraction.web import screens

urlpatterns = [
    path("leads/scan", screens.scan, name="lead_scan"),
    path("leads/scan/read", screens.read_card, name="lead_scan_read"),
    path("leads/paste", screens.paste, name="lead_paste"),
    path("leads/paste/read", screens.read_paste, name="lead_paste_read"),
    path("leads/read/known", screens.known, name="lead_read_known"),
    path("leads/read/save", screens.save, name="lead_read_save"),
]
