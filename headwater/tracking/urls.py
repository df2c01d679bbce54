"""The addresses of web tracking. Events go to POST /t/<key>, which never reaches Django."""

from django.urls import path

from headwater.tracking.web import lead, overview, script, sites

urlpatterns = [
    path("tracking", overview.overview_page, name="tracking"),
    path("tracking/sites", sites.site_list, name="tracking_sites"),
    path("tracking/sites/new", sites.new_site, name="tracking_site_new"),
    path("tracking/sites/archive", sites.archive_many, name="tracking_sites_archive"),
    path("tracking/sites/<int:site_id>", sites.site_page, name="tracking_site"),
    path("tracking/sites/<int:site_id>/edit", sites.edit_site, name="tracking_site_edit"),
    path("tracking/sites/<int:site_id>/restore", sites.restore, name="tracking_site_restore"),
    path("leads/<int:lead_id>/visits", lead.visits_page, name="lead_visits"),
    path("leads/<int:lead_id>/visits/erase", lead.erase, name="lead_visits_erase"),
    path("leads/<int:lead_id>/visits/link", lead.link, name="lead_visits_link"),
    path("t/<str:key>.js", script.site_script, name="tracking_script"),
]
