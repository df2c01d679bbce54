"""What an opportunity is about, line by line, and what that makes of its amount.

The rule: an opportunity with lines is worth their sum. Whoever types another amount sets it by hand; it then
stays until somebody has it follow its lines again, or clears it. Without lines an amount is what was typed.
"""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import Sum
from django.utils.translation import gettext as _

from headwater.kernel import clock
from headwater.kernel.access import Access
from headwater.kernel.catalogue import Cleaned, Field, FieldType
from headwater.kernel.catalogue.values import BadValue, parse
from headwater.kernel.errors import Invalid, NotFound
from headwater.kernel.money import MOST
from headwater.platform import audit
from headwater.platform.events import emit
from headwater.products.money import line_amount
from headwater.products.queries import ProductView, price_book_for, price_of, products_by_id
from headwater.sales.models import Opportunity, OpportunityLine
from headwater.sales.services.kinds import OPPORTUNITY
from headwater.sales.services.writing import is_id, lock_record

MOST_LINES = 200
_PARTS = (
    Field("product", "", FieldType.LINK, required=True),
    Field("quantity", "", FieldType.NUMBER, decimals=4, minimum=0.0001, maximum=9_999_999_999),
    Field("unit_price", "", FieldType.NUMBER, decimals=4, minimum=0),
    Field("discount", "", FieldType.PERCENT, decimals=2, minimum=0, maximum=100),
)


@transaction.atomic
def add_line(
    access: Access, opportunity_id: int, values: Mapping[str, Any], *, version: int | None = None
) -> int:
    """Add a product; the id of the line. `values`: product, quantity (1), unit_price, discount (0).

    Without a unit price that of the account's price book, else the list price, is taken. Refuses with
    `NotFound`, `Stale`, and `Invalid` naming each value that cannot be.
    """
    opportunity = lock_record(access, OPPORTUNITY, opportunity_id, version=version)
    before = _lines_of(opportunity)
    if len(before) >= MOST_LINES:
        words = _("At most %(limit)s products.") % {"limit": MOST_LINES}
        raise Invalid.one("product", "lines.too_many", words)
    last = max((line.position for line in before), default=-1)
    line = OpportunityLine(opportunity=opportunity, position=last + 1)
    _fill(opportunity, line, values)
    line.save()
    _settle(access, opportunity, before, [*before, line])
    return line.pk


@transaction.atomic
def update_line(access: Access, opportunity_id: int, line_id: int, values: Mapping[str, Any]) -> None:
    """Change a line; what is not given stays. Refuses like `add_line`."""
    opportunity = lock_record(access, OPPORTUNITY, opportunity_id)
    before = _lines_of(opportunity)
    line = _find(before, line_id)
    was = [_copy(one) for one in before]
    _fill(opportunity, line, values, partial=True)
    line.save()
    _settle(access, opportunity, was, before)


@transaction.atomic
def remove_line(access: Access, opportunity_id: int, line_id: int) -> None:
    """Take a line out; the amount of an opportunity without lines stays as it is."""
    opportunity = lock_record(access, OPPORTUNITY, opportunity_id)
    before = _lines_of(opportunity)
    line = _find(before, line_id)
    after = [one for one in before if one.pk != line.pk]
    OpportunityLine.objects.filter(pk=line.pk).delete()
    _settle(access, opportunity, before, after)


@transaction.atomic
def set_lines(
    access: Access,
    opportunity_id: int,
    lines: Sequence[Mapping[str, Any]],
    *,
    version: int | None = None,
) -> None:
    """Have exactly these lines, in this order. Complaints are keyed by place: `lines.0.quantity`."""
    opportunity = lock_record(access, OPPORTUNITY, opportunity_id, version=version)
    if len(lines) > MOST_LINES:
        words = _("At most %(limit)s products.") % {"limit": MOST_LINES}
        raise Invalid.one("lines", "lines.too_many", words)
    before = _lines_of(opportunity)
    made: list[OpportunityLine] = []
    complaints: dict[str, dict[str, str]] = {}
    for place, values in enumerate(lines):
        line = OpportunityLine(opportunity=opportunity, position=place)
        try:
            _fill(opportunity, line, values)
        except Invalid as refusal:
            complaints |= {f"lines.{place}.{key}": said for key, said in refusal.fields.items()}
        made.append(line)
    if complaints:
        raise Invalid(fields=complaints)
    if _shown(before) == _shown(made):
        return
    OpportunityLine.objects.filter(opportunity=opportunity).delete()
    OpportunityLine.objects.bulk_create(made)
    _settle(access, opportunity, before, made)


@transaction.atomic
def follow_lines(access: Access, opportunity_id: int) -> None:
    """Have the amount follow the lines again; nothing for an opportunity without lines."""
    opportunity = lock_record(access, OPPORTUNITY, opportunity_id)
    lines = _lines_of(opportunity)
    if lines:
        _save(access, opportunity, _amount_changes(opportunity, total_of(lines), by_hand=False))


def mind_lines(opportunity: Opportunity, cleaned: Cleaned) -> None:
    """What a change of amount or currency means for an opportunity with lines; refuses another currency."""
    fields = cleaned.fields
    if not {"amount", "currency"} & fields.keys():
        return
    held = OpportunityLine.objects.filter(opportunity=opportunity).aggregate(total=Sum("amount"))["total"]
    if held is None:
        return
    if fields.get("currency", opportunity.currency) != opportunity.currency:
        words = _("Its products are priced in %(currency)s: take them out first.")
        words = words % {"currency": opportunity.currency}
        raise Invalid.one("currency", "opportunity.has_lines", words)
    if "amount" in fields:
        wanted = fields["amount"]
        if wanted is None:
            fields["amount"] = held
        fields["amount_by_hand"] = wanted is not None and wanted != held


def total_of(lines: Sequence[OpportunityLine]) -> Decimal:
    """What lines come to together."""
    return sum((line.amount for line in lines), Decimal(0))


def _lines_of(opportunity: Opportunity) -> list[OpportunityLine]:
    return list(OpportunityLine.objects.filter(opportunity=opportunity).order_by("position", "id"))


def _find(lines: Sequence[OpportunityLine], line_id: int) -> OpportunityLine:
    found = next((line for line in lines if line.pk == line_id), None)
    if found is None:
        raise NotFound(record="line", id=line_id)
    return found


def _copy(line: OpportunityLine) -> OpportunityLine:
    return OpportunityLine(
        pk=line.pk,
        opportunity_id=line.opportunity_id,
        product_id=line.product_id,
        quantity=line.quantity,
        unit_price=line.unit_price,
        discount=line.discount,
        amount=line.amount,
        position=line.position,
    )


def _fill(
    opportunity: Opportunity, line: OpportunityLine, values: Mapping[str, Any], *, partial: bool = False
) -> None:
    """Put checked values on a line, with what they come to."""
    complaints: dict[str, dict[str, str]] = {}
    given: dict[str, Any] = {}
    for part in _PARTS:
        try:
            value = parse(part, values.get(part.key))
        except BadValue as bad:
            complaints[part.key] = {"code": bad.code, "detail": bad.detail}
            continue
        if value is not None:
            given[part.key] = value
    product = _product(line, given, complaints, partial=partial)
    if complaints:
        raise Invalid(fields=complaints)
    assert product is not None
    line.product_id = product.id
    line.quantity = given.get("quantity", line.quantity)
    line.discount = given.get("discount", line.discount)
    line.unit_price = given["unit_price"] if "unit_price" in given else _price(opportunity, line, partial)
    line.amount = line_amount(Decimal(line.quantity), Decimal(line.unit_price), Decimal(line.discount))
    if line.amount >= MOST:
        raise Invalid.one("quantity", "value.too_large", _("This number is too large."))


def _product(
    line: OpportunityLine,
    given: Mapping[str, Any],
    complaints: dict[str, dict[str, str]],
    *,
    partial: bool,
) -> ProductView | None:
    """The product meant; one that is not offered any more stays where it stands already."""
    wanted = given.get("product") or (line.product_id if partial else None)
    if wanted is None:
        complaints.setdefault("product", {"code": "value.required", "detail": _("Choose a product.")})
        return None
    found = products_by_id([wanted]).get(wanted) if is_id(wanted) else None
    if found is None or (found.is_archived and found.id != line.product_id):
        words = _("There is no such product, or it is not offered any more.")
        complaints["product"] = {"code": "relation.not_found", "detail": words}
    return found


def _price(opportunity: Opportunity, line: OpportunityLine, partial: bool) -> Decimal:
    """The price that nobody gave: as it stands, else of the account's book, else the list price."""
    if partial and line.unit_price is not None:
        return line.unit_price
    currency = opportunity.currency
    book = price_book_for(opportunity.account_id, currency=currency)
    found = price_of(line.product_id, quantity=Decimal(line.quantity), currency=currency, price_book_id=book)
    if found is None:
        words = _("There is no price in %(currency)s: give one.") % {"currency": currency}
        raise Invalid.one("unit_price", "value.required", words)
    return found


def _shown(lines: Sequence[OpportunityLine]) -> list[dict[str, Any]]:
    return [
        {
            "product": line.product_id,
            "quantity": f"{Decimal(line.quantity).normalize():f}",
            "unit_price": f"{Decimal(line.unit_price).normalize():f}",
            "discount": f"{Decimal(line.discount).normalize():f}",
        }
        for line in lines
    ]


def _amount_changes(
    opportunity: Opportunity, total: Decimal | None, *, by_hand: bool
) -> dict[str, list[Any]]:
    changes: dict[str, list[Any]] = {}
    if opportunity.amount != total:
        changes["amount"] = [opportunity.amount, total]
    if opportunity.amount_by_hand != by_hand:
        changes["amount_by_hand"] = [opportunity.amount_by_hand, by_hand]
    return changes


def _settle(
    access: Access,
    opportunity: Opportunity,
    before: Sequence[OpportunityLine],
    after: Sequence[OpportunityLine],
) -> None:
    """What follows from other lines: the amount, the version, audit and event."""
    total = total_of(after)
    if total >= MOST:
        raise Invalid.one("quantity", "value.too_large", _("Together the products come to too much."))
    if not after:
        amount: Decimal | None = opportunity.amount
        changes = _amount_changes(opportunity, amount, by_hand=False)
    elif opportunity.amount_by_hand:
        changes = {}
    else:
        changes = _amount_changes(opportunity, total, by_hand=False)
    was, now = _shown(before), _shown(after)
    if was != now:
        changes["lines"] = [was or None, now or None]
    _save(access, opportunity, changes)


def _save(access: Access, opportunity: Opportunity, changes: Mapping[str, list[Any]]) -> None:
    """Write what changed on the locked opportunity, with audit and event; nothing for none."""
    if not changes:
        return
    for name in ("amount", "amount_by_hand"):
        if name in changes:
            setattr(opportunity, name, changes[name][1])
    opportunity.version += 1
    opportunity.updated_at = clock.now()
    opportunity.save(update_fields=["amount", "amount_by_hand", "version", "updated_at"])
    audit.record(access, "opportunity", opportunity.pk, "update", changes)
    fields = sorted(changes)
    emit(OPPORTUNITY.changed(ids=[opportunity.pk], fields=fields, changes=dict(changes)), access)
