"""JSON API of campaign members: the common endpoints, acts on many, counts."""

from django.http import HttpResponse

from headwater.kernel.access import Access, permit
from headwater.kernel.catalogue import record_type
from headwater.kernel.errors import NotFound
from headwater.memberships import services
from headwater.memberships.queries import member_counts
from headwater.memberships.schemas import (
    MemberCountsOut,
    MembersAddedOut,
    MembersAddIn,
    MembersChangedOut,
    MembersMeant,
    MembersStatusIn,
)
from headwater.platform.api import ApiRequest, Problem, RecordId, empty_response, json_response, record_router
from headwater.sales.selecting import selected_ids

members = record_router("campaign_member")


def _meant(access: Access, record: str, body: MembersMeant) -> list[int]:
    return selected_ids(access, record_type(record), ids=body.ids, where=body.filter, q=body.q)


@members.get(
    "/of-campaign/{campaign_id}/counts",
    operation_id="campaign_member_counts",
    response={200: MemberCountsOut, 404: Problem},
    summary="How many members a campaign has, by status, and how many responded",
)
def counts(request: ApiRequest, campaign_id: RecordId) -> HttpResponse:
    access = permit(request, "campaign_members.view")
    services.check_campaign(access, campaign_id)
    found = member_counts(access, campaign_id)
    return json_response(
        {
            "members": found.members,
            "responded": found.responded,
            "response_rate": None if found.rate is None else round(found.rate, 2),
            "by_status": [
                {"status": one.status, "label": one.label, "members": one.members} for one in found.by_status
            ],
        }
    )


@members.post(
    "/bulk/add",
    operation_id="campaign_member_bulk_add",
    response={200: MembersAddedOut, 404: Problem, 422: Problem},
    summary="Make leads or contacts members of a campaign",
    description="Who is a member already stays as they are, so the request may be repeated.",
)
def bulk_add(request: ApiRequest, body: MembersAddIn) -> HttpResponse:
    access = permit(request, "campaign_members.create")
    kind = record_type(body.record)
    permit(request, kind.permission("view"))
    added = services.add_members(
        access, body.campaign, body.record, _meant(access, body.record, body), status=body.status
    )
    return json_response({"added": len(added.ids), "known": added.known, "unseen": added.unseen})


@members.post(
    "/bulk/status",
    operation_id="campaign_member_bulk_status",
    response={200: MembersChangedOut, 422: Problem},
    summary="Set the status of members",
)
def bulk_status(request: ApiRequest, body: MembersStatusIn) -> HttpResponse:
    access = permit(request, "campaign_members.edit")
    changed = services.change_statuses(access, _meant(access, "campaign_member", body), body.status)
    return json_response({"changed": changed})


@members.post(
    "/bulk/remove",
    operation_id="campaign_member_bulk_remove",
    response={200: MembersChangedOut, 422: Problem},
    summary="Take members out of their campaigns",
)
def bulk_remove(request: ApiRequest, body: MembersMeant) -> HttpResponse:
    access = permit(request, "campaign_members.delete")
    return json_response(
        {"changed": services.remove_members(access, _meant(access, "campaign_member", body))}
    )


@members.post(
    "/{record_id}/restore",
    operation_id="campaign_member_restore",
    response={204: None, 404: Problem},
    summary="Take a removed member in again",
)
def restore(request: ApiRequest, record_id: RecordId) -> HttpResponse:
    if not services.restore_members(permit(request, "campaign_members.delete"), [record_id]):
        raise NotFound(record="campaign_member", id=record_id)
    return empty_response()


ROUTERS = {"/campaign_members": members}
