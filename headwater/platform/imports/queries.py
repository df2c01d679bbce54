"""Imports as readers see them."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db.models import Count, QuerySet

from headwater.kernel import sql
from headwater.kernel.access import Access
from headwater.kernel.errors import NotFound
from headwater.platform.imports.models import ImportJob, ImportRow
from headwater.platform.imports.types import Column, ColumnPlan, Outcome, Work


def imports_within(access: Access) -> QuerySet[ImportJob]:
    """One's own imports and those of the people within reach, newest first."""
    jobs = ImportJob.objects.order_by("-id")
    if access.reach.everyone:
        return jobs
    people = access.reach.people | ({access.user_id} if access.user_id else set())
    return jobs.filter(user_id__in=people)


def get_import(access: Access, import_id: int, *, lock: bool = False) -> ImportJob:
    """An import within reach; `NotFound` otherwise."""
    jobs = imports_within(access)
    if lock:
        jobs = jobs.select_for_update()
    job = jobs.filter(id=import_id).first()
    if job is None:
        raise NotFound(record="import", id=import_id)
    return job


def folder_of(job: ImportJob) -> Path:
    return Path(settings.FILES_ROOT) / "imports" / job.folder


def source_of(job: ImportJob) -> Path:
    """The file as it came."""
    return folder_of(job) / "source"


def rows_of(job: ImportJob) -> Path:
    """Its rows as JSON lines."""
    return folder_of(job) / "rows"


def columns_of(job: ImportJob) -> list[Column]:
    return [Column(**column) for column in job.columns]


def plans_of(job: ImportJob) -> list[ColumnPlan]:
    return [ColumnPlan(**{**plan, "empty": tuple(plan["empty"])}) for plan in job.mapping]


def work_of(job: ImportJob) -> Work:
    return Work(
        job.pk,
        columns_of(job),
        plans_of(job),
        dict(job.options),
        dict(job.prepared),
        row_offset(job),
        job.row_count,
    )


def row_offset(job: ImportJob) -> int:
    """How many rows stand above the first one of the data, as a spreadsheet counts."""
    return int(job.layout.get("offset") or 0)


@dataclass(frozen=True, slots=True)
class Group:
    """Rows with the same trouble."""

    outcome: str
    code: str
    field: str
    rows: int
    samples: list[dict[str, Any]]  # number, detail


def groups_of(job: ImportJob, *, samples: int = 3) -> list[Group]:
    """What was wrong or left out, by reason, the most frequent first."""
    found = (
        ImportRow.objects.filter(job=job)
        .exclude(code="")
        .values("outcome", "code", "field")
        .annotate(rows=Count("number"))
        .order_by("-rows", "code", "field")[:100]
    )
    groups = []
    for row in found:
        some = ImportRow.objects.filter(
            job=job, outcome=row["outcome"], code=row["code"], field=row["field"]
        ).order_by("number")[:samples]
        groups.append(
            Group(
                row["outcome"],
                row["code"],
                row["field"],
                row["rows"],
                [{"number": one.number, "detail": one.detail} for one in some],
            )
        )
    return groups


def problem_rows(job: ImportJob, *, outcome: str = "", after: int = 0, limit: int = 50) -> list[ImportRow]:
    """Rows that were not simply taken, in the order of the file."""
    rows = ImportRow.objects.filter(job=job, number__gt=after).exclude(code="")
    if outcome:
        rows = rows.filter(outcome=outcome)
    return list(rows.order_by("number")[:limit])


def not_reverted(job: ImportJob, *, limit: int = 100) -> list[dict[str, Any]]:
    """What a revert left, by reason."""
    return sql.rows(
        "SELECT undone AS code, count(*) AS rows, (array_agg(record_id ORDER BY number))[1:5] AS record_ids"
        " FROM platform_import_row WHERE job_id = %s AND undone <> '' GROUP BY undone"
        " ORDER BY 2 DESC LIMIT %s",
        (job.pk, limit),
    )


def has_problems(job: ImportJob) -> bool:
    return ImportRow.objects.filter(job=job, outcome__in=[Outcome.FAILED, Outcome.SKIPPED]).exists()
