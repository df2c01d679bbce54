"""From the file to its columns and a first mapping."""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from django.utils import translation
from django.utils.translation import gettext as _

from headwater.kernel import clock, sql
from headwater.kernel.access import Access
from headwater.kernel.errors import DomainError, Invalid
from headwater.platform.imports import headers, limits, presets, table
from headwater.platform.imports.importers import Importer, find_importer
from headwater.platform.imports.models import ImportJob, RememberedMapping
from headwater.platform.imports.queries import columns_of, rows_of, source_of
from headwater.platform.imports.reading.encoding import ENCODINGS, MIXED
from headwater.platform.imports.services import mapping
from headwater.platform.imports.types import Column, ColumnPlan, Status

_LAYOUT_KEYS = {"encoding", "separator", "sheet", "has_header", "format"}


def check_layout(layout: Mapping[str, Any]) -> None:
    """Refuses with `Invalid` what no file can be read by."""
    for key, value in layout.items():
        good = key in _LAYOUT_KEYS and (
            (key == "has_header" and (value is None or isinstance(value, bool)))
            or (key == "encoding" and value in ("", MIXED, *ENCODINGS))
            or (key == "separator" and isinstance(value, str) and len(value) <= 1 and value not in '"\r\n')
            or (key in ("sheet", "format") and isinstance(value, str))
        )
        if not good:
            raise Invalid.one(f"layout.{key}"[:80], "import.layout", _("The file cannot be read this way."))


def read(job: ImportJob) -> table.Table:
    """Read the whole file; refuses with `FileRefused`."""
    layout = table.Layout(**{key: value for key, value in job.layout.items() if key in _LAYOUT_KEYS})
    draft = Path(f"{rows_of(job)}.{os.getpid()}")

    def progress(number: int) -> None:
        if job.pk:
            sql.execute(
                "UPDATE platform_import SET next_row = %s, worked_at = %s"
                " WHERE id = %s AND status = 'reading'",
                (number, clock.now(), job.pk),
            )

    try:
        with translation.override(job.language):
            found = table.read_table(
                source_of(job),
                draft,
                layout,
                most_rows=limits.MOST_ROWS.get(),
                name_of_column=lambda number: _("Column %(number)s") % {"number": number},
                progress=progress,
            )
        draft.replace(rows_of(job))
    finally:
        draft.unlink(missing_ok=True)
    return found


def finish(access: Access, job: ImportJob, found: table.Table) -> None:
    """Keep what was found, and map the columns as remembered or guessed. Inside a transaction."""
    from headwater.platform.imports.services.steps import go_on

    layout = found.layout
    job.layout = {
        "format": layout.format,
        "encoding": layout.encoding,
        "separator": layout.separator,
        "sheet": layout.sheet,
        "has_header": layout.has_header,
        "offset": found.offset,
    }
    job.sheets = found.sheets
    job.columns = [column.as_json() for column in found.columns]
    job.row_count = found.rows
    job.signature = headers.signature(found.columns)
    job.next_row, job.next_offset = 1, 0
    job.status = Status.DRAFT
    wanted = job.prepared.pop("wanted", None)
    _map_first(access, job, wanted)
    job.save()
    if job.then:
        go_on(access, job)


def _map_first(access: Access, job: ImportJob, wanted: Any) -> None:
    importer = find_importer(job.record_type)
    columns = columns_of(job)
    targets = importer.targets(access)
    given = dict(job.options)
    if wanted is not None:
        plans = mapping.from_wanted(columns, targets, wanted)
        options = importer.suggest(access, columns, plans)
    else:
        plans, options = first_mapping(access, importer, columns, preset=None)
        remembered = RememberedMapping.objects.filter(
            record_type=job.record_type, user_id=job.user_id, signature=job.signature
        ).first()
        if remembered is not None:
            _recall(plans, columns, {target.key for target in targets}, remembered.mapping)
            options |= remembered.options
    job.mapping = [plan.as_json() for plan in plans]
    job.options = options | given


def first_mapping(
    access: Access, importer: Importer, columns: list[Column], *, preset: str | None
) -> tuple[list[ColumnPlan], dict[str, Any]]:
    """Plans and options by what the columns look like, and as the system that wrote the file calls them.

    `preset` is the key of that system, "" for none, None to find it out.
    """
    targets = importer.targets(access)
    plans = headers.guess(columns, targets)
    found = presets.recognise(importer.record, columns, key=preset or "") if preset != "" else None
    if found is not None:
        presets.apply(found, columns, targets, plans, may_create=access.may("fields.configure"))
    options = importer.suggest(access, columns, plans)
    if found is not None:
        options |= dict(found.options) | {"preset": found.key}
    return plans, options


def _recall(
    plans: list[ColumnPlan], columns: list[Any], known: set[str], remembered: Mapping[str, Any]
) -> None:
    for plan, column in zip(plans, columns, strict=True):
        before = remembered.get(headers.normal(column.header))
        if before and (not before["target"] or before["target"] in known):
            plan.target = before["target"]
            plan.empty = tuple(before["empty"])
            plan.add_missing = bool(before.get("add_missing"))
            plan.values = dict(before.get("values") or {})
            plan.order = str(before.get("order") or "")


def refuse(job: ImportJob, refusal: DomainError) -> None:
    """The file could not be read: say so on the import."""
    with translation.override(job.language):
        job.status = Status.FAILED
        job.error_code, job.error_detail = refusal.code, refusal.detail
    job.finished_at = clock.now()
    job.save()
