"""JSON API of an opportunity's lines: what it is about, product by product."""

from decimal import Decimal
from typing import Any

from django.http import HttpResponse
from ninja import Field, Router, Schema

from headwater.kernel import listing
from headwater.kernel.access import Access, permit
from headwater.kernel.catalogue import record_type
from headwater.kernel.money import plain
from headwater.platform.api import ApiRequest, RecordId, check_version, idempotent, json_response
from headwater.sales import services
from headwater.sales.queries.lines import LineView, lines_of


class LineIn(Schema):
    product: int
    quantity: Decimal | str = Field(Decimal(1), description="Up to four decimals.")
    unit_price: Decimal | str | None = Field(
        None, description="In the opportunity's currency; left out, that of the account's price book."
    )
    discount: Decimal | str = Field(Decimal(0), description="Percent.")


class LineChangeIn(Schema):
    product: int | None = None
    quantity: Decimal | str | None = None
    unit_price: Decimal | str | None = None
    discount: Decimal | str | None = None


class LinesIn(Schema):
    lines: list[LineIn] = Field(max_length=200)


class OpportunityLineOut(Schema):
    id: int
    product: dict[str, Any] = Field(description="id, name and code.")
    quantity: str
    unit_price: str
    discount: str
    amount: str = Field(description="An exact decimal as text, rounded half up.")


class LinesOut(Schema):
    items: list[OpportunityLineOut]
    total: str
    amount_by_hand: bool = Field(description="The opportunity's amount does not follow its lines.")


def _line(one: LineView) -> dict[str, Any]:
    return {
        "id": one.id,
        "product": {"id": one.product_id, "name": one.name, "code": one.code},
        "quantity": plain(one.quantity),
        "unit_price": plain(one.unit_price),
        "discount": plain(one.discount),
        "amount": str(one.amount),
    }


def _lines(access: Access, record_id: int) -> HttpResponse:
    row = listing.get(
        access.also("opportunities.view"), record_type("opportunity"), record_id, fields=["amount_by_hand"]
    )
    found = lines_of(record_id)
    total = sum((one.amount for one in found), Decimal(0))
    return json_response(
        {
            "items": [_line(one) for one in found],
            "total": str(total),
            "amount_by_hand": row["amount_by_hand"],
        }
    )


def offer_lines(router: Router) -> None:
    """Add the endpoints of lines to the router of opportunities."""

    @router.get("/{record_id}/lines", operation_id="opportunity_lines", response=LinesOut,
                summary="Which products it is about")  # fmt: skip
    def list_lines(request: ApiRequest, record_id: RecordId) -> HttpResponse:
        return _lines(permit(request, "opportunities.view"), record_id)

    @router.put("/{record_id}/lines", operation_id="opportunity_set_lines", response=LinesOut,
                summary="Have exactly these products, in this order")  # fmt: skip
    def put_lines(request: ApiRequest, record_id: RecordId, body: LinesIn) -> HttpResponse:
        access = permit(request, "opportunities.edit")
        wanted = [line.dict() for line in body.lines]
        services.set_lines(access, record_id, wanted, version=check_version(request))
        return _lines(access, record_id)

    @router.post("/{record_id}/lines", operation_id="opportunity_add_line", response=LinesOut,
                 summary="Add a product")  # fmt: skip
    @idempotent
    def add_line(request: ApiRequest, record_id: RecordId, body: LineIn) -> HttpResponse:
        access = permit(request, "opportunities.edit")
        services.add_line(access, record_id, body.dict())
        return _lines(access, record_id)

    @router.post("/{record_id}/lines/follow", operation_id="opportunity_follow_lines", response=LinesOut,
                 summary="Have the amount follow the lines again")  # fmt: skip
    def follow(request: ApiRequest, record_id: RecordId) -> HttpResponse:
        access = permit(request, "opportunities.edit")
        services.follow_lines(access, record_id)
        return _lines(access, record_id)

    @router.patch("/{record_id}/lines/{line_id}", operation_id="opportunity_change_line", response=LinesOut,
                  summary="Change a line")  # fmt: skip
    def change(
        request: ApiRequest, record_id: RecordId, line_id: RecordId, body: LineChangeIn
    ) -> HttpResponse:
        access = permit(request, "opportunities.edit")
        services.update_line(access, record_id, line_id, body.dict(exclude_unset=True))
        return _lines(access, record_id)

    @router.delete("/{record_id}/lines/{line_id}", operation_id="opportunity_remove_line",
                   response=LinesOut, summary="Take a line out")  # fmt: skip
    def remove(request: ApiRequest, record_id: RecordId, line_id: RecordId) -> HttpResponse:
        access = permit(request, "opportunities.edit")
        services.remove_line(access, record_id, line_id)
        return _lines(access, record_id)
