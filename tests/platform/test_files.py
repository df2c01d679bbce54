"""Files: what they are is decided by their content, who sees them by their record."""

import io
import os
import time
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from headwater.kernel import sql
from headwater.kernel.access import Access, Actor, ActorKind, Scope, permit
from headwater.kernel.errors import Forbidden, NotFound
from headwater.platform import audit
from headwater.platform.files import services
from headwater.platform.files.errors import FileEmpty, FileRefused, FileTooLarge
from headwater.platform.files.services import (
    archive_file,
    attach,
    clean_name,
    content_path,
    download_response,
    files_of,
    get_file,
    remove_loose_files,
    store_file,
)
from headwater.platform.settings import set_setting

PNG = b"\x89PNG\r\n\x1a\n" + b"\x00" * 50


def own(user_id: int = 7) -> Access:
    return permit(
        Actor(user_id, ActorKind.PERSON, "张三", permissions={"files.create": Scope.ALL}), "files.create"
    )


def office(folder: str) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("[Content_Types].xml", "<x/>")
        archive.writestr(f"{folder}document.xml", "<x/>")
    return file.getvalue()


@pytest.fixture(autouse=True)
def _own_root(tmp_path: Path, settings: Any) -> Iterator[None]:
    settings.FILES_ROOT = tmp_path
    before = dict(services._checks)

    def check(access: Access, record_id: int, *, write: bool) -> None:
        if record_id != 5 or access.user_id not in (None, 7, 8):
            raise NotFound(record="lead", id=record_id)
        if write and access.user_id == 8:
            raise Forbidden(permission="leads.edit")

    services.register_file_access("lead", check)
    yield
    services._checks.clear()
    services._checks.update(before)


def upload(content: bytes, name: str = "a.bin") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content, content_type="text/html")


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (PNG, "image/png"),
        (b"%PDF-1.7 ...", "application/pdf"),
        (office("xl/"), "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
        (b"PK\x03\x04broken", "application/zip"),
        ("姓名,电话\n".encode("gb18030") * 2000, "text/plain"),
        (("线" * 3000).encode(), "text/plain"),
        (b"<html><script>alert(1)</script>", "text/plain"),
        (b"<svg onload='alert(1)'/>", "text/plain"),
        (b"\x00\x01\x02", "application/octet-stream"),
    ],
)
def test_the_content_decides_the_type(content: bytes, kind: str) -> None:
    stored = store_file(own(), upload(content))
    assert stored.content_type == kind
    response = download_response(own(), stored.pk, inline=True)
    assert b"".join(response.streaming_content) == content  # type: ignore[arg-type]
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Content-Disposition"].startswith("inline" if kind == "image/png" else "attachment")
    assert "sandbox" in response["Content-Security-Policy"]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("content", "name"),
    [
        (b"MZ\x90\x00", "photo.png"),
        (b"\x7fELF", "a"),
        (b"#!/bin/sh\n", "notes.txt"),
        (b"hello", "run.EXE "),
        (b"hello", "a.txt.vbs"),
    ],
)
def test_programs_are_refused(content: bytes, name: str, tmp_path: Path) -> None:
    with pytest.raises(FileRefused):
        store_file(own(), upload(content, name))
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


@pytest.mark.django_db
def test_size_is_limited(access: Access, tmp_path: Path) -> None:
    set_setting(access, "files.max_megabytes", 1)
    with pytest.raises(FileTooLarge) as refusal:
        store_file(own(), upload(b"x" * (1024 * 1024 + 1)))
    assert refusal.value.status == 413
    with pytest.raises(FileEmpty):
        store_file(own(), upload(b""))
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


@pytest.mark.parametrize(
    ("raw", "clean"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\x\\合同.pdf", "合同.pdf"),
        ("..", "file"),
        ("", "file"),
        ("a\x00\nb.txt", "ab.txt"),
        ("长" * 300 + ".xlsx", "长" * 145 + ".xlsx"),
    ],
)
def test_names_are_harmless(raw: str, clean: str) -> None:
    assert clean_name(raw) == clean


@pytest.mark.django_db
def test_a_loose_file_is_its_owners_until_it_is_attached() -> None:
    stored = store_file(own(), upload(PNG, "照片.png"))
    assert get_file(own(), stored.pk)
    with pytest.raises(NotFound):
        get_file(own(9), stored.pk)
    with pytest.raises(NotFound):
        attach(own(9), [stored.pk], record_type="lead", record_id=5)
    attach(own(), [stored.pk, stored.pk], record_type="lead", record_id=5)
    attach(own(), [stored.pk], record_type="lead", record_id=5)
    with pytest.raises(NotFound):
        attach(own(), [stored.pk], record_type="lead", record_id=6)
    assert [one.name for one in files_of("lead", 5)] == ["照片.png"]
    assert [entry.action for entry in audit.history("lead", 5).items] == ["add_file"]
    assert get_file(own(8), stored.pk)
    with pytest.raises(NotFound):
        get_file(own(9), stored.pk)
    with pytest.raises(Forbidden):
        archive_file(own(8), stored.pk)
    archive_file(own(), stored.pk)
    assert files_of("lead", 5) == []
    with pytest.raises(NotFound):
        get_file(own(), stored.pk)


@pytest.mark.django_db
def test_a_file_goes_only_on_a_record_in_reach() -> None:
    with pytest.raises(NotFound):
        store_file(own(), upload(PNG), record_type="lead", record_id=6)
    with pytest.raises(NotFound):
        store_file(own(), upload(PNG), record_type="unknown", record_id=5)
    assert store_file(own(), upload(PNG), record_type="lead", record_id=5).record_id == 5


@pytest.mark.django_db
def test_forgotten_uploads_go_and_shared_content_stays() -> None:
    loose = store_file(own(), upload(PNG))
    kept = store_file(own(), upload(PNG), record_type="lead", record_id=5)
    other = store_file(own(), upload(b"other"))
    sql.execute("UPDATE platform_file SET created_at = created_at - interval '2 days'")
    long_ago = time.time() - 3 * 24 * 3600
    for digest in (loose.sha256, other.sha256):
        os.utime(content_path(digest), (long_ago, long_ago))
    assert remove_loose_files() == 2
    assert content_path(kept.sha256).exists()
    assert not content_path(other.sha256).exists()
