"""What the statements of a report are written with: groups, tags, amounts, and the rows that are chosen."""

from collections.abc import Sequence

from headwater.currencies.queries import in_company
from headwater.insight.engine.buckets import bucket_sql
from headwater.insight.engine.joins import node_of, nodes_of
from headwater.insight.engine.planning import Atom, Group, Plan
from headwater.kernel.catalogue import Field, FieldType
from headwater.kernel.criteria import to_sql
from headwater.kernel.criteria.periods import Span
from headwater.kernel.criteria.sql import condition
from headwater.kernel.sql import Fragment, all_of


def group_sql(group: Group) -> Fragment:
    """The value by which rows are gathered; what is missing is NULL, an empty text too."""
    value = group.field.expression("")
    if group.is_many:
        return Fragment(f"tag_{group.key}.tag")
    if group.bucket:
        return bucket_sql(group.field, group.bucket, value)
    return Fragment(f"NULLIF({value}, '')" if group.field.type.is_textual else value)


def tags_sql(group: Group) -> Fragment:
    """The join that gives a row for each tag of a multiple choice."""
    value = group.field.expression("")
    return Fragment(
        f" LEFT JOIN LATERAL (SELECT DISTINCT one AS tag FROM jsonb_array_elements_text("
        f"CASE WHEN jsonb_typeof({value}) = 'array' THEN {value} ELSE '[]'::jsonb END) one)"
        f" tag_{group.key} ON TRUE"
    )


def chosen(plan: Plan, span: Span) -> Fragment:
    """The joined rows that filters and period leave."""
    parts = [to_sql(plan.filters)]
    if plan.period is not None and not plan.is_cut and (span.start is not None or span.end is not None):
        parts.append(condition(plan.period, "within", span, plan.period.expression("")))
    return all_of(parts)


def value_sql(plan: Plan, field: Field) -> tuple[Fragment, Fragment | None]:
    """What is summed up, amounts in the company's currency; and what says that one could not be."""
    value = field.expression("")
    node = plan.nodes[node_of(field)]
    own = field.type != FieldType.MONEY or not node.currency
    if own or field.key.partition(".")[2] in node.company_money:
        return Fragment(value), None
    currency = node.sql(node.currency)
    day = node.sql(node.money_on) if node.money_on else "current_date"
    worth = in_company(value, currency, day)
    lost = Fragment(f"({value} IS NOT NULL AND ({worth.text}) IS NULL)", worth.params)
    return Fragment(f"({worth.text})", worth.params), lost


def used_nodes(plan: Plan, atoms: Sequence[Atom]) -> set[str]:
    """The nodes that groupings, filters, period and the atoms' own conditions speak of."""
    used = {group.node for group in plan.groups} | nodes_of(plan.filters)
    used |= {atom.node for atom in atoms}
    for atom in atoms:
        used |= nodes_of(atom.where)
    return used if plan.period is None else used | {node_of(plan.period)}
