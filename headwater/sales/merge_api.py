"""JSON API of merging records and of taking a merge apart; leads, accounts and contacts alike."""

from datetime import datetime

from django.http import HttpResponse
from ninja import Field, Router, Schema

from headwater.kernel import listing
from headwater.kernel.access import Access, permit
from headwater.kernel.catalogue import record_type
from headwater.kernel.errors import NotFound
from headwater.platform.api import ApiRequest, Problem, RecordId, idempotent, json_response
from headwater.sales.queries.merges import merged_into, merges_of
from headwater.sales.services.merging import Merged, Merging
from headwater.sales.types import MOST_MERGED


class MergeIn(Schema):
    survivor: int = Field(description="The record that stays.")
    others: list[int] = Field(
        min_length=1, max_length=MOST_MERGED - 1, description="The records that go into it."
    )
    choices: dict[str, int] = Field(
        default_factory=dict,
        description="Per field the record whose value stays; without, the survivor's, or the first there is.",
    )
    versions: dict[int, int] = Field(
        default_factory=dict, description="Per record the version you saw; with a newer one it is 412."
    )


class MergedOut(Schema):
    id: int = Field(description="Of the merge, to undo it.")
    survivor_id: int
    merged_ids: list[int]


class MergeOut(Schema):
    id: int
    at: datetime
    actor_id: int | None
    undone_at: datetime | None
    merged_ids: list[int]
    can_undo: bool


class MergesOut(Schema):
    items: list[MergeOut]


class MovedOut(Schema):
    """Merged into another; `Location` is where that is."""

    id: int
    merged_into: int


def offer(router: Router, merging: Merging) -> None:
    """Add the endpoints to the router of a record type."""
    key = merging.record
    kind = record_type(key)

    @router.post(
        "/bulk/merge",
        operation_id=f"{key}_merge",
        summary=f"Make one of several {kind.plural}",
        description="What hung on the others moves to the survivor; their addresses lead to it.",
        response={200: MergedOut, 403: Problem, 404: Problem, 409: Problem, 412: Problem, 422: Problem},
    )
    @idempotent
    def merge(request: ApiRequest, given: MergeIn) -> HttpResponse:
        access = permit(request, kind.permission("merge"))
        made = merging.merge(access, given.survivor, given.others, given.choices, versions=given.versions)
        return _merged(made)

    @router.post(
        "/merges/{merge_id}/undo",
        operation_id=f"{key}_merge_undo",
        summary="Take a merge apart, within 30 days",
        response={200: MergedOut, 404: Problem, 409: Problem},
    )
    def undo(request: ApiRequest, merge_id: RecordId) -> HttpResponse:
        return _merged(merging.undo(permit(request, kind.permission("merge")), merge_id))

    @router.get(
        "/{record_id}/merges",
        operation_id=f"{key}_merges",
        summary="What was merged into it, the latest first",
        response={200: MergesOut, 404: Problem},
    )
    def merges(request: ApiRequest, record_id: RecordId) -> HttpResponse:
        access = permit(request, kind.permission("view"))
        if not listing.ids_within(access, record_type(key), [record_id]):
            raise NotFound(record=key, id=record_id)
        return json_response({"items": merges_of(key, record_id)})


def _merged(made: Merged) -> HttpResponse:
    return json_response({"id": made.id, "survivor_id": made.survivor_id, "merged_ids": made.merged_ids})


def moved_on(request: ApiRequest, access: Access, key: str, record_id: int) -> HttpResponse:
    """The way to the record that a merged one is now; not to be kept, because a merge may be undone."""
    into = merged_into(key, record_id)
    if into is None or not listing.ids_within(access, record_type(key), [into]):
        raise NotFound(record=key, id=record_id)
    response = json_response({"id": record_id, "merged_into": into}, status=308)
    response["Location"] = f"{request.path.rstrip('/').rpartition('/')[0]}/{into}"
    response["Cache-Control"] = "no-store"
    return response
