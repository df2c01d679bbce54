"""Who gets the opportunity that a rule spawns."""

from headwater.kernel.turns import next_turn
from headwater.leads.models import Lead
from headwater.lines.content import Content
from headwater.lines.errors import NobodyThere
from headwater.lines.models import CrossLineRule, LineTurn
from headwater.lines.queries import line_label
from headwater.lines.types import OwnerKind
from headwater.organization.queries import active_ids, administrators, people_on_duty
from headwater.pools.queries import people_of


def choose_owner(rule: CrossLineRule, content: Content, lead: Lead) -> int:
    """The next of the rule's people, taken by turns; the rule's row is locked by the caller.

    People on duty come first, then whoever may sign in; where the rule has nobody left, the administrators
    of the lead's pool, then the company's. Refuses with `NobodyThere`.
    """
    for weights in _circles(content, lead):
        if weights:
            return _next(rule, weights)
    raise NobodyThere(line=line_label(content.line))


def _circles(content: Content, lead: Lead) -> list[dict[int, int]]:
    pool = dict.fromkeys(people_of(lead.home_pool_id, admins_only=True), 1) if lead.home_pool_id else {}
    own = content.people if content.owner == OwnerKind.PEOPLE else pool
    named = {user_id: weight for user_id, weight in own.items() if weight > 0}
    there = active_ids(list(named))
    named = {user_id: weight for user_id, weight in named.items() if user_id in there}
    on_duty = people_on_duty(list(named))
    return [
        {user_id: weight for user_id, weight in named.items() if user_id in on_duty},
        named,
        dict.fromkeys(active_ids(list(pool)), 1),
        dict.fromkeys(administrators(), 1),
    ]


def _next(rule: CrossLineRule, weights: dict[int, int]) -> int:
    standing = dict(LineTurn.objects.filter(rule=rule).values_list("user_id", "standing"))
    chosen = next_turn(standing, weights)
    LineTurn.objects.bulk_create(
        [LineTurn(rule=rule, user_id=user_id, standing=value) for user_id, value in standing.items()],
        update_conflicts=True,
        unique_fields=["rule", "user"],
        update_fields=["standing"],
    )
    return chosen
