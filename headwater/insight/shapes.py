"""Reports, results and datasets as the API writes them."""

from collections.abc import Mapping
from typing import Any

from headwater.insight.engine import Dataset, Result, Row, kind_of
from headwater.insight.engine.datasets import seen_nodes
from headwater.insight.engine.definitions import ATTRIBUTIONS, BUCKETS
from headwater.insight.queries import Reports, ReportView, ScheduleView
from headwater.kernel.access import Access
from headwater.kernel.catalogue import Field, FieldType
from headwater.kernel.criteria import operators_for

_AS_THEY_ARE = (
    "id", "preset_key", "url", "name", "description", "definition", "owner_id", "owner_name", "is_mine",
    "may_edit", "sharing", "department_ids", "role_ids", "person_ids", "is_pinned", "is_archived", "version",
    "problem", "updated_at",
)  # fmt: skip
_DAYS_ONLY = tuple(one for one in BUCKETS if one != "hour")


def report_out(view: ReportView) -> dict[str, Any]:
    """A report or a preset."""
    return {key: getattr(view, key) for key in _AS_THEY_ARE}


def reports_out(found: Reports) -> dict[str, Any]:
    """All lists."""
    kinds = ("mine", "shared", "presets", "pinned", "archived")
    return {kind: [report_out(view) for view in getattr(found, kind)] for kind in kinds}


def result_out(result: Result) -> dict[str, Any]:
    """The figures; decimals as exact numbers."""
    return vars(result) | {
        "groupings": [vars(one) for one in result.groupings],
        "measures": [vars(one) for one in result.measures],
        "rows": [_row_out(row) for row in result.rows],
        "subtotals": [_row_out(row) for row in result.subtotals],
    }


def _row_out(row: Row) -> Mapping[str, Any]:
    return vars(row)


def dataset_out(of: Dataset, access: Access) -> dict[str, Any]:
    """What can be asked of a dataset: enough to write a definition without looking elsewhere."""
    return {
        "key": of.key,
        "label": str(of.label),
        "description": str(of.description),
        "period": of.period,
        "attributions": list(ATTRIBUTIONS) if of.attribution is not None else [],
        "nodes": [
            {
                "key": node.key,
                "label": str(node.label),
                "parent": node.parent,
                "is_counted": not node.is_bridge,
            }
            for node in seen_nodes(of, access)
        ],
        "fields": [_field_out(one) for one in kind_of(of, access).all_fields.values()],
    }


def _field_out(one: Field) -> dict[str, Any]:
    buckets = {FieldType.DATE: _DAYS_ONLY, FieldType.DATETIME: BUCKETS}.get(one.type, ())
    return {
        "key": one.key,
        "label": str(one.label),
        "group": str(one.group),
        "type": str(one.type),
        "operators": [operator.key for operator in operators_for(one)],
        "buckets": list(buckets),
        "aggregates": _aggregates(one),
    }


def _aggregates(one: Field) -> list[str]:
    if one.type.is_numeric:
        return ["distinct", "sum", "avg", "min", "max", "median"]
    return ["distinct", "min", "max"] if one.type.is_temporal else ["distinct"]


def schedule_out(one: ScheduleView) -> dict[str, Any]:
    """A schedule with its receivers by name."""
    keys = (
        "id", "rhythm", "day", "hour", "attachment", "next_at", "last_at", "failures", "pause_reason",
        "version", "created_by_id", "created_by",
    )  # fmt: skip
    people = [{"id": user_id, "name": name} for user_id, name in one.people]
    return {key: getattr(one, key) for key in keys} | {"people": people}
