"""Asking for an export, calling it off, fetching its file."""

import shutil
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from headwater.exports import limits
from headwater.exports.errors import ExportEmpty, ExportNotReady, ExportTooLarge, TooManyExports
from headwater.exports.models import ExportJob
from headwater.exports.queries import exportable, file_of, folder_of, get_export
from headwater.exports.services.writing import start_work
from headwater.exports.sources import source_of
from headwater.exports.types import UNFINISHED, Format, Status
from headwater.kernel import clock, criteria, listing
from headwater.kernel.access import Access
from headwater.kernel.catalogue import RecordType, find_record_type
from headwater.kernel.errors import Invalid, NotFound
from headwater.kernel.sql import value
from headwater.platform import audit

MOST_IDS = 10_000


@dataclass(frozen=True, slots=True)
class Wish:
    """Which records and what of them: ticked ones (`ids`) or a list as it stands."""

    record: str
    criteria: Mapping[str, Any] = field(default_factory=dict)
    ids: Sequence[int] | None = None
    q: str = ""
    sort: str = ""
    fields: Sequence[str] | None = None  # None: the columns that a list shows by itself
    format: Format = Format.XLSX


@transaction.atomic
def ask_export(access: Access, wish: Wish) -> ExportJob:
    """Have a list written in the background; the asker is told when it is ready.

    `access` is for the record type's `export`. Refuses with `Invalid`, `ExportEmpty`, `ExportTooLarge` or
    `TooManyExports`.
    """
    kind = exportable(wish.record)
    access = access.also(kind.permission("export"))
    access.also("exports.view")
    user_id = _turn_of(access)
    columns = _columns(access, kind, wish.fields)
    count = count_rows(access, kind, wish)
    return _begin(
        access,
        user_id,
        title=str(kind.label_plural),
        record_type=kind.key,
        format=Format(wish.format),
        columns=columns,
        criteria=dict(wish.criteria),
        ids=None if wish.ids is None else list(dict.fromkeys(wish.ids)),
        q=_words(wish.q),
        sort=",".join(wish.sort.split(",")[: listing.MAX_SORTS]),
        row_count=count,
    )


@transaction.atomic
def ask_source(
    access: Access,
    source: str,
    wish: Mapping[str, Any],
    *,
    record: str,
    title: str,
    format: Format,  # noqa: A002
    rows: int,
) -> ExportJob:
    """Have a registered source write its file in the background; `access` is for the export of `record`.

    Refuses with `TooManyExports`.
    """
    access = access.also(find_record_type(record).permission("export"))
    access.also("exports.view")
    return _begin(
        access,
        _turn_of(access),
        title=title,
        record_type=record,
        source=source_of(source).key,
        criteria=dict(wish),
        format=format,
        row_count=rows,
    )


def _begin(
    access: Access,
    user_id: int,
    *,
    title: str,
    format: Format,  # noqa: A002
    row_count: int,
    **values: Any,
) -> ExportJob:
    now = clock.now()
    moment = timezone.localtime(now).strftime("%Y%m%d-%H%M")
    job = ExportJob.objects.create(
        user_id=user_id,
        language=access.actor.language,
        format=format,
        row_count=row_count,
        folder=uuid.uuid4().hex,
        file_name=f"{title}-{moment}.{format.value}"[-120:],
        created_at=now,
        worked_at=now,
        **values,
    )
    audit.record(
        access, "export", job.pk, "create", {"rows": [None, row_count], "file": [None, job.file_name]}
    )
    start_work(job.pk)
    return job


def _turn_of(access: Access) -> int:
    """The asker, when one more of theirs may be written; two requests of one person count one by one."""
    if access.user_id is None:
        raise NotFound(record="user", id=None)
    value("SELECT pg_advisory_xact_lock(hashtextextended('exports.ask', %s))", (access.user_id,))
    at_once = limits.MOST_AT_ONCE.get()
    if ExportJob.objects.filter(user_id=access.user_id, status__in=UNFINISHED).count() >= at_once:
        raise TooManyExports(limit=at_once)
    return access.user_id


def _columns(access: Access, kind: RecordType, wanted: Sequence[str] | None) -> list[str]:
    names = list(wanted) if wanted else [key for key, one in kind.all_fields.items() if one.in_list]
    chosen = [one.key for one in listing.choose_fields(names, kind, access)]
    if not chosen:
        raise Invalid.one("fields", "value.required", _("Choose at least one column."))
    return chosen


def count_rows(access: Access, kind: RecordType, wish: Wish) -> int:
    """How many rows it would have, refused when there are none or too many."""
    most = limits.most_rows(wish.format)
    listing.parse_sort(wish.sort or None, kind, access)
    if wish.ids is not None:
        if len(wish.ids) > MOST_IDS or any(not 0 < one < 2**63 for one in wish.ids):
            raise Invalid.one("ids", "value.record", _("This must be the id of a record."))
        count = len(listing.ids_within(access, kind, wish.ids))
    else:
        checked = criteria.parse(wish.criteria or None, kind, access)
        count = listing.count(access, kind, criteria=checked, q=_words(wish.q), cap=most + 1)
    if count > most:
        raise ExportTooLarge(limit=most, count=count)
    if not count:
        raise ExportEmpty
    return count


def _words(q: str) -> str:
    return q.replace("\x00", "").strip()[:100]


@transaction.atomic
def cancel_export(access: Access, export_id: int) -> ExportJob:
    """Call one's own export off, or throw its file away; whoever writes it notices at the next piece.

    Of others' only who reaches everybody may: seeing that they were made is not enough.
    """
    job = get_export(access, export_id)
    if job.user_id != access.user_id and not access.reach.everyone:
        raise NotFound(record="export", id=export_id)
    job = ExportJob.objects.select_for_update().get(pk=job.pk)
    if job.status in (*UNFINISHED, Status.DONE):
        job.status, job.lease, job.finished_at = Status.CANCELLED, "", clock.now()
        job.save(update_fields=["status", "lease", "finished_at"])
        audit.record(access, "export", job.pk, "cancel", {"file": [job.file_name, None]})
        transaction.on_commit(lambda: shutil.rmtree(folder_of(job), ignore_errors=True))
    return job


@transaction.atomic
def file_for(access: Access, export_id: int) -> tuple[ExportJob, Path]:
    """The finished file, for the one who asked for it and still may; each fetching is audited.

    Others see that it was made: what is in it was cut to the asker's reach, not to theirs.
    """
    job = get_export(access, export_id)
    if job.user_id != access.user_id:
        raise NotFound(record="export", id=export_id)
    access.also(find_record_type(job.record_type).permission("export"))
    is_over = job.expires_at is not None and job.expires_at <= clock.now()
    if job.status != Status.DONE or is_over or not file_of(job).exists():
        raise ExportNotReady(status=Status(Status.EXPIRED if job.status == Status.DONE else job.status).label)
    audit.record(access, "export", job.pk, "download", {"file": [None, job.file_name]})
    return job, file_of(job)
