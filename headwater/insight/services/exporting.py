"""A report as a file: at once, or in the background where it holds more than a screen does."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from headwater.exports.models import ExportJob
from headwater.exports.services import ask_source
from headwater.exports.types import Format
from headwater.insight.engine import Definition, Result, run
from headwater.insight.events import ReportExported
from headwater.insight.files import (
    TYPES,
    about_of,
    conditions,
    file_name,
    sheet_of,
    text_notes,
    write_csv,
    write_xlsx,
)
from headwater.insight.results import cached
from headwater.kernel.access import Access
from headwater.kernel.errors import Invalid
from headwater.platform import audit
from headwater.platform.events import emit

EXPORT = "reports.export"
SOURCE = "report"
MOST_ROWS = 50_000  # groups in a file that is written in the background
_AGE = timedelta(minutes=2)  # what was just looked at is what is taken along


@dataclass(frozen=True, slots=True)
class ReportFile:
    """A finished file."""

    name: str
    content: bytes
    content_type: str


def export_report(
    access: Access,
    definition: Definition,
    *,
    name: str,
    format: str = "xlsx",  # noqa: A002
    report_id: int | None = None,
) -> ReportFile | ExportJob:
    """The figures of a report as a workbook or a text table, on record.

    With more groups than it shows, all of them are written in the background and the asker is told. Needs
    `reports.export`; raises what `run` raises.
    """
    access = access.also(EXPORT)
    if format not in Format.values:
        raise Invalid.one("format", "value.choice", _("This is not one of the choices."))
    kind = Format(format)
    result = cached(access, definition, _AGE)
    if result.is_cut and access.user_id is not None:
        wish = {"definition": definition.as_json(), "name": name, "report_id": report_id}
        rows = min(result.group_count, MOST_ROWS)
        return ask_source(access, SOURCE, wish, record="report", title=name[:60], format=kind, rows=rows)
    content = file_content(access, definition, result, name=name, kind=kind, number=report_id or 0)
    made = ReportFile(file_name(name, kind), content, TYPES[kind])
    note_export(access, report_id, made.name, len(result.rows))
    return made


def file_content(
    access: Access,
    definition: Definition,
    result: Result,
    *,
    name: str,
    kind: Format,
    number: int,
    target: Path | None = None,
) -> bytes:
    """The bytes of the file (written to `target` instead where it is given, a workbook)."""
    sheet = sheet_of(definition, result, _across(access, definition, result))
    if kind == Format.CSV:
        content = write_csv(sheet, text_notes(result))
        if target is not None:
            target.write_bytes(content)
        return content
    about = about_of(access, definition, result, name=name, number=number)
    return write_xlsx(sheet, about, target)


def _across(access: Access, definition: Definition, result: Result) -> Result | None:
    """The totals of a pivot's columns."""
    if definition.chart.get("kind") != "pivot" or len(result.groupings) < 2:
        return None
    alone = replace(definition, groupings=definition.groupings[-1:], sort="", limit=1000)
    return cached(access, alone, _AGE)


@transaction.atomic
def note_export(access: Access, report_id: int | None, file: str, rows: int) -> None:
    """Every file that leaves is on record."""
    audit.record(access, "report", report_id, "export", {"rows": [None, rows], "file": [None, file]})
    emit(ReportExported(id=report_id, rows=rows), access)


# --- what the exports room calls


def write_source(job: ExportJob, access: Access, path: Path) -> int:
    """Write all groups of a report, with what the asker may see at this moment."""
    wish: Mapping[str, Any] = job.criteria
    view = access.also("reports.view")
    definition = replace(Definition.stored(wish["definition"], view), limit=MOST_ROWS)
    result = run(view, definition)
    name, kind = str(wish["name"]), Format(job.format)
    file_content(view, definition, result, name=name, kind=kind, number=job.pk, target=path)
    return len(result.rows)


def describe_source(wish: Mapping[str, Any], access: Access) -> str:
    """The line about it on the page of one's files."""
    try:
        said = conditions(access, Definition.read(wish["definition"]))
    except Invalid:
        said = ""
    return " · ".join(filter(None, [str(wish.get("name", "")), said]))
