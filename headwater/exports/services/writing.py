"""The work of a worker on one export.

Which records it has, and their order, is settled at the start; then they are read piece by piece, each in
a short query under the asker's reach of that moment. A worker that dies leaves a part that nobody sees; the
next one begins anew. Only who holds the lease may finish, so two workers never make two files.
"""

import shutil
import uuid
from collections.abc import Mapping, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

import structlog
from django.db import InterfaceError, OperationalError, transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from headwater.exports import limits
from headwater.exports.files import About, open_file
from headwater.exports.models import ExportJob
from headwater.exports.queries import file_of, folder_of
from headwater.exports.sources import source_of
from headwater.exports.types import Format, Status
from headwater.exports.values import cells_of
from headwater.kernel import clock, criteria, listing
from headwater.kernel.access import Access, load_actor, permit
from headwater.kernel.catalogue import Field, RecordType, find_record_type
from headwater.kernel.errors import DomainError
from headwater.kernel.sql import values
from headwater.organization.queries import names_of
from headwater.platform import audit
from headwater.platform.jobs import defer, is_stopping, task
from headwater.platform.notifications import notify
from headwater.ui.records.words import condition_words

PIECE = 2_000
SILENT_FOR = timedelta(minutes=2)
CLOSING = timedelta(
    minutes=15
)  # a workbook of a million rows is put together in one go, without a sign of life
MOST_TRIES = 5

log = structlog.get_logger(__name__)


class _LostLease(Exception):
    """Somebody cancelled it, or another worker took it over."""


class _Stopping(Exception):
    """This worker is asked to end; another one begins anew."""


@task("exports.write", queue="long", retries=3)
def write_export(*, export_id: int) -> None:
    """Write what somebody asked for."""
    work_on(export_id)


def start_work(export_id: int) -> None:
    """Have a worker take it up; asking twice does no harm."""
    defer(write_export, export_id=export_id, queueing_lock=f"exports.{export_id}")


def work_on(export_id: int) -> None:
    """Write an export, if it waits or its worker went silent. Safe to call any number of times, anywhere."""
    lease = uuid.uuid4().hex
    job = _take(export_id, lease)
    if job is None:
        return
    with translation.override(job.language):
        try:
            _write(job)
        except _LostLease:
            shutil.rmtree(folder_of(job) / lease, ignore_errors=True)
        except _Stopping:
            _give_back(job)
        except DomainError as refusal:
            _fail(job, refusal.code, refusal.detail)
        except (OperationalError, InterfaceError):
            raise  # the database is away: the job is tried again
        except OSError as failure:  # the disk is full, or not ours to write to
            log.error("exports.no_room", export_id=export_id, error=repr(failure))
            _fail(job, "export.no_room", _("the disk is full or cannot be written to"))
        except Exception as failure:
            log.exception("exports.failed", export_id=export_id, error=repr(failure))
            _fail(job, "export.unexpected", "")
            raise


def _take(export_id: int, lease: str) -> ExportJob | None:
    now = clock.now()
    taken = values(
        "UPDATE exports_exportjob SET status = 'working', lease = %s, worked_at = %s, done_count = 0,"
        " tries = tries + 1 WHERE id = %s"
        " AND (status = 'waiting' OR (status = 'working' AND worked_at < %s)) RETURNING id",
        (lease, now, export_id, now - SILENT_FOR),
    )
    if not taken:
        return None
    job = ExportJob.objects.get(pk=export_id)
    if job.tries > MOST_TRIES:
        _fail(job, "export.unexpected", "")
        return None
    return job


def _write(job: ExportJob) -> None:
    kind = find_record_type(job.record_type)
    access = permit(load_actor(job.user_id), kind.permission("export"))
    if job.source:
        _write_source(job, access)
        return
    view = access.also(kind.permission("view"))
    fields = listing.choose_fields([key for key in job.columns if key in kind.all_fields], kind, view)
    ids = _ids(job, access, kind)
    path = _fresh_part(job)
    file = open_file(path, Format(job.format), fields, _about(job, view, kind, fields, len(ids)))
    written = seen = 0
    for start in range(0, len(ids), PIECE):
        if is_stopping():
            raise _Stopping
        piece = ids[start : start + PIECE]
        found = listing.rows_of(view, kind, piece, fields=[one.key for one in fields])
        file.write(cells_of(fields, row) for row in found)
        seen, written = seen + len(piece), written + len(found)
        _still_mine(job, seen, len(ids))
    _still_mine(job, seen, len(ids), busy_for=CLOSING)
    file.close()
    _finish(job, access, path, written)


def _write_source(job: ExportJob, access: Access) -> None:
    path = _fresh_part(job)
    _still_mine(job, 0, job.row_count, busy_for=CLOSING)
    written = source_of(job.source).write(job, access, path)
    _finish(job, access, path, written)


def _fresh_part(job: ExportJob) -> Path:
    """Where the file grows, unseen; what a dead worker left is gone."""
    shutil.rmtree(folder_of(job), ignore_errors=True)
    part = folder_of(job) / job.lease
    part.mkdir(parents=True, mode=0o700)
    return part / file_of(job).name


def _ids(job: ExportJob, access: Access, kind: RecordType) -> Sequence[int]:
    if job.ids is not None:
        within = listing.ids_within(access, kind, job.ids)
        return [one for one in job.ids if one in within]
    checked = criteria.parse(job.criteria or None, kind, access)
    return listing.matching_ids(
        access, kind, checked, q=job.q, sort=job.sort or None, limit=limits.most_rows(job.format)
    )


def _still_mine(job: ExportJob, seen: int, total: int, *, busy_for: timedelta = timedelta()) -> None:
    mine = ExportJob.objects.filter(pk=job.pk, lease=job.lease, status=Status.WORKING)
    if not mine.update(done_count=seen, row_count=total, worked_at=clock.now() + busy_for):
        raise _LostLease


@transaction.atomic
def _finish(job: ExportJob, access: Access, path: Path, written: int) -> None:
    now = clock.now()
    mine = ExportJob.objects.filter(pk=job.pk, lease=job.lease, status=Status.WORKING)
    finished = mine.update(
        status=Status.DONE,
        lease="",
        row_count=written,
        done_count=written,
        file_size=path.stat().st_size,
        finished_at=now,
        expires_at=now + timedelta(days=limits.KEPT_DAYS.get()),
    )
    if not finished:
        raise _LostLease
    path.replace(file_of(job))
    path.parent.rmdir()
    facts = {"rows": written, "file": job.file_name}
    audit.record(access, job.record_type, None, "export", {key: [None, fact] for key, fact in facts.items()})
    _tell(job, "export.ready", rows=written)


def _give_back(job: ExportJob) -> None:
    mine = ExportJob.objects.filter(pk=job.pk, lease=job.lease, status=Status.WORKING)
    if mine.update(status=Status.WAITING, lease="", tries=job.tries - 1):  # a restart is no failure
        start_work(job.pk)


@transaction.atomic
def _fail(job: ExportJob, code: str, detail: str) -> None:
    mine = ExportJob.objects.filter(pk=job.pk, lease=job.lease, status=Status.WORKING)
    if mine.update(
        status=Status.FAILED, lease="", error_code=code, error_detail=detail, finished_at=clock.now()
    ):
        shutil.rmtree(folder_of(job), ignore_errors=True)
        _tell(job, "export.failed", reason=detail or code)


def _tell(job: ExportJob, kind: str, **params: object) -> None:
    notify(
        [job.user_id],
        kind,
        params={"file": job.file_name, **params},
        url="/exports",
        dedupe_key=f"{kind}:{job.pk}",
    )


def _about(job: ExportJob, access: Access, kind: RecordType, fields: Sequence[Field], count: int) -> About:
    name = names_of([job.user_id]).get(job.user_id, f"#{job.user_id}")
    at = timezone.localtime(clock.now()).replace(tzinfo=None)
    lines = (
        (_("List"), str(kind.label_plural)),
        (_("Exported by"), name),
        (_("Exported at"), at.strftime("%Y-%m-%d %H:%M")),
        (pgettext("export", "Number"), f"#{job.pk}"),
        (pgettext("export", "Rows"), str(count)),
        (_("Conditions"), conditions(job, kind, access)),
        (pgettext("export", "Columns"), ", ".join(str(one.label) for one in fields)),
        (_("Note"), _("For internal use. Each export and each download is on record.")),
    )
    return About(str(kind.label_plural), name, at, job.pk, lines)


def conditions(job: ExportJob, kind: RecordType, access: Access) -> str:
    """Which records it holds, in the reader's words."""
    if job.source:
        return source_of(job.source).describe(job.criteria, access)
    if job.ids is not None:
        return _("%(count)s ticked records") % {"count": len(job.ids)}
    tree: Mapping[str, Any] = job.criteria
    words = [condition_words(tree, kind, access)] if tree else []
    if job.q:
        words.append(_("search “%(text)s”") % {"text": job.q})
    return " · ".join(words) or _("Everything within reach")
