"""The lines of an order: typed, or taken over."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from headwater.kernel import sql, text
from headwater.kernel.access import Access
from headwater.kernel.catalogue.values import BadValue
from headwater.kernel.catalogue.values import number as read_number
from headwater.kernel.errors import Invalid
from headwater.kernel.money import MOST, rounded
from headwater.orders.models import OrderLine
from headwater.orders.queries.orders import order_lines
from headwater.orders.services.locking import lock_order, save
from headwater.orders.services.orders import check_total, place_lines, total_of

_HUNDRED = Decimal(100)


@dataclass(frozen=True, slots=True)
class LineIn:
    """A line as it was typed. A product gives what is left blank: name, unit, tax rate."""

    quantity: Any = 1
    unit_price: Any = 0
    product_id: int | None = None
    name: str = ""
    unit: str | None = None
    discount: Any = 0  # percent
    tax_rate: Any = None  # percent; None: the product's
    sums: tuple[Decimal, Decimal] | None = None  # net and tax of a line that stays as it was taken over


@transaction.atomic
def set_lines(access: Access, order_id: int, lines: Sequence[LineIn], *, version: int | None = None) -> None:
    """Replace the lines; the order costs what they cost. Without lines its last total stays, as typed.

    Refuses with `Invalid` (`lines.2.quantity`), `Stale`, and what `check_total` refuses.
    """
    order = lock_order(access, order_id, version=version)
    made = made_lines(lines)
    before, shown = order.total, len(made)
    total = total_of(made, order) if made else order.total
    check_total(order, total)
    held = OrderLine.objects.filter(order=order)
    number = held.count()
    held.delete()
    order.total = total
    save(access, order, {"total": [before, order.total], "lines": [number, shown]})
    place_lines(order, made)


def made_lines(lines: Sequence[LineIn]) -> list[OrderLine]:
    """Lines with their exact amounts; refuses with `Invalid` naming each value that cannot be."""
    products = _products([line.product_id for line in lines if line.product_id is not None])
    complaints: dict[str, dict[str, str]] = {}
    made = []
    for place, line in enumerate(lines):
        known = products.get(line.product_id or 0, {})
        if line.product_id is not None and not known:
            words = _("This record does not exist, or you may not see it.")
            complaints[f"lines.{place}.product"] = {"code": "relation.not_found", "detail": words}
            continue
        name = text.tidy(line.name or known.get("name") or "")[:200]
        if not name:
            words = _("This is required.")
            complaints[f"lines.{place}.name"] = {"code": "value.required", "detail": words}
        tax = line.tax_rate if line.tax_rate not in (None, "") else known.get("tax_rate") or 0
        values: dict[str, Decimal] = {}
        for key, raw, decimals, most in (
            ("quantity", line.quantity, 4, Decimal(10) ** 10),
            ("unit_price", line.unit_price, 4, MOST),
            ("discount", line.discount, 4, _HUNDRED),
            ("tax_rate", tax, 2, _HUNDRED),
        ):
            try:
                values[key] = _exact(raw, decimals, most, above_zero=key == "quantity")
            except BadValue as bad:
                complaints[f"lines.{place}.{key}"] = {"code": bad.code, "detail": bad.detail}
        if len(values) == 4 and name:
            unit = line.unit or known.get("unit")
            made.append(_line(name, unit, line, values))
            if abs(made[-1].amount) >= MOST:
                words = _("This number is too large.")
                complaints[f"lines.{place}.unit_price"] = {"code": "value.too_large", "detail": words}
    if complaints:
        raise Invalid(fields=complaints)
    return made


def _line(name: str, unit: str | None, line: LineIn, values: dict[str, Decimal]) -> OrderLine:
    if line.sums is not None:
        net, tax = line.sums
    else:
        net = rounded(values["quantity"] * values["unit_price"] * (1 - values["discount"] / _HUNDRED))
        tax = rounded(net * values["tax_rate"] / _HUNDRED)
    return OrderLine(
        name=name, unit=unit, product_id=line.product_id, **values, net=net, tax=tax, amount=net + tax
    )


def _exact(raw: Any, decimals: int, most: Decimal, *, above_zero: bool) -> Decimal:
    value = Decimal(0) if raw in (None, "") else read_number(raw)
    if abs(value) > most:
        raise BadValue("value.too_large", _("This number is too large."))
    if value < 0 or (above_zero and value == 0):
        raise BadValue("value.too_small", _("This must be more than nothing."))
    try:
        return value.quantize(Decimal(1).scaleb(-decimals))
    except InvalidOperation:
        raise BadValue("value.number", _("This must be a number.")) from None


def _products(ids: Sequence[int]) -> dict[int, dict[str, Any]]:
    fitting = [one for one in ids if 0 < one < 2**63]
    found = sql.rows(
        "SELECT id, name, unit, tax_rate FROM products_product WHERE id = ANY(%s::bigint[])",
        (fitting,),
    )
    return {row["id"]: row for row in found}


def as_typed(order_id: int) -> list[LineIn]:
    """The present lines of an order, to be changed one by one."""
    return [
        LineIn(
            line.quantity,
            line.unit_price,
            line.product_id,
            line.name,
            line.unit,
            line.discount,
            line.tax_rate,
            sums=(line.net, line.tax),
        )
        for line in order_lines(order_id)
    ]
