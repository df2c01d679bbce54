"""The rules whose effect is looked at, and when each of their versions began."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.utils import timezone

from headwater.kernel import sql
from headwater.platform.versions import versions_of
from headwater.pools.recycling import KIND as RECYCLE_VERSIONS
from headwater.routing.models import VERSIONS as ROUTING_VERSIONS

ROUTING, RECYCLE = "routing", "recycle"


@dataclass(frozen=True, slots=True)
class Rule:
    """A dispatch rule or a recycle rule; `key` is how an address names it."""

    key: str
    kind: str
    id: int
    name: str


@dataclass(frozen=True, slots=True)
class Mark:
    """A version and the company's day from which it held."""

    number: int
    day: date


def rules() -> list[Rule]:
    """Living ones: dispatch rules in their order, then recycle rules."""
    routing = sql.rows(
        "SELECT id, name FROM routing_routingrule WHERE archived_at IS NULL ORDER BY position, id"
    )
    recycle = sql.rows("SELECT id, name FROM pools_recyclerule WHERE archived_at IS NULL ORDER BY id")
    return [
        Rule(f"{kind}-{one['id']}", kind, one["id"], one["name"])
        for kind, found in ((ROUTING, routing), (RECYCLE, recycle))
        for one in found
    ]


def find_rule(key: str, known: Sequence[Rule] | None = None) -> Rule | None:
    """The rule of a key, else the first one; None when there are no rules at all."""
    found = rules() if known is None else known
    return next((one for one in found if one.key == key), next(iter(found), None))


def marks(rule: Rule) -> list[Mark]:
    """Its versions, the first one first."""
    kind = ROUTING_VERSIONS if rule.kind == ROUTING else RECYCLE_VERSIONS
    return [Mark(one.number, timezone.localdate(one.at)) for one in reversed(versions_of(kind, rule.id))]
