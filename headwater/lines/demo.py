"""The demo company's second line: implementation hears of leads that speak of connecting systems."""

from collections.abc import Mapping

from headwater.customization.services import add_choices
from headwater.kernel.access import system_access
from headwater.kernel.sql import values
from headwater.lines.services import create_rule, spawn_by_rule
from headwater.lines.types import PICKLIST

SHOWN = 4  # leads that have led to an opportunity already


def set_up_lines(people: Mapping[str, int], pools: Mapping[str, int]) -> None:
    """Two lines and a rule between them, switched on."""
    access = system_access("demo")
    _software, services = add_choices(access, PICKLIST, ["软件订阅", "实施服务"])
    rule = create_rule(
        access,
        name="提到对接的线索给实施组",
        content={
            "keywords": ["对接", "打通", "接口", "私有化部署"],
            "line": services,
            "pipeline": None,
            "owner": "people",
            "people": [{"user": people["south1"], "weight": 2}, {"user": people["north1"], "weight": 1}],
        },
        is_active=True,
        note="演示数据",
    )
    mentioned = values(
        "SELECT id FROM leads_lead WHERE status = 'following' AND requirement LIKE '%%接口%%'"
        " ORDER BY created_at DESC, id LIMIT %s",
        (SHOWN,),
    )
    for lead_id in mentioned:
        spawn_by_rule(lead_id, rule.pk)
