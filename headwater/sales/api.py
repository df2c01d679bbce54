"""JSON API of accounts, contacts, opportunities and pipelines: what the screens do, by the same services."""

from collections.abc import Callable, Sequence
from typing import Any

from django.http import HttpResponse
from ninja import Query, Router

from headwater.engagement import services as engagement
from headwater.engagement.queries import timeline_json
from headwater.engagement.types import BulkResult
from headwater.kernel import listing
from headwater.kernel.access import Access, permit
from headwater.kernel.catalogue import record_type
from headwater.kernel.errors import NotFound
from headwater.platform.api import (
    ApiRequest,
    Problem,
    RecordId,
    check_version,
    created_response,
    idempotent,
    json_response,
    limit_rate,
    page_response,
    record_router,
    record_schema,
)
from headwater.platform.api.records import ListParams, OneParams, parse_fields
from headwater.sales import schemas, services
from headwater.sales.duplicates import Match, find_duplicates, normalised
from headwater.sales.line_api import offer_lines
from headwater.sales.merge_api import MovedOut, moved_on, offer
from headwater.sales.party_api import competitors, offer_rivals, offer_summary, offer_team, offer_ties
from headwater.sales.pipelines_api import offer_checklists, pipelines_router
from headwater.sales.queries.board import contact_roles
from headwater.sales.related import find_related_list, related_page
from headwater.sales.selecting import selected_ids
from headwater.sales.services.merging_customers import ACCOUNTS, CONTACTS

Assign = Callable[..., list[BulkResult]]
Restore = Callable[[Access, Sequence[int]], int]


def shown(access: Access, key: str, record_id: int) -> HttpResponse:
    """The record as it is now, with its ETag."""
    kind = record_type(key)
    row = listing.get(access.also(kind.permission("view")), kind, record_id)
    return json_response(row, version=row["version"])


def results(outcomes: Sequence[BulkResult]) -> HttpResponse:
    """A result for every row."""
    return json_response(
        {
            "results": [
                {"id": one.id, "ok": one.ok, "code": one.code, "detail": one.detail, "facts": dict(one.facts)}
                for one in outcomes
            ]
        }
    )


def chosen(access: Access, key: str, body: schemas.SalesSelection) -> list[int]:
    """The ids that a bulk request means."""
    return selected_ids(access, record_type(key), ids=body.ids, where=body.filter, q=body.q)


def _router(key: str, assign: Assign, restore: Restore) -> Router:
    """The common endpoints of a record type of the room."""
    kind = record_type(key)
    router = record_router(key, get=False)
    code, plural = kind.permission, kind.plural

    @router.get("/{record_id}", operation_id=f"{key}_get", summary=f"Get one of the {plural}",
                description="With the `ETag` to send back as `If-Match`. One that was merged leads on: 308.",
                response={200: record_schema(kind), 308: MovedOut, 404: Problem})  # fmt: skip
    def get_record(request: ApiRequest, record_id: RecordId, params: Query[OneParams]) -> HttpResponse:
        access = permit(request, code("view"))
        try:
            row = listing.get(access, record_type(key), record_id, fields=parse_fields(params.fields))
        except NotFound:
            return moved_on(request, access, key, record_id)
        return json_response(row, version=row["version"])

    @router.post("/bulk/assign", operation_id=f"{key}_bulk_assign", response=schemas.SalesBulkOut,
                 summary=f"Assign {plural} to a person")  # fmt: skip
    def bulk_assign(request: ApiRequest, body: schemas.BulkOwnerIn) -> HttpResponse:
        access = permit(request, code("assign"))
        return results(assign(access, chosen(access, key, body), owner_id=body.owner, note=body.note))

    @router.post("/bulk/archive", operation_id=f"{key}_bulk_archive", response=schemas.CountOut,
                 summary=f"Archive {plural}")  # fmt: skip
    def bulk_archive(request: ApiRequest, body: schemas.SalesSelection) -> HttpResponse:
        access = permit(request, code("delete"))
        archive = kind.verbs.archive
        assert archive is not None
        return json_response({"count": archive(access, chosen(access, key, body))})

    @router.post("/{record_id}/assign", operation_id=f"{key}_assign", summary=f"Assign one of the {plural}")
    def assign_one(request: ApiRequest, record_id: RecordId, body: schemas.SalesOwnerIn) -> HttpResponse:
        access = permit(request, code("assign"))
        (result,) = assign(access, [record_id], owner_id=body.owner, note=body.note)
        if not result.ok:
            raise NotFound(record=key, id=record_id)
        return shown(access, key, record_id)

    @router.post("/{record_id}/restore", operation_id=f"{key}_restore",
                 summary=f"Bring one of the archived {plural} back")  # fmt: skip
    def restore_one(request: ApiRequest, record_id: RecordId) -> HttpResponse:
        access = permit(request, code("delete"))
        if not restore(access, [record_id]):
            raise NotFound(record=key, id=record_id)
        return shown(access, key, record_id)

    @router.get(
        "/{record_id}/timeline", operation_id=f"{key}_timeline", summary="What happened, newest first"
    )
    def timeline(request: ApiRequest, record_id: RecordId) -> HttpResponse:
        access = permit(request, code("view"))
        listing.get(access, kind, record_id, fields=["name"])
        return json_response(timeline_json(access, key, record_id, request.GET))

    @router.post("/{record_id}/activities", operation_id=f"{key}_follow_up", summary="Record a follow-up")
    @idempotent
    def follow_up(request: ApiRequest, record_id: RecordId, body: schemas.SalesFollowUpIn) -> HttpResponse:
        access = permit(request, "activities.create")
        activity = engagement.follow_up(access, key, record_id, **body.dict())
        return created_response(
            {
                "id": activity.pk,
                "record_type": key,
                "record_id": record_id,
                "kind": activity.kind,
                "outcome": activity.outcome,
                "content": activity.content,
                "occurred_at": activity.occurred_at,
                "next_at": activity.next_at,
            },
            location=f"/api/v1/activities/{activity.pk}",
        )

    @router.get(
        "/{record_id}/related/{name}", operation_id=f"{key}_related", summary="Records that belong to it"
    )
    def related(
        request: ApiRequest, record_id: RecordId, name: str, params: Query[ListParams]
    ) -> HttpResponse:
        access = permit(request, code("view"))
        listing.get(access, kind, record_id, fields=["name"])
        page = related_page(
            access, find_related_list(key, name), record_id, limit=params.limit, cursor=params.cursor or None
        )
        return page_response(page.rows, next=page.next, total=None)

    return router


accounts = _router("account", services.assign_accounts, services.restore_accounts)
contacts = _router("contact", services.assign_contacts, services.restore_contacts)
opportunities = _router("opportunity", services.assign_opportunities, services.restore_opportunities)
offer(accounts, ACCOUNTS)
offer(contacts, CONTACTS)
offer_lines(opportunities)
offer_checklists(opportunities)
offer_rivals(opportunities)
offer_team(accounts, "account")
offer_team(opportunities, "opportunity")
offer_ties(accounts)
for _key, _router_of in (("account", accounts), ("contact", contacts), ("opportunity", opportunities)):
    offer_summary(_router_of, _key)
customers = Router(tags=["Customers"])


def _match(found: Match) -> dict[str, Any]:
    open_ = found.in_reach
    return {
        "record": found.record,
        "id": found.id if open_ else None,
        "name": found.name if open_ or found.record == "account" else None,
        "account": found.account_id if open_ else None,
        "owner": found.owner_name,
        "matched": found.matched,
        "similarity": found.similarity,
        "in_reach": found.in_reach,
        "created_at": found.created_at,
    }


@customers.post("/duplicates", operation_id="customer_duplicates", response=schemas.CustomerDuplicatesOut,
               summary="Is this company or person known already?")  # fmt: skip
def duplicates(request: ApiRequest, body: schemas.DuplicatesIn) -> HttpResponse:
    access = permit(request, "accounts.view")
    limit_rate("sales.duplicates", str(access.user_id), 60)
    given = body.dict(exclude={"company"})
    found = find_duplicates(access, company=body.company, methods=normalised(given))
    return json_response({"items": [_match(one) for one in found]})


# Before the acts on one record, whose addresses would take "bulk" for an id.
@opportunities.post("/bulk/move", operation_id="opportunity_bulk_move", response=schemas.SalesBulkOut,
                    summary="Move opportunities to a stage")  # fmt: skip
def bulk_move(request: ApiRequest, body: schemas.OpportunityBulkMoveIn) -> HttpResponse:
    access = permit(request, "opportunities.edit")
    ids = chosen(access, "opportunity", body)
    return results(
        services.move_many(access, ids, stage_id=body.stage, lost_reason=body.lost_reason, note=body.note)
    )


@opportunities.post("/{record_id}/move", operation_id="opportunity_move", summary="Move to another stage")
def move(request: ApiRequest, record_id: RecordId, body: schemas.StageMoveIn) -> HttpResponse:
    access = permit(request, "opportunities.edit")
    services.move_stage(
        access,
        record_id,
        stage_id=body.stage,
        from_stage_id=body.from_stage,
        version=check_version(request),
        lost_reason=body.lost_reason,
        note=body.note,
        values=body.fields,
        done=body.done,
    )
    return shown(access, "opportunity", record_id)


@opportunities.post("/{record_id}/win", operation_id="opportunity_win", summary="It was won")
def win(request: ApiRequest, record_id: RecordId, body: schemas.NoteIn) -> HttpResponse:
    access = permit(request, "opportunities.edit")
    services.win(access, record_id, version=check_version(request), note=body.note)
    return shown(access, "opportunity", record_id)


@opportunities.post("/{record_id}/lose", operation_id="opportunity_lose", summary="It was lost, and why")
def lose(request: ApiRequest, record_id: RecordId, body: schemas.LoseIn) -> HttpResponse:
    access = permit(request, "opportunities.edit")
    services.lose(
        access, record_id, lost_reason=body.lost_reason, version=check_version(request), note=body.note
    )
    return shown(access, "opportunity", record_id)


@opportunities.post(
    "/{record_id}/reopen", operation_id="opportunity_reopen", summary="Open a closed one again"
)
def reopen(request: ApiRequest, record_id: RecordId) -> HttpResponse:
    access = permit(request, "opportunities.edit")
    services.reopen(access, record_id, version=check_version(request))
    return shown(access, "opportunity", record_id)


@opportunities.get(
    "/{record_id}/contacts", operation_id="opportunity_contacts", summary="Who takes part, as what"
)
def roles(request: ApiRequest, record_id: RecordId) -> HttpResponse:
    access = permit(request, "opportunities.view")
    listing.get(access, record_type("opportunity"), record_id, fields=["name"])
    return json_response({"items": _roles(record_id)})


def _roles(record_id: int) -> list[dict[str, Any]]:
    return [
        {"contact": {"id": row["contact_id"], "name": row["name"]}, "role": row["role"]}
        for row in contact_roles(record_id)
    ]


@opportunities.put("/{record_id}/contacts", operation_id="opportunity_set_contact",
                   summary="Name a contact as taking part")  # fmt: skip
def set_role(request: ApiRequest, record_id: RecordId, body: schemas.ContactRoleIn) -> HttpResponse:
    access = permit(request, "opportunities.edit")
    services.set_contact_role(access, record_id, body.contact, role=body.role)
    return json_response({"items": _roles(record_id)})


@opportunities.delete("/{record_id}/contacts/{contact_id}", operation_id="opportunity_remove_contact",
                      summary="A contact takes no part any more")  # fmt: skip
def remove_role(request: ApiRequest, record_id: RecordId, contact_id: RecordId) -> HttpResponse:
    access = permit(request, "opportunities.edit")
    services.remove_contact_role(access, record_id, contact_id)
    return json_response({"items": _roles(record_id)})


ROUTERS = {
    "/accounts": accounts,
    "/contacts": contacts,
    "/opportunities": opportunities,
    "/competitors": competitors,
    "/customers": customers,
    "/pipelines": pipelines_router,
}
