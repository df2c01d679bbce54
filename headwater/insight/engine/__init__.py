"""The engine of reports: definitions over datasets, computed in SQL, each record counted once in a group.

    made = Definition.parse(raw, access)         # JSON to a checked definition
    result = run(access, made)                   # Result: rows, total, subtotals
    kind, ids = drill(access, made, "m1", keys)  # the records behind a cell, for listing.fetch(where=ids)

What a row means, and why a tree of nodes: docs/adr/reports-engine.md.
"""

from headwater.insight.engine.datasets import (
    Dataset,
    Node,
    Rollup,
    StandIn,
    all_datasets,
    dataset,
    datasets_for,
    register_dataset,
)
from headwater.insight.engine.definitions import Definition, Grouping, Measure, ReportPeriod
from headwater.insight.engine.drilling import drill
from headwater.insight.engine.kinds import kind_of
from headwater.insight.engine.results import Column, Result, Row
from headwater.insight.engine.running import run
from headwater.insight.engine.seats import share_threads

__all__ = [
    "Column",
    "Dataset",
    "Definition",
    "Grouping",
    "Measure",
    "Node",
    "ReportPeriod",
    "Result",
    "Rollup",
    "Row",
    "StandIn",
    "all_datasets",
    "dataset",
    "datasets_for",
    "drill",
    "kind_of",
    "register_dataset",
    "run",
    "share_threads",
]
