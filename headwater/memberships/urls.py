"""Addresses of the room's screens."""

from django.urls import path

from headwater.memberships.web import dialogs, members

urlpatterns = [
    path("campaigns/<int:campaign_id>/members", members.member_list, name="campaign_members"),
    path("campaigns/<int:campaign_id>/members/add", dialogs.add, name="campaign_members_add"),
    path("campaigns/members/status", dialogs.set_status, name="campaign_members_status"),
    path("campaigns/members/remove", dialogs.remove, name="campaign_members_remove"),
    path("campaigns/members/restore", dialogs.restore, name="campaign_members_restore"),
    path("campaigns/members/<int:member_id>", dialogs.edit, name="campaign_member_edit"),
    path("leads/campaign", dialogs.add_chosen, {"of": "lead"}, name="leads_to_campaign"),
    path("contacts/campaign", dialogs.add_chosen, {"of": "contact"}, name="contacts_to_campaign"),
]
