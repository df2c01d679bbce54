"""JSON API of leads: what the screens do, with the same services."""

from collections.abc import Iterable
from dataclasses import asdict
from typing import Any

from django.http import HttpResponse
from ninja import Query, Router

from headwater.engagement.api import recorded
from headwater.engagement.queries import timeline_json
from headwater.engagement.schemas import FollowUpIn
from headwater.kernel import listing
from headwater.kernel.access import Access, permit
from headwater.kernel.catalogue import record_type
from headwater.kernel.errors import NotFound
from headwater.leads import (
    capture_api,
    conversion_api,
    inquiry_api,
    merge_api,
    recycle_api,
    schemas,
    services,
)
from headwater.leads.record_type import LEAD
from headwater.leads.selecting import selected_ids
from headwater.leads.services.outcomes import Outcome
from headwater.leads.services.viewing import may_see_looks, who_looked
from headwater.platform.api import (
    ApiRequest,
    Problem,
    RecordId,
    idempotent,
    json_response,
    limit_rate,
    record_router,
    record_schema,
)
from headwater.platform.api.records import OneParams, parse_fields
from headwater.sales.merge_api import moved_on

router = record_router("lead", create=False, get=False)
inquiry_api.offer(router)
merge_api.offer(router)
pool_views = Router(tags=["Leads"])


def _lead(access: Access, lead_id: int) -> HttpResponse:
    """The lead as it is now, with its ETag."""
    view = access.also("leads.view")
    row = listing.get(view, record_type("lead"), lead_id)
    return json_response(row, version=row["version"])


def _result(access: Access, lead_id: int, outcomes: Iterable[Outcome]) -> HttpResponse:
    services.the_one(outcomes)
    return _lead(access, lead_id)


def _bulk(outcomes: Iterable[Outcome]) -> HttpResponse:
    return json_response({"results": [outcome.as_json() for outcome in outcomes]})


def _ids(access: Access, chosen: schemas.LeadSelection, **limits: int) -> list[int]:
    return selected_ids(access, ids=chosen.ids, where=chosen.filter, q=chosen.q, **limits)


# Words before ids: an address takes the first route that fits.


@router.post("/duplicates/find", operation_id="lead_duplicates", response=schemas.LeadDuplicatesOut,
             summary="Who has these contact methods already")  # fmt: skip
def duplicates(request: ApiRequest, body: schemas.ContactIn) -> HttpResponse:
    access = permit(request, "leads.create")
    limit_rate("leads.duplicates", str(access.user_id), 60)
    matches = services.look_up(access, body.dict(exclude_none=True))
    return json_response({"matches": [match.as_json() for match in matches]})


@router.post(
    "/bulk/claim", operation_id="lead_bulk_claim", response=schemas.LeadBulkOut, summary="Claim leads"
)
def bulk_claim(request: ApiRequest, body: schemas.BulkClaimIn) -> HttpResponse:
    access = permit(request, "leads.claim")
    return _bulk(services.claim_leads(access, _ids(access, body, limit=200)))


@router.post(
    "/bulk/assign", operation_id="lead_bulk_assign", response=schemas.LeadBulkOut, summary="Assign leads"
)
def bulk_assign(request: ApiRequest, body: schemas.BulkAssignIn) -> HttpResponse:
    access = permit(request, "leads.assign")
    owners = body.owners or ([] if body.owner is None else [body.owner])
    outcomes = services.assign_leads(
        access, _ids(access, body), owners, weights=body.weights, over_cap=body.over_cap
    )
    return _bulk(outcomes)


@router.post(
    "/bulk/return", operation_id="lead_bulk_return", response=schemas.LeadBulkOut, summary="Return leads"
)
def bulk_return(request: ApiRequest, body: schemas.BulkReturnIn) -> HttpResponse:
    access = permit(request, "leads.return")
    ids = _ids(access, body)
    return _bulk(services.return_leads(access, ids, reason=body.reason, note=body.note, pool_id=body.pool))


@router.post("/bulk/move", operation_id="lead_bulk_move", response=schemas.LeadBulkOut, summary="Move leads")
def bulk_move(request: ApiRequest, body: schemas.LeadBulkMoveIn) -> HttpResponse:
    access = permit(request, "leads.move")
    return _bulk(services.move_leads(access, _ids(access, body), pool_id=body.pool, note=body.note))


@router.post("/bulk/invalidate", operation_id="lead_bulk_invalidate", response=schemas.LeadBulkOut,
             summary="Mark leads invalid")  # fmt: skip
def bulk_invalidate(request: ApiRequest, body: schemas.BulkInvalidateIn) -> HttpResponse:
    access = permit(request, "leads.invalidate")
    return _bulk(services.invalidate_leads(access, _ids(access, body), reason=body.reason, note=body.note))


@router.post(
    "/bulk/reopen", operation_id="lead_bulk_reopen", response=schemas.LeadBulkOut, summary="Reopen leads"
)
def bulk_reopen(request: ApiRequest, body: schemas.BulkReopenIn) -> HttpResponse:
    access = permit(request, "leads.reopen")
    return _bulk(services.reopen_leads(access, _ids(access, body), note=body.note, pool_id=body.pool))


@router.post(
    "/bulk/stage", operation_id="lead_bulk_stage", response=schemas.LeadBulkOut, summary="Set stages"
)
def bulk_stage(request: ApiRequest, body: schemas.BulkStageIn) -> HttpResponse:
    access = permit(request, "leads.edit")
    return _bulk(services.change_stages(access, _ids(access, body), body.stage, reason=body.reason))


@pool_views.get("", operation_id="lead_views", response=schemas.LooksOut,
            summary="Who opened how many leads of your pools")  # fmt: skip
def views(request: ApiRequest) -> HttpResponse:
    access = permit(request, "leads.view")
    may_see_looks(access)
    return json_response({"items": [asdict(one) for one in who_looked(access)]})


@router.get(
    "/{record_id}",
    operation_id="lead_get",
    summary="Get a lead",
    description="With the `ETag` to send back as `If-Match`. Opening leads of a pool may be limited per day."
    " A lead that was merged answers 308 with the way to the other one.",
    response={200: record_schema(LEAD), 404: Problem, 429: Problem},
)
def get(request: ApiRequest, record_id: RecordId, params: Query[OneParams]) -> HttpResponse:
    access = permit(request, "leads.view")
    try:
        row = listing.get(access, record_type("lead"), record_id, fields=parse_fields(params.fields))
    except NotFound:
        return moved_on(request, access, "lead", record_id)
    where = row if "pool" in row else listing.get(access, record_type("lead"), record_id, fields=["pool"])
    services.view_pooled(access, record_id, where["pool"]["id"] if where["pool"] else None)
    return json_response(row, version=row["version"])


@router.post("/{lead_id}/claim", operation_id="lead_claim", summary="Claim a lead from its pool")
def claim(request: ApiRequest, lead_id: RecordId) -> HttpResponse:
    access = permit(request, "leads.claim")
    return _result(access, lead_id, services.claim_leads(access, [lead_id]))


@router.post("/{lead_id}/assign", operation_id="lead_assign", summary="Assign a lead to a person")
def assign(request: ApiRequest, lead_id: RecordId, body: schemas.LeadOwnerIn) -> HttpResponse:
    access = permit(request, "leads.assign")
    outcomes = services.assign_leads(access, [lead_id], [body.owner], over_cap=body.over_cap)
    return _result(access, lead_id, outcomes)


@router.post("/{lead_id}/return", operation_id="lead_return", summary="Return a lead to a pool")
def return_(request: ApiRequest, lead_id: RecordId, body: schemas.ReturnIn) -> HttpResponse:
    access = permit(request, "leads.return")
    outcomes = services.return_leads(access, [lead_id], reason=body.reason, note=body.note, pool_id=body.pool)
    return _result(access, lead_id, outcomes)


@router.post("/{lead_id}/move", operation_id="lead_move", summary="Move a pooled lead to another pool")
def move(request: ApiRequest, lead_id: RecordId, body: schemas.LeadMoveIn) -> HttpResponse:
    access = permit(request, "leads.move")
    outcomes = services.move_leads(access, [lead_id], pool_id=body.pool, note=body.note)
    return _result(access, lead_id, outcomes)


@router.post("/{lead_id}/invalidate", operation_id="lead_invalidate", summary="Mark a lead invalid")
def invalidate(request: ApiRequest, lead_id: RecordId, body: schemas.InvalidateIn) -> HttpResponse:
    access = permit(request, "leads.invalidate")
    outcomes = services.invalidate_leads(access, [lead_id], reason=body.reason, note=body.note)
    return _result(access, lead_id, outcomes)


@router.post("/{lead_id}/reopen", operation_id="lead_reopen", summary="Reopen an invalid lead")
def reopen(request: ApiRequest, lead_id: RecordId, body: schemas.ReopenIn) -> HttpResponse:
    access = permit(request, "leads.reopen")
    outcomes = services.reopen_leads(access, [lead_id], note=body.note, pool_id=body.pool)
    return _result(access, lead_id, outcomes)


@router.post("/{lead_id}/stage", operation_id="lead_stage", summary="Set how good a lead is")
def stage(request: ApiRequest, lead_id: RecordId, body: schemas.StageIn) -> HttpResponse:
    access = permit(request, "leads.edit")
    outcomes = services.change_stages(access, [lead_id], body.stage, reason=body.reason)
    return _result(access, lead_id, outcomes)


@router.post("/{lead_id}/reveal", operation_id="lead_reveal", summary="Have a hidden contact shown",
             response=schemas.LeadContactOut)  # fmt: skip
def reveal(request: ApiRequest, lead_id: RecordId) -> dict[str, Any]:
    access = permit(request, "leads.reveal")
    return services.reveal_contact(access, lead_id)


@router.post("/{lead_id}/convert", operation_id="lead_convert", response=schemas.ConvertedOut,
             summary="Convert a lead into account, contact and opportunity")  # fmt: skip
@idempotent
def convert(request: ApiRequest, lead_id: RecordId, body: schemas.ConvertIn) -> HttpResponse:
    access = permit(request, "leads.convert")
    made = services.convert_lead(
        access,
        lead_id,
        account=body.account,
        account_id=body.account_id,
        contact=body.contact,
        contact_id=body.contact_id,
        opportunity=body.opportunity,
        opportunities=body.opportunities,
    )
    return json_response(
        {
            "account_id": made.account_id,
            "contact_id": made.contact_id,
            "opportunity_id": made.opportunity_id,
            "opportunity_ids": list(made.opportunity_ids),
            "is_new": made.is_new,
            "left_out": [one.as_json() for one in made.left_out],
        }
    )


@router.get("/{lead_id}/timeline", operation_id="lead_timeline", summary="What happened, newest first")
def timeline(request: ApiRequest, lead_id: RecordId) -> HttpResponse:
    access = permit(request, "leads.view")
    listing.get(access, record_type("lead"), lead_id, fields=["name"])
    return json_response(timeline_json(access, "lead", lead_id, request.GET))


@router.post("/{lead_id}/activities", operation_id="lead_follow_up", summary="Record a follow-up")
@idempotent
def follow_up(request: ApiRequest, lead_id: RecordId, body: FollowUpIn) -> HttpResponse:
    return recorded(request, "lead", lead_id, body)


@router.post("/{lead_id}/restore", operation_id="lead_restore", summary="Restore an archived lead")
def restore(request: ApiRequest, lead_id: RecordId) -> HttpResponse:
    access = permit(request, "leads.delete")
    return _result(access, lead_id, services.restore_leads(access, [lead_id]))


router.add_router("", recycle_api.deadlines)
router.add_router("", conversion_api.leads)

ROUTERS = [
    ("/leads", router),
    ("/capture", capture_api.router),
    ("/pool-views", pool_views),
    ("/recycle-rules", recycle_api.rules),
    ("/conversion-map", conversion_api.router),
]
