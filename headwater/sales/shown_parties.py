"""Changes around a record in words: its team, the contacts who take part, competitors, ties of companies."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _

from headwater.kernel import listing, sql
from headwater.kernel.access import Access
from headwater.kernel.catalogue import record_type
from headwater.kernel.catalogue.fields import Choices
from headwater.sales import picklists
from headwater.sales.types import Against, Tie
from headwater.ui.formats import series

Said = Mapping[str, Any]
Pair = tuple[Said | None, Said | None]
Words = Callable[[str, Said | None, Said | None], str]


def party_lines(access: Access, changes: Sequence[Mapping[str, Any]]) -> list[list[str]]:
    """For each set of changes what it says of people and companies; blank for who may not know of them.

    One query per kind of party, however many changes there are.
    """
    told: list[list[str]] = [[] for _one in changes]
    for key, (party, names_of, words) in _PARTIES.items():
        pairs = [(place, pair) for place, one in enumerate(changes) for pair in _pairs(one.get(key))]
        names = names_of(access, sorted({said[party] for _place, pair in pairs for said in pair if said}))
        for place, (before, after) in pairs:
            name = names.get((after or before or {party: 0})[party])
            line = words(name, before, after) if name else ""
            if line:
                told[place].append(line)
    return told


def _pairs(raw: Any) -> Iterator[Pair]:
    """A change names one party, before and after; what stands there otherwise is not ours to word."""
    is_pair = isinstance(raw, list) and len(raw) == 2
    if is_pair and any(raw) and all(one is None or isinstance(one, dict) for one in raw):
        yield raw[0], raw[1]


def _people(access: Access, ids: Sequence[int]) -> dict[int, str]:
    return _named("organization_user", ids)


def _rivals(access: Access, ids: Sequence[int]) -> dict[int, str]:
    return _named("sales_competitor", ids) if access.may("competitors.view") else {}


def _contacts(access: Access, ids: Sequence[int]) -> dict[int, str]:
    return _named("sales_contact", _within(access, "contact", ids))


def _companies(access: Access, ids: Sequence[int]) -> dict[int, str]:
    return _named("sales_account", _within(access, "account", ids))


def _within(access: Access, key: str, ids: Sequence[int]) -> list[int]:
    kind = record_type(key)
    if not ids or not access.may(kind.permission("view")):
        return []
    return list(listing.ids_within(access.also(kind.permission("view")), kind, list(ids)))


def _named(table: str, ids: Sequence[int]) -> dict[int, str]:
    if not ids:
        return {}
    found = sql.rows(f"SELECT id, name FROM {table} WHERE id = ANY(%s::bigint[])", (list(ids),))
    return {row["id"]: row["name"] for row in found}


def _team(name: str, before: Said | None, after: Said | None) -> str:
    facts = {"name": name}
    if after is None:
        return _("%(name)s left the team") % facts
    rights = _("may change it") if after["may_edit"] else _("may look at it")
    shown = facts | {"what": _joined(_choice(picklists.team_roles(), after["role"]), rights)}
    if before is None:
        return _("%(name)s joined the team: %(what)s") % shown
    return _("%(name)s in the team: %(what)s") % shown


def _contact(name: str, before: Said | None, after: Said | None) -> str:
    facts = {"name": name}
    if after is None:
        return _("%(name)s takes no part any more") % facts
    role = _choice(picklists.contact_roles(), after["role"])
    if not role:
        return _("%(name)s takes part") % facts
    return _("%(name)s takes part: %(role)s") % (facts | {"role": role})


def _rival(name: str, before: Said | None, after: Said | None) -> str:
    facts = {"name": name}
    if after is None:
        return _("Competitor %(name)s was taken out") % facts
    if after["took_it"]:
        return _with_note(_("Competitor %(name)s took it") % facts, after)
    standing = str(Against(after["standing"]).label)
    return _with_note(_("Competitor %(name)s: %(standing)s") % (facts | {"standing": standing}), after)


def _tie(name: str, before: Said | None, after: Said | None) -> str:
    facts = {"name": name, "tie": str(Tie((after or before or {})["tie"]).label)}
    if after is None:
        return _("%(name)s is no longer tied to it (%(tie)s)") % facts
    return _with_note(_("Tied to %(name)s: %(tie)s") % facts, after)


def _choice(choices: Choices, value: str | None) -> str:
    found = choices.by_value.get(value or "")
    return str(found.label) if found else (value or "")


def _joined(*parts: str) -> str:
    return series(part for part in parts if part)


def _with_note(line: str, said: Said) -> str:
    return f"{line} · {said['note']}" if said.get("note") else line


_PARTIES: dict[str, tuple[str, Callable[[Access, Sequence[int]], dict[int, str]], Words]] = {
    "team": ("user", _people, _team),
    "contacts": ("contact", _contacts, _contact),
    "competitors": ("competitor", _rivals, _rival),
    "relations": ("other", _companies, _tie),
}
