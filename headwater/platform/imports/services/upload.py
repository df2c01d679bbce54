"""A file comes in."""

import shutil
import uuid
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, Protocol

from django.db import transaction

from headwater.kernel import clock, text
from headwater.kernel.access import Access
from headwater.platform import audit
from headwater.platform.imports import limits
from headwater.platform.imports.errors import FileTooLarge, TooManyImports
from headwater.platform.imports.importers import find_importer
from headwater.platform.imports.models import ImportJob
from headwater.platform.imports.queries import folder_of, source_of
from headwater.platform.imports.services import reading
from headwater.platform.imports.types import WORKING, Status
from headwater.platform.jobs import defer

READ_AT_ONCE = 3_000_000  # bytes; a larger file is read in the background


class Upload(Protocol):
    """What Django hands over for an uploaded file."""

    @property
    def name(self) -> str | None: ...

    @property
    def size(self) -> int | None: ...

    def chunks(self) -> Iterable[bytes]: ...


def create_import(
    access: Access,
    *,
    record: str,
    upload: Upload,
    layout: Mapping[str, Any] | None = None,
    mapping: Sequence[Mapping[str, Any]] | Mapping[str, Any] | None = None,
    options: Mapping[str, Any] | None = None,
    then: str = "",
) -> ImportJob:
    """Take a file in and read it: at once when it is small, else in the background.

    `then` = "check" or "run" goes on by itself with the mapping given or guessed. Refuses with
    `FileRefused`, `FileTooLarge`, `TooManyImports` or `Invalid` (mapping, options).
    """
    importer = find_importer(record)
    access = access.also(importer.permission)
    assert access.user_id is not None
    _within_limits(access.user_id, upload)
    job = ImportJob(
        record_type=importer.record,
        user_id=access.user_id,
        language=access.actor.language,
        file_name=text.tidy(Path((upload.name or "").replace("\\", "/")).name)[-255:] or "import",
        file_size=upload.size or 0,
        folder=uuid.uuid4().hex,
        layout=dict(layout or {}),
        mapping=[],
        options=dict(options or {}),
        then=then,
        created_at=clock.now(),
        worked_at=clock.now(),
    )
    reading.check_layout(job.layout)
    if mapping is not None:
        job.prepared = {"wanted": mapping if isinstance(mapping, Mapping) else list(mapping)}
    _keep(job, upload)
    try:
        if job.file_size <= READ_AT_ONCE:
            found = reading.read(job)
            with transaction.atomic():
                job.save()
                audit.record(access, "import", job.pk, "create", {"file": [None, job.file_name]})
                reading.finish(access, job, found)
        else:
            with transaction.atomic():
                job.save()
                audit.record(access, "import", job.pk, "create", {"file": [None, job.file_name]})
                start_work(job)
    except BaseException:
        shutil.rmtree(folder_of(job), ignore_errors=True)
        raise
    return job


def start_work(job: ImportJob) -> None:
    """Have a worker take the import up; asking twice does no harm."""
    from headwater.platform.imports.tasks import work_on_import

    defer(work_on_import, import_id=job.pk, queueing_lock=f"imports.{job.pk}")


def _within_limits(user_id: int, upload: Upload) -> None:
    most = limits.MOST_MEGABYTES.get()
    if (upload.size or 0) > most * 1_000_000:
        raise FileTooLarge("file.too_large", limit=most)
    at_once = limits.MOST_AT_ONCE.get()
    if ImportJob.objects.filter(user_id=user_id, status__in=WORKING).count() >= at_once:
        raise TooManyImports(limit=at_once)


def _keep(job: ImportJob, upload: Upload) -> None:
    folder = folder_of(job)
    folder.mkdir(parents=True, mode=0o700)
    with source_of(job).open("wb") as out:
        for chunk in upload.chunks():
            out.write(chunk)
    job.file_size = source_of(job).stat().st_size
    job.status = Status.READING
