"""The demo company's rules: finance to who knows it, regions to their teams, the rest by turns.

The one of the south has a past: it stands for weeks before the company is loaded, and changed in between.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from headwater.kernel.access import system_access
from headwater.kernel.sql import values
from headwater.routing.demo_mail import MAIL, keep_as_gone, name_company
from headwater.routing.queries.rules import RULES
from headwater.routing.services import (
    create_rule,
    enqueue,
    run_waiting,
    set_territory,
    switch_rule,
    update_rule,
)
from headwater.routing.types import Trigger

SHOWN = 4  # leads of each pool that are dispatched at once, so that decisions can be read
SOUTH = "华南高意向轮流分配"
SOUTH_BEGINS, SOUTH_CHANGES = 56, 28  # days ago
_USUAL = ("designated_rep", "customer_owner")


def _content(
    pool: str,
    pools: Mapping[str, int],
    people: Sequence[tuple[int, int]],
    steps: Sequence[str],
    gate: Any = None,
) -> dict[str, Any]:
    """A rule over leads of a pool, hot ones but for finance, for people with their weights."""
    conditions: list[dict[str, Any]] = [{"field": "pool", "op": "eq", "value": pools[pool]}]
    if pool != "finance":
        conditions.append({"field": "intent", "op": "eq", "value": "high"})
    return {
        "triggers": ["captured", "woken", "recycled"],
        "when": {"all": conditions},
        "gate": gate or {},
        "target": {"kind": "people", "people": [{"user": user, "weight": weight} for user, weight in people]},
        "strategies": [*steps, "round_robin"],
        "window": {"when": "working" if pool == "finance" else "always"},
        "mail": MAIL if pool == "north" else None,
    }


def _south(people: Mapping[str, int], pools: Mapping[str, int], *, is_new: bool) -> dict[str, Any]:
    """At first by turns alone; later customers go back to who knows them, and the senior takes more."""
    weights = ((people["south1"], 2 if is_new else 1), (people["south2"], 1))
    return _content("south", pools, weights, [*_USUAL, "former_owner"] if is_new else [])


def play_rules(
    people: Mapping[str, int], pools: Mapping[str, int], lead_ids: Sequence[int], days_ago: int
) -> None:
    """The past of the rule of the south: what it gave out, and how it was changed."""
    access = system_access("demo")
    rule = RULES.living().filter(name=SOUTH).first()
    if days_ago == 0:
        if rule is not None and rule.is_active:
            switch_rule(access, rule.pk, on=False)  # what lies in the pool now is not for it
        return
    if days_ago > SOUTH_BEGINS:
        return
    if rule is None:
        content = _south(people, pools, is_new=False)
        rule = create_rule(access, name=SOUTH, content=content, is_active=True, note="先轮流分配试试")
    elif rule.number == 1 and days_ago <= SOUTH_CHANGES:
        content = _south(people, pools, is_new=True)
        update_rule(access, rule.pk, content=content, note="老客户回原负责人，资深同事多接一倍")
    hot = values(
        "SELECT id FROM leads_lead WHERE id = ANY(%s::bigint[]) AND pool_id = %s"
        " AND intent = 'high' ORDER BY id",
        (list(lead_ids), pools["south"]),
    )
    if hot:
        enqueue(hot, -1000 - hot[0], Trigger.CAPTURED)  # a number of its own for each time
        run_waiting()


def set_up_rules(people: Mapping[str, int], pools: Mapping[str, int]) -> None:
    """Territories and three rules, switched on; a few leads pass through them."""
    access = system_access("demo")
    name_company(access)
    set_territory(access, people["north1"], {"industry": ["finance", "manufacturing"]})
    set_territory(access, people["south1"], {"industry": ["finance"]})
    finance = ((people["north1"], 2), (people["south1"], 1))
    north = ((people["north1"], 2), (people["north2"], 1))
    for name, content in (
        (
            "金融行业找专人",
            _content("finance", pools, finance, [*_USUAL, "territory"], {"required": ["company"]}),
        ),
        ("华北高意向轮流分配", _content("north", pools, north, [*_USUAL, "former_owner", "grade_match"])),
    ):
        create_rule(access, name=name, content=content, is_active=True, note="演示数据")
    past = RULES.living().filter(name=SOUTH).first()
    if past is None:
        content = _south(people, pools, is_new=True)
        create_rule(access, name=SOUTH, content=content, is_active=True, note="演示数据")
    else:
        switch_rule(access, past.pk, on=True)
    for request, pool in enumerate(("finance", "north", "south"), start=1):
        chosen = values(
            "SELECT id FROM leads_lead WHERE pool_id = %s AND (intent = 'high' OR %s)"
            " ORDER BY (email IS NOT NULL AND consent_basis <> '') DESC, created_at DESC, id LIMIT %s",
            (pools[pool], pool == "finance", SHOWN),
        )
        enqueue(chosen, -request, Trigger.ASKED)
    run_waiting()
    keep_as_gone()
