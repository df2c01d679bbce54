"""Names in a file to ids: people, sources, campaigns."""

import re
from collections.abc import Callable, Mapping
from functools import cached_property

from headwater.acquisition.queries import campaign_names, source_names
from headwater.engagement.importing.people import people_by_word, person, unknown_name
from headwater.kernel import text
from headwater.kernel.access import Access
from headwater.organization.queries import users_within

_BETWEEN_PEOPLE = re.compile(r"[;；、,，/|&\n]")
_WORDS = {"source": "sources", "channel": "channels", "campaign": "campaigns", "pool": "pools"}


class Owners(int):
    """Whose a record is, and who else a cell named: they work on it together."""

    others: list[int]


class Names:
    """What a file may refer to by name, read once for a pass over the rows."""

    def __init__(self, access: Access) -> None:
        self.access = access

    @cached_property
    def sources(self) -> dict[str, int]:
        found: dict[str, int] = {}
        for pk, key, name in source_names():
            found |= {text.fold(key or name): pk, text.fold(name): pk}
        return found

    @cached_property
    def campaigns(self) -> dict[str, int]:
        return {text.fold(name): pk for pk, name in campaign_names()}

    @cached_property
    def people(self) -> dict[str, int | None]:
        """Who works here or is invited; a name that only somebody who left has still finds them."""
        return people_by_word(self.access, active=False) | people_by_word(self.access, standing="here")

    @cached_property
    def leavers(self) -> frozenset[int]:
        """Who of them has left."""
        gone = users_within(self.access).exclude(deactivated_at=None).values_list("pk", flat=True)
        return frozenset(gone)

    def finder(self, kind: str, *, pending: bool) -> Callable[[str], int | None]:
        """Name to id of records of a type; with `pending` an unknown name is no complaint (yet)."""
        if kind == "user":
            people = self.people
            look: Callable[[str], int | None] = lambda raw: person(people, raw)  # noqa: E731
        else:
            known: Mapping[str, int] = getattr(self, _WORDS[kind])
            look = lambda raw: known.get(text.fold(raw))  # noqa: E731

        def find(raw: str) -> int | None:
            found = look(raw)
            if found is None and not pending:
                raise unknown_name(raw)
            return found

        return find

    def owner_finder(self, *, pending: bool) -> Callable[[str], int | None]:
        """Whose a record is; of several people in one cell the first, the others come along."""
        one = self.finder("user", pending=pending)
        people = self.people

        def find(raw: str) -> int | None:
            parts = [part for part in _BETWEEN_PEOPLE.split(raw) if part.strip()]
            if len(parts) < 2 or person(people, raw) is not None:
                return one(raw)
            known = list(dict.fromkeys(found for part in parts if (found := one(part)) is not None))
            if not known:
                return None
            owner = Owners(known[0])
            owner.others = known[1:]
            return owner

        return find
