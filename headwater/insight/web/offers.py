"""What the builder of reports offers for a dataset: what can be counted, grouped by, filtered, summed."""

from typing import Any

from django.http import HttpRequest, JsonResponse
from django.views.decorators.http import require_GET

from headwater.insight.engine import Dataset, dataset, kind_of
from headwater.insight.engine.datasets import seen_nodes
from headwater.insight.engine.kinds import split
from headwater.kernel.access import Access, permit
from headwater.kernel.catalogue import Field, FieldType
from headwater.kernel.criteria.periods import NAMED
from headwater.kernel.errors import NotFound
from headwater.ui.web import describe_field

_NOT_GROUPED = frozenset({FieldType.LONG_TEXT, FieldType.MULTI_PICK})
_QUICK_SUMS = 4
_MOST_GROUPS = 6
_USUAL = (
    "campaign", "source", "channel", "owner", "author", "person", "pipeline", "stage", "status", "kind",
    "outcome", "rule", "pool", "industry",
)  # fmt: skip
_POINTED_TO = frozenset(
    {"user", "department", "source", "channel", "campaign", "pool", "product", "pipeline"}
)


@require_GET
def dataset_json(request: HttpRequest, key: str) -> JsonResponse:
    """The offer of one dataset, for `hw-report`."""
    access = permit(request, "reports.view")
    known = dataset(key)
    if known is None or not seen_nodes(known, access):
        raise NotFound(record="dataset", id=key[:80])
    return JsonResponse(offer(known, access))


def offer(of: Dataset, access: Access) -> dict[str, Any]:
    """Nodes, fields and periods, in the form that `hw-report` and `hw-criteria` read."""
    nodes = seen_nodes(of, access)
    units = {f"{node.key}.{key}": unit for node in nodes for key, unit in node.units.items()}
    fields = list(kind_of(of, access).all_fields.values())
    return {
        "key": of.key,
        "label": str(of.label),
        "description": str(of.description),
        "period": of.period,
        "attribution": of.attribution is not None and of.attribution in nodes,
        "nodes": [{"key": node.key, "label": str(node.label)} for node in nodes if not node.is_bridge],
        "fields": [_field(one, units.get(one.key, "")) for one in fields],
        "periods": [[key, str(label)] for key, label in NAMED.items()],
        "quick": _quick(of, access),
        "groups": _usual_groups(of, access),
    }


def _field(field: Field, unit: str) -> dict[str, Any]:
    described = describe_field(field, field.key)
    described["node"] = split(field.key)[0]
    described["temporal"] = field.type.is_temporal
    described["numeric"] = field.type.is_numeric
    described["groupable"] = field.type not in _NOT_GROUPED
    if unit:
        described["unit"] = unit
    return described


def _usual_groups(of: Dataset, access: Access) -> list[str]:
    """By what the records are broken down most: where they come from, whose they are, how far, when."""
    own = [one for one in kind_of(of, access).all_fields.values() if split(one.key)[0] == of.root.key]
    groupable = {split(one.key)[1]: one.key for one in own if one.type not in _NOT_GROUPED}
    found = [groupable[name] for name in _USUAL if name in groupable][:_MOST_GROUPS]
    return [*found, *([of.period] if of.period and of.period not in found else [])]


def _quick(of: Dataset, access: Access) -> list[dict[str, str]]:
    """What is counted most: every kind of record, and the sums of the amounts along the way."""
    counted = [node for node in seen_nodes(of, access) if node.kind is not None]
    # What a record only points to is rather a group than a number.
    counted.sort(key=lambda node: (node is not of.root, node.record in _POINTED_TO))
    quick = [{"agg": "count", "of": node.key} for node in counted]
    money = [
        one
        for one in kind_of(of, access).all_fields.values()
        if one.type == FieldType.MONEY and not one.is_custom
    ]
    named = [one for one in money if split(one.key)[1] in ("amount", "total", "total_amount")] or money
    return quick + [{"agg": "sum", "of": one.key} for one in named[:_QUICK_SUMS]]
