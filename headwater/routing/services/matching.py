"""Which rule applies to which lead, and what its gate finds missing: SQL over sets."""

from collections.abc import Iterable, Mapping, Sequence

from headwater.kernel.catalogue import record_type
from headwater.kernel.criteria import to_sql
from headwater.kernel.criteria.sql import condition
from headwater.kernel.errors import Invalid
from headwater.kernel.sql import Fragment, all_of, rows
from headwater.routing.content import Content, Gate
from headwater.routing.models import RoutingRule, WaitingLead
from headwater.routing.types import TargetKind, Trigger

Rules = Sequence[tuple[RoutingRule, Content]]


def rule_condition(content: Content, alias: str = "t") -> Fragment | None:
    """The leads a rule applies to; None when its condition can no longer be read."""
    try:
        where = to_sql(content.criteria(), alias)
    except Invalid:
        return None
    if content.target.kind == TargetKind.POOL:  # what lies there already need not go there
        where &= Fragment(f"{alias}.pool_id IS DISTINCT FROM %s::bigint", (content.target.pool_id,))
    return where


def gate_checks(gate: Gate, alias: str = "t") -> dict[str, Fragment]:
    """What a gate asks for: a name for each check, and the condition under which it passes."""
    fields = record_type("lead").all_fields
    checks: dict[str, Fragment] = {}
    for key in gate.required:
        if key in fields:
            field = fields[key]
            checks[f"required:{key}"] = condition(field, "is_not_empty", None, field.expression(alias))
    if gate.consent:
        checks["consent"] = Fragment(f"{alias}.consent_basis <> ''")
    if gate.unique:
        checks["unique"] = Fragment(f"NOT {alias}.may_duplicate")
    if gate.score is not None and "score" in fields:
        checks["score"] = Fragment(f"{fields['score'].expression(alias)} >= %s", (gate.score,))
    return checks


def first_rules(rules: Rules, waiting: Iterable[WaitingLead]) -> dict[int, int]:
    """Lead to the place in `rules` of the first one that applies to it; leads without one are left out."""
    cases: list[str] = []
    params: list[object] = []
    for place, (rule, content) in enumerate(rules):
        where = rule_condition(content)
        if where is None:
            continue
        cases.append(
            "WHEN x.trigger = ANY(%s::text[]) AND NOT %s = ANY(string_to_array(x.applied, ','))"
            f" AND ({where.text}) THEN {place}"
        )
        heard = [trigger.value for trigger in content.triggers] + [Trigger.ASKED.value]
        params += [heard, str(rule.pk), *where.params]
    if not cases:
        return {}
    asked = list(waiting)
    found = rows(
        f"SELECT t.id, CASE {' '.join(cases)} END AS place"
        " FROM unnest(%s::bigint[], %s::text[], %s::text[]) AS x (id, trigger, applied)"
        " JOIN leads_lead t ON t.id = x.id",
        (*params, [o.lead_id for o in asked], [o.trigger for o in asked], [o.applied for o in asked]),
    )
    return {row["id"]: row["place"] for row in found if row["place"] is not None}


def held_at_gate(gate: Gate, lead_ids: Sequence[int]) -> dict[int, list[str]]:
    """Lead to the checks of the gate that it fails."""
    checks = gate_checks(gate)
    if not checks or not lead_ids:
        return {}
    names = list(checks)
    columns = ", ".join(f"({checks[name].text}) IS TRUE AS c{place}" for place, name in enumerate(names))
    passing = all_of(checks.values())
    found = rows(
        f"SELECT t.id, {columns} FROM leads_lead t"
        f" WHERE t.id = ANY(%s::bigint[]) AND ({passing.text}) IS NOT TRUE",
        (
            *(param for name in names for param in checks[name].params),
            list(lead_ids),
            *passing.params,
        ),
    )
    return {row["id"]: [name for place, name in enumerate(names) if not row[f"c{place}"]] for row in found}


def grouped(places: Mapping[int, int]) -> dict[int, list[int]]:
    """Place of the rule to its leads, both in order."""
    groups: dict[int, list[int]] = {}
    for lead_id in sorted(places):
        groups.setdefault(places[lead_id], []).append(lead_id)
    return dict(sorted(groups.items()))
