"""`headwater restore`: bring a backup back, whole or not at all."""

import os
import shutil
import tarfile
import tempfile
from pathlib import Path

import orjson
import psycopg
from psycopg import sql

from headwater.config.env import env
from headwater.entry.archive import DUMP, FILES, FORMAT, KEY, MANIFEST, Manifest, release, run_tool
from headwater.entry.errors import CommandRefused
from headwater.entry.store import database_address


def restore(archive: Path, *, replace: bool) -> int:
    """Refuses an archive that is no backup or from a newer release, a running product, and existing data."""
    if not archive.is_file():
        raise CommandRefused(f"{archive} does not exist.")
    address = database_address()
    env.home.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".restore-", dir=env.home) as folder:
        unpacked = Path(folder)
        manifest = _unpack(archive, unpacked)
        _refuse_unfit(manifest, address, replace=replace)
        print("database ...", flush=True)
        _restore_database(unpacked / DUMP, address)
        print("files ...", flush=True)
        _put_files(unpacked / FILES)
        _put_key((unpacked / KEY).read_text())
    print("bringing it to this release ...", flush=True)
    _adopt()
    print(f"Restored: release {manifest.release}, made {manifest.made_at}, {manifest.file_count} files.")
    return 0


def _unpack(archive: Path, folder: Path) -> Manifest:
    try:
        with tarfile.open(archive) as tar:
            tar.extractall(folder, filter="data")
        told = orjson.loads((folder / MANIFEST).read_bytes())
        if told["format"] != FORMAT:
            raise CommandRefused(f"This backup has format {told['format']}; this release reads {FORMAT}.")
        return Manifest(**told)
    except (tarfile.TarError, FileNotFoundError, KeyError, TypeError, ValueError) as error:
        raise CommandRefused(f"{archive} is not a whole Headwater backup: {error}") from None


def _refuse_unfit(manifest: Manifest, address: str, *, replace: bool) -> None:
    if _numbers(manifest.release) > _numbers(release()):
        raise CommandRefused(
            f"This backup was made by release {manifest.release}, newer than this one ({release()}). "
            "Install that release and restore there."
        )
    with psycopg.connect(address) as connection:
        (others,) = connection.execute(
            "select count(*) from pg_stat_activity where datname = current_database()"
            " and backend_type = 'client backend' and pid <> pg_backend_pid()"
        ).fetchone() or (0,)
        (tables,) = connection.execute(
            "select count(*) from pg_tables where schemaname = 'public'"
        ).fetchone() or (0,)
        people = connection.execute("select to_regclass('organization_user')").fetchone()
        has_people = bool(people and people[0]) and bool(
            connection.execute("select 1 from organization_user limit 1").fetchone()
        )
    if others:
        raise CommandRefused(f"{others} connections use this database. Stop Headwater (and psql) first.")
    if not replace and (has_people or (tables and env.database_url)):
        raise CommandRefused(
            "This installation has data, which a restore replaces. Back it up, then repeat with --replace."
        )


def _numbers(text: str) -> tuple[int, ...]:
    return tuple(int(part) for part in text.split(".") if part.isdigit())


def _restore_database(dump: Path, address: str) -> None:
    if env.database_url:
        # We may not be allowed to make databases here, so in place, in one transaction after emptying.
        with psycopg.connect(address, autocommit=True) as connection:
            connection.execute("drop schema public cascade")
            connection.execute("create schema public")
        run_tool(
            "pg_restore",
            "--no-owner",
            "--no-acl",
            "--single-transaction",
            "-d",
            _name(address),
            dump,
            database=address,
        )
        return
    name, draft = _name(address), "headwater_restoring"
    maintenance = address.replace(f"/{name}?", "/postgres?", 1)
    with psycopg.connect(maintenance, autocommit=True) as connection:
        _execute(connection, "drop database if exists {} with (force)", draft)
        _execute(connection, "create database {} template template0", draft)
        beside = address.replace(f"/{name}?", f"/{draft}?", 1)
        parallel = str(min(4, os.cpu_count() or 1))
        options = ("--no-owner", "--no-acl", "--exit-on-error", "-j", parallel, "-d", draft)
        run_tool("pg_restore", *options, dump, database=beside)
        _execute(connection, "drop database if exists {} with (force)", name)
        _execute(connection, "alter database {} rename to {}", draft, name)


def _name(address: str) -> str:
    with psycopg.connect(address) as connection:
        return connection.info.dbname


def _execute(connection: "psycopg.Connection[tuple[object, ...]]", statement: str, *names: str) -> None:
    connection.execute(sql.SQL(statement).format(*map(sql.Identifier, names)))


def _put_files(unpacked: Path) -> None:
    place, old = env.home / "files", env.home / ".files.replaced"
    unpacked.mkdir(exist_ok=True)
    shutil.rmtree(old, ignore_errors=True)
    if place.exists():
        place.rename(old)
    unpacked.rename(place)
    shutil.rmtree(old, ignore_errors=True)


def _put_key(key: str) -> None:
    if env.secret_key_override:
        if env.secret_key_override != key:
            print("HEADWATER_SECRET_KEY differs from the backup's key: people must sign in and enrol again.")
        return
    path = env.home / "secret_key"
    path.unlink(missing_ok=True)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(key)


def _adopt() -> None:
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "headwater.config.settings")
    django.setup()
    from django.core.management import call_command

    from headwater.platform.audit.restored import adopt_restored_audit
    from headwater.platform.events.restored import adopt_restored_log

    adopt_restored_log()  # before new subscribers get their cursors
    adopt_restored_audit()
    call_command("migrate", interactive=False, verbosity=0)
