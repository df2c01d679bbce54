"""Payment plans: into which parts an order's total falls, and when each is due."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from headwater.kernel import text
from headwater.kernel.access import Access
from headwater.kernel.catalogue.values import BadValue, as_date
from headwater.kernel.catalogue.values import number as read_number
from headwater.kernel.errors import Invalid, NotFound
from headwater.kernel.money import MOST, rounded
from headwater.orders.errors import NothingToPay, PlanHeld, WrongState
from headwater.orders.models import Instalment, Order, Payment
from headwater.orders.services.locking import check_day, lock_order, save
from headwater.orders.services.orders import state_word
from headwater.orders.types import MOST_INSTALMENTS, OrderState

_HUNDRED = Decimal(100)


@dataclass(frozen=True, slots=True)
class InstalmentIn:
    """A part as it was typed: an amount, or a percentage of the total. With an `id` it changes that one."""

    due_on: Any
    amount: Any = None
    percent: Any = None
    note: str | None = None
    id: int | None = None


@transaction.atomic
def set_plan(
    access: Access, order_id: int, instalments: Sequence[InstalmentIn], *, version: int | None = None
) -> None:
    """Replace the plan. It may differ from the total: what it leaves is due on the order's own day.

    Refuses with `Invalid` (`plan.1.amount`), `Stale`, `PlanHeld` for taking out what a payment was booked to.
    """
    order = lock_order(access, order_id, version=version)
    if order.state == OrderState.CANCELLED:
        raise WrongState(number=order.number, state=state_word(order), to=str(OrderState.ACTIVE.label))
    write_plan(access, order, instalments)


@transaction.atomic
def split_plan(
    access: Access,
    order_id: int,
    *,
    count: int,
    first_on: date,
    months: int = 1,
    version: int | None = None,
) -> None:
    """Equal instalments, `months` apart; the cents that cannot be shared go to the last one."""
    if not 1 <= count <= MOST_INSTALMENTS:
        words = _("Between 1 and %(most)s.") % {"most": MOST_INSTALMENTS}
        raise Invalid.one("count", "value.out_of_range", words)
    if not 1 <= months <= 24:
        raise Invalid.one("months", "value.out_of_range", _("Between 1 and %(most)s.") % {"most": 24})
    check_day("first_on", first_on)
    order = lock_order(access, order_id, version=version)
    if order.state == OrderState.CANCELLED:
        raise WrongState(number=order.number, state=state_word(order), to=str(OrderState.ACTIVE.label))
    each = (order.total / count).quantize(Decimal("0.01"), "ROUND_DOWN")
    if each <= 0:
        raise NothingToPay(number=order.number)
    parts = [InstalmentIn(months_later(first_on, months * place), each) for place in range(count)]
    parts[-1] = InstalmentIn(parts[-1].due_on, order.total - each * (count - 1))
    write_plan(access, order, parts)


def months_later(day: date, months: int) -> date:
    """The same day of a later month, or its last one."""
    year, month = divmod(day.month - 1 + months, 12)
    year, month = day.year + year, month + 1
    for last in (day.day, 30, 29, 28):
        try:
            return date(year, month, min(day.day, last))
        except ValueError:
            continue
    raise AssertionError("unreachable")


def write_plan(access: Access, order: Order, instalments: Sequence[InstalmentIn]) -> None:
    """Write the plan of a locked order."""
    if len(instalments) > MOST_INSTALMENTS:
        words = _("At most %(most)s instalments.") % {"most": MOST_INSTALMENTS}
        raise Invalid.one("plan", "plan.too_many", words)
    made = _read(order, instalments)
    held = {one.pk: one for one in Instalment.objects.select_for_update().filter(order=order)}
    pairs = list(zip(made, instalments, strict=True))
    kept = {given.id for _one, given in pairs if given.id is not None}
    if unknown := kept - held.keys():
        raise NotFound(record="instalment", id=min(unknown))
    gone = [one for pk, one in held.items() if pk not in kept]
    booked = set(Payment.objects.filter(instalment__in=gone).values_list("instalment_id", flat=True))
    for one in gone:
        if one.pk in booked:
            raise PlanHeld(due_on=one.due_on)
    Instalment.objects.filter(pk__in=[one.pk for one in gone]).delete()
    Instalment.objects.bulk_update(
        [one for one, given in pairs if given.id is not None], ["due_on", "amount", "percent", "note"]
    )
    Instalment.objects.bulk_create([one for one, given in pairs if given.id is None])
    before = [_told(one) for one in sorted(held.values(), key=lambda one: (one.due_on, one.pk))]
    after = [_told(one) for one in sorted(made, key=lambda one: one.due_on)]
    if before != after:
        save(access, order, {"plan": [before, after]})


def _told(one: Instalment) -> str:
    return f"{one.due_on}: {one.amount}"


def _read(order: Order, instalments: Sequence[InstalmentIn]) -> list[Instalment]:
    complaints: dict[str, dict[str, str]] = {}
    made = []
    for place, given in enumerate(instalments):
        values: dict[str, Any] = {}
        for key, read in (("due_on", _day), ("amount", _amount), ("percent", _percent)):
            raw = getattr(given, key)
            try:
                values[key] = None if raw in (None, "") else read(raw)
            except BadValue as bad:
                complaints[f"plan.{place}.{key}"] = {"code": bad.code, "detail": bad.detail}
            except Invalid as bad:
                complaints[f"plan.{place}.{key}"] = next(iter(bad.fields.values()))
        if any(f"plan.{place}.{key}" in complaints for key in ("due_on", "amount", "percent")):
            continue
        if values["due_on"] is None:
            words = _("This is required.")
            complaints[f"plan.{place}.due_on"] = {"code": "value.required", "detail": words}
            continue
        if values["percent"] is not None and values["amount"] is None:
            values["amount"] = rounded(order.total * values["percent"] / _HUNDRED)
        if not values["amount"]:
            words = _("Give an amount, or a percentage of the total.")
            complaints[f"plan.{place}.amount"] = {"code": "value.required", "detail": words}
            continue
        note = text.tidy(given.note or "")[:200] or None
        made.append(Instalment(pk=given.id, order=order, **values, note=note))
    if complaints:
        raise Invalid(fields=complaints)
    _whole(order, made)
    return made


def _whole(order: Order, made: Sequence[Instalment]) -> None:
    """Percentages that are the whole are the whole amount: the last one takes the cents of rounding."""
    if made and all(one.percent is not None for one in made):
        percents = sum((one.percent or Decimal(0) for one in made), Decimal(0))
        if percents == _HUNDRED:
            rest = order.total - sum((one.amount for one in made[:-1]), Decimal(0))
            if rest > 0:
                made[-1].amount = rest


def _day(raw: Any) -> date:
    day = as_date(raw)
    check_day("due_on", day)
    return day


def _amount(raw: Any) -> Decimal:
    value = rounded(_checked(raw, MOST))
    if value <= 0:
        raise BadValue("value.too_small", _("This must be more than nothing."))
    return value


def _percent(raw: Any) -> Decimal:
    value = _checked(raw, _HUNDRED + 1).quantize(Decimal("0.0001"))
    if not 0 < value <= _HUNDRED:
        raise BadValue("value.too_large", _("Between 0 and 100."))
    return value


def _checked(raw: Any, most: Decimal) -> Decimal:
    value = read_number(raw)
    if abs(value) >= most:
        raise BadValue("value.too_large", _("This number is too large."))
    return value
