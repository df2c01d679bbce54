"""Setting targets: one or a whole year of a team by the same statement."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from headwater.currencies.queries import company_currency
from headwater.kernel import clock, sql
from headwater.kernel.access import Access
from headwater.kernel.catalogue.values import BadValue, number
from headwater.kernel.errors import Invalid, NotFound, Stale
from headwater.platform import audit
from headwater.platform.events import emit
from headwater.targets.events import TargetsChanged
from headwater.targets.periods import Period
from headwater.targets.queries.team import COMPANY, Key, team_of
from headwater.targets.types import MOST_AMOUNT, YEARS, Holder, Measure

MOST_AT_ONCE = 20_000
_CELLS = 5_000  # audit rows and events go in pieces of this size


@dataclass(frozen=True, slots=True)
class Entry:
    """A target to set; None takes it away."""

    key: Key
    period: Period
    amount: Decimal | None


def read_amount(measure: Measure, raw: Any, *, field: str = "amount") -> Decimal | None:
    """A target as somebody wrote it: `120万`, `1,200,000`; empty is None. Raises `Invalid` under `field`."""
    if raw is None or str(raw).strip() == "":
        return None
    try:
        amount = number(str(raw)[:60])
    except BadValue as refusal:
        raise Invalid.one(field, refusal.code, refusal.detail) from None
    return checked_amount(measure, amount, field=field)


def checked_amount(measure: Measure, amount: Decimal, *, field: str = "amount") -> Decimal:
    """The amount as it is kept; raises `Invalid` for a negative, a too large or a broken one."""
    if not amount.is_finite() or abs(amount) > MOST_AMOUNT:
        raise Invalid.one(field, "value.too_large", _("This number is too large."))
    if amount < 0:
        raise Invalid.one(field, "value.too_small", _("A target cannot be negative."))
    kept = amount.quantize(measure.unit)
    if kept != amount:
        detail = _("At most two decimals.") if measure.is_money else _("Write a whole number.")
        raise Invalid.one(field, "value.decimals", detail)
    return kept


@transaction.atomic
def set_targets(
    access: Access,
    measure: Measure,
    entries: Sequence[Entry],
    *,
    seen: datetime | None = None,
    fields: Mapping[tuple[Key, Period], str] | None = None,
) -> int:
    """Set targets of people, departments and the company within reach; how many changed.

    Refuses all of them with `NotFound` when one is out of reach, with `Invalid` for amounts that cannot be
    (under the names in `fields`), and with `Stale` when one that would change was set by somebody after
    `seen`. What is as it was stays, without a trace.
    """
    if len(entries) > MOST_AT_ONCE:
        raise Invalid.one("targets", "targets.too_many", _("Set at most 20,000 targets at once."))
    wanted = _checked(access, measure, entries, fields or {})
    sql.execute("LOCK TABLE targets_target IN SHARE ROW EXCLUSIVE MODE")  # who sets targets does it in turn
    known = _known(measure, list(wanted))
    changed = [
        one
        for place, one in wanted.items()
        if one.amount != (known[place].amount if place in known else None)
    ]
    currency = company_currency()
    for one in changed:
        held = known.get((one.key, one.period))
        if held is not None and seen is not None and held.updated_at > seen:
            raise Stale(version=held.version)
    ids = _write(access, measure, changed, currency)
    for start in range(0, len(changed), _CELLS):
        piece = slice(start, start + _CELLS)
        audit.record_many(
            access,
            "target",
            "set_target",
            [
                (one_id, _changes(measure, one, known.get((one.key, one.period)), currency))
                for one_id, one in zip(ids[piece], changed[piece], strict=True)
            ],
        )
        emit(TargetsChanged(ids=ids[piece]), access)
    return len(changed)


@dataclass(frozen=True, slots=True)
class _Held:
    amount: Decimal | None
    currency: str
    version: int
    updated_at: datetime


def _checked(
    access: Access,
    measure: Measure,
    entries: Sequence[Entry],
    fields: Mapping[tuple[Key, Period], str],
) -> dict[tuple[Key, Period], Entry]:
    """The entries by whose and when they are, each amount as it is kept."""
    team = team_of(access)
    found: dict[str, dict[str, str]] = {}
    checked: dict[tuple[Key, Period], Entry] = {}
    for one in entries:
        if one.key not in team:
            raise NotFound(record=one.key[0].value, id=one.key[1])
        if not YEARS[0] <= one.period.start.year <= YEARS[1]:
            raise Invalid.one("period", "period.unreadable", _("This year is too far away."))
        place = (one.key, one.period)
        try:
            amount = (
                None
                if one.amount is None
                else checked_amount(measure, one.amount, field=fields.get(place, "amount"))
            )
        except Invalid as refusal:
            found |= refusal.fields
            continue
        checked[place] = Entry(one.key, one.period, amount)
    if found:
        raise Invalid(fields=found)
    return checked


def _columns(places: Sequence[tuple[Key, Period]]) -> tuple[list[int | None], ...]:
    people = [key[1] if key[0] == Holder.PERSON else None for key, _period in places]
    departments = [key[1] if key[0] == Holder.DEPARTMENT else None for key, _period in places]
    return people, departments


def _known(measure: Measure, places: Sequence[tuple[Key, Period]]) -> dict[tuple[Key, Period], _Held]:
    people, departments = _columns(places)
    found = sql.rows(
        "SELECT x.place, t.amount, t.currency, t.version, t.updated_at"
        " FROM unnest(%s::bigint[], %s::bigint[], %s::text[], %s::date[]) WITH ORDINALITY"
        " AS x (user_id, department_id, grain, starts_on, place) JOIN targets_target t"
        " ON t.measure = %s AND t.grain = x.grain AND t.starts_on = x.starts_on"
        " AND t.user_id IS NOT DISTINCT FROM x.user_id"
        " AND t.department_id IS NOT DISTINCT FROM x.department_id",
        (
            people,
            departments,
            [period.grain.value for _key, period in places],
            [period.start for _key, period in places],
            measure,
        ),
    )
    return {
        places[row["place"] - 1]: _Held(row["amount"], row["currency"], row["version"], row["updated_at"])
        for row in found
    }


def _write(access: Access, measure: Measure, changed: Sequence[Entry], currency: str) -> list[int]:
    """The rows, made or changed; their ids in the order of the entries."""
    if not changed:
        return []
    places = [(one.key, one.period) for one in changed]
    people, departments = _columns(places)
    moment = clock.now()
    written = sql.rows(
        "INSERT INTO targets_target (user_id, department_id, measure, grain, starts_on, amount, currency,"
        " version, created_at, updated_at, updated_by_id)"
        " SELECT x.user_id, x.department_id, %s, x.grain, x.starts_on, x.amount, %s, 1, %s, %s, %s"
        " FROM unnest(%s::bigint[], %s::bigint[], %s::text[], %s::date[], %s::numeric[])"
        " AS x (user_id, department_id, grain, starts_on, amount)"
        " ON CONFLICT (measure, grain, starts_on, user_id, department_id) DO UPDATE SET"
        " amount = EXCLUDED.amount, currency = EXCLUDED.currency, version = targets_target.version + 1,"
        " updated_at = EXCLUDED.updated_at, updated_by_id = EXCLUDED.updated_by_id"
        " RETURNING id, user_id, department_id, grain, starts_on",
        (
            measure,
            currency,
            moment,
            moment,
            access.user_id,
            people,
            departments,
            [period.grain.value for _key, period in places],
            [period.start for _key, period in places],
            [one.amount for one in changed],
        ),
    )
    ids = {
        (row["user_id"], row["department_id"], row["grain"], row["starts_on"]): row["id"] for row in written
    }
    return [
        ids[person, department, period.grain.value, period.start]
        for person, department, (_key, period) in zip(people, departments, places, strict=True)
    ]


def _changes(measure: Measure, one: Entry, held: _Held | None, currency: str) -> dict[str, list[Any]]:
    changes: dict[str, list[Any]] = {
        "measure": [None, measure.value],
        "holder": [None, "" if one.key == COMPANY else f"{one.key[0].value} {one.key[1]}"],
        "period": [None, one.period.code],
        "amount": [held.amount if held else None, one.amount],
    }
    if held is not None and held.currency != currency and measure.is_money:
        changes["currency"] = [held.currency, currency]
    return changes
