"""Rules for tests."""

import itertools
from collections.abc import Sequence
from typing import Any

from headwater.kernel.access import system_access
from headwater.leads.models import Lead
from headwater.organization.models import User
from headwater.platform.events import drain
from headwater.routing.models import Decision, RoutingRule
from headwater.routing.services import create_rule, run_waiting

_numbers = itertools.count(1)


def people(*users: User, weights: Sequence[int] = ()) -> dict[str, Any]:
    """A target of these people, of weight 1 unless told."""
    given = weights or [1] * len(users)
    shares = [{"user": user.pk, "weight": weight} for user, weight in zip(users, given, strict=True)]
    return {"kind": "people", "people": shares}


def make_rule(
    target: dict[str, Any], *strategies: Any, is_active: bool = True, **content: Any
) -> RoutingRule:
    """A rule at the end of the order, switched on."""
    name = content.pop("name", None) or f"规则{next(_numbers)}"
    given = {"target": target, "strategies": list(strategies)} | content
    return create_rule(system_access("tests"), name=name, content=given, is_active=True)


def when(field: str, op: str, value: Any = None) -> dict[str, Any]:
    return {"all": [{"field": field, "op": op, "value": value}]}


def route() -> None:
    """Let the rules see what happened, and finish with the queue."""
    drain()
    run_waiting()
    drain()


def fresh(lead: Lead) -> Lead:
    return Lead.objects.get(pk=lead.pk)


def decisions(lead: Lead) -> list[Decision]:
    """All decisions on a lead, in order."""
    return list(Decision.objects.filter(lead=lead).order_by("event_id", "step", "id"))


def last(lead: Lead) -> Decision:
    return decisions(lead)[-1]
