"""Storing, attaching, finding and giving out files."""

import hashlib
import os
import re
import tempfile
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import IO, Any, BinaryIO, Protocol, cast

from django.conf import settings
from django.db import transaction
from django.http import FileResponse
from django.utils.translation import gettext_lazy as _

from headwater.kernel import clock, sql, text
from headwater.kernel.access import Access, ActorKind
from headwater.kernel.errors import Forbidden, NotFound
from headwater.platform import audit
from headwater.platform.files.errors import FileEmpty, FileRefused, FileTooLarge
from headwater.platform.files.models import StoredFile
from headwater.platform.files.sniffing import HEAD, content_type, is_dangerous
from headwater.platform.settings import SettingType, register_setting

MAX_MEGABYTES = register_setting(
    "files.max_megabytes",
    20,
    type=SettingType.NUMBER,
    label=_("Largest file (MB)"),
    group=_("Files"),
    minimum=1,
    maximum=1024,
)
MAX_NAME = 150
LOOSE_FOR = timedelta(days=1)
_CHUNK = 256 * 1024


class Upload(Protocol):
    """Django's UploadedFile, or anything that gives a name and chunks."""

    name: str | None

    def chunks(self, chunk_size: int | None = None) -> Iterator[bytes]: ...


class FileAccess(Protocol):
    def __call__(self, access: Access, record_id: int, *, write: bool) -> None:
        """Return when this access may see (or change) the record; else raise `NotFound` or `Forbidden`."""
        ...


_checks: dict[str, FileAccess] = {}


def register_file_access(record_type: str, check: FileAccess) -> None:
    """Who may see the files of a record type; without it nobody may attach any."""
    _checks[record_type] = check


@transaction.atomic
def store_file(
    access: Access, upload: Upload, *, record_type: str = "", record_id: int | None = None
) -> StoredFile:
    """Keep an uploaded file, on a record or loose for a day until it is attached to one.

    Refuses `FileTooLarge`, `FileEmpty`, `FileRefused` (programs), and a record out of reach.
    """
    if record_type:
        _check(access, record_type, record_id, write=True)
    name = clean_name(upload.name or "")
    limit = MAX_MEGABYTES.get() * 1024 * 1024
    folder = Path(settings.FILES_ROOT) / "incoming"
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    with tempfile.NamedTemporaryFile(dir=folder, delete=False) as file:
        try:
            digest, size = _receive(upload, file, limit)
            if size == 0:
                raise FileEmpty
            file.seek(0)
            if is_dangerous(name, file.read(HEAD)):
                raise FileRefused(name=name)
            kind = content_type(cast(BinaryIO, file))
            _keep(file, digest)
        except BaseException:
            Path(file.name).unlink(missing_ok=True)
            raise
    stored = StoredFile.objects.create(
        name=name,
        size=size,
        content_type=kind,
        sha256=digest,
        record_type=record_type,
        record_id=record_id,
        uploaded_by_id=access.user_id,
        created_at=clock.now(),
    )
    if record_type:
        _note(access, stored, "add_file")
    return stored


def clean_name(raw: str) -> str:
    """The last part of a path without control characters, at most 150 characters, its ending kept."""
    plain = re.sub(r"[\x00-\x1f\x7f]", "", text.tidy(raw))
    name = re.split(r"[/\\]", plain)[-1].strip(" .") or "file"
    if len(name) > MAX_NAME:
        stem, dot, ending = name.rpartition(".")
        ending = dot + ending if stem and len(ending) <= 10 else ""
        name = name[: MAX_NAME - len(ending)] + ending
    return name


def _receive(upload: Upload, file: IO[bytes], limit: int) -> tuple[str, int]:
    digest, size = hashlib.sha256(), 0
    for chunk in upload.chunks(_CHUNK):
        size += len(chunk)
        if size > limit:
            raise FileTooLarge(limit=limit, megabytes=limit // 1024 // 1024)
        digest.update(chunk)
        file.write(chunk)
    file.flush()
    return digest.hexdigest(), size


def _keep(file: Any, digest: str) -> None:
    os.fsync(file.fileno())
    place = content_path(digest)
    place.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    Path(file.name).chmod(0o600)
    Path(file.name).replace(place)


def content_path(digest: str) -> Path:
    """Where the content of a digest lies."""
    return Path(settings.FILES_ROOT) / digest[:2] / digest


def _check(access: Access, record_type: str, record_id: int | None, *, write: bool) -> None:
    check = _checks.get(record_type)
    if check is None or record_id is None:
        raise NotFound(record=record_type[:80], id=record_id)
    check(access, record_id, write=write)


def _note(access: Access, stored: StoredFile, action: str) -> None:
    audit.record(access, stored.record_type, stored.record_id, action, {"file": [None, stored.name]})


@transaction.atomic
def attach(access: Access, file_ids: Iterable[int], *, record_type: str, record_id: int) -> list[StoredFile]:
    """Put one's own loose files on a record; `NotFound` for others' files. Repeating does nothing.

    The caller has checked the record itself: it often has just been made.
    """
    wanted = list(dict.fromkeys(file_ids))
    found = {
        stored.pk: stored
        for stored in StoredFile.objects.select_for_update().filter(pk__in=wanted, archived_at=None)
    }
    for file_id in wanted:
        stored = found.get(file_id)
        mine = stored is not None and (
            stored.uploaded_by_id == access.user_id or access.actor.kind == ActorKind.SYSTEM
        )
        if stored is None or not mine:
            raise NotFound(record="file", id=file_id)
        if (stored.record_type, stored.record_id) == (record_type, record_id):
            continue
        if stored.record_type:
            raise NotFound(record="file", id=file_id)
        stored.record_type, stored.record_id = record_type, record_id
        stored.save(update_fields=["record_type", "record_id"])
        _note(access, stored, "add_file")
    return [found[file_id] for file_id in wanted]


def get_file(access: Access, file_id: int, *, write: bool = False) -> StoredFile:
    """A file the access may see through its record, or one's own loose one; `NotFound` otherwise."""
    stored = StoredFile.objects.filter(pk=file_id, archived_at=None).first()
    if stored is None:
        raise NotFound(record="file", id=file_id)
    if stored.record_type:
        try:
            _check(access, stored.record_type, stored.record_id, write=write)
        except Forbidden:
            if write:
                raise
            raise NotFound(record="file", id=file_id) from None
    elif stored.uploaded_by_id != access.user_id and access.actor.kind != ActorKind.SYSTEM:
        raise NotFound(record="file", id=file_id)
    return stored


@transaction.atomic
def archive_file(access: Access, file_id: int) -> None:
    """Take a file off its record; the content stays as long as the record's history does."""
    stored = get_file(access, file_id, write=True)
    stored.archived_at = clock.now()
    stored.save(update_fields=["archived_at"])
    if stored.record_type:
        audit.record(
            access, stored.record_type, stored.record_id, "remove_file", {"file": [stored.name, None]}
        )


def open_file(stored: StoredFile) -> IO[bytes]:
    """The content, for reading."""
    return content_path(stored.sha256).open("rb")


def download_response(access: Access, file_id: int, *, inline: bool = False) -> FileResponse:
    """The content as a download; only pictures may be shown in place, and nothing may run."""
    stored = get_file(access, file_id)
    try:
        content = open_file(stored)
    except FileNotFoundError:
        raise NotFound(record="file", id=file_id) from None
    response = FileResponse(
        content,
        as_attachment=not (inline and stored.is_image),
        filename=stored.name,
        content_type=stored.content_type,
    )
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response["Cache-Control"] = "private, max-age=3600"
    response["ETag"] = f'"{stored.sha256[:32]}"'
    return response


def files_of(record_type: str, record_id: int) -> list[StoredFile]:
    """The files of a record the reader is known to see, the newest first."""
    return files_of_many(record_type, [record_id]).get(record_id, [])


def files_of_many(record_type: str, record_ids: Sequence[int]) -> dict[int, list[StoredFile]]:
    """The same for several records of one type with one query."""
    found: dict[int, list[StoredFile]] = defaultdict(list)
    if record_ids:
        for stored in StoredFile.objects.filter(
            record_type=record_type, record_id__in=list(record_ids), archived_at=None
        ).order_by("-created_at", "-pk"):
            found[stored.record_id or 0].append(stored)
    return dict(found)


def remove_loose_files() -> int:
    """Forget uploads that were never attached, and content that nothing refers to; how many files."""
    limit = clock.now() - LOOSE_FOR
    gone = sql.values(
        "DELETE FROM platform_file WHERE record_type = '' AND created_at < %s RETURNING sha256", (limit,)
    )
    still_used = set(sql.values("SELECT sha256 FROM platform_file WHERE sha256 = ANY(%s)", (gone,)))
    for digest in set(gone) - still_used:
        _remove_content(digest, older_than=limit)
    for left in (Path(settings.FILES_ROOT) / "incoming").glob("*"):
        if left.stat().st_mtime < limit.timestamp():
            left.unlink(missing_ok=True)
    return len(gone)


def _remove_content(digest: str, *, older_than: datetime) -> None:
    place = content_path(digest)
    # A fresh one belongs to an upload of the same content that is just being written down.
    if place.exists() and place.stat().st_mtime < older_than.timestamp():
        place.unlink(missing_ok=True)
