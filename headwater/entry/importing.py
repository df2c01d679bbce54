"""`headwater import RECORDS FILE`: the import wizard without the screen."""

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from headwater.entry.errors import CommandRefused
from headwater.entry.people import in_words, person_id

if TYPE_CHECKING:
    from headwater.platform.imports.models import ImportJob

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


@dataclass(frozen=True)
class Wishes:
    """What the command line says about columns, words and options: `HEADER=FIELD`, `HEADER:WORD=WORD`, ..."""

    columns: Sequence[str] = ()
    values: Sequence[str] = ()
    options: Sequence[str] = ()

    def set_options(self) -> dict[str, str]:
        return dict(_pair(one, "--option") for one in self.options)

    def mapped(
        self, columns: list[dict[str, Any]], plans: list[dict[str, Any]]
    ) -> list[dict[str, Any]] | None:
        """The guessed mapping with what is wished for; None where nothing is."""
        if not self.columns and not self.values:
            return None
        by_header = {column["header"].casefold(): plan for column, plan in zip(columns, plans, strict=True)}
        for header, target in (_pair(one, "--column") for one in self.columns):
            for plan in plans:
                if target and plan["target"] == target:
                    plan["target"] = ""
            _found(by_header, header)["target"] = target
        for place, here in (_pair(one, "--value") for one in self.values):
            header, mark, word = place.partition(":")
            if not mark:
                raise CommandRefused(f"--value {place}={here}: write HEADER:WORD=WORD.")
            plan = _found(by_header, header)
            plan["values"] = {**plan["values"], word.strip(): here}
        return plans


def _pair(raw: str, name: str) -> tuple[str, str]:
    left, mark, right = raw.partition("=")
    if not mark or not left.strip():
        raise CommandRefused(f"{name} {raw}: there is no “=” in it.")
    return left.strip(), right.strip()


def _found(by_header: dict[str, dict[str, Any]], header: str) -> dict[str, Any]:
    if header.casefold() not in by_header:
        raise CommandRefused(f"The file has no column {header}.")
    return by_header[header.casefold()]


def import_file(
    record: str, file: Path, *, email: str, pool: str | None, wishes: Wishes | None = None
) -> int:
    """Guess the mapping, import, and say what became of the rows. Rows with errors do not stop it."""
    from headwater.kernel.access import permit
    from headwater.kernel.catalogue import find_record_type
    from headwater.kernel.errors import DomainError
    from headwater.organization.queries import load_actor
    from headwater.platform.imports.importers import find_importer
    from headwater.platform.imports.queries import get_import
    from headwater.platform.imports.services import create_import, map_import, start_import
    from headwater.platform.imports.types import Status

    if not file.is_file():
        raise CommandRefused(f"{file} does not exist.")
    try:
        importer = find_importer(find_record_type(record).key)
        access = permit(load_actor(person_id(email)), importer.permission)
        wishes = wishes or Wishes()
        options: dict[str, Any] = {"pool": pool} if pool and record == "leads" else {}
        options |= wishes.set_options()
        upload = LocalFile(file, file.name, file.stat().st_size)
        job = create_import(access, record=importer.record, upload=upload, options=options)

        def rest() -> "ImportJob":
            at_rest = {Status.DRAFT, Status.CHECKED, Status.DONE, Status.FAILED, Status.CANCELLED}
            _work_here_if_nobody_else_does()
            while (now := get_import(access, job.pk)).status not in at_rest:
                print(
                    f"\r{now.get_status_display()}  {now.next_row - 1} / {now.row_count}", end="", flush=True
                )
                time.sleep(LOOK_EVERY)
            return now

        job = rest()
        if job.status == Status.DRAFT:
            wanted = wishes.mapped(job.columns, [dict(plan) for plan in job.mapping])
            if wanted is not None:
                map_import(access, job.pk, wanted=wanted)
            start_import(access, job.pk)
            job = rest()
    except DomainError as refused:
        raise CommandRefused(in_words(refused)) from None
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
