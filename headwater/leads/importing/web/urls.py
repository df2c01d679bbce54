"""The addresses of the wizard."""

from django.urls import path, re_path

from headwater.leads.importing.web import mapping, moving_in, options, views

urlpatterns = [
    path("leads/import", views.upload, name="lead_import"),
    path("leads/import/template.xlsx", views.template, name="lead_import_template"),
    path("imports/new", views.upload_any, name="import_new"),
    path("imports/move-in", moving_in.show, name="import_move_in"),
    path("imports/template/<slug:record>.xlsx", views.template_of, name="import_template_of"),
    path("imports", views.history, name="import_list"),
    path("imports/<int:import_id>", views.show, name="import_page"),
    path("imports/<int:import_id>/mapping", mapping.save, name="import_mapping"),
    path("imports/<int:import_id>/preset", mapping.preset, name="import_preset"),
    path("imports/<int:import_id>/layout", mapping.reread, name="import_layout"),
    path("imports/<int:import_id>/options", options.save, name="import_options"),
    re_path(
        r"^imports/(?P<import_id>\d{1,18})/problems\.(?P<kind>csv|xlsx)$",
        views.problems,
        name="import_problems",
    ),
    re_path(
        r"^imports/(?P<import_id>\d{1,18})/(?P<verb>start|cancel|revert|discard)$",
        views.act,
        name="import_act",
    ),
]
