"""A preset run by the engine beside the same worked out row by row."""

from decimal import Decimal
from typing import Any

from headwater.insight.engine import Definition, Result, run
from headwater.insight.presets import PRESETS
from headwater.kernel.access import Access
from tests.insight.presets import expected, flows
from tests.insight.presets.raw import TOTAL, Raw, Table

CLOSE = Decimal("0.0001")  # of rates and means; counts and amounts are exact


def worked_out(key: str, raw: Raw) -> Table:
    if key.startswith("number_"):
        return flows.number_table(raw, key)
    table: Table = (getattr(expected, key, None) or getattr(flows, key))(raw)
    return table


def told(result: Result) -> dict[Any, list[Any]]:
    return {TOTAL: list(result.total)} | {row.keys: list(row.values) for row in result.rows}


def same(got: list[Any], wanted: list[Any]) -> bool:
    def close(one: Any, other: Any) -> bool:
        if one is None or other is None:
            return one is other
        return abs(Decimal(one) - Decimal(other)) <= (0 if other == int(other) else CLOSE)

    return len(got) == len(wanted) and all(map(close, got, wanted))


def compare(access: Access, keys: list[str]) -> list[str]:
    """What differs."""
    raw, wrong = Raw(access), []
    for key in keys:
        found = told(run(access, Definition.parse(PRESETS[key].definition, access)))
        wanted = worked_out(key, raw)
        if TOTAL in wanted and not PRESETS[key].definition["groupings"]:
            wanted = {TOTAL: wanted[TOTAL]}
        if found.keys() != wanted.keys():
            wrong.append(f"{key}: groups {set(found) ^ set(wanted)}")
        wrong += [
            f"{key} {group}: {list(map(str, found[group]))} for {list(map(str, wanted[group]))}"
            for group in found.keys() & wanted.keys()
            if not same(found[group], wanted[group])
        ]
    return wrong
