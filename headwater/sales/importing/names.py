"""Names in a file to ids: people, sources, campaigns."""

from collections.abc import Callable, Mapping
from functools import cached_property

from headwater.acquisition.queries import campaign_names, source_names
from headwater.engagement.importing.people import people_by_word, person, unknown_name
from headwater.kernel import text
from headwater.kernel.access import Access

_WORDS = {"source": "sources", "channel": "channels", "campaign": "campaigns", "pool": "pools"}


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
        return people_by_word(self.access)

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
