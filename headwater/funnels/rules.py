"""The rules whose effect is looked at, and when each of their versions began."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.utils import timezone

from headwater.kernel.access import Access
from headwater.platform.versions import versions_of
from headwater.pools.recycling import KIND as RECYCLE_VERSIONS
from headwater.pools.recycling import rules_in_order
from headwater.routing.models import VERSIONS as ROUTING_VERSIONS
from headwater.routing.queries.rules import all_rules

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


def rules(access: Access) -> list[Rule]:
    """Living ones: dispatch rules in their order, then recycle rules. Decisions name them to everybody."""
    kinds = ((ROUTING, all_rules(access)), (RECYCLE, rules_in_order()))
    return [Rule(f"{kind}-{one.pk}", kind, one.pk, one.name) for kind, found in kinds for one in found]


def find_rule(access: Access, key: str, known: Sequence[Rule] | None = None) -> Rule | None:
    """The rule of a key, else the first one; None when there are no rules at all."""
    found = rules(access) if known is None else known
    return next((one for one in found if one.key == key), next(iter(found), None))


def marks(rule: Rule) -> list[Mark]:
    """Its versions, the first one first."""
    kind = ROUTING_VERSIONS if rule.kind == ROUTING else RECYCLE_VERSIONS
    zone = timezone.get_default_timezone()  # wherever the reader is: its weeks are the company's
    return [
        Mark(one.number, timezone.localdate(one.at, zone)) for one in reversed(versions_of(kind, rule.id))
    ]
