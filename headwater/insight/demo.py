"""Saved reports of the demo company's marketing manager, and a schedule that rests."""

from collections.abc import Mapping
from typing import Any

from headwater.insight import services
from headwater.kernel.access import load_actor, permit

_JOURNEY = {
    "dataset": "journey",
    "filters": {"all": [{"field": "lead.status", "op": "ne", "value": "invalid"}]},
    "groupings": [{"field": "lead.campaign"}],
    "measures": [
        {"key": "m1", "agg": "count", "of": "lead", "label": "线索"},
        {"key": "m2", "agg": "count", "of": "account", "label": "客户"},
        {"key": "m3", "agg": "count", "of": "opportunity", "label": "商机"},
        {"key": "m4", "agg": "sum", "of": "opportunity.amount", "label": "商机金额"},
    ],
    "sort": "-m4",
    "limit": 50,
    "chart": {"kind": "table"},
}
_SOURCES = {
    "dataset": "leads",
    "period": {"field": "lead.created_at", "value": {"last": 12, "unit": "week"}},
    "groupings": [{"field": "lead.source"}, {"field": "lead.created_at", "bucket": "week"}],
    "measures": [{"key": "m1", "agg": "count", "of": "lead", "label": "线索"}],
    "chart": {"kind": "pivot"},
}
_WEEKLY = {
    "dataset": "leads",
    "period": {"field": "lead.created_at", "value": {"last": 4, "unit": "week"}},
    "compare": "previous",
    "groupings": [{"field": "lead.created_at", "bucket": "week"}],
    "measures": [{"key": "m1", "agg": "count", "of": "lead", "label": "新线索"}],
    "chart": {"kind": "line"},
}
_REPORTS: tuple[tuple[str, str, Mapping[str, Any], str], ...] = (
    ("每周新线索", "近四周，与之前四周相比", _WEEKLY, "everyone"),
    ("渠道来源周报", "各来源每周带来多少线索", _SOURCES, "everyone"),
    ("活动带来的商机", "每场活动的线索、客户、商机和金额", _JOURNEY, "private"),
)


def save_reports(people: Mapping[str, int], _pools: Mapping[str, int]) -> None:
    """Save them; the first goes to the marketing manager on Mondays once the schedule is resumed."""
    access = permit(load_actor(people["marketing"]), "reports.view")
    made = [
        services.save_report(
            access, {"name": name, "description": words, "definition": definition, "sharing": sharing}
        )
        for name, words, definition, sharing in _REPORTS
    ]
    services.pin_report(access, made[-1])
    values = {"rhythm": "week", "day": 1, "hour": 9, "person_ids": [people["marketing"]]}
    schedule = services.schedule_report(access, made[0], values)
    services.pause_schedule(access, made[0], schedule)
