"""Addresses of the design system: tastes, what islands ask for, and the gallery while developing."""

from django.conf import settings
from django.urls import path

from headwater.ui import web

urlpatterns = [
    path("preferences", web.preferences, name="preferences"),
    path("palette.json", web.palette, name="palette"),
    path("options/<str:record>.json", web.options, name="options"),
    path("fields/<str:record>.json", web.fields, name="fields"),
]
if settings.DEBUG:
    from headwater.ui import gallery

    urlpatterns += gallery.urlpatterns
