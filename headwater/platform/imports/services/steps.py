"""From draft to done, and back."""

import shutil
from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from headwater.kernel import clock
from headwater.kernel.access import Access
from headwater.kernel.errors import Invalid, Stale
from headwater.platform import audit
from headwater.platform.imports import headers, presets
from headwater.platform.imports.errors import FileRefused, TooLateToRevert, WrongStatus
from headwater.platform.imports.importers import find_importer
from headwater.platform.imports.limits import KEPT_DAYS
from headwater.platform.imports.models import ImportJob, ImportRow, RememberedMapping, SeenKey
from headwater.platform.imports.queries import columns_of, folder_of, get_import, plans_of, work_of
from headwater.platform.imports.services import mapping, reading
from headwater.platform.imports.services.upload import start_work
from headwater.platform.imports.types import Status

_OPEN = (Status.DRAFT, Status.CHECKED)
_STARTABLE = (Status.DRAFT, Status.CHECKED, Status.CANCELLED, Status.FAILED)


def _locked(access: Access, import_id: int, allowed: Iterable[Status]) -> ImportJob:
    job = get_import(access, import_id, lock=True)
    if job.status not in set(allowed):
        raise WrongStatus(status=job.status, label=Status(job.status).label)
    return job


def _acting(access: Access, job: ImportJob) -> Access:
    """The right to import these records; that the import is within reach, the query has seen to."""
    return access.also(find_importer(job.record_type).permission)


@transaction.atomic
def map_import(
    access: Access,
    import_id: int,
    *,
    wanted: Any = None,
    options: Mapping[str, Any] | None = None,
    version: int | None = None,
) -> ImportJob:
    """Set what becomes of the columns, and the options; a finished check counts no more."""
    job = _locked(access, import_id, _OPEN)
    acting = _acting(access, job)
    if version is not None and version != job.version:
        raise Stale(version=job.version)
    if wanted is not None:
        targets = find_importer(job.record_type).targets(acting)
        job.mapping = [plan.as_json() for plan in mapping.from_wanted(columns_of(job), targets, wanted)]
    if options is not None:
        if not isinstance(options, Mapping):
            raise Invalid.one("options", "import.options", _("Options are an object."))
        job.options = {**job.options, **options}
    if job.status == Status.CHECKED:
        _forget_results(job)
        job.status = Status.DRAFT
    job.version += 1
    job.save()
    return job


@transaction.atomic
def choose_preset(access: Access, import_id: int, preset: str) -> ImportJob:
    """Map anew as exports of this system are mapped, or by what the columns look like ("")."""
    job = _locked(access, import_id, _OPEN)
    if preset and preset not in presets.systems():
        raise Invalid.one("preset", "value.choice", _("This is not one of the choices."))
    importer = find_importer(job.record_type)
    plans, options = reading.first_mapping(_acting(access, job), importer, columns_of(job), preset=preset)
    job.mapping = [plan.as_json() for plan in plans]
    kept = {key: value for key, value in job.options.items() if key != "preset"}
    job.options = kept | options
    if job.status == Status.CHECKED:
        _forget_results(job)
        job.status = Status.DRAFT
    job.version += 1
    job.save()
    return job


def reread_import(access: Access, import_id: int, layout: Mapping[str, Any]) -> ImportJob:
    """Read the file again in another encoding, with another separator or another sheet."""
    reading.check_layout(layout)
    with transaction.atomic():
        job = _locked(access, import_id, _OPEN)
        acting = _acting(access, job)
        kept = {key: value for key, value in job.layout.items() if key not in ("format", "offset")}
        job.layout = kept | dict(layout)
        job.options = {}
        job.prepared = {}
        _forget_results(job)
        try:
            found = reading.read(job)
        except (UnicodeError, LookupError):
            raise FileRefused("file.encoding") from None
        job.version += 1
        reading.finish(acting, job, found)
    return job


@transaction.atomic
def check_import(access: Access, import_id: int) -> ImportJob:
    """Look at every row without writing any record; in the background. Refuses what cannot work."""
    job = _locked(access, import_id, _OPEN)
    begin_check(_acting(access, job), job)
    return job


def begin_check(access: Access, job: ImportJob) -> None:
    _complete(access, job)
    _forget_results(job)
    job.status = Status.CHECKING
    job.worked_at = clock.now()
    job.version += 1
    job.save()
    start_work(job)


@transaction.atomic
def start_import(access: Access, import_id: int) -> ImportJob:
    """Write the rows, in the background. A cancelled or failed import goes on where it stopped."""
    job = _locked(access, import_id, _STARTABLE)
    if job.status == Status.FAILED and not job.started_at:
        raise WrongStatus(status=job.status, label=Status(job.status).label)
    begin_run(_acting(access, job), job)
    return job


def begin_run(access: Access, job: ImportJob) -> None:
    importer = find_importer(job.record_type)
    if job.started_at is None:
        _complete(access, job)
        _forget_results(job)
        plans, prepared = importer.prepare(access, work_of(job))
        job.mapping = [plan.as_json() for plan in plans]
        job.prepared = prepared
        job.started_at = clock.now()
        _remember(job)
        audit.record(access, "import", job.pk, "start", {"options": [None, job.options]})
    job.status = Status.RUNNING
    job.stop_requested = False
    job.error_code = job.error_detail = ""
    job.finished_at = None
    job.worked_at = clock.now()
    job.version += 1
    job.save()
    start_work(job)


def go_on(access: Access, job: ImportJob) -> None:
    """After reading: what was asked for at the upload."""
    then, job.then = job.then, ""
    if then == "check":
        begin_check(access, job)
    elif then == "run":
        begin_run(access, job)


@transaction.atomic
def cancel_import(access: Access, import_id: int) -> ImportJob:
    """Stop at the end of the chunk at hand; what was written stays and can be reverted."""
    job = _locked(access, import_id, (Status.READING, Status.CHECKING, Status.RUNNING))
    acting = _acting(access, job)
    if job.status == Status.READING:
        job.status, job.finished_at = Status.CANCELLED, clock.now()
    else:
        job.stop_requested = True
    job.version += 1
    job.save()
    audit.record(acting, "import", job.pk, "cancel", {})
    return job


@transaction.atomic
def revert_import(access: Access, import_id: int) -> ImportJob:
    """Take back what the import did, in the background, for as long as its rows are kept."""
    job = _locked(access, import_id, (Status.DONE, Status.CANCELLED, Status.FAILED))
    acting = _acting(access, job)
    if job.started_at is None:
        raise WrongStatus(status=job.status, label=Status(job.status).label)
    until = (job.finished_at or job.started_at) + timedelta(days=KEPT_DAYS)
    if clock.now() > until:
        raise TooLateToRevert(until=until.isoformat(), days=KEPT_DAYS)
    job.status = Status.REVERTING
    job.reverted_count = job.kept_count = 0
    job.stop_requested = False
    job.worked_at = clock.now()
    job.version += 1
    job.save()
    audit.record(acting, "import", job.pk, "revert", {})
    start_work(job)
    return job


@transaction.atomic
def discard_import(access: Access, import_id: int) -> None:
    """Throw a draft away, its file included."""
    job = _locked(access, import_id, (*_OPEN, Status.FAILED, Status.CANCELLED))
    if job.started_at is not None:
        raise WrongStatus(status=job.status, label=Status(job.status).label)
    acting = _acting(access, job)
    audit.record(acting, "import", job.pk, "discard", {"file": [job.file_name, None]})
    SeenKey.objects.filter(job_id=job.pk).delete()
    folder = folder_of(job)
    job.delete()
    transaction.on_commit(lambda: shutil.rmtree(folder, ignore_errors=True))


def _complete(access: Access, job: ImportJob) -> None:
    job.options = find_importer(job.record_type).complete(access, work_of(job))


def _forget_results(job: ImportJob) -> None:
    ImportRow.objects.filter(job=job).delete()
    SeenKey.objects.filter(job_id=job.pk).delete()
    job.next_row, job.next_offset = 1, 0
    job.created_count = job.updated_count = job.skipped_count = job.failed_count = 0
    job.stop_requested = False
    job.checked_at = None


def _remember(job: ImportJob) -> None:
    columns = columns_of(job)
    kept = {
        headers.normal(columns[plan.column].header): {
            "target": plan.target,
            "empty": list(plan.empty),
            "add_missing": plan.add_missing,
            "values": plan.values,
            "order": plan.order,
        }
        for plan in plans_of(job)
    }
    RememberedMapping.objects.update_or_create(
        record_type=job.record_type,
        user_id=job.user_id,
        signature=job.signature,
        defaults={"mapping": kept, "options": job.options, "saved_at": clock.now()},
    )
