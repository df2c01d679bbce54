"""Names in a file to ids, those of leads beside those of sales: channels and pools."""

from functools import cached_property

from headwater.acquisition.queries import channel_names
from headwater.kernel import text
from headwater.pools.queries import pools_within
from headwater.sales.importing import names


class Names(names.Names):
    """What a file of leads may refer to by name."""

    @cached_property
    def channels(self) -> dict[str, int]:
        return {text.fold(name): pk for pk, name in channel_names()}

    @cached_property
    def pools(self) -> dict[str, int]:
        return {text.fold(pool.name): pool.pk for pool in pools_within(self.access.also("pools.view"))}
