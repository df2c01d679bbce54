"""The rules, read."""

from headwater.kernel.access import Access
from headwater.kernel.errors import Invalid
from headwater.kernel.sql import value
from headwater.platform.versions.rulebook import Rulebook
from headwater.pools.queries import pools_by_id
from headwater.routing.content import Content, read_content
from headwater.routing.events import RoutingRulesChanged
from headwater.routing.models import VERSIONS, RoutingRule
from headwater.routing.types import Trigger

RULES = Rulebook(RoutingRule, VERSIONS, RoutingRulesChanged)


def get_rule(access: Access, rule_id: int) -> RoutingRule:
    """The rule; `NotFound` when there is none."""
    return RULES.get(rule_id)


def all_rules(access: Access) -> list[RoutingRule]:
    """All rules in their order."""
    return list(RULES.living().order_by("position", "id"))


def rules_naming(user_id: int) -> list[str]:
    """Names of the rules in force that name a person among those who get leads."""
    named = RULES.living().filter(is_active=True, content__target__people__contains=[{"user": user_id}])
    return list(named.order_by("position", "id").values_list("name", flat=True))


def active_rules() -> list[tuple[RoutingRule, Content]]:
    """The rules that apply, in order.

    One that can no longer be read, or whose pool has been closed, is passed over; it shows as a flaw.
    """
    found: list[tuple[RoutingRule, Content]] = []
    for rule in RULES.living().filter(is_active=True).order_by("position", "id"):
        try:
            found.append((rule, read_content(rule.content)))
        except Invalid:
            continue
    pools = pools_by_id({content.target.pool_id for _rule, content in found if content.target.pool_id})
    closed = {pool_id for pool_id, pool in pools.items() if pool.archived_at is not None}
    return [(rule, content) for rule, content in found if content.target.pool_id not in closed]


def is_listening(trigger: Trigger | None = None) -> bool:
    """Whether any rule applies (on this trigger)."""
    wanted = "" if trigger is None else " AND content->'triggers' ? %s"
    return bool(
        value(
            "SELECT EXISTS (SELECT 1 FROM routing_routingrule WHERE is_active AND archived_at IS NULL"
            f"{wanted.replace('?', 'OPERATOR(pg_catalog.?)')})",
            () if trigger is None else (trigger.value,),
        )
    )
