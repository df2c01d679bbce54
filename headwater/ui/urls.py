"""Addresses of the design system: tastes, what islands ask for, and the gallery while developing."""

from django.conf import settings
from django.urls import path

from headwater.ui import web

urlpatterns = [
    path("preferences", web.preferences, name="preferences"),
    path("palette.json", web.palette, name="palette"),
    path("options/<str:record>.json", web.options, name="options"),
    path("fields/<str:record>.json", web.fields, name="fields"),
    path("cascade/<str:record>/<str:field>.json", web.cascade, name="cascade"),
    path("records/<str:record>/<int:record_id>/facts/<str:key>", web.edit_fact, name="edit_fact"),
]
if settings.DEBUG:
    from headwater.ui import gallery

    urlpatterns += gallery.urlpatterns
