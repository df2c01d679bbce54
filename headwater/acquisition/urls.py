"""Addresses of the room's screens."""

from django.urls import path

from headwater.acquisition.web import campaigns, costs, sources

urlpatterns = [
    path("campaigns", campaigns.campaigns, name="campaigns"),
    path("campaigns/new", campaigns.new, name="campaign_new"),
    path("campaigns/archive", campaigns.archive_many, name="campaigns_archive"),
    path("campaigns/<int:campaign_id>", campaigns.campaign, name="campaign"),
    path("campaigns/<int:campaign_id>/edit", campaigns.edit, name="campaign_edit"),
    path("campaigns/<int:campaign_id>/archive", campaigns.archive, name="campaign_archive"),
    path("campaigns/<int:campaign_id>/restore", campaigns.restore, name="campaign_restore"),
    path("settings/sources", sources.sources, name="sources"),
    path("settings/channels", sources.channels, name="channels"),
    path("settings/channels/<int:channel_id>/costs", costs.costs, name="channel_costs"),
    path("settings/channels/<int:channel_id>/costs/new", costs.new, name="channel_cost_new"),
    path("settings/channels/<int:channel_id>/costs/<int:cost_id>", costs.edit, name="channel_cost_edit"),
    path(
        "settings/channels/<int:channel_id>/costs/<int:cost_id>/archive",
        costs.archive,
        name="channel_cost_archive",
    ),
    path(
        "settings/channels/<int:channel_id>/costs/<int:cost_id>/restore",
        costs.restore,
        name="channel_cost_restore",
    ),
    path("settings/sources/order", sources.order, name="sources_order"),
    path("settings/sources/<str:record>/new", sources.new, name="source_new"),
    path("settings/sources/<str:record>/<int:record_id>", sources.edit, name="source_edit"),
    path("settings/sources/<str:record>/<int:record_id>/retire", sources.retire, name="source_retire"),
    path("settings/sources/<str:record>/<int:record_id>/restore", sources.restore, name="source_restore"),
]
