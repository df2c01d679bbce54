from typing import Any

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class PoolsConfig(AppConfig):
    name = "headwater.pools"
    label = "pools"

    def ready(self) -> None:
        from headwater.pools import registrations

        registrations.register()
        post_migrate.connect(_make_default_pool, sender=self)


def _make_default_pool(using: str, **_kwargs: Any) -> None:
    """Leads that name no pool need one from the first day on, and a rule that keeps them moving.

    A company that was here before there were rules gets its rule switched off: it looks first.
    """
    from headwater.pools.models import Pool
    from headwater.pools.recycling import ensure_default_rule
    from headwater.pools.services import ensure_default_pool

    if using == "default":
        is_new = not Pool.objects.exists()
        ensure_default_pool()
        ensure_default_rule(enabled=is_new)
