"""Datasets: trees of nodes that say how records hang together, and the registry of them.

The root is a kind of record, every other node is joined to its parent. Aliases in SQL are known: the node
`lead` is `n_lead`. A node's ancestors are always joined along with it, so a derived field of `opportunity`
may read `n_lead.created_at` when `lead` stands above it.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

from headwater.kernel.access import Access
from headwater.kernel.catalogue import Field, RecordType, record_type
from headwater.kernel.errors import Text
from headwater.kernel.sql import Fragment


def alias_of(node_key: str) -> str:
    """The table alias of a node in every statement of the engine."""
    return f"n_{node_key}"


@dataclass(frozen=True)
class Node:
    """One kind of record of a dataset.

    `record` names the catalogue's record type: its fields (custom ones too), its scope and whether archived
    ones are left out are taken over. Without one (`record=""`) there are `table` and `fields` alone, and
    whoever may view the parent may view it. Without fields too it is a bridge to the nodes below it.

    In SQL given here `{t}` is this node's alias, `{p}` its parent's; a percent sign is written twice.
    """

    key: str
    record: str
    label: Text
    parent: str = ""  # key of the parent; "" for the root
    on: str = ""  # how it is joined: "{t}.lead_id = {p}.id"
    many: bool = False  # a parent has several of it
    shared: bool = False  # one of it may belong to several parents
    table: str | Callable[[], str] = ""  # a table or "(SELECT ...)" in place of the record type's
    implies: str = ""  # SQL that holds of its parent wherever there is one, for indexes of few rows to serve
    is_required: bool = False  # rows without it are left out, and it is joined in every report
    fields: tuple[Field, ...] = ()  # derived ones; keys without the node, `sql` with {t}
    units: Mapping[str, str] = field(default_factory=dict)  # field key -> "duration" (it holds seconds)
    without: tuple[str, ...] = ()  # the catalogue's fields that are of no use here
    only: tuple[str, ...] = ()  # the catalogue's fields that its table has, where it has few
    within: str = ""  # the node in whose rows its columns stand: nothing is joined
    # A smaller table for a report about the days from one to another (both in it) of its field `dated`.
    table_of_days: Callable[[date, date], str] | None = None
    dated: str = ""
    # Derived fields by what of the catalogue they tell: {"amount": ("opportunity.amount",)}. Who may not
    # see the one does not see the other; what their SQL itself reads of a node need not be named.
    # Under "" what its very being tied to its parent tells.
    tells: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    permission: str = ""  # in place of "<plural>.view"
    shown_as: str = ""  # the node whose records stand for its own in drill-down; its parent otherwise
    # In place of the record type's, with an access under `permission`; what has no record type needs one.
    scope: Callable[[Access, str], Fragment] | None = None
    id: str = "{t}.id"  # a single value that tells its rows apart, NULL where there is none
    counted: str = ""  # SQL of which rows are records to be counted, where some only carry sums
    money_on: str = ""  # SQL of the day whose rate holds for its amounts: "({t}.ordered_on)"
    currency: str = ""  # SQL of the currency of its amounts; "" when they are the company's
    company_money: tuple[str, ...] = ()  # amounts that are in the company's currency all the same
    attribution: bool = False  # the node of touches: `attribution` of a report chooses among its rows
    first: str = "{t}.is_first"  # which one is the first touch
    last: str = ""  # which is the last; "" when `at` and `id` say it
    weight: str = "1"  # what a touch weighs in linear attribution

    @property
    def alias(self) -> str:
        return alias_of(self.within or self.key)

    @property
    def kind(self) -> RecordType | None:
        """Its record type; None for a node that has none."""
        return record_type(self.record) if self.record else None

    @property
    def is_bridge(self) -> bool:
        """Whether it only leads to other nodes. Nobody counts it: its rows also lead to records that are
        archived or out of the reader's reach, so their number would tell of those.
        """
        return not self.record and not self.fields

    @property
    def source(self) -> str:
        """What stands in FROM."""
        if self.table:
            return self.table() if callable(self.table) else self.table
        return record_type(self.record).table

    def sql(self, text: str) -> str:
        """SQL written with `{t}` and `{p}` under the real aliases."""
        return text.replace("{t}", self.alias).replace("{p}", alias_of(self.parent))


@dataclass(frozen=True)
class Rollup:
    """Counts kept ready that answer in place of the raw tables, whenever all that is asked lies in them.

    Each row of `table` holds the sums over the records that agree in every field of `fields`; each is
    in just one row. `fields` gives the column of a dataset's field ("lead.campaign": "campaign_id"; for
    moments days of the company's time zone, named in `days` too); `measures` the SQL to be summed:
    {"count:lead": "{t}.leads", "sum:opportunity.amount": "{t}.amount"}; "values:<field>" counts the values
    that an average divides by, "min:<field>" and "max:<field>" hold extremes.

    `scope(access, alias)` cuts it to the reader's reach; None when it cannot. Without `scope` it answers only
    those who see every record of the dataset. `is_ready` says whether it is up to date now. `joins` are nodes
    below the root that can be joined to it as to the root: it has the columns that their `on` names.
    """

    table: str
    fields: Mapping[str, str]
    measures: Mapping[str, str]
    days: tuple[str, ...] = ()
    scope: Callable[[Access, str], Fragment | None] | None = None
    is_ready: Callable[[], bool] = lambda: True
    joins: tuple[str, ...] = ()


@dataclass(frozen=True)
class StandIn:
    """A narrower make of a dataset: the same rows and nodes, fewer fields, of tables that are read faster."""

    dataset: "Dataset"
    is_ready: Callable[[], bool] = lambda: True


@dataclass(frozen=True)
class Dataset:
    """What can be reported about: `nodes` with parents before children, the root first."""

    key: str
    label: Text
    description: Text
    nodes: tuple[Node, ...]
    period: str = ""  # the field by which periods are chosen unless somebody says another
    rollups: tuple[Rollup, ...] = ()
    stand_ins: tuple[StandIn, ...] = ()  # asked in place of it when one has all that a report speaks of
    # What a report by last touch, or linear, reads instead: {"lead.source": "touch.source"}.
    attributed: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        known: set[str] = set()
        for number, node in enumerate(self.nodes):
            if (number == 0) != (node.parent == "") or (node.parent and node.parent not in known):
                raise ValueError(f"dataset {self.key}: node {node.key} has no parent before it")
            if node.key in known or "." in node.key or not node.key.isidentifier():
                raise ValueError(f"dataset {self.key}: node key {node.key!r}")
            if node.parent and not node.on:
                raise ValueError(f"dataset {self.key}: node {node.key} says not how it is joined")
            known.add(node.key)

    @property
    def root(self) -> Node:
        return self.nodes[0]

    @cached_property
    def by_key(self) -> dict[str, Node]:
        return {node.key: node for node in self.nodes}

    @cached_property
    def attribution(self) -> Node | None:
        """The node of touches, if there is one."""
        return next((node for node in self.nodes if node.attribution), None)

    def path(self, node_key: str) -> tuple[str, ...]:
        """The keys from the root down to the node."""
        node = self.by_key[node_key]
        return (*(self.path(node.parent) if node.parent else ()), node_key)


_datasets: dict[str, Dataset] = {}


def register_dataset(made: Dataset) -> Dataset:
    """Make a dataset known; the same key again replaces it. Rooms call this from `registrations.py`."""
    _datasets[made.key] = made
    return made


def dataset(key: str) -> Dataset | None:
    """The dataset of a key; None when there is none."""
    return _datasets.get(key)


def all_datasets() -> list[Dataset]:
    """Every dataset, in the order of registration."""
    return list(_datasets.values())


def seen_nodes(of: Dataset, access: Access) -> tuple[Node, ...]:
    """The nodes that the reader may look at; none when the root or what is required is not among them."""
    seen: dict[str, Node] = {}
    for node in of.nodes:
        if node.parent and node.parent not in seen:
            may = False
        elif node.permission or node.kind is not None:
            may = access.may(node.permission or node.kind.permission("view"))  # type: ignore[union-attr]
        else:
            may = True
        if may:
            seen[node.key] = node
        elif node.is_required or not node.parent:
            return ()
    return tuple(seen.values())


def datasets_for(access: Access) -> list[Dataset]:
    """The datasets that the reader may report about."""
    return [one for one in _datasets.values() if seen_nodes(one, access)]
