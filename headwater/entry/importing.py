"""`headwater import RECORDS FILE`: the import wizard without the screen."""

import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from headwater.entry.errors import CommandRefused
from headwater.entry.people import in_words, person_id

LOOK_EVERY = 0.5
CHUNK = 1 << 20


@dataclass
class LocalFile:
    """A file of this machine, as an upload."""

    path: Path
    name: str | None
    size: int | None

    def chunks(self) -> Iterator[bytes]:
        with self.path.open("rb") as content:
            while chunk := content.read(CHUNK):
                yield chunk


def import_file(record: str, file: Path, *, email: str, pool: str | None) -> int:
    """Guess the mapping, check, import, and say what became of the rows. Rows with errors do not stop it."""
    from headwater.kernel.access import permit
    from headwater.kernel.catalogue import find_record_type
    from headwater.kernel.errors import DomainError
    from headwater.organization.queries import load_actor
    from headwater.platform.imports.importers import find_importer
    from headwater.platform.imports.queries import get_import
    from headwater.platform.imports.services.upload import create_import
    from headwater.platform.imports.types import Status

    if not file.is_file():
        raise CommandRefused(f"{file} does not exist.")
    try:
        importer = find_importer(find_record_type(record).key)
        access = permit(load_actor(person_id(email)), importer.permission)
        options = {"pool": pool} if pool and record == "leads" else {}
        upload = LocalFile(file, file.name, file.stat().st_size)
        job = create_import(access, record=importer.record, upload=upload, options=options, then="run")
    except DomainError as refused:
        raise CommandRefused(in_words(refused)) from None
    _work_here_if_nobody_else_does()
    at_rest = {Status.DRAFT, Status.CHECKED, Status.DONE, Status.FAILED, Status.CANCELLED}
    while (job := get_import(access, job.pk)).status not in at_rest:
        print(f"\r{job.get_status_display()}  {job.next_row - 1} / {job.row_count}", end="", flush=True)
        time.sleep(LOOK_EVERY)
    print(
        f"\rimport {job.pk}: {job.created_count} created, {job.updated_count} updated,"
        f" {job.skipped_count} skipped, {job.failed_count} failed"
    )
    if job.status != Status.DONE:
        raise CommandRefused(f"{job.get_status_display()}: {job.error_detail}".rstrip(": "))
    return 0


def _work_here_if_nobody_else_does() -> None:
    from headwater.platform.jobs import run_jobs
    from headwater.platform.observability.health import workers_alive

    if not workers_alive().good:
        run_jobs()
