"""The company of the simulated quarter: 60 reps in six departments, six pools, all kinds of rules."""

import random
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils import timezone

from headwater.handover.types import Account, Order, Part
from headwater.kernel.access import Access, permit, system_access
from headwater.kernel.sql import execute
from headwater.organization import services as organization
from headwater.organization.models import Calendar, User
from headwater.organization.queries import actor_for
from headwater.pools.recycling import save_rule as save_recycle_rule
from headwater.pools.services import create_pool, ensure_default_pool
from headwater.routing.services import create_rule, set_territory

REPS = 60
TRADES = ("finance", "manufacturing", "retail", "education", "health", "internet")
POOLS = ("华北", "华南", "华东", "西南", "金融")
SYSTEM = system_access("simulation")


@dataclass(slots=True)
class Rep:
    """Somebody who sells: how likely they are to do what waits, and where they may claim."""

    id: int
    email: str
    department: int
    pools: tuple[int, ...]
    diligence: float
    is_gone: bool = False


@dataclass(frozen=True, slots=True)
class Company:
    """What the quarter is played on."""

    admin: User
    reps: list[Rep]
    pools: dict[str, int]

    def access(self, rep_id: int, permission: str) -> Access:
        return permit(actor_for(User.objects.get(pk=rep_id)), permission)


def found(pick: random.Random, zone: str) -> Company:
    """Set everything up through the services that the screens use."""
    organization.update_calendar(SYSTEM, Calendar.objects.get(is_default=True).pk, time_zone=zone)
    roles = organization.ensure_builtin_roles()
    admin = _person("admin", roles["admin"].pk, None)
    sales = organization.create_department(SYSTEM, name="销售部").pk
    departments = [
        organization.create_department(SYSTEM, name=f"销售{n}组", parent=sales).pk for n in range(1, 7)
    ]
    for place, department in enumerate(departments):
        leader = _person(f"manager{place}", roles["manager"].pk, department)
        organization.update_department(SYSTEM, department, leader=leader.pk)
    users = [
        _person(f"rep{n:02d}", roles["rep"].pk, departments[n % 6], level=n % 3 + 1) for n in range(REPS)
    ]
    pools = _pools(admin, departments, users)
    reps = []
    for place, user in enumerate(users):
        own = (pools[POOLS[place % 6]] if place % 6 < 5 else pools["公海"], pools["公海"])
        diligence = round(pick.uniform(0.15, 0.98), 3)
        reps.append(Rep(user.pk, user.email, departments[place % 6], own, diligence))
    _recycle_rules(pools)
    _routing_rules(pools, departments, users)
    return Company(admin, reps, pools)


def _person(key: str, role: int, department: int | None, *, level: int = 1) -> User:
    return organization.create_user(
        SYSTEM,
        email=f"{key}@quarter.example",
        name=key,
        password=None,
        department=department,
        manager=None,
        roles=[role],
        level=level,
    )


def _pools(admin: User, departments: list[int], users: list[User]) -> dict[str, int]:
    """The public pool and five more, with claims, caps, cool-downs and holds of their own."""
    administrator = {"kind": "user", "id": admin.pk, "is_admin": True}
    everybody = [{"kind": "department", "id": department} for department in departments]
    special = (
        {"daily_claim_limit": 6, "private_cap": 25},
        {"daily_claim_limit": 4, "cooldown_days": 3},
        {"private_cap": 15, "hold_hours": 2},
        {"default_assignee": users[3].pk},
        {"allows_claim": False},
    )
    pools = {"公海": ensure_default_pool().pk}
    for name, rules in zip(POOLS, special, strict=True):
        values = {"name": f"{name}线索池", "members": [administrator, *everybody], **rules}
        pools[name] = create_pool(SYSTEM, values)
    return pools


def _recycle_rules(pools: dict[str, int]) -> None:
    """24 hours and 15 days for everybody (natural time), half a working day and 7 days in the north."""
    execute("UPDATE pools_recyclerule SET is_enabled = FALSE")
    save_recycle_rule(
        SYSTEM,
        {
            "name": "公司",
            "response_hours": 24,
            "overdue_days": 15,
            "rhythm": {"high": 1, "medium": 3, "low": 7},
        },
    )
    save_recycle_rule(
        SYSTEM,
        {
            "name": "工时",
            "pool": pools["华北"],
            "response_hours": 24,
            "warn_response_hours": 2,
            "overdue_days": 15,
            "clock": "working",
            "exempt_stages": ["SQL"],
        },
    )


def _routing_rules(pools: dict[str, int], departments: list[int], users: list[User]) -> None:
    """To who is asked for or had it, by territory, grade, turns and load; some at opening only, one gated."""
    for place, user in enumerate(users[:12]):
        set_territory(SYSTEM, user.pk, {"industry": [TRADES[place % 6], "finance"]})
    shares = [{"user": user.pk, "weight": place % 3 + 1} for place, user in enumerate(users[:12])]
    knowing = {"kind": "people", "people": shares}
    first = {"kind": "department", "department": departments[0]}
    third = {"kind": "department", "department": departments[2]}
    seniors = ["designated_rep", "customer_owner", "grade_match", "least_loaded"]
    rules: tuple[tuple[str, dict[str, Any]], ...] = (
        (
            "金融进金融池",
            {
                "triggers": ["captured", "woken"],
                "when": _all(industry="finance", pool=pools["公海"]),
                "target": {"kind": "pool", "pool": pools["金融"]},
            },
        ),
        (
            "金融找专人",
            {
                "when": _all(pool=pools["金融"]),
                "gate": {"required": ["company"]},
                "target": knowing,
                "strategies": ["former_owner", "territory", "round_robin"],
                "window": {"when": "working"},
            },
        ),
        (
            "高意向",
            {
                "when": _all(intent="high", pool=pools["华北"]),
                "target": first,
                "strategies": seniors,
                "window": {"when": "working"},
            },
        ),
        (
            "华东轮流",
            {
                "when": _all(pool=pools["华东"]),
                "target": third,
                "strategies": ["former_owner", "round_robin"],
            },
        ),
    )
    usual = {"triggers": ["captured", "woken", "recycled"], "gate": {}, "strategies": []}
    for name, content in rules:
        full = usual | {"window": {"when": "always"}} | content
        create_rule(SYSTEM, name=name, content=full, is_active=True)


def _all(**values: Any) -> dict[str, Any]:
    """The condition that each of these fields has its value."""
    return {"all": [{"field": field, "op": "eq", "value": value} for field, value in values.items()]}


def leaving(rep: Rep, receivers: list[Rep]) -> Order:
    """Everything that a leaver holds goes to colleagues by equal shares, the account ends at once."""
    people = tuple((one.id, 1) for one in receivers)
    return Order(rep.id, tuple(Part(kind, people=people) for kind in ("leads", "closed_leads")), Account.NOW)


def at_home(moment: datetime) -> datetime:
    """The moment on the company's wall clock."""
    return timezone.localtime(moment)
