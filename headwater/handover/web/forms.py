"""The second step of the wizard as a form: what it offers, and the order that it means."""

from collections.abc import Mapping
from dataclasses import dataclass

import orjson
from django.http import HttpRequest, QueryDict
from django.utils.translation import gettext as _

from headwater.handover.types import Account, Mode, Order, Part
from headwater.kernel.access import Access
from headwater.kernel.errors import Invalid
from headwater.organization.belongings import Belonging, transferable
from headwater.organization.queries import names_of
from headwater.pools.queries import pools_within
from headwater.ui.pages import FieldControl, Option

OTHERS = "others"  # people named for this kind alone
MOST_SPLITS = 10
_USERS = "/options/user.json"
_FOLLOWED_FIRST = frozenset({"contact", "opportunity", "tasks"})


@dataclass(frozen=True, slots=True)
class Split:
    """Some of a kind, by criteria, to people of their own."""

    where: FieldControl
    who: FieldControl


@dataclass(frozen=True, slots=True)
class KindForm:
    """The choices for one kind of things."""

    key: str
    label: str
    icon: str
    total: int
    mode: FieldControl
    others: FieldControl
    pool: FieldControl | None
    splits: tuple[Split, ...]
    can_split: bool


@dataclass(frozen=True, slots=True)
class Weight:
    """One receiver's share."""

    id: int
    name: str
    value: str


def _ids(data: QueryDict, name: str) -> list[int]:
    chosen = [raw for raw in data.getlist(name) if raw]
    if any(not (raw.isascii() and raw.isdigit() and len(raw) < 19) for raw in chosen):
        raise Invalid.one(name, "value.record", _("This must be the id of a record."))
    return list(dict.fromkeys(int(raw) for raw in chosen))


def known_ids(data: QueryDict, name: str) -> list[int]:
    """The ids among what was sent under a name; what is none is passed over, for showing."""
    chosen = [raw for raw in data.getlist(name) if raw.isascii() and raw.isdigit() and len(raw) < 19]
    return list(dict.fromkeys(int(raw) for raw in chosen))


def _weight(data: QueryDict, user_id: int) -> int:
    raw = data.get(f"share_{user_id}", "").strip() or "1"
    if not (raw.isascii() and raw.isdigit() and len(raw) < 6):
        raise Invalid.one("people", "weights.invalid", _("A weight is a whole number up to 1000."))
    return int(raw)


def order_from(data: QueryDict, leaver_id: int) -> Order:
    """The order that a submitted form means; refuses with `Invalid` what cannot be read."""
    receivers = tuple((user_id, _weight(data, user_id)) for user_id in _ids(data, "people"))
    parts: list[Part] = []
    for kind in transferable():
        parts += _parts(data, kind, receivers)
    account = data.get("account", Account.NOW)
    if account not in Account.values:
        raise Invalid.one("account", "value.choice", _("This is not one of the choices."))
    return Order(leaver_id, tuple(parts), Account(account), data.get("note", "")[:2000])


def _parts(data: QueryDict, kind: Belonging, receivers: tuple[tuple[int, int], ...]) -> list[Part]:
    chosen = data.get(f"mode_{kind.key}")
    if chosen is None:
        return []  # the leaver has nothing of it
    parts: list[Part] = []
    for number in range(MOST_SPLITS if kind.record else 0):
        where = _criteria(data.get(f"where_{kind.key}_{number}", ""))
        people = tuple((user_id, 1) for user_id in _ids(data, f"who_{kind.key}_{number}"))
        if where and people:
            parts.append(Part(kind.key, Mode.PEOPLE, people, where=where))
        elif where or people:
            detail = _("A split needs both a condition and who takes over.")
            raise Invalid.one(f"who_{kind.key}_{number}", "value.required", detail)
    if chosen == OTHERS:
        people = tuple((user_id, 1) for user_id in _ids(data, f"people_{kind.key}"))
        return [*parts, Part(kind.key, Mode.PEOPLE, people)]
    if chosen not in Mode.values:
        raise Invalid.one(f"mode_{kind.key}", "value.choice", _("This is not one of the choices."))
    mode = Mode(chosen)
    pools = _ids(data, f"pool_{kind.key}")
    people = receivers if mode in (Mode.PEOPLE, Mode.FOLLOW) else ()
    pool_id = pools[0] if pools and mode == Mode.POOL else None
    return [*parts, Part(kind.key, mode, people, pool_id)]


def _criteria(raw: str) -> Mapping[str, object] | None:
    if not raw.strip():
        return None
    try:
        read = orjson.loads(raw)
    except orjson.JSONDecodeError:
        read = None
    if not isinstance(read, dict):
        raise Invalid.one("filter", "criteria.json", _("The filter is not valid JSON."))
    return read if any(read.values()) else None


def people_control(name: str, label: str, data: QueryDict, names: Mapping[int, str]) -> FieldControl:
    """Several people by search."""
    chosen = [str(one) for one in known_ids(data, name)]
    return FieldControl(
        name,
        label,
        kind="users",
        value=chosen,
        options=tuple(Option(raw, names.get(int(raw), raw)) for raw in chosen),
        options_url=_USERS,
    )


def split_of(key: str, record: str, number: int, data: QueryDict, names: Mapping[int, str]) -> Split:
    """One empty or filled line of a kind's splits."""
    name = f"where_{key}_{number}"
    where = FieldControl(
        name, _("Those with"), kind="criteria", value=data.get(name, ""), fields_url=f"/fields/{record}.json"
    )
    return Split(where, people_control(f"who_{key}_{number}", _("go to"), data, names))


def kind_forms(access: Access, data: QueryDict, counts: Mapping[str, int]) -> tuple[KindForm, ...]:
    """A card for each kind of which the leaver has something."""
    names = names_of(one for name in data for one in known_ids(data, name))
    pools: tuple[Option, ...] = ()
    if access.may("pools.view"):
        pools = tuple(Option(str(pool.pk), pool.name) for pool in pools_within(access.also("pools.view")))
    return tuple(
        _kind_form(kind, data, counts[kind.key], names, pools)
        for kind in transferable()
        if counts.get(kind.key)
    )


def _kind_form(
    kind: Belonging, data: QueryDict, total: int, names: Mapping[int, str], pools: tuple[Option, ...]
) -> KindForm:
    takes_pool = kind.takes_pool and bool(pools)
    options = [Option(Mode.PEOPLE.value, _("The receivers above"))]
    if kind.parents is not None:
        label = _("With the record it is about") if kind.record == "task" else _("With its account")
        options.insert(0, Option(Mode.FOLLOW.value, label))
    options.append(Option(OTHERS, _("Other people")))
    if takes_pool:
        options.append(Option(Mode.POOL.value, _("Into a pool")))
    options.append(Option(Mode.STAY.value, _("Stay with this person")))
    default = Mode.FOLLOW if kind.key in _FOLLOWED_FIRST else Mode.PEOPLE
    label = str(kind.label)
    filled = [f"{kind.key}_{number}" for number in range(MOST_SPLITS)]
    used = [n for n, name in enumerate(filled) if data.get(f"where_{name}") or data.get(f"who_{name}")]
    return KindForm(
        kind.key,
        label,
        kind.icon,
        total,
        FieldControl(
            f"mode_{kind.key}",
            label,
            kind="select",
            value=data.get(f"mode_{kind.key}", default.value),
            options=tuple(options),
            required=True,
            label_hidden=True,
        ),
        people_control(f"people_{kind.key}", _("Who takes over"), data, names),
        FieldControl(
            f"pool_{kind.key}",
            _("Pool"),
            kind="select",
            value=data.get(f"pool_{kind.key}", ""),
            options=pools,
        )
        if takes_pool
        else None,
        tuple(split_of(kind.key, kind.record, number, data, names) for number in used),
        can_split=bool(kind.record),
    )


def weights(data: QueryDict) -> tuple[Weight, ...]:
    """The shares of several receivers; a single one takes everything."""
    ids = known_ids(data, "people")
    names = names_of(ids)
    found = [Weight(one, names[one], data.get(f"share_{one}", "1")) for one in ids if one in names]
    return tuple(found) if len(found) > 1 else ()


def account_control(data: QueryDict, *, is_active: bool) -> FieldControl:
    """What happens to the account; for somebody who has left already only the handover remains."""
    notes = {
        Account.NOW: _("Sessions, API tokens and invitations end at once; nobody can give them new work."),
        Account.AFTER: _("They keep working until the last record has gone."),
        Account.KEEP: _("For a change of duties or a long absence."),
    }
    options = tuple(Option(one.value, one.label, note=notes[one]) for one in Account)
    chosen = data.get("account", Account.NOW.value if is_active else Account.KEEP.value)
    return FieldControl("account", _("The account"), kind="radio", value=chosen, options=options)


def carried(request: HttpRequest) -> tuple[tuple[str, str], ...]:
    """Everything submitted, to go along as hidden fields."""
    skipped = {"csrfmiddlewaretoken", "act"}
    return tuple(
        (name, value) for name, values in request.POST.lists() if name not in skipped for value in values
    )
