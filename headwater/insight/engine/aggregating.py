"""The SQL of one node's figures: each record once in a group, however many joined rows it is in.

Where no step multiplies the node's records they are aggregated straight from the joined rows; else rows are
first gathered per group and record. Subtotals and the total are made of the gathered records, never by adding
up groups in which a record may be several times.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from headwater.insight.engine.columns import chosen, group_sql, tags_sql, used_nodes, value_sql
from headwater.insight.engine.datasets import Node
from headwater.insight.engine.joins import joins_for, node_of, nodes_of
from headwater.insight.engine.medians import middle
from headwater.insight.engine.planning import Atom, Group, Plan
from headwater.kernel.catalogue import FieldType
from headwater.kernel.criteria import to_sql
from headwater.kernel.criteria.periods import Span
from headwater.kernel.sql import TRUE, Fragment, all_of, any_of

Keys = tuple[str, ...]


@dataclass(frozen=True)
class Part:
    """The atoms of one node with their places; `select` reads `ctes`. Its columns: lv, g..., a..., u."""

    atoms: tuple[tuple[int, Atom], ...]
    ctes: tuple[tuple[str, Fragment], ...]
    select: Fragment


def levels_of(groups: Sequence[Group]) -> list[Keys]:
    """All groupings, the first alone when there are more, and none: rows, subtotals, total."""
    keys = tuple(group.key for group in groups)
    return list(dict.fromkeys([keys, keys[:1], ()]))


def parts_of(plan: Plan, span: Span, known: Part | None = None) -> list[Part]:
    """One part for each node that something is counted of, besides what a rollup has `known`.

    One knows every group, by the root if it is counted; the others read no rows without a record of theirs.
    """
    done = {place for place, _atom in known.atoms} if known is not None else set()
    by_node: dict[str, list[tuple[int, Atom]]] = {}
    for place, atom in enumerate(plan.atoms):
        if place not in done:
            by_node.setdefault(atom.node, []).append((place, atom))
    root = plan.dataset.root.key
    leader = root if known is not None or root in by_node else next(iter(by_node))
    raw = [
        _Writer(plan, span, node, tuple(atoms), number, knows_all=node == leader).part()
        for number, (node, atoms) in enumerate(by_node.items())
    ]
    return raw if known is None else [known, *raw]


class _Writer:
    """Writes the part of one node."""

    def __init__(
        self,
        plan: Plan,
        span: Span,
        node: str,
        atoms: tuple[tuple[int, Atom], ...],
        number: int,
        *,
        knows_all: bool,
    ) -> None:
        self.knows_all = knows_all
        self.plan, self.span, self.node, self.atoms = plan, span, plan.nodes[node], atoms
        self.name = f"e{number}"
        self.keys = tuple(group.key for group in plan.groups)
        self.levels = levels_of(plan.groups)
        self.values = list(dict.fromkeys(atom.of for _place, atom in atoms if atom.of))
        self.conditions = list(dict.fromkeys(atom.condition for _place, atom in atoms if atom.condition))
        self.lost: list[str] = []  # columns that say an amount has no rate
        self.touches = self._touches()
        used = used_nodes(plan, [atom for _place, atom in atoms])
        if self.touches:
            used.add(self.touches)
        self.joins = joins_for(plan.dataset, plan.access, used, plan.attribution)

    def _touches(self) -> str:
        """The node of touches when the node's records are shared out among them."""
        found = self.plan.dataset.attribution
        if self.plan.attribution != "linear" or found is None:
            return ""
        return "" if found.key in self.plan.dataset.path(self.node.key) else found.key

    def part(self) -> Part:
        raw = self._raw()
        if self.touches:
            return self._shared_out(raw)
        if self.joins.multiplies(self.node.key) or any(group.is_many for group in self.plan.groups):
            return self._gathered(raw)
        if all(atom.is_additive for _place, atom in self.atoms):
            return self._added_up(raw)
        return self._sets(raw)

    # --- the joined rows

    def _raw(self) -> Fragment:
        """Joined rows with the columns that are read further on: groups, record, values, conditions."""
        plan = self.plan
        columns = [
            Fragment(f"{sql.text} AS {group.key}", sql.params)
            for group in plan.groups
            for sql in [group_sql(group)]
        ]
        e = self.node.sql(self.node.id)
        columns.append(Fragment(f"{e} AS e"))
        if self.node.counted:
            columns.append(Fragment(f"CASE WHEN {self.node.sql(self.node.counted)} THEN {e} END AS k"))
        columns += self._value_columns()
        columns += self._condition_columns()
        if self.touches:
            touches = plan.nodes[self.touches]
            columns.append(Fragment(f"{touches.sql(touches.id)} AS t"))
            columns.append(Fragment(f"{_weight(touches)} AS w"))
        source, root = self.joins.text("" if self.knows_all else self.node.key)
        tags = "".join(tags_sql(group).text for group in plan.groups if group.is_many)
        own = TRUE
        if not self.knows_all:
            own = all_of([Fragment(f"{e} IS NOT NULL"), *self._implied(), self._worth_reading()])
        where = all_of([root, chosen(plan, self.span), own])
        return Fragment(
            f"SELECT {', '.join(one.text for one in columns)} FROM {source.text}{tags} WHERE {where.text}",
            (*(param for one in columns for param in one.params), *source.params, *where.params),
        )

    def _implied(self) -> list[Fragment]:
        """What is known of the rows above a record of the node."""
        path = self.plan.dataset.path(self.node.key)
        nodes = [self.plan.dataset.by_key[key] for key in path]
        return [Fragment(node.sql(node.implies)) for node in nodes if node.implies]

    def _worth_reading(self) -> Fragment:
        """Of a part that need not know every group: the rows of which any of its figures takes account."""
        found = {atom.condition: atom.where for _place, atom in self.atoms}
        if "" in found or self.touches or (self.values and self.joins.multiplies(self.node.key)):
            return TRUE
        return any_of([to_sql(where) for where in found.values() if where is not None])

    def _value_columns(self) -> list[Fragment]:
        columns = []
        fields = {atom.of: atom.field for _place, atom in self.atoms if atom.field is not None}
        for number, key in enumerate(self.values):
            value, lost = value_sql(self.plan, fields[key])
            aggs = {atom.agg for _place, atom in self.atoms if atom.of == key}
            if aggs == {"distinct"}:  # values as they are
                value, lost = Fragment(fields[key].expression("")), None
                if fields[key].type.is_textual:
                    value = Fragment(f"NULLIF({value.text}, '')")
            columns.append(Fragment(f"{value.text} AS v{number}", value.params))
            if lost is not None:
                self.lost.append(f"x{number}")
                columns.append(Fragment(f"{lost.text} AS x{number}", lost.params))
        return columns

    def _condition_columns(self) -> list[Fragment]:
        found = {atom.condition: atom.where for _place, atom in self.atoms}
        columns = []
        for number, key in enumerate(self.conditions):
            where = found[key]
            assert where is not None
            sql = to_sql(where)
            columns.append(Fragment(f"({sql.text}) AS c{number}", sql.params))
        return columns

    def _kept(self) -> str:
        """Values and conditions of a record, gathered from its rows."""
        columns = [self._one(number) for number in range(len(self.values))]
        columns += [f"bool_or({name}) AS {name}" for name in self.lost]
        columns += [f"bool_or(c{number}) AS c{number}" for number in range(len(self.conditions))]
        columns += ["any_value(k) AS k"] if self.node.counted else []
        return "".join(f", {one}" for one in columns)

    def _one(self, number: int) -> str:
        """A record's value among its rows, the least where it differs (measured from several parents)."""
        of = next(atom.field for _place, atom in self.atoms if atom.of == self.values[number])
        assert of is not None
        agg = "min" if of.type.is_numeric or of.type.is_temporal else "any_value"
        return f"{agg}(v{number}) AS v{number}"

    # --- ways to aggregate

    def _added_up(self, raw: Fragment) -> Part:
        """No record is in two groups: group once, in parallel if it pays, and add up from there."""
        if len(self.levels) == 1:
            return Part(self.atoms, (), self._level((), f"({raw.text}) r", raw.params))
        fine = self._level(self.keys, f"({raw.text}) r", raw.params)
        selects = [f"SELECT * FROM {self.name}"]
        for keys in self.levels[1:]:
            sums = [self._again(place, atom) for place, atom in self.atoms]
            selects.append(self._select(keys, [*sums, "coalesce(sum(u), 0)::bigint AS u"], self.name))
        return Part(self.atoms, ((self.name, fine),), Fragment(" UNION ALL ".join(selects)))

    def _again(self, place: int, atom: Atom) -> str:
        agg = atom.agg if atom.agg in ("min", "max") else "sum"
        return f"{agg}(a{place})::{self._type(atom)} AS a{place}"

    def _sets(self, raw: Fragment) -> Part:
        """The same where something cannot be added up: one pass over the rows for all levels."""
        sets = ", ".join(f"({', '.join(keys)})" for keys in self.levels)
        if len(self.levels) == 1:
            return Part(self.atoms, (), self._level((), f"({raw.text}) r", raw.params))
        mark = " ".join(
            f"WHEN {self._mark(keys)} THEN {len(self.levels) - 1 - number}"
            for number, keys in enumerate(self.levels)
        )
        columns = [f"CASE GROUPING({', '.join(self.keys)}) {mark} END AS lv", *self.keys, *self._aggregates()]
        text = f"SELECT {', '.join(columns)} FROM ({raw.text}) r GROUP BY GROUPING SETS ({sets})"
        return Part(self.atoms, (), Fragment(text, raw.params))

    def _mark(self, keys: Keys) -> int:
        return sum(1 << (len(self.keys) - 1 - at) for at, key in enumerate(self.keys) if key not in keys)

    def _gathered(self, raw: Fragment) -> Part:
        """Gather rows per group and record first."""
        by = ", ".join([*self.keys, "e"])
        base = Fragment(f"SELECT {by}{self._kept()} FROM ({raw.text}) r GROUP BY {by}", raw.params)
        if len(self.levels) == 1:
            return Part(self.atoms, (), self._level((), f"({base.text}) b", base.params))
        selects = []
        for keys in self.levels:
            source = self.name
            if keys != self.keys:
                inner = ", ".join([*keys, "e"])
                source = f"(SELECT {inner}{self._kept()} FROM {self.name} GROUP BY {inner}) b"
            selects.append(self._level(keys, source).text)
        return Part(self.atoms, ((self.name, base),), Fragment(" UNION ALL ".join(selects)))

    def _shared_out(self, raw: Fragment) -> Part:
        """Linear attribution: a record counts with the share of its touches that lie in the group."""
        by = ", ".join([*self.keys, "e", "t"])
        kept = f", any_value(w) AS w{self._kept()}"
        once = not self.joins.multiplies(self.touches) and not any(
            group.is_many for group in self.plan.groups
        )
        base = raw
        if not once:
            base = Fragment(f"SELECT {by}{kept} FROM ({raw.text}) r GROUP BY {by}", raw.params)
        ctes = ((self.name, base), (f"{self.name}_whole", self._whole(once=once)))
        values = "".join(f", {self._one(number)}" for number in range(len(self.values)))
        values += "".join(f", bool_or({name}) AS {name}" for name in self.lost)
        values += ", any_value(k) AS k" if self.node.counted else ""
        shares = "".join(
            f", sum(w) FILTER (WHERE c{number}) AS s{number}" for number in range(len(self.conditions))
        )
        selects = []
        for keys in self.levels:
            source = self.name
            if keys != self.keys and not once:
                inner = ", ".join([*keys, "e", "t"])
                source = f"(SELECT {inner}{kept} FROM {self.name} GROUP BY {inner}) b"
            each = ", ".join([*keys, "e"])
            named = f"SELECT {each}, sum(w) AS s{values}{shares} FROM {source} GROUP BY {each}"
            joined = f"({named}) d LEFT JOIN {self.name}_whole USING (e)"
            selects.append(self._level(keys, joined).text)
        return Part(self.atoms, ctes, Fragment(" UNION ALL ".join(selects)))

    def _whole(self, *, once: bool) -> Fragment:
        """What the touches of each record weigh together, whatever is filtered."""
        plan = self.plan
        cutting = nodes_of(plan.filters) | ({node_of(plan.period)} if plan.period is not None else set())
        if once and cutting <= {self.node.key}:  # the rows at hand are all there are
            return Fragment(f"SELECT e, NULLIF(sum(w), 0)::numeric AS whole FROM {self.name} GROUP BY e")
        touches = plan.nodes[self.touches]
        joins = joins_for(plan.dataset, plan.access, (self.node.key, self.touches), plan.attribution)
        source, root = joins.text(self.node.key)
        e, t = self.node.sql(self.node.id), touches.sql(touches.id)
        rows = f"FROM {source.text} WHERE {root.text} AND {e} IN (SELECT e FROM {self.name})"
        if joins.multiplies(self.touches):
            weights = f"SELECT {e} AS e, {t} AS t, any_value({_weight(touches)}) AS w {rows} GROUP BY 1, 2"
        else:
            weights = f"SELECT {e} AS e, {_weight(touches)} AS w {rows}"
        return Fragment(
            f"SELECT e, NULLIF(sum(w), 0)::numeric AS whole FROM ({weights}) x GROUP BY e",
            (*source.params, *root.params),
        )

    # --- aggregates

    def _level(self, keys: Keys, source: str, params: tuple[object, ...] = ()) -> Fragment:
        return Fragment(self._select(keys, self._aggregates(), source), params)

    def _select(self, keys: Keys, columns: list[str], source: str) -> str:
        level = len(self.levels) - 1 - self.levels.index(keys)
        shown = [key if key in keys else f"NULL AS {key}" for key in self.keys]
        text = f"SELECT {', '.join([f'{level} AS lv', *shown, *columns])} FROM {source}"
        return f"{text} GROUP BY {', '.join(keys)}" if keys else text

    def _aggregates(self) -> list[str]:
        columns = [f"{self._aggregate(atom)}::{self._type(atom)} AS a{place}" for place, atom in self.atoms]
        return [*columns, f"{self._unpriced()}::bigint AS u"]

    def _unpriced(self) -> str:
        """Amounts that a measure would have counted, had they a rate."""
        counts = []
        for name in self.lost:
            of = [atom for _place, atom in self.atoms if atom.of == self.values[int(name[1:])]]
            places = sorted({self.conditions.index(atom.condition) for atom in of if atom.condition})
            told = " OR ".join(f"s{place} > 0" if self.touches else f"c{place}" for place in places)
            when = "" if any(not atom.condition for atom in of) else f" AND ({told})"
            counts.append(f"count(*) FILTER (WHERE {name}{when})")
        return f"({' + '.join(counts) or '0'})"

    def _type(self, atom: Atom) -> str:
        if atom.agg in ("count", "values"):
            return "numeric" if self.touches else "bigint"
        if atom.agg == "distinct":
            return "bigint"
        if atom.field is not None and atom.agg in ("min", "max") and atom.field.type.is_temporal:
            return "date" if atom.field.type == FieldType.DATE else "timestamptz"
        return "numeric"

    def _aggregate(self, atom: Atom) -> str:
        record = "k" if self.node.counted else "e"
        value = f"v{self.values.index(atom.of)}" if atom.of else record
        at = f"c{self.conditions.index(atom.condition)}" if atom.condition else ""
        if self.touches:
            share = f"s{at[1:]}" if at else "s"
            return self._of_shares(atom.agg, value, f"({share} / whole)")
        when = f" FILTER (WHERE {at})" if at else ""
        match atom.agg:
            case "count" | "values":
                return f"count({value}){when}"
            case "sum":
                return f"coalesce(sum({value}){when}, 0)"
            case "distinct":
                return f"count(DISTINCT {value}){when}"
            case "median":
                return middle(value, when)
        return f"{atom.agg}({value}){when}"

    def _of_shares(self, agg: str, value: str, share: str) -> str:
        some = f"{share} > 0"
        match agg:
            case "count" | "values":
                return f"coalesce(sum({share}) FILTER (WHERE {value} IS NOT NULL), 0)"
            case "sum":
                return f"coalesce(sum({value} * {share}), 0)"
            case "distinct":
                return f"count(DISTINCT {value}) FILTER (WHERE {some})"
            case "median":
                return middle(value, f" FILTER (WHERE {some})")
        return f"{agg}({value}) FILTER (WHERE {some})"


def _weight(touches: Node) -> str:
    """What a touch weighs; a record without any counts as one with a single one."""
    return "1" if touches.weight == "1" else f"coalesce({touches.sql(touches.weight)}, 1)::numeric"
