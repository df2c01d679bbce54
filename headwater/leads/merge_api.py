"""JSON API of merging leads and of taking a merge apart."""

from datetime import datetime

from django.http import HttpResponse
from ninja import Field, Router, Schema

from headwater.kernel import listing
from headwater.kernel.access import permit
from headwater.kernel.catalogue import record_type
from headwater.kernel.errors import NotFound
from headwater.leads import services
from headwater.leads.queries import merges_of
from headwater.platform.api import ApiRequest, Problem, RecordId, idempotent, json_response


class MergeIn(Schema):
    survivor: int = Field(description="The lead that stays.")
    others: list[int] = Field(min_length=1, max_length=5, description="The leads that go into it.")
    choices: dict[str, int] = Field(
        default_factory=dict,
        description="Per field the lead whose value stays; without, the survivor's, or the first there is.",
    )


class MergedOut(Schema):
    id: int = Field(description="Of the merge, to undo it.")
    survivor_id: int
    lead_ids: list[int]


class MergeOut(Schema):
    id: int
    at: datetime
    actor_id: int | None
    undone_at: datetime | None
    lead_ids: list[int]
    can_undo: bool


class MergesOut(Schema):
    items: list[MergeOut]


def _merged(made: services.Merged) -> HttpResponse:
    return json_response({"id": made.id, "survivor_id": made.survivor_id, "lead_ids": made.lead_ids})


@idempotent
def merge(request: ApiRequest, given: MergeIn) -> HttpResponse:
    access = permit(request, "leads.merge")
    return _merged(services.merge_leads(access, given.survivor, given.others, given.choices))


def undo(request: ApiRequest, merge_id: RecordId) -> HttpResponse:
    return _merged(services.undo_merge(permit(request, "leads.merge"), merge_id))


def merges(request: ApiRequest, lead_id: RecordId) -> HttpResponse:
    access = permit(request, "leads.view")
    if not listing.ids_within(access, record_type("lead"), [lead_id]):
        raise NotFound(record="lead", id=lead_id)
    return json_response({"items": merges_of(lead_id)})


def offer(router: Router) -> None:
    """Add the endpoints to the router of leads."""
    router.post(
        "/bulk/merge",
        operation_id="lead_merge",
        summary="Make one lead of several",
        description="What hung on the others moves to the survivor; their addresses lead to it.",
        response={200: MergedOut, 403: Problem, 404: Problem, 409: Problem, 422: Problem},
    )(merge)
    router.post(
        "/merges/{merge_id}/undo",
        operation_id="lead_merge_undo",
        summary="Take a merge apart, within 30 days",
        response={200: MergedOut, 404: Problem, 409: Problem},
    )(undo)
    router.get(
        "/{lead_id}/merges",
        operation_id="lead_merges",
        summary="What was merged into a lead, the latest first",
        response={200: MergesOut, 404: Problem},
    )(merges)
