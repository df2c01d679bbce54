"""What happens to pools."""

from headwater.platform.events import Event


class PoolChanged(Event):
    name = "pool.changed"
    pool_id: int
    fields: list[str]
