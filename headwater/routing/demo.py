"""The demo company's rules: finance to who knows it, regions to their teams, the rest by turns."""

from collections.abc import Mapping
from typing import Any

from headwater.kernel.access import system_access
from headwater.kernel.sql import values
from headwater.routing.demo_mail import MAIL, keep_as_gone, name_company
from headwater.routing.services import create_rule, enqueue, run_waiting, set_territory
from headwater.routing.types import Trigger

SHOWN = 4  # leads of each pool that are dispatched at once, so that decisions can be read


def set_up_rules(people: Mapping[str, int], pools: Mapping[str, int]) -> None:
    """Territories and three rules, switched on; a few leads pass through them."""
    access = system_access("demo")
    name_company(access)
    set_territory(access, people["north1"], {"industry": ["finance", "manufacturing"]})
    set_territory(access, people["south1"], {"industry": ["finance"]})
    usual = ["designated_rep", "customer_owner"]
    for name, pool, keys, steps, gate in (
        ("金融行业找专人", "finance", ("north1", "south1"), [*usual, "territory"], {"required": ["company"]}),
        ("华北高意向轮流分配", "north", ("north1", "north2"), [*usual, "former_owner", "grade_match"], {}),
        ("华南高意向轮流分配", "south", ("south1", "south2"), [*usual, "former_owner"], {}),
    ):
        conditions: list[dict[str, Any]] = [{"field": "pool", "op": "eq", "value": pools[pool]}]
        if pool != "finance":
            conditions.append({"field": "intent", "op": "eq", "value": "high"})
        create_rule(
            access,
            name=name,
            content={
                "triggers": ["captured", "woken", "recycled"],
                "when": {"all": conditions},
                "gate": gate,
                "target": {
                    "kind": "people",
                    "people": [
                        {"user": people[key], "weight": weight}
                        for key, weight in zip(keys, (2, 1), strict=True)
                    ],
                },
                "strategies": [*steps, "round_robin"],
                "window": {"when": "working" if pool == "finance" else "always"},
                "mail": MAIL if pool == "north" else None,
            },
            is_active=True,
            note="演示数据",
        )
    for request, pool in enumerate(("finance", "north", "south"), start=1):
        chosen = values(
            "SELECT id FROM leads_lead WHERE pool_id = %s AND (intent = 'high' OR %s)"
            " ORDER BY (email IS NOT NULL AND consent_basis <> '') DESC, created_at DESC, id LIMIT %s",
            (pools[pool], pool == "finance", SHOWN),
        )
        enqueue(chosen, -request, Trigger.ASKED)
    run_waiting()
    keep_as_gone()
