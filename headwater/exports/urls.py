"""The addresses of exports."""

from django.urls import path

from headwater.exports import web

urlpatterns = [
    path("exports", web.exports, name="exports"),
    path("exports/new/<str:record>", web.new, name="export_new"),
    path("exports/<int:export_id>/file", web.download, name="export_file"),
    path("exports/<int:export_id>/cancel", web.cancel, name="export_cancel"),
]
