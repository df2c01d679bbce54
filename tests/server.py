"""One embedded PostgreSQL for all test runs of this account on this machine, and its databases.

The server starts with the first run and stops after the last. Migrations run once per state of the migration
files, into a template database; every run, every worker and every test that asks for it gets a clone.
"""

import gc
import hashlib
import os
import re
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql

from headwater.platform.database import DatabaseRefused, EmbeddedServer, ServerUse

HOME = Path(tempfile.gettempdir()) / f"headwater-tests-{os.geteuid()}"
KEPT_TEMPLATES = 6
WRITE_AFTER_MIGRATE = ("apps", "builtin", "picklists", "permissions", "registrations", "subscribers")
UNSAFE_BUT_FAST = {
    "fsync": "off",
    "full_page_writes": "off",
    "synchronous_commit": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "max_connections": "400",
    "max_wal_size": "1GB",
    "log_min_duration_statement": "-1",
}
TEST_SERVER = EmbeddedServer(HOME, settings=UNSAFE_BUT_FAST)


def use_test_server() -> ServerUse:
    """Join the server; one whose files a crash damaged (they are never synced) is made anew."""
    HOME.mkdir(mode=0o755, exist_ok=True)
    try:
        return TEST_SERVER.use()
    except DatabaseRefused:
        if TEST_SERVER.running_pid() is not None:
            raise
        shutil.rmtree(TEST_SERVER.location, ignore_errors=True)
        return TEST_SERVER.use()


@contextmanager
def exclusively() -> Iterator[psycopg.Connection[Any]]:
    """A connection to the server for making and dropping databases, one test run at a time."""
    with psycopg.connect(TEST_SERVER.url("postgres"), autocommit=True) as connection:
        connection.execute("select pg_advisory_lock(4207)")
        yield connection


def migration_state() -> str:
    """A name for the present state of everything that `migrate` runs or that writes rows after it."""
    from django.apps import apps

    digest = hashlib.sha256()
    for app in sorted(apps.get_app_configs(), key=lambda app: app.label):
        folder = Path(app.path)
        files = [path for path in (folder / "migrations").rglob("*") if path.suffix in {".py", ".sql"}]
        if not any(path.stem != "__init__" for path in files):
            files += [*folder.glob("models.py"), *folder.glob("models/*.py")]
        if app.name.startswith("headwater."):
            files += [folder / f"{name}.py" for name in WRITE_AFTER_MIGRATE]
            files += [path for path in (folder / "data").rglob("*") if path.is_file()]
        for path in sorted(path for path in files if path.exists()):
            digest.update(f"{app.label}/{path.name}\n".encode() + path.read_bytes())
    return digest.hexdigest()[:16]


def make_template(connection: psycopg.Connection[Any], template: str) -> None:
    """The migrated database that others are cloned from, unless it is there."""
    if not _exists(connection, template):
        draft = f"draft_{os.getpid()}"
        drop(connection, draft)
        _execute(connection, "CREATE DATABASE {}", draft)
        _migrate(draft)
        _execute(connection, "ALTER DATABASE {} RENAME TO {}", draft, template)
        _forget_old_templates(connection)


def make_database(name: str, *, template: str) -> None:
    """Clone `template` as `name`; makes the template first when there is none."""
    with exclusively() as connection:
        make_template(connection, template)
        drop(connection, name)
        _execute(connection, "CREATE DATABASE {} TEMPLATE {} STRATEGY FILE_COPY", name, template)


def connect_to(name: str) -> None:
    """Lead Django's connections, in every thread, to another database of the test server."""
    from django.db import connection, connections

    connections.close_all()
    connection.close_pool()
    connection.settings_dict["NAME"] = name


def _migrate(name: str) -> None:
    from django.core.management import call_command
    from django.db import connection

    before = connection.settings_dict["NAME"]
    connect_to(name)
    gc.disable()  # as `headwater migrate` does
    call_command("migrate", verbosity=0, interactive=False, run_syncdb=True)
    gc.enable()
    connect_to(before)


def drop_database(name: str) -> None:
    with exclusively() as connection:
        drop(connection, name)


def drop(connection: psycopg.Connection[Any], name: str) -> None:
    _execute(connection, "DROP DATABASE IF EXISTS {} WITH (FORCE)", name)


def drop_abandoned() -> None:
    """Drop what runs left behind that were killed; the names carry their process's number."""
    with exclusively() as connection:
        rows = connection.execute("select datname from pg_database where datname ~ '^(test|draft)_[0-9]+'")
        for (name,) in rows.fetchall():
            found = re.match(r"[a-z]+_(\d+)", name)
            if found and not Path(f"/proc/{found[1]}").exists():
                drop(connection, name)


def _exists(connection: psycopg.Connection[Any], name: str) -> bool:
    return connection.execute("select 1 from pg_database where datname = %s", [name]).fetchone() is not None


def _forget_old_templates(connection: psycopg.Connection[Any]) -> None:
    rows = connection.execute(
        "select datname from pg_database where datname like 'template\\_%' order by oid desc"
    )
    for (name,) in rows.fetchall()[KEPT_TEMPLATES:]:
        drop(connection, name)


def _execute(connection: psycopg.Connection[Any], statement: str, *names: str) -> None:
    connection.execute(sql.SQL(statement).format(*map(sql.Identifier, names)))
