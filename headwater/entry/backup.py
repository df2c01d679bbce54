"""`headwater backup`: one file from which the whole installation can be brought back."""

import io
import os
import tarfile
import tempfile
from pathlib import Path

import orjson
import psycopg
from django.utils import timezone

from headwater.config.env import env
from headwater.entry.archive import DUMP, FILES, FORMAT, KEY, MANIFEST, Manifest, release, run_tool
from headwater.entry.errors import CommandRefused
from headwater.entry.store import database_address
from headwater.kernel import clock


def back_up(target: Path | None) -> int:
    """Write the archive while the product runs; an interrupted one leaves no file of that name."""
    address = database_address()
    moment = timezone.localtime(clock.now())
    path = (target or Path(f"headwater-{moment:%Y%m%d-%H%M%S}.tar")).resolve()
    if path.exists():
        raise CommandRefused(f"{path} exists. Name another file.")
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".headwater-backup-", dir=path.parent) as folder:
        dump, draft = Path(folder) / DUMP, Path(folder) / "archive.tar"
        print("database ...", flush=True)
        run_tool("pg_dump", "-Fc", "-Z1", "--no-owner", "--no-acl", "-f", dump, database=address)
        run_tool("pg_restore", "--list", dump, database=address)  # readable, or it is no backup
        # Files after the database: what it names was there when it was read, and files never change.
        print("files ...", flush=True)
        handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with (
            os.fdopen(handle, "wb") as out,
            tarfile.open(fileobj=out, mode="w", format=tarfile.PAX_FORMAT) as tar,
        ):
            files = _add_files(tar)
            tar.add(dump, arcname=DUMP)
            _add_text(tar, KEY, env.secret_key.encode())
            manifest = _manifest(address, f"{moment:%Y-%m-%dT%H:%M:%S%z}", files)
            _add_text(tar, MANIFEST, orjson.dumps(manifest.as_dict(), option=orjson.OPT_INDENT_2))
            out.flush()
        with draft.open("rb") as written:
            os.fsync(written.fileno())
        draft.rename(path)
    print(
        f"{path} ({path.stat().st_size / 1e6:.1f} MB). It holds the key and everybody's data: keep it safe."
    )
    return 0


PASSING = frozenset({"incoming", "exports"})  # half uploads, and copies of lists that go after some days


def _add_files(tar: tarfile.TarFile) -> int:
    root = env.home / "files"
    count = 0
    for path in sorted(root.rglob("*")) if root.exists() else []:
        if path.is_file() and path.relative_to(root).parts[0] not in PASSING:
            try:
                tar.add(path, arcname=f"{FILES}/{path.relative_to(root).as_posix()}")
            except FileNotFoundError:  # removed by a job in this moment
                continue
            count += 1
    return count


def _add_text(tar: tarfile.TarFile, name: str, content: bytes) -> None:
    entry = tarfile.TarInfo(name)
    entry.size, entry.mode = len(content), 0o600
    tar.addfile(entry, io.BytesIO(content))


def _manifest(address: str, moment: str, files: int) -> Manifest:
    with psycopg.connect(address) as connection:
        rows = connection.execute("select app || '.' || name from django_migrations order by 1").fetchall()
        version = connection.info.parameter_status("server_version") or ""
    return Manifest(FORMAT, release(), moment, version, [name for (name,) in rows], files)
