"""Names in a file to ids: people, pools, sources, channels, campaigns."""

from collections.abc import Callable, Mapping
from functools import cached_property

from django.utils.translation import gettext as _

from headwater.acquisition.queries import campaign_names, channel_names, source_names
from headwater.kernel import text
from headwater.kernel.access import Access
from headwater.kernel.catalogue.values import BadValue
from headwater.organization.queries import users_within
from headwater.pools.queries import pools_within

_WORDS = {
    "source": "sources",
    "channel": "channels",
    "campaign": "campaigns",
    "pool": "pools",
    "user": "people",
}


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
    def channels(self) -> dict[str, int]:
        return {text.fold(name): pk for pk, name in channel_names()}

    @cached_property
    def campaigns(self) -> dict[str, int]:
        return {text.fold(name): pk for pk, name in campaign_names()}

    @cached_property
    def pools(self) -> dict[str, int]:
        return {text.fold(pool.name): pool.pk for pool in pools_within(self.access.also("pools.view"))}

    @cached_property
    def people(self) -> dict[str, int | None]:
        """By address and by name; a name that two people share stands for nobody."""
        found: dict[str, int | None] = {}
        people = users_within(self.access).filter(is_active=True)
        for pk, name, email in people.values_list("id", "name", "email"):
            folded = text.fold(name)
            found[folded] = None if folded in found else pk
            found[text.fold(email)] = pk
        return found

    def finder(self, kind: str, *, pending: bool) -> Callable[[str], int | None]:
        """Name to id of records of a type; with `pending` an unknown name is no complaint (yet)."""
        known: Mapping[str, int | None] = getattr(self, _WORDS[kind])

        def find(raw: str) -> int | None:
            found = known.get(text.fold(raw))
            if found is None and not pending:
                raise BadValue(
                    "value.unknown_name", _("“%(value)s” is not known here.") % {"value": raw[:80]}
                )
            return found

        return find
