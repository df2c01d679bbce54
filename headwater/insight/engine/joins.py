"""FROM: which nodes are joined, how, and whether a step multiplies records."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from headwater.insight.engine.datasets import Dataset, Node, seen_nodes
from headwater.kernel.access import Access
from headwater.kernel.catalogue import Field
from headwater.kernel.sql import TRUE, Fragment, all_of, any_of


@dataclass(frozen=True)
class Joins:
    """The nodes of one statement, closed under the way to the root, with the touches that count."""

    dataset: Dataset
    access: Access
    keys: frozenset[str]
    attribution: str = ""

    @property
    def nodes(self) -> list[Node]:
        """Parents before children."""
        return [node for node in self.dataset.nodes if node.key in self.keys]

    def text(self, only: str = "") -> tuple[Fragment, Fragment]:
        """FROM (without the word) and what holds of the root.

        `only`: rows without a record of this node are not read, so bridges to it lead somewhere anyway.
        """
        root, *others = self.nodes
        parts = [f"{root.source} {root.alias}"]
        params: list[Any] = []
        known = self.dataset.path(only) if only else ()
        for node in others:
            if node.within:
                continue
            seen = cut(self.access, node)
            if node.is_bridge and node.key not in known:
                seen = self._leads_somewhere(node)
            on = all_of([Fragment(node.sql(node.on)), seen, self._touches(node)])
            word = "JOIN" if node.is_required else "LEFT JOIN"
            parts.append(f"{word} {node.source} {node.alias} ON {on.text}")
            params += on.params
        return Fragment(" ".join(parts), tuple(params)), cut(self.access, root)

    def _leads_somewhere(self, bridge: Node) -> Fragment:
        """A bridge to what is archived or out of reach is none: who has another sale is not without one."""
        found = []
        for node in seen_nodes(self.dataset, self.access):
            if node.parent == bridge.key:
                there = replace(node, key=f"{node.key}_there")
                where = all_of([Fragment(there.sql(there.on)), cut(self.access, there)])
                exists = f"EXISTS (SELECT 1 FROM {there.source} {there.alias} WHERE {where.text})"
                found.append(Fragment(exists, where.params))
        return any_of(found)

    def multiplies(self, node_key: str) -> bool:
        """Whether a record of the node may be in several of the joined rows."""
        children: dict[str, list[Node]] = {}
        for node in self.nodes:
            children.setdefault(node.parent, []).append(node)
        return self._down(node_key, children) or self._up(node_key, children)

    def _down(self, key: str, children: dict[str, list[Node]]) -> bool:
        return any(self._is_many(node) or self._down(node.key, children) for node in children.get(key, ()))

    def _up(self, key: str, children: dict[str, list[Node]]) -> bool:
        node = self.dataset.by_key[key]
        if not node.parent:
            return False
        if node.shared or self._up(node.parent, children):
            return True
        others = [one for one in children[node.parent] if one.key != key]
        return any(self._is_many(one) or self._down(one.key, children) for one in others)

    def _is_many(self, node: Node) -> bool:
        return node.many and not (node.attribution and self.attribution in ("first", "last"))

    def _touches(self, node: Node) -> Fragment:
        if not node.attribution or self.attribution not in ("first", "last"):
            return TRUE
        said = node.first if self.attribution == "first" else node.last
        if said:
            return Fragment(node.sql(said))
        on = node.on.replace("{t}", "later").replace("{p}", f"n_{node.parent}")
        t = node.alias
        return Fragment(
            f"NOT EXISTS (SELECT 1 FROM {node.source} later WHERE {on}"
            f" AND (later.at, later.id) > ({t}.at, {t}.id))"
        )


def cut(access: Access, node: Node) -> Fragment:
    """What of a node the reader may see, archived records left out."""
    kind = node.kind
    if kind is None:
        if node.scope is None:
            return TRUE
        return node.scope(access.also(node.permission), node.alias)
    reach = access.also(node.permission or kind.permission("view"))
    scope = (node.scope or kind.scope)(reach, node.alias)
    living = Fragment(f"{node.alias}.archived_at IS NULL") if kind.is_archivable else TRUE
    return all_of([scope, living])


def joins_for(dataset: Dataset, access: Access, used: Iterable[str], attribution: str) -> Joins:
    """Only what is needed: the nodes used, the way to the root, and what is required."""
    keys: set[str] = set()
    required = (node.key for node in dataset.nodes if node.is_required)
    for key in (dataset.root.key, *used, *required):
        keys.update(dataset.path(key))
    return Joins(dataset, access, frozenset(keys), attribution)


def nodes_of(criteria: Any) -> set[str]:
    """The nodes whose fields a condition speaks of."""
    return set() if criteria is None else {leaf.field.key.partition(".")[0] for leaf in criteria.leaves()}


def node_of(field: Field) -> str:
    """The node of a dataset's field."""
    return field.key.partition(".")[0]
