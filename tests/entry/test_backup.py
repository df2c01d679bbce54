"""A backup brings everything back: rows, files, key, and events not yet read."""

import hashlib
import os
import tarfile
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from django.conf import settings
from django.db import connection

from headwater.kernel.access import system_access
from headwater.organization.services import create_administrator, create_department
from headwater.platform import audit, events
from headwater.platform.database import EmbeddedServer
from tests.conftest import OwnDatabase
from tests.installation import installed_home
from tests.processes import Process, Product

pytestmark = pytest.mark.slow

# Differ on purpose: order of delivery, and what a restore itself writes.
NOT_COMPARED = {"platform_event", "platform_event_cursor", "platform_audit_mark", "django_migrations"}


def contents(connection: "psycopg.Connection[tuple[object, ...]]") -> dict[str, str]:
    """A digest per table."""
    found = {}
    names = connection.execute(
        "select tablename from pg_tables where schemaname = 'public' order by 1"
    ).fetchall()
    for (name,) in names:
        if name not in NOT_COMPARED:
            rows = connection.execute(f'select t::text from "{name}" t order by 1').fetchall()
            found[str(name)] = hashlib.sha256(repr(rows).encode()).hexdigest()
    return found


@pytest.fixture
def files() -> Path:
    folder = Path(settings.FILES_ROOT) / "ab"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "abcd 合同.bin").write_bytes(bytes(range(256)) * 100)
    return folder / "abcd 合同.bin"


def test_an_external_database_comes_back_as_it_was(
    product: Product, own_database: OwnDatabase, files: Path, tmp_path: Path
) -> None:
    create_administrator(email="zhang@example.cn", name="张伟", password="a long password 1")
    create_department(system_access("test"), name="华东区")
    audit.seal()
    archive = tmp_path / "backup.tar"
    backup = product.start("backup", str(archive))
    assert backup.finish() == 0, backup.text()
    assert archive.stat().st_mode & 0o077 == 0
    with psycopg.connect(own_database.url) as direct:
        before = contents(direct)

    create_department(system_access("test"), name="华南区")
    files.write_bytes(b"changed")
    (files.parent / "later").write_text("not in the backup")
    connection.close()
    connection.close_pool()
    assert product.start("restore", str(archive)).finish() == 1, "it has data"
    restore = product.start("restore", str(archive), "--replace")
    assert restore.finish() == 0, restore.text()
    with psycopg.connect(own_database.url) as direct:
        assert contents(direct) == before
    assert files.read_bytes() == bytes(range(256)) * 100
    assert not (files.parent / "later").exists()
    assert audit.verify().is_whole


def test_unread_events_are_read_after_a_restore(own_database: OwnDatabase) -> None:
    """Transaction numbers of the old server are far ahead of the new one's."""
    from headwater.platform.events.restored import adopt_restored_log

    events.ensure_cursors()
    with connection.cursor() as cursor:
        cursor.execute("delete from platform_event")  # what the installation itself has told
        add = (
            "insert into platform_event (xid, name, payload, occurred_at)"
            " values (%s::xid8, 'test.happened', '{}', now()) returning id"
        )
        ids = []
        for xid in (5_000_000_000, 5_000_000_002, 5_000_000_001):
            cursor.execute(add, [str(xid)])
            ids.append(cursor.fetchone()[0])
        # One subscriber has read the first two in order of transactions: ids[0] and ids[2].
        cursor.execute(
            "insert into platform_event_cursor values ('halfway', '5000000001'::xid8, %s, now()),"
            " ('done', '5000000002'::xid8, %s, now()), ('new', '0'::xid8, 0, now())",
            [ids[2], ids[1]],
        )
        adopt_restored_log()
        cursor.execute(
            "select c.subscriber, array_agg(e.id order by e.id) filter (where e.id is not null)"
            " from platform_event_cursor c"
            " left join platform_event e on (e.xid, e.id) > (c.xid, c.event_id)"
            "  and e.xid < pg_snapshot_xmin(pg_current_snapshot())"
            " where c.subscriber in ('halfway', 'done', 'new') group by 1"
        )
        assert dict(cursor.fetchall()) == {
            "halfway": [ids[1], ids[2]],  # once more ids[2]: subscribers are idempotent
            "done": None,
            "new": ids,
        }


@pytest.fixture
def homes(test_server: None) -> Iterator[tuple[Path, Path]]:
    with tempfile.TemporaryDirectory(prefix="hw-homes-", ignore_cleanup_errors=True) as folder:
        Path(folder).chmod(0o755)
        pair = Path(folder) / "first", Path(folder) / "second"
        installed_home(pair[0])
        pair[1].mkdir()
        yield pair


def command(home: Path, *words: str) -> Process:
    left_out = {"DATABASE_URL", "HEADWATER_TEST_PARENT", "DJANGO_SETTINGS_MODULE"}
    kept = {name: value for name, value in os.environ.items() if name not in left_out}
    process = Process(list(words), kept | {"HEADWATER_HOME": str(home)}, home / f"{words[0]}.log")
    process.status = process.finish()  # type: ignore[attr-defined]
    return process


def test_an_embedded_installation_moves_to_another_folder(homes: tuple[Path, Path]) -> None:
    first, second = homes
    admin = ("createadmin", "--email", "li@example.cn", "--name", "李娜", "--password", "a long password 2")
    done = command(first, *admin)
    assert done.status == 0, done.text()  # type: ignore[attr-defined]
    (first / "files").mkdir(exist_ok=True)
    (first / "files" / "one").write_text("一")
    archive = second.parent / "moved.tar"
    done = command(first, "backup", str(archive))
    assert done.status == 0, done.text()  # type: ignore[attr-defined]
    done = command(second, "restore", str(archive))
    assert done.status == 0, done.text()  # type: ignore[attr-defined]

    with EmbeddedServer(first).use(), EmbeddedServer(second).use():
        with psycopg.connect(EmbeddedServer(first).url()) as one:
            before = contents(one)
        with psycopg.connect(EmbeddedServer(second).url()) as other:
            assert contents(other) == before
            assert other.execute("select name from organization_user").fetchall() == [("李娜",)]
            assert other.execute("show data_checksums").fetchone() == ("on",)
            assert other.execute("select upper('é')").fetchone() == ("É",)
    assert (second / "files" / "one").read_text() == "一"
    assert (second / "secret_key").read_text() == (first / "secret_key").read_text()
    assert (second / "secret_key").stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("damage", ["empty", "cut", "foreign"])
def test_what_is_no_backup_changes_nothing(
    product: Product, own_database: OwnDatabase, tmp_path: Path, damage: str
) -> None:
    archive = tmp_path / "broken.tar"
    if damage == "empty":
        archive.write_bytes(b"")
    elif damage == "cut":
        product.start("backup", str(archive)).finish()
        archive.write_bytes(archive.read_bytes()[: archive.stat().st_size // 2])
    else:
        with tarfile.open(archive, "w") as tar:
            tar.add(__file__, arcname="../../escape.py")
    connection.close()
    connection.close_pool()
    restore = product.start("restore", str(archive), "--replace")
    assert restore.finish() == 1
    assert "not a whole Headwater backup" in restore.text()
    with psycopg.connect(own_database.url) as direct:
        assert contents(direct)
