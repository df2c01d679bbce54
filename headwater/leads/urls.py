"""The addresses of leads."""

from django.urls import path

from headwater.leads.importing.web.urls import urlpatterns as importing
from headwater.leads.web import (
    acts,
    calls,
    converting,
    deadline,
    field_map,
    forms,
    lists,
    merging,
    pages,
    pools,
    recycling,
    revealing,
    views,
    workbench,
)

urlpatterns = [
    *importing,
    path("", workbench.workbench, name="workbench"),
    path("pools", pools.pool_list, name="pool_list"),
    path("pools/<int:pool_id>", pools.pool_page, name="pool_page"),
    path("pools/views", views.views_page, name="pool_views"),
    path("leads/calls", calls.call_list, name="call_list"),
    path("leads", lists.lead_list, name="lead_list"),
    path("leads/known", forms.known_already, name="lead_known"),
    path("leads/new", forms.new_lead, name="lead_new"),
    path("leads/claim", acts.claim, name="lead_claim"),
    path("leads/assign", acts.assign, name="lead_assign"),
    path("leads/return", acts.return_, name="lead_return"),
    path("leads/move", acts.move, name="lead_move"),
    path("leads/stage", acts.stage, name="lead_stage"),
    path("leads/invalidate", acts.invalidate, name="lead_invalidate"),
    path("leads/reopen", acts.reopen, name="lead_reopen"),
    path("leads/archive", acts.archive, name="lead_archive"),
    path("leads/restore", acts.restore, name="lead_restore"),
    *deadline.urlpatterns,
    path("leads/merge", merging.merge, name="lead_merge"),
    path("leads/merges/<int:merge_id>/undo", merging.undo, name="lead_merge_undo"),
    *recycling.urlpatterns,
    path("leads/<int:lead_id>", pages.lead_page, name="lead_page"),
    path("leads/<int:lead_id>/edit", forms.edit_lead, name="lead_edit"),
    path("leads/<int:lead_id>/convert", converting.convert, name="lead_convert"),
    path("leads/<int:lead_id>/unconvert", converting.unconvert, name="lead_unconvert"),
    path("leads/<int:lead_id>/reveal", revealing.reveal, name="lead_reveal"),
    path("settings/conversion", field_map.fields, name="conversion_map"),
    path("settings/conversion/preview", field_map.preview, name="conversion_map_preview"),
]
