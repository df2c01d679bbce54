"""What happens to pools."""

from headwater.platform.events import Event


class PoolChanged(Event):
    name = "pool.changed"
    pool_id: int
    fields: list[str]


class RecycleRulesChanged(Event):
    """Recycle rules were made, changed, ordered anew or taken away."""

    name = "recycle_rules.changed"
    ids: list[int]
