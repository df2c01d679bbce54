"""The work of a worker on one import: chunk after chunk, each one transaction with its results.

A chunk commits its records, their history and events, its rows' outcomes and the place where the next
one begins, or nothing. So a killed worker loses and doubles nothing; whoever takes the import up goes on.
"""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from typing import Any

import psycopg
import structlog
from django.db import (
    DataError,
    IntegrityError,
    InterfaceError,
    NotSupportedError,
    OperationalError,
    ProgrammingError,
    connection,
    transaction,
)
from django.utils import translation

from headwater.kernel import clock, sql
from headwater.kernel.access import Access, load_actor, permit
from headwater.kernel.errors import DomainError
from headwater.platform.events import emit
from headwater.platform.imports.collector import rare_collections
from headwater.platform.imports.errors import FileRefused, row_words
from headwater.platform.imports.events import ImportReverted
from headwater.platform.imports.importers import Importer, Session, find_importer
from headwater.platform.imports.models import ImportJob, SeenKey
from headwater.platform.imports.queries import rows_of, work_of
from headwater.platform.imports.results import keep_results
from headwater.platform.imports.services import reading
from headwater.platform.imports.services.upload import start_work
from headwater.platform.imports.table import kept_rows
from headwater.platform.imports.types import Done, Outcome, RowResult, SourceRow, Status, Undone
from headwater.platform.jobs import is_stopping
from headwater.platform.notifications import notify

CHUNK = 10_000
TRIES = 5

log = structlog.get_logger(__name__)

# Another writer may have caused these: the same chunk is tried again and then sees what that one wrote.
_RACES = (
    psycopg.errors.UniqueViolation,
    psycopg.errors.DeadlockDetected,
    psycopg.errors.SerializationFailure,
    psycopg.errors.LockNotAvailable,
    psycopg.errors.ForeignKeyViolation,
)
_DATABASE_ERRORS = (
    psycopg.Error, DataError, IntegrityError, NotSupportedError, OperationalError, ProgrammingError,
)  # fmt: skip


class Interrupted(Exception):
    """This worker is asked to end: what is written is written, another one goes on."""


class Taken(Exception):
    """Another worker moved on with this import, or somebody stopped it: look again."""


def work_on(import_id: int) -> None:
    """Bring an import as far as it goes by itself. Safe to call any number of times, anywhere."""
    while True:
        job = ImportJob.objects.filter(id=import_id).first()
        if job is None or not Status(job.status).is_working:
            return
        with translation.override(job.language):
            try:
                _PHASES[Status(job.status)](job)
            except Taken:
                continue
            except Interrupted:
                start_work(job)
                return
            except DomainError as refusal:
                _fail(job, refusal.code, refusal.detail)
            except (OperationalError, InterfaceError, psycopg.OperationalError):
                raise  # the database is away: the job is tried again
            except Exception as failure:
                log.exception("imports.failed", import_id=import_id, error=repr(failure))
                _fail(job, "import.unexpected", "")
                raise


def _actor(job: ImportJob, importer: Importer) -> Access:
    return permit(load_actor(job.user_id), importer.permission)


def _fail(job: ImportJob, code: str, detail: str) -> None:
    with transaction.atomic():
        fresh = ImportJob.objects.select_for_update().get(id=job.pk)
        if fresh.status == job.status:
            fresh.status = Status.FAILED
            fresh.error_code, fresh.error_detail = code, detail
            fresh.finished_at = clock.now()
            fresh.version += 1
            fresh.save()
            _tell(fresh, "import.stopped", reason=detail or code)


def _tell(job: ImportJob, kind: str, **params: object) -> None:
    """Tell whose import it is; they may have left the page."""
    notify(
        [job.user_id],
        kind,
        params={"file": job.file_name, **params},
        url=f"/imports/{job.pk}",
        dedupe_key=f"{kind}:{job.pk}:{job.version}",
    )


# --- reading


def _read(job: ImportJob) -> None:
    importer = find_importer(job.record_type)
    access = _actor(job, importer)
    found = reading.read(job)
    with transaction.atomic():
        fresh = ImportJob.objects.select_for_update().get(id=job.pk)
        if fresh.status != Status.READING:
            raise Taken
        reading.finish(access, fresh, found)


# --- checking and running


@dataclass(frozen=True, slots=True)
class _Batch:
    """Rows that follow each other, what they say, and the place after them."""

    rows: list[SourceRow]
    prepared: Any
    first: int
    offset: int
    end: int


def _rows_phase(job: ImportJob) -> None:
    """All chunks. The next one is read and prepared while the database is busy with the one at hand."""
    importer = find_importer(job.record_type)
    status = Status(job.status)
    session = importer.session(_actor(job, importer), work_of(job), writes=status == Status.RUNNING)
    if not rows_of(job).exists():
        raise FileRefused("file.gone")

    def load(first: int, offset: int, most: int = CHUNK) -> _Batch:
        with translation.override(job.language):
            rows, end = kept_rows(rows_of(job), offset=offset, first=first, most=most)
            return _Batch(rows, session.prepare([row for row in rows if not row.problem]), first, offset, end)

    with rare_collections(), ThreadPoolExecutor(1, thread_name_prefix="import") as ahead:
        batch = load(job.next_row, job.next_offset)
        while batch.rows:
            _go_on()
            following = ahead.submit(load, batch.first + len(batch.rows), batch.end)
            _in_pieces(job, status, session, batch, load)
            batch = following.result()
    _end(job, status, batch.first)


def _go_on() -> None:
    if is_stopping():
        raise Interrupted


def _in_pieces(
    job: ImportJob, status: Status, session: Session, whole: _Batch, load: Callable[[int, int, int], _Batch]
) -> None:
    """Write the rows as one piece, or as smaller ones when the database refuses one of them."""
    act = session.write if status == Status.RUNNING else session.check
    last = whole.first + len(whole.rows)
    piece, tries = whole, 0
    while True:
        try:
            _piece(job, status, act, piece)
        except _DATABASE_ERRORS as failure:
            cause = failure if isinstance(failure, psycopg.Error) else failure.__cause__
            is_race = isinstance(cause, _RACES)
            if connection.connection is not None and connection.connection.closed:
                raise
            if isinstance(cause, psycopg.OperationalError) and not is_race:
                raise
            tries += 1
            if is_race and tries < TRIES:
                continue
            tries = 0
            if len(piece.rows) > 1:
                piece = load(piece.first, piece.offset, max(1, len(piece.rows) // 8))
                continue
            log.warning("imports.row_refused", import_id=job.pk, row=piece.first, error=repr(cause))
            _piece(job, status, _refused, replace(piece, prepared=piece.rows))
        following = piece.first + len(piece.rows)
        if following >= last:
            return
        tries = 0
        piece = load(following, piece.end, min(last - following, len(piece.rows)))


def _refused(rows: Sequence[SourceRow]) -> list[RowResult]:
    return [
        RowResult(row.number, Outcome.FAILED, code="row.unexpected", detail=row_words("row.unexpected"))
        for row in rows
    ]


def _piece(job: ImportJob, status: Status, act: Callable[[Any], list[RowResult]], piece: _Batch) -> None:
    with transaction.atomic():
        found = sql.rows(
            "SELECT status, next_row, stop_requested FROM platform_import WHERE id = %s FOR UPDATE", (job.pk,)
        )
        if not found or found[0]["status"] != status or found[0]["next_row"] != piece.first:
            raise Taken
        if not found[0]["stop_requested"]:
            results = act(piece.prepared)
            results += [
                RowResult(row.number, Outcome.FAILED, code=row.problem, detail=row_words(row.problem))
                for row in piece.rows
                if row.problem
            ]
            keep_results(job.pk, results, only_problems=status == Status.CHECKING)
            _advance(job, results, piece.first + len(piece.rows), piece.end)
            return
        _stop(job, status)
    raise Taken


def _advance(job: ImportJob, results: list[RowResult], next_row: int, offset: int) -> None:
    count = dict.fromkeys(Outcome, 0)
    for result in results:
        count[result.outcome] += 1
    sql.execute(
        "UPDATE platform_import SET next_row = %s, next_offset = %s, worked_at = %s,"
        " created_count = created_count + %s, updated_count = updated_count + %s,"
        " skipped_count = skipped_count + %s, failed_count = failed_count + %s WHERE id = %s",
        (
            next_row,
            offset,
            clock.now(),
            count[Outcome.CREATED],
            count[Outcome.UPDATED],
            count[Outcome.SKIPPED],
            count[Outcome.FAILED],
            job.pk,
        ),
    )


def _stop(job: ImportJob, status: Status) -> None:
    """Somebody asked for an end: a check becomes a draft again, a run can be resumed or reverted."""
    fresh = ImportJob.objects.get(id=job.pk)
    fresh.status = Status.DRAFT if status == Status.CHECKING else Status.CANCELLED
    fresh.stop_requested = False
    fresh.finished_at = None if status == Status.CHECKING else clock.now()
    fresh.version += 1
    fresh.save()


def _end(job: ImportJob, status: Status, next_row: int) -> None:
    with transaction.atomic():
        fresh = ImportJob.objects.select_for_update().get(id=job.pk)
        if fresh.status != status or fresh.next_row != next_row:
            raise Taken
        if status == Status.CHECKING:
            fresh.status, fresh.checked_at = Status.CHECKED, clock.now()
            SeenKey.objects.filter(job_id=job.pk).delete()
        else:
            fresh.status, fresh.finished_at = Status.DONE, clock.now()
            _tell(
                fresh,
                "import.finished",
                created=fresh.created_count,
                updated=fresh.updated_count,
                failed=fresh.failed_count,
            )
        fresh.version += 1
        fresh.save()


# --- reverting


def _revert(job: ImportJob) -> None:
    importer = find_importer(job.record_type)
    access = _actor(job, importer)
    work = work_of(job)
    more = True
    while more:
        _go_on()
        more = _revert_piece(access, job, lambda rows: importer.revert(access, work, rows))


def _revert_piece(access: Access, job: ImportJob, undo: Callable[[Sequence[Done]], list[Undone]]) -> bool:
    with transaction.atomic():
        fresh = ImportJob.objects.select_for_update().get(id=job.pk)
        if fresh.status != Status.REVERTING:
            raise Taken
        rows = sql.rows(  # last first: a row may have changed what an earlier one made
            "SELECT number, outcome, record_id, changes FROM platform_import_row WHERE job_id = %s"
            " AND outcome IN ('created', 'updated') AND undone IS NULL ORDER BY number DESC LIMIT %s",
            (job.pk, CHUNK // 2),
        )
        if not rows:
            fresh.status, fresh.reverted_at = Status.REVERTED, clock.now()
            fresh.version += 1
            fresh.save()
            emit(ImportReverted(import_id=job.pk, record=job.record_type), access)
            return False
        done = [Done(r["number"], r["outcome"], r["record_id"], _changes(r["changes"])) for r in rows]
        undone = undo(done)
        sql.execute(
            "UPDATE platform_import_row r SET undone = u.code"
            " FROM unnest(%s::int[], %s::text[]) u(number, code) WHERE r.job_id = %s AND r.number = u.number",
            ([one.number for one in undone], [one.code for one in undone], job.pk),
        )
        fresh.reverted_count += sum(not one.code for one in undone)
        fresh.kept_count += sum(bool(one.code) for one in undone)
        fresh.worked_at = clock.now()
        fresh.save(update_fields=["reverted_count", "kept_count", "worked_at"])
    return True


def _changes(raw: object) -> dict[str, object] | None:
    import orjson

    return orjson.loads(raw) if isinstance(raw, str | bytes) else raw  # type: ignore[return-value]


_PHASES: dict[Status, Callable[[ImportJob], None]] = {
    Status.READING: _read,
    Status.CHECKING: _rows_phase,
    Status.RUNNING: _rows_phase,
    Status.REVERTING: _revert,
}
