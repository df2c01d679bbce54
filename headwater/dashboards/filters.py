"""Filters across a board: what they are in an address, and how each widget takes them.

A filter reaches a widget where its dataset knows such a thing: a time, an owner, a source, a channel, a
campaign. Where it does not, the widget says so instead of showing figures that look filtered.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext, pgettext_lazy

from headwater.acquisition.queries import channel_tree
from headwater.insight.engine import dataset, kind_of
from headwater.kernel.access import Access
from headwater.kernel.catalogue import Field, FieldType, RecordType
from headwater.kernel.criteria.periods import NAMED
from headwater.kernel.errors import Invalid, NotFound, Text
from headwater.kernel.text import whole
from headwater.organization.queries import people_in
from headwater.targets.keys import read_seat
from headwater.targets.types import Holder

PERIODS: dict[str, Text] = {
    "today": gettext_lazy("Today"),
    "this_week": pgettext_lazy("period", "This week"),
    "this_month": pgettext_lazy("period", "This month"),
    "last_month": pgettext_lazy("period", "Last month"),
    "this_quarter": pgettext_lazy("period", "This quarter"),
    "this_year": pgettext_lazy("period", "This year"),
    "last_30": pgettext_lazy("period", "Last 30 days"),
    "last_90": pgettext_lazy("period", "Last 90 days"),
}
OWN = "own"  # the period of every widget itself, where the board would set another
ME = "me"
LINKS = ("source", "channel", "campaign")
# Of several people on a record, the one whose work it is.
_OWNERS = ("owner", "author", "person", "user")


@dataclass(frozen=True, slots=True)
class Filters:
    """What a reader narrows a whole board to; nothing: every widget as it was made."""

    period: str = ""
    who: str = ""  # "me", "person-12", or "department-3" with those below it
    source: int | None = None
    channel: int | None = None
    campaign: int | None = None

    @property
    def params(self) -> dict[str, str]:
        """As they stand in an address."""
        given = {"period": self.period, "who": self.who}
        given |= {key: str(getattr(self, key) or "") for key in LINKS}
        return {key: value for key, value in given.items() if value}

    def __bool__(self) -> bool:
        return bool(self.params)


@dataclass(frozen=True, slots=True)
class Narrowed:
    """A definition with the filters in it, and the names of those that it could not take."""

    definition: dict[str, Any]
    missing: tuple[str, ...] = ()


def read_filters(given: Mapping[str, str], *, period: str = "") -> Filters:
    """The filters of an address; `period` holds where it names none. Refuses with `Invalid`."""
    wanted = _picked_days(given.get("dates", "")) or given.get("period", "") or period
    if wanted and wanted != OWN:
        read_period(wanted)
    who = given.get("who", "")
    if who and who != ME:
        _seat(who)
    ids: dict[str, int | None] = {}
    for key in LINKS:
        raw = given.get(key, "")
        ids[key] = _id(raw)
        if raw and ids[key] is None:
            raise Invalid.one(key, "value.choice", _("This is not one of the choices."))
    return Filters(period="" if wanted == OWN else wanted, who=who, **ids)


def read_period(code: str) -> Any:
    """`this_month`, `last_30` or `2026-01-01..2026-03-31` as a definition has it; refuses with `Invalid`."""
    if code in NAMED:
        return code
    first, dots, last = code.partition("..")
    if dots:
        try:
            start, end = date.fromisoformat(first), date.fromisoformat(last)
        except ValueError:
            raise _no_period() from None
        if start > end:
            raise _no_period()
        return [start.isoformat(), end.isoformat()]
    word, _line, days = code.partition("_")
    number = whole(days) if word == "last" else None
    if number is None or not 1 <= number <= 3660:
        raise _no_period()
    return {"last": number, "unit": "day"}


def period_label(code: str) -> str:
    """The period in words."""
    if code in PERIODS:
        return str(PERIODS[code])
    if code in NAMED:
        return str(NAMED[code])
    if ".." in code:
        return code.replace("..", " – ")
    days = {"days": code.partition("_")[2]}
    return pgettext("period", "Last %(days)s days") % days


def is_of_now(raw: Mapping[str, Any]) -> bool:
    """Whether the figures are what stands open at the moment: a period would change their meaning."""
    chart = raw.get("chart")
    return isinstance(chart, Mapping) and bool(chart.get("now"))


def narrowed(raw: Mapping[str, Any], filters: Filters, access: Access) -> Narrowed:
    """The definition under the filters, for the eyes of `access`."""
    definition = dict(raw)
    if not filters:
        return Narrowed(definition)
    data = dataset(str(raw.get("dataset", "")))
    if data is None:
        return Narrowed(definition)  # whoever reads it says what is wrong with it
    kind = kind_of(data, access)
    missing: list[str] = []
    leaves: list[dict[str, Any]] = []
    if filters.period:
        given = raw.get("period")
        field = (given.get("field") if isinstance(given, Mapping) else "") or data.period
        if not is_of_now(raw) and field and field in kind.all_fields:
            definition["period"] = {"field": field, "value": read_period(filters.period)}
        else:
            missing.append(_("period"))
    if filters.who:
        person = _owner_field(kind)
        if person is None:
            missing.append(_("person"))
        else:
            leaves.append(_of_people(person.key, filters.who))
    for key in LINKS:
        wanted = getattr(filters, key)
        if wanted is None:
            continue
        link = _link_field(kind, key)
        if link is None:
            missing.append(_LINK_NAMES[key]())
        else:
            leaves.append(_of_link(access, link.key, key, wanted))
    if leaves:
        own = raw.get("filters")
        definition["filters"] = {"all": [*([own] if own else []), *leaves]}
    return Narrowed(definition, tuple(missing))


_LINK_NAMES = {
    "source": lambda: pgettext("filter of a dashboard", "source"),
    "channel": lambda: pgettext("filter of a dashboard", "channel"),
    "campaign": lambda: pgettext("filter of a dashboard", "campaign"),
}


def _of_people(field: str, who: str) -> dict[str, Any]:
    if who == ME:
        return {"field": field, "op": "eq", "value": "@me"}
    holder, number = _seat(who)
    if holder == Holder.PERSON:
        return {"field": field, "op": "eq", "value": number}
    # A department without people has no figures: nobody's id is that large.
    return {"field": field, "op": "in", "value": sorted(people_in(number, active=False)) or [2**62]}


def _of_link(access: Access, field: str, key: str, wanted: int) -> dict[str, Any]:
    if key == "channel":
        return {"field": field, "op": "in", "value": _with_branches(access, wanted)}
    return {"field": field, "op": "eq", "value": wanted}


def _with_branches(access: Access, channel_id: int) -> list[int]:
    """The channel and all below it, retired ones too: their figures are still there."""
    found = [channel_id]
    for node in channel_tree(access, retired=True):  # parents come before their branches
        if node.parent_id in found:
            found.append(node.id)
    return found


def _owner_field(kind: RecordType) -> Field | None:
    people = [one for one in _usable(kind) if one.type == FieldType.USER]
    for name in _OWNERS:
        for one in people:
            if one.key.rpartition(".")[2] == name:
                return one
    return None


def _link_field(kind: RecordType, relation: str) -> Field | None:
    links = [one for one in _usable(kind) if one.type == FieldType.LINK and one.relation == relation]
    named = [one for one in links if one.key.rpartition(".")[2] == relation]
    return next(iter([*named, *links]), None)


def _usable(kind: RecordType) -> Iterator[Field]:
    """Custom fields may be of any person: only those that the house brings say whose work it is."""
    return (one for one in kind.all_fields.values() if ".custom." not in one.key)


def _seat(who: str) -> tuple[Holder, int]:
    try:
        holder, number = read_seat(who)
    except NotFound:
        holder, number = Holder.COMPANY, 0
    if holder == Holder.COMPANY or not number:
        raise Invalid.one("who", "value.choice", _("This is not one of the choices."))
    return holder, number


def _picked_days(raw: str) -> str:
    """`2026-01-01 - 2026-03-31` of the calendar as a period's code; one day is a period too."""
    first, dash, last = raw.partition(" - ")
    return f"{first.strip()}..{last.strip() if dash else first.strip()}" if raw.strip() else ""


def _id(raw: str) -> int | None:
    number = whole(raw)
    return number if number is not None and 0 < number < 2**63 else None


def _no_period() -> Invalid:
    return Invalid.one("period", "criteria.period", _("This is not a period."))
