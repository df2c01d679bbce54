"""Names in a file to ids: people, pools, sources, channels, campaigns."""

from collections.abc import Callable, Mapping
from functools import cached_property

from django.utils.translation import gettext as _

from headwater.acquisition.models import Campaign, Channel, Source
from headwater.kernel import text
from headwater.kernel.access import Access
from headwater.kernel.catalogue.values import BadValue
from headwater.organization.models import User
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
        for pk, key, name in Source.objects.order_by("-archived_at", "-id").values_list("id", "key", "name"):
            found |= {text.fold(key or name): pk, text.fold(name): pk}
        return found

    @cached_property
    def channels(self) -> dict[str, int]:
        rows = Channel.objects.filter(archived_at=None).order_by("-id").values_list("name", "id")
        return {text.fold(name): pk for name, pk in rows}

    @cached_property
    def campaigns(self) -> dict[str, int]:
        rows = Campaign.objects.filter(archived_at=None).order_by("-id").values_list("name", "id")
        return {text.fold(name): pk for name, pk in rows}

    @cached_property
    def pools(self) -> dict[str, int]:
        return {text.fold(pool.name): pool.pk for pool in pools_within(self.access.also("pools.view"))}

    @cached_property
    def people(self) -> dict[str, int | None]:
        """By address and by name; a name that two people share stands for nobody."""
        found: dict[str, int | None] = {}
        for person in User.objects.filter(is_active=True).only("id", "name", "email"):
            name = text.fold(person.name)
            found[name] = None if name in found else person.pk
            found[text.fold(person.email)] = person.pk
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
