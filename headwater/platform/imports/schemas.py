"""What the API says about imports."""

from collections.abc import Iterable
from typing import Any

from headwater.platform.imports.models import ImportJob, ImportRow
from headwater.platform.imports.queries import groups_of, not_reverted, row_offset
from headwater.platform.imports.types import Status


def import_out(job: ImportJob, *, details: bool = False) -> dict[str, Any]:
    """An import; with `details` its columns, mapping and the reasons of its rows."""
    out: dict[str, Any] = {
        "id": job.pk,
        "record": job.record_type,
        "status": job.status,
        "user": job.user_id,
        "file": {"name": job.file_name, "size": job.file_size},
        "rows": job.row_count,
        "done_rows": min(job.next_row - 1, job.row_count) if job.status != Status.READING else 0,
        "counts": {
            "created": job.created_count,
            "updated": job.updated_count,
            "skipped": job.skipped_count,
            "failed": job.failed_count,
            "reverted": job.reverted_count,
            "kept": job.kept_count,
        },
        "options": job.options,
        "error": {"code": job.error_code, "detail": job.error_detail} if job.error_code else None,
        "created_at": job.created_at,
        "started_at": job.started_at,
        "finished_at": job.finished_at,
        "reverted_at": job.reverted_at,
        "version": job.version,
    }
    if details:
        keys = ("index", "header", "guess", "filled", "distinct", "samples", "blanks")
        out["layout"] = job.layout
        out["columns"] = [{key: column[key] for key in keys} for column in job.columns]
        out["mapping"] = job.mapping
        out["reasons"] = [
            {
                "outcome": group.outcome,
                "code": group.code,
                "field": group.field,
                "rows": group.rows,
                "samples": group.samples,
            }
            for group in groups_of(job)
        ]
        if job.status == Status.REVERTED:
            out["not_reverted"] = not_reverted(job)
    return out


def row_out(row: ImportRow, above: int) -> dict[str, Any]:
    """What became of one row; `row` as a spreadsheet counts, `number` among the data."""
    return {
        "row": row.number + above,
        "number": row.number,
        "outcome": row.outcome,
        "code": row.code,
        "field": row.field,
        "detail": row.detail,
        "record_id": row.record_id,
    }


def rows_out(job: ImportJob, rows: Iterable[ImportRow]) -> list[dict[str, Any]]:
    above = row_offset(job)
    return [row_out(row, above) for row in rows]
