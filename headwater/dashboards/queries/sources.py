"""What widgets show: saved reports, presets, or definitions of their own."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import orjson

from headwater.dashboards.errors import ReportGone
from headwater.dashboards.shapes import Item
from headwater.insight.presets import PRESETS
from headwater.insight.presets.boards import QUESTIONS
from headwater.insight.queries.reports import report_scope
from headwater.kernel import sql
from headwater.kernel.access import Access
from headwater.kernel.sql import Fragment


@dataclass(frozen=True, slots=True)
class Source:
    """A definition with its name, and where it can be opened as a report (empty: nowhere)."""

    title: str
    definition: Mapping[str, Any]
    chart: str
    href: str = ""
    question: str = ""  # that a preset answers


def sources_of(access: Access, items: Sequence[Item]) -> list[Source | None]:
    """What each shows to this reader; None where it is gone or not shared with them. One query at most."""
    reports = _reports(access, [one.report_id for one in items if one.report_id is not None])
    return [_source(item, reports) for item in items]


def source_of(access: Access, item: Item) -> Source:
    """What one widget shows; refuses with `ReportGone`."""
    (found,) = sources_of(access, [item])
    if found is None:
        raise ReportGone
    return found


def _source(item: Item, reports: Mapping[int, Mapping[str, Any]]) -> Source | None:
    if item.definition is not None:
        return Source(str(item.title), item.definition, item.chart or _chart(item.definition))
    if item.preset:
        preset = PRESETS.get(item.preset)
        if preset is None:
            return None
        name, definition, href = str(preset.name), preset.definition, f"/reports/preset/{item.preset}"
        question = str(QUESTIONS.get(preset.question, ""))
    else:
        question = ""
        report = reports.get(item.report_id or 0)
        if report is None:
            return None
        name, definition, href = report["name"], report["definition"], f"/reports/{item.report_id}"
    return Source(str(item.title) or name, definition, item.chart or _chart(definition), href, question)


def _reports(access: Access, ids: Sequence[int]) -> dict[int, dict[str, Any]]:
    if not ids:
        return {}
    where = report_scope(access, "t") & Fragment(
        "t.id = ANY(%s::bigint[]) AND t.archived_at IS NULL", (list(ids),)
    )
    found = sql.rows(
        f"SELECT t.id, t.name, t.definition::text AS definition FROM insight_report t WHERE {where.text}",
        where.params,
    )
    return {row["id"]: row | {"definition": orjson.loads(row["definition"])} for row in found}


def _chart(definition: Mapping[str, Any]) -> str:
    chart = definition.get("chart")
    return str(chart.get("kind", "table")) if isinstance(chart, Mapping) else "table"
