"""The addresses of dashboards. A board is called by its number, those of the system by their role."""

from django.urls import path

from headwater.dashboards.web import boards, settings, widgets

urlpatterns = [
    path("dashboards", boards.first, name="dashboards"),
    path("dashboards/new", settings.new, name="dashboard_new"),
    path("dashboards/put", widgets.put, name="dashboard_put"),
    path("dashboards/roles", settings.roles, name="dashboard_roles"),
    path("dashboards/archived", settings.archived, name="dashboard_archived"),
    path("dashboards/<int:board_id>/settings", settings.edit, name="dashboard_settings"),
    path("dashboards/<int:board_id>/archive", settings.archive, name="dashboard_archive"),
    path("dashboards/<int:board_id>/restore", settings.restore, name="dashboard_restore"),
    path("dashboards/<int:board_id>/add", widgets.add, name="dashboard_add"),
    path(
        "dashboards/<int:board_id>/widgets/<int:widget_id>/edit", widgets.edit, name="dashboard_widget_edit"
    ),
    path(
        "dashboards/<int:board_id>/widgets/<int:widget_id>/remove",
        widgets.remove,
        name="dashboard_widget_remove",
    ),
    path(
        "dashboards/<int:board_id>/widgets/<int:widget_id>/restore",
        widgets.restore,
        name="dashboard_widget_restore",
    ),
    path("dashboards/<slug:key>/copy", settings.copy, name="dashboard_copy"),
    path("dashboards/<slug:key>/first", settings.choose_first, name="dashboard_first"),
    path("dashboards/<slug:key>/widgets/<slug:item_key>", boards.widget, name="dashboard_widget"),
    path(
        "dashboards/<slug:key>/widgets/<slug:item_key>/records",
        boards.records,
        name="dashboard_widget_records",
    ),
    path("dashboards/<slug:key>", boards.show, name="dashboard"),
]
