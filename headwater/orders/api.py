"""JSON API of orders, payments and receivables: what the screens do, by the same services."""

from decimal import Decimal
from typing import Any, Literal

from django.http import HttpResponse
from ninja import Query, Router

from headwater.currencies.queries import company_currency
from headwater.engagement.queries import timeline_json
from headwater.kernel import listing
from headwater.kernel.access import Access, permit
from headwater.kernel.catalogue import record_type
from headwater.kernel.errors import NotFound
from headwater.kernel.money import plain
from headwater.orders import schemas, services
from headwater.orders.queries import ageing, order_lines, order_of, owed_parts, parts_of
from headwater.orders.queries.ageing import AgeingRow
from headwater.orders.services import InstalmentIn, LineIn
from headwater.platform.api import (
    ApiRequest,
    Problem,
    RecordId,
    check_version,
    created_response,
    idempotent,
    json_response,
    record_router,
)

router = record_router("order")
payments = record_router("payment")
receivables = Router(tags=["Receivables"])
_REFUSED = {404: Problem, 409: Problem, 412: Problem, 422: Problem}


def _shown(access: Access, order_id: int) -> HttpResponse:
    row = order_of(access, order_id)
    return json_response(dict(row), version=row["version"])


def _made(access: Access, order_id: int) -> HttpResponse:
    row = order_of(access, order_id)
    return created_response(dict(row), location=f"/api/v1/orders/{order_id}", version=row["version"])


@router.post(
    "/from-opportunity/{opportunity_id}",
    operation_id="order_from_opportunity",
    response={201: dict, **_REFUSED},
    summary="Make an order of a won opportunity",
)
@idempotent
def from_opportunity(request: ApiRequest, opportunity_id: RecordId) -> HttpResponse:
    access = permit(request, "orders.create")
    return _made(access, services.order_from_opportunity(access, opportunity_id))


@router.post(
    "/from-quote/{version_id}",
    operation_id="order_from_quote",
    response={201: dict, **_REFUSED},
    summary="Make an order of an accepted version of a quote",
)
@idempotent
def from_quote(request: ApiRequest, version_id: RecordId) -> HttpResponse:
    access = permit(request, "orders.create")
    return _made(access, services.order_from_quote(access, version_id))


@router.post(
    "/{order_id}/move",
    operation_id="order_move",
    response={200: dict, **_REFUSED},
    summary="Bring an order to a state",
)
def move(request: ApiRequest, order_id: RecordId, body: schemas.OrderMoveIn) -> HttpResponse:
    access = permit(request, "orders.edit")
    services.move_order(access, order_id, body.to, version=check_version(request), note=body.note)
    return _shown(access, order_id)


@router.post(
    "/{order_id}/assign",
    operation_id="order_assign",
    response={200: dict, **_REFUSED},
    summary="Give an order to somebody",
)
def assign(request: ApiRequest, order_id: RecordId, body: schemas.OrderOwnerIn) -> HttpResponse:
    access = permit(request, "orders.assign")
    (result,) = services.assign_orders(access, [order_id], owner_id=body.owner, note=body.note)
    if not result.ok:
        raise NotFound(record="order", id=order_id)
    return _shown(access, order_id)


@router.post(
    "/{order_id}/restore",
    operation_id="order_restore",
    response={200: dict, **_REFUSED},
    summary="Bring an archived order back",
)
def restore(request: ApiRequest, order_id: RecordId) -> HttpResponse:
    access = permit(request, "orders.delete")
    if not services.restore_orders(access, [order_id]):
        raise NotFound(record="order", id=order_id)
    return _shown(access, order_id)


@router.get("/{order_id}/timeline", operation_id="order_timeline", summary="What happened, newest first")
def timeline(request: ApiRequest, order_id: RecordId) -> HttpResponse:
    access = permit(request, "orders.view")
    order_of(access, order_id)
    return json_response(timeline_json(access, "order", order_id, request.GET))


@router.get(
    "/{order_id}/lines",
    operation_id="order_lines",
    response={200: schemas.OrderLinesOut, 404: Problem},
    summary="What was ordered",
)
def lines(request: ApiRequest, order_id: RecordId) -> HttpResponse:
    return _lines(permit(request, "orders.view"), order_id)


@router.put(
    "/{order_id}/lines",
    operation_id="order_set_lines",
    response={200: schemas.OrderLinesOut, **_REFUSED},
    summary="Set what was ordered, in this order; the order costs what its lines cost",
)
def set_lines(request: ApiRequest, order_id: RecordId, body: schemas.OrderLinesIn) -> HttpResponse:
    access = permit(request, "orders.edit")
    given = [
        LineIn(one.quantity, one.unit_price, one.product, one.name, one.unit, one.discount, one.tax_rate)
        for one in body.lines
    ]
    services.set_lines(access, order_id, given, version=check_version(request))
    return _lines(access, order_id)


def _lines(access: Access, order_id: int) -> HttpResponse:
    order = order_of(access, order_id)
    items = [
        {
            "position": one.position,
            "product": one.product_id,
            "name": one.name,
            "unit": one.unit,
            "quantity": plain(one.quantity),
            "unit_price": plain(one.unit_price),
            "discount": plain(one.discount),
            "tax_rate": plain(one.tax_rate),
            "net": str(one.net),
            "tax": str(one.tax),
            "amount": str(one.amount),
        }
        for one in order_lines(order_id)
    ]
    whole = {"items": items, "total": str(order["total"]), "currency": order["currency"]}
    return json_response(whole, version=order["version"])


@router.get(
    "/{order_id}/plan",
    operation_id="order_plan",
    response={200: schemas.PlanOut, 404: Problem},
    summary="The payment plan, and how much of each part is settled",
)
def plan(request: ApiRequest, order_id: RecordId) -> HttpResponse:
    return _plan(permit(request, "orders.view"), order_id)


@router.put(
    "/{order_id}/plan",
    operation_id="order_set_plan",
    response={200: schemas.PlanOut, **_REFUSED},
    summary="Set the payment plan",
)
def set_plan(request: ApiRequest, order_id: RecordId, body: schemas.PlanIn) -> HttpResponse:
    access = permit(request, "orders.edit")
    given = [InstalmentIn(one.due_on, one.amount, one.percent, one.note, one.id) for one in body.instalments]
    services.set_plan(access, order_id, given, version=check_version(request))
    return _plan(access, order_id)


def _plan(access: Access, order_id: int) -> HttpResponse:
    order = order_of(access, order_id)
    parts = parts_of(order_id)
    planned = sum((one.planned for one in parts if one.instalment_id is not None), Decimal(0))
    items = [
        {
            "instalment": one.instalment_id,
            "due_on": one.due_on,
            "amount": str(one.amount),
            "planned": str(one.planned),
            "percent": None if one.percent is None else plain(one.percent),
            "settled": str(one.settled),
            "open": str(one.open),
            "note": one.note,
        }
        for one in parts
    ]
    difference = str(Decimal(order["total"]) - planned)
    whole = {"items": items, "difference": difference, "currency": order["currency"]}
    return json_response(whole, version=order["version"])


@router.post(
    "/{order_id}/payments",
    operation_id="order_pay",
    response={201: dict, **_REFUSED},
    summary="Record a payment",
    description="With an `Idempotency-Key` it can be repeated without recording it twice.",
)
@idempotent
def pay(request: ApiRequest, order_id: RecordId, body: schemas.PaymentIn) -> HttpResponse:
    access = permit(request, "payments.create")
    values = body.dict(exclude={"confirm"}, exclude_none=True)
    return _entry(access, services.pay(access, order_id, values, confirm=body.confirm))


@router.post(
    "/{order_id}/refunds",
    operation_id="order_refund",
    response={201: dict, **_REFUSED},
    summary="Record that money went back",
)
@idempotent
def refund(request: ApiRequest, order_id: RecordId, body: schemas.RefundIn) -> HttpResponse:
    access = permit(request, "payments.correct")
    return _entry(access, services.refund(access, order_id, body.dict(exclude_none=True)))


@payments.post(
    "/{payment_id}/void",
    operation_id="payment_void",
    response={201: dict, **_REFUSED},
    summary="Take an entry back by one that corrects it",
)
@idempotent
def void(request: ApiRequest, payment_id: RecordId, body: schemas.VoidIn) -> HttpResponse:
    access = permit(request, "payments.correct")
    return _entry(access, services.void(access, payment_id, note=body.note))


def _entry(access: Access, payment_id: int) -> HttpResponse:
    # Who records money need not be allowed to look at the ledger; then the id has to do.
    row: dict[str, Any] = {"id": payment_id}
    if access.may("payments.view"):
        try:
            row = listing.get(access.also("payments.view"), record_type("payment"), payment_id)
        except NotFound:
            row = {"id": payment_id}
    return created_response(row, location=f"/api/v1/payments/{payment_id}")


@receivables.get(
    "/ageing",
    operation_id="receivables_ageing",
    response=schemas.AgeingOut,
    summary="What is owed, by how long it has been due, in the company's currency",
)
def receivables_ageing(request: ApiRequest, by: Literal["account", "owner"] = "account") -> HttpResponse:
    access = permit(request, "payments.view")
    permit(request, "orders.view")
    found = ageing(access, by=by)
    return json_response(
        {
            "currency": company_currency(),
            "by": by,
            "rows": [_ageing_row(one) for one in found.rows],
            "total": _ageing_row(found.total),
        }
    )


def _ageing_row(one: AgeingRow) -> dict[str, Any]:
    amounts = {bucket.value: str(amount) for bucket, amount in one.amounts.items()}
    left_out = {currency: str(amount) for currency, amount in one.left_out.items()}
    return {"id": one.id, "name": one.name, **amounts, "total": str(one.total), "left_out": left_out}


@receivables.get(
    "/parts",
    operation_id="receivables_parts",
    response={200: schemas.OwedPartsOut, 422: Problem},
    summary="The parts behind a figure, the oldest first",
)
def receivables_parts(
    request: ApiRequest,
    params: Query[schemas.OwedParams],
) -> HttpResponse:
    access = permit(request, "payments.view")
    permit(request, "orders.view")
    found = owed_parts(
        access,
        bucket=params.bucket,
        owner_id=params.owner,
        account_id=params.account,
        limit=params.limit + 1,
        offset=params.offset,
    )
    items = [
        {
            "order": one["order_id"],
            "number": one["number"],
            "instalment": one["instalment_id"],
            "account": one["account_id"],
            "account_name": one["account"],
            "owner": one["owner_id"],
            "owner_name": one["owner"],
            "due_on": one["due_on"],
            "days": one["days"],
            "open": str(one["open"]),
            "currency": one["currency"],
            "worth": None if one["worth"] is None else str(one["worth"]),
        }
        for one in found[: params.limit]
    ]
    following = params.offset + params.limit if len(found) > params.limit else None
    return json_response({"items": items, "next": following})


ROUTERS = {"/orders": router, "/payments": payments, "/receivables": receivables}
