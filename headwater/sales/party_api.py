"""JSON API of who has to do with accounts and opportunities: competitors, teams, ties, the summary."""

from typing import Any

from django.http import HttpResponse
from ninja import Field, Router, Schema

from headwater.kernel import listing
from headwater.kernel.access import permit
from headwater.kernel.catalogue import record_type
from headwater.platform.api import ApiRequest, Problem, RecordId, json_response, record_router
from headwater.sales import services
from headwater.sales.queries.parties import company_tree, race_record, relations, rivals, team
from headwater.sales.summary import summary_of
from headwater.sales.types import Against

competitors = record_router("competitor")


class RivalIn(Schema):
    competitor: int
    standing: str = Field(Against.UNKNOWN.value, description="ahead, level, behind, out or unknown.")
    took_it: bool = Field(False, description="The opportunity was lost to them.")
    note: str | None = Field(None, max_length=500)


class TeamMemberIn(Schema):
    user: int
    role: str | None = Field(None, description="A value of the picklist team_role.")
    may_edit: bool = Field(False, description="May change the record; otherwise reads it.")


class TieIn(Schema):
    other: int = Field(description="Another account.")
    tie: str = Field(
        description="What it is to this one: supplier, customer, partner, competitor, investor, investee,"
        " other. A parent company is the field `parent`."
    )
    note: str | None = Field(None, max_length=500)


class RaceOut(Schema):
    """How often we met a competitor within your reach; sums in the company's currency, as text."""

    met: int
    running: int
    won: int
    lost_to: int
    lost_otherwise: int
    running_amount: str | None
    won_amount: str | None
    lost_amount: str | None
    left_out: int = Field(description="Opportunities whose amount is in a currency without a rate.")


@competitors.get(
    "/{record_id}/record",
    operation_id="competitor_record",
    response={200: RaceOut, 404: Problem},
    summary="How often we met, and how that ended",
)
def record(request: ApiRequest, record_id: RecordId) -> HttpResponse:
    access = permit(request, "competitors.view")
    permit(request, "opportunities.view")
    listing.get(access, record_type("competitor"), record_id, fields=["name"])
    found = race_record(access, record_id)
    assert found is not None
    sums = {name: getattr(found, f"{name}_amount") for name in ("running", "won", "lost")}
    body: dict[str, Any] = {
        name: getattr(found, name)
        for name in ("met", "running", "won", "lost_to", "lost_otherwise", "left_out")
    }
    body |= {f"{name}_amount": None if amount is None else str(amount) for name, amount in sums.items()}
    return json_response(body)


def _rivals(record_id: int) -> HttpResponse:
    return json_response(
        {
            "items": [
                {
                    "competitor": {"id": one.id, "name": one.name},
                    "standing": one.standing.value,
                    "took_it": one.took_it,
                    "note": one.note,
                }
                for one in rivals(record_id)
            ]
        }
    )


def offer_rivals(router: Router) -> None:
    """Competitors of an opportunity, under its address."""

    @router.get("/{record_id}/competitors", operation_id="opportunity_competitors",
                summary="Who else is in the race")  # fmt: skip
    def rival_list(request: ApiRequest, record_id: RecordId) -> HttpResponse:
        access = permit(request, "opportunities.view")
        permit(request, "competitors.view")
        listing.get(access, record_type("opportunity"), record_id, fields=["name"])
        return _rivals(record_id)

    @router.put("/{record_id}/competitors", operation_id="opportunity_set_competitor",
                summary="Name a competitor, or say how it stands now")  # fmt: skip
    def set_rival(request: ApiRequest, record_id: RecordId, body: RivalIn) -> HttpResponse:
        access = permit(request, "opportunities.edit")
        services.set_rival(
            access, record_id, body.competitor, standing=body.standing, took_it=body.took_it, note=body.note
        )
        return _rivals(record_id)

    @router.delete("/{record_id}/competitors/{competitor_id}", operation_id="opportunity_remove_competitor",
                   summary="A competitor was not in the race after all")  # fmt: skip
    def remove_rival(request: ApiRequest, record_id: RecordId, competitor_id: RecordId) -> HttpResponse:
        services.remove_rival(permit(request, "opportunities.edit"), record_id, competitor_id)
        return _rivals(record_id)


def offer_team(router: Router, key: str) -> None:
    """The team of an account or opportunity, under its address."""
    kind = record_type(key)

    def members(record_id: int) -> HttpResponse:
        return json_response(
            {
                "items": [
                    {
                        "user": {"id": one.id, "name": one.name},
                        "role": one.role,
                        "may_edit": one.may_edit,
                        "since": one.since,
                    }
                    for one in team(key, record_id)
                ]
            }
        )

    @router.get("/{record_id}/team", operation_id=f"{key}_team", summary="Who works on it besides the owner")
    def team_list(request: ApiRequest, record_id: RecordId) -> HttpResponse:
        listing.get(permit(request, kind.permission("view")), kind, record_id, fields=["name"])
        return members(record_id)

    @router.put("/{record_id}/team", operation_id=f"{key}_set_member",
                summary="Put a colleague on the team, or change role and rights")  # fmt: skip
    def set_member(request: ApiRequest, record_id: RecordId, body: TeamMemberIn) -> HttpResponse:
        access = permit(request, kind.permission("edit"))
        services.set_member(access, key, record_id, body.user, role=body.role, may_edit=body.may_edit)
        return members(record_id)

    @router.delete("/{record_id}/team/{user_id}", operation_id=f"{key}_remove_member",
                   summary="Take a colleague off the team")  # fmt: skip
    def remove_member(request: ApiRequest, record_id: RecordId, user_id: RecordId) -> HttpResponse:
        services.remove_member(permit(request, kind.permission("edit")), key, record_id, user_id)
        return members(record_id)


def offer_ties(router: Router) -> None:
    """What companies are to each other, under the address of an account."""

    def tied(access: Any, record_id: int) -> HttpResponse:
        tree = company_tree(access, record_id)
        return json_response(
            {
                "tree": [
                    {"id": one.id if one.name else None, "name": one.name or None, "depth": one.depth}
                    for one in tree.nodes
                ],
                "tree_more": tree.more,
                "items": [
                    {
                        "id": one.id,
                        "other": {"id": one.other_id, "name": one.name},
                        "tie": one.tie.value,
                        "note": one.note,
                    }
                    for one in relations(access, record_id)
                ],
            }
        )

    @router.get("/{record_id}/relations", operation_id="account_relations",
                summary="Its group of companies, and what it is tied to besides")  # fmt: skip
    def relation_list(request: ApiRequest, record_id: RecordId) -> HttpResponse:
        access = permit(request, "accounts.view")
        listing.get(access, record_type("account"), record_id, fields=["name"])
        return tied(access, record_id)

    @router.put(
        "/{record_id}/relations", operation_id="account_tie", summary="Say what another company is to it"
    )
    def tie(request: ApiRequest, record_id: RecordId, body: TieIn) -> HttpResponse:
        access = permit(request, "accounts.edit")
        services.tie(access, record_id, body.other, as_=body.tie, note=body.note)
        return tied(access, record_id)

    @router.delete("/{record_id}/relations/{relation_id}", operation_id="account_untie",
                   summary="They are not that to each other any more")  # fmt: skip
    def untie(request: ApiRequest, record_id: RecordId, relation_id: RecordId) -> HttpResponse:
        access = permit(request, "accounts.edit")
        services.untie(access, record_id, relation_id)
        return tied(access, record_id)


def offer_summary(router: Router, key: str) -> None:
    """What stands on top of the page, under the address of the record."""
    kind = record_type(key)

    @router.get("/{record_id}/summary", operation_id=f"{key}_summary", summary="The record at a glance")
    def summary(request: ApiRequest, record_id: RecordId) -> HttpResponse:
        access = permit(request, kind.permission("view"))
        listing.get(access, kind, record_id, fields=["name"])
        return json_response(
            {
                "items": [
                    {
                        "label": str(one.label),
                        "value": str(one.cell.text) if one.cell.text else one.cell.value,
                        "currency": one.cell.currency if one.cell.kind == "money" else None,
                        "note": str(one.note),
                        "reasons": [
                            {"text": str(reason.text), "is_good": reason.is_good} for reason in one.reasons
                        ],
                    }
                    for one in summary_of(access, key, record_id)
                ]
            }
        )
