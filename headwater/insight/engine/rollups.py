"""Awareness of rollups: a report of which all lies in one is answered from it, with the same figures."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

from headwater.insight.engine.aggregating import Part, levels_of
from headwater.insight.engine.buckets import bucket_sql
from headwater.insight.engine.datasets import Node, Rollup
from headwater.insight.engine.joins import cut, node_of
from headwater.insight.engine.planning import Atom, Group, Plan
from headwater.insight.engine.spans import is_midnight
from headwater.kernel import clock
from headwater.kernel.catalogue import Field, FieldType
from headwater.kernel.criteria import Criteria, to_sql
from headwater.kernel.criteria.parse import Branch, Leaf
from headwater.kernel.criteria.periods import Span
from headwater.kernel.criteria.sql import condition
from headwater.kernel.sql import TRUE, Fragment, all_of

_EXTREMES = ("min", "max")
_JUST_NOW = timedelta(minutes=1)  # a span that ended when the report was planned


Atoms = tuple[tuple[int, Atom], ...]


def parts_from_rollup(plan: Plan, span: Span) -> list[Part] | None:
    """The part that a rollup answers; None when none of the dataset's holds all that is asked."""
    part = _answered(plan, span, tuple(enumerate(plan.atoms)))
    return None if part is None else [part]


def root_from_rollup(plan: Plan, span: Span) -> Part | None:
    """What a rollup answers of the root alone, usually the bulk, when it does not know all that is asked."""
    root = plan.dataset.root.key
    asked = tuple((place, atom) for place, atom in enumerate(plan.atoms) if atom.node == root)
    return _answered(plan, span, asked) if asked else None


def _answered(plan: Plan, span: Span, asked: Atoms) -> Part | None:
    for rollup in plan.dataset.rollups:
        reader = _Reader(plan, rollup, span, asked)
        if reader.answers():
            return reader.part()
    return None


class _Reader:
    """One rollup held against one report."""

    def __init__(self, plan: Plan, rollup: Rollup, span: Span, asked: Atoms) -> None:
        self.plan, self.rollup, self.span, self.asked = plan, rollup, span, asked
        self.atoms = [atom for _place, atom in asked]

    def answers(self) -> bool:
        plan = self.plan
        if plan.attribution in ("last", "linear") and self._speaks_of_touches():
            return False
        return (
            all(_name(atom) in self.rollup.measures for atom in self.atoms)
            and all(self._has(group.field, group.bucket) for group in plan.groups)
            and all(self._has_leaf(leaf) for leaf in plan.filters.leaves())
            and all(self._has_leaf(leaf) for atom in self.atoms if atom.where for leaf in atom.where.leaves())
            and (plan.period is None or self._is_all_time() or self._has_span(plan.period, self.span))
            and self._reach() is not None
            and self.rollup.is_ready()
        )

    def _speaks_of_touches(self) -> bool:
        return self.plan.attribution == "linear" or any(
            self.plan.nodes[key.partition(".")[0]].attribution
            for key in self.rollup.fields
            if key.partition(".")[0] in self.plan.nodes
        )

    def _reach(self) -> Fragment | None:
        plan = self.plan
        if self.rollup.scope is not None:
            return self.rollup.scope(plan.access, "r")
        nodes = {key.partition(".")[0] for key in self.rollup.fields}
        nodes |= {name.partition(":")[2].partition(".")[0] for name in self.rollup.measures}
        for key in nodes:
            node = plan.nodes.get(key)
            if node is None:
                return None
            kind = node.kind
            if kind is not None:
                access = plan.access.also(node.permission or kind.permission("view"))
                if kind.scope(access, node.alias) != TRUE:
                    return None
        return TRUE

    def _is_joined(self, field: Field) -> bool:
        """Whether it is of a node that hangs on the rows of the rollup."""
        return field.key not in self.rollup.fields and self._joined(field) is not None

    def _joined(self, field: Field) -> Node | None:
        node = self.plan.nodes.get(node_of(field))
        if node is None or node.key not in self.rollup.joins:
            return None
        return node if node.parent == self.plan.dataset.root.key else None

    def _has(self, field: Field, bucket: str = "") -> bool:
        if self._is_joined(field):
            return field.type != FieldType.MULTI_PICK
        return field.key in self.rollup.fields and not (bucket == "hour" and field.key in self.rollup.days)

    def _has_leaf(self, leaf: Leaf) -> bool:
        if leaf.path or not self._has(leaf.field):
            return False
        return not isinstance(leaf.value, Span) or self._has_span(leaf.field, leaf.value)

    def _is_all_time(self) -> bool:
        return self.span.start is None and self.span.end is None

    def _has_span(self, field: Field, span: Span) -> bool:
        """Days answer for moments when nothing but whole days is asked, or all until now."""
        if not self._has(field):
            return False
        if field.key not in self.rollup.days or field.type == FieldType.DATE or self._is_joined(field):
            return True
        until_now = span.end is None or span.end >= clock.now() - _JUST_NOW or is_midnight(span.end)
        return (span.start is None or is_midnight(span.start)) and until_now

    # --- the statement

    def part(self) -> Part:
        plan = self.plan
        levels = levels_of(plan.groups)
        keys = [group.key for group in plan.groups]
        groups = [self._group(group) for group in plan.groups]
        values = [self._aggregate(atom) for atom in self.atoms]
        reach = self._reach()
        conditions = [reach if reach is not None else TRUE, self._condition(plan.filters)]
        if plan.period is not None and (self.span.start is not None or self.span.end is not None):
            own = self._own(plan.period)
            conditions.append(condition(own, "within", self.span, own.expression("r")))
        where = all_of(conditions)
        columns = [f"{sql.text} AS {key}" for key, sql in zip(keys, groups, strict=True)]
        columns += [f"{sql.text} AS a{place}" for (place, _atom), sql in zip(self.asked, values, strict=True)]
        by = f" GROUP BY {', '.join(str(number + 1) for number in range(len(keys)))}" if keys else ""
        source = self._source()
        fine = Fragment(
            f"SELECT {', '.join(columns)} FROM {source.text} WHERE {where.text}{by}",
            (*(param for one in (*groups, *values) for param in one.params), *source.params, *where.params),
        )
        selects = [self._level(level, levels) for level in levels]
        return Part(self.asked, (("rolled", fine),), Fragment(" UNION ALL ".join(selects)))

    def _source(self) -> Fragment:
        """The rollup with the nodes that groupings and conditions speak of, cut to the reader's reach."""
        plan = self.plan
        asked = [group.field for group in plan.groups] + [leaf.field for leaf in plan.filters.leaves()]
        asked += [leaf.field for atom in self.atoms if atom.where for leaf in atom.where.leaves()]
        asked += [plan.period] if plan.period is not None else []
        nodes = {node_of(field): self._joined(field) for field in asked if self._is_joined(field)}
        text, params = f"{self.rollup.table} r", list[Any]()
        for node in nodes.values():
            assert node is not None
            on = node.on.replace("{t}", node.alias).replace("{p}", "r")
            seen = all_of([Fragment(on), cut(plan.access, node)])
            text += f" LEFT JOIN {node.source} {node.alias} ON {seen.text}"
            params += seen.params
        return Fragment(text, tuple(params))

    def _level(self, level: Sequence[str], levels: list[tuple[str, ...]]) -> str:
        keys = [group.key for group in self.plan.groups]
        number = len(levels) - 1 - levels.index(tuple(level))
        shown = [key if key in level else f"NULL AS {key}" for key in keys]
        sums = [self._again(place, atom) for place, atom in self.asked]
        text = f"SELECT {', '.join([f'{number} AS lv', *shown, *sums, '0::bigint AS u'])} FROM rolled"
        return f"{text} GROUP BY {', '.join(level)}" if level else text

    def _again(self, place: int, atom: Atom) -> str:
        if atom.agg in _EXTREMES:
            return f"{atom.agg}(a{place}) AS a{place}"
        whole = "bigint" if atom.agg in ("count", "values") else "numeric"
        return f"sum(a{place})::{whole} AS a{place}"

    def _aggregate(self, atom: Atom) -> Fragment:
        value = self.rollup.measures[_name(atom)].replace("{t}", "r")
        agg = atom.agg if atom.agg in _EXTREMES else "sum"
        if atom.where is None:
            return Fragment(f"{agg}({value})")
        where = self._condition(atom.where)
        return Fragment(f"{agg}({value}) FILTER (WHERE {where.text})", where.params)

    def _group(self, group: Group) -> Fragment:
        own = self._own(group.field)
        value = own.expression("r")
        if group.bucket:
            return bucket_sql(own, group.bucket, value)
        return Fragment(f"NULLIF({value}, '')" if own.type.is_textual else value)

    def _own(self, field: Field) -> Field:
        """A field of the dataset as it stands in the rollup, or beside it."""
        if self._is_joined(field):
            return field
        column = self.rollup.fields[field.key]
        sql = column.replace("{t}", "r") if "{t}" in column else f"r.{column}"
        kind = FieldType.DATE if field.key in self.rollup.days else field.type
        return replace(field, sql=sql, type=kind)

    def _condition(self, criteria: Criteria) -> Fragment:
        return to_sql(Criteria(criteria.kind, self._branch(criteria.root), criteria.access), "r")

    def _branch(self, branch: Branch) -> Branch:
        parts: list[Any] = [
            self._branch(part) if isinstance(part, Branch) else replace(part, field=self._own(part.field))
            for part in branch.parts
        ]
        return Branch(branch.word, tuple(parts))


def _name(atom: Atom) -> str:
    return f"{atom.agg}:{atom.of or atom.node}"
