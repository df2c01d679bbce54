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
    """Leads that name no pool need one from the first day on."""
    from headwater.pools.services import ensure_default_pool

    if using == "default":
        ensure_default_pool()
