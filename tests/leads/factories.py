"""Pools and leads for tests of any room."""

import itertools
from typing import Any

from headwater.kernel.access import system_access
from headwater.leads.models import Lead
from headwater.leads.services import create_lead
from headwater.organization.models import User
from headwater.pools.models import Pool
from headwater.pools.services import create_pool, ensure_default_pool
from tests.organization.factories import access

_numbers = itertools.count(1)


def make_pool(name: str | None = None, *, members: list[dict[str, Any]] | None = None, **rules: Any) -> Pool:
    """A pool whose members are everyone unless given; `rules` are fields of the pool."""
    ensure_default_pool()
    values = {"name": name or f"线索池{next(_numbers)}", **rules}
    if members is not None:
        values["members"] = members
    return Pool.objects.get(id=create_pool(system_access("tests"), values))


def mobile() -> str:
    """A mobile number nobody else in the run has."""
    return f"+86199{next(_numbers):08d}"


def make_lead(*, pool: Pool | None = None, owner: User | None = None, **values: Any) -> Lead:
    """A lead in `pool` (else the default pool), or owned."""
    ensure_default_pool()
    given: dict[str, Any] = {"name": f"客户{next(_numbers)}", "mobile": mobile()} | values
    if pool is not None:
        given["pool"] = pool.pk
    if owner is not None:
        given["owner"] = owner.pk
    return Lead.objects.get(id=create_lead(system_access("tests"), given))


def lead_access(user: User, act: str) -> Any:
    return access(user, f"leads.{act}")
