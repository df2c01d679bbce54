"""`headwater doctor`: look at everything an operator can get wrong, and say what to do."""

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

from headwater.config.env import env
from headwater.entry.store import database_running
from headwater.platform.database import DatabaseRefused
from headwater.platform.observability.health import (
    Finding,
    database_answers,
    migrations_applied,
    workers_alive,
)

LEAST_VERSION = 150000
LEAST_FREE = 1_000_000_000  # bytes
LATE = 300  # seconds


def examine() -> int:
    """Print a line per check; the status is 1 when something needs doing."""
    bad = 0
    for finding in _findings():
        bad += not finding.good
        print(f"{'ok ' if finding.good else 'BAD'}  {finding.name:<12} {finding.text}", flush=True)
        if finding.advice:
            print(f"     {'':<12} -> {finding.advice}", flush=True)
    print("\nEverything is in order." if not bad else f"\n{bad} to look after.")
    return 1 if bad else 0


def _findings() -> Iterator[Finding]:
    yield from (check() for check in (_disk, _key, _assets, _address))
    try:
        with database_running():
            os.environ.setdefault("DJANGO_SETTINGS_MODULE", "headwater.config.settings")
            import django

            django.setup()
            answers = database_answers()
            yield answers
            if not answers.good:
                return
            yield _version()
            yield _text()
            migrated = migrations_applied()
            yield migrated
            if migrated.good:
                later: tuple[Callable[[], Finding], ...] = (workers_alive, _failed_work, _rollups)
                yield from (check() for check in later)
    except DatabaseRefused as refused:
        yield Finding("database", False, str(refused))
    yield _mail()


def _disk() -> Finding:
    place = next(folder for folder in (env.home, *env.home.parents) if folder.exists())
    free = shutil.disk_usage(place).free
    advice = "" if free >= LEAST_FREE else "Make room: PostgreSQL stops when the disk is full."
    return Finding("disk", free >= LEAST_FREE, f"{free / 1e9:.1f} GB free at {place}", advice)


def _key() -> Finding:
    if env.secret_key_override:
        good = len(env.secret_key_override) >= 32
        return Finding("key", good, "from HEADWATER_SECRET_KEY", "" if good else "Use 32 characters or more.")
    path = env.home / "secret_key"
    if not path.exists():
        return Finding("key", True, "made at the first start")
    good = path.stat().st_mode & 0o077 == 0
    return Finding("key", good, str(path), "" if good else f"Others can read it: chmod 600 {path}")


def _assets() -> Finding:
    built = Path(__file__).resolve().parent.parent / "ui" / "static" / "dist" / "manifest.json"
    advice = "" if built.exists() else "Run `make assets`; without them pages have no styles."
    return Finding("web build", built.exists(), "present" if built.exists() else "missing", advice)


def _address() -> Finding:
    local = any(f"//{host}" in env.public_url for host in ("localhost", "127.0.0.1", "[::1]"))
    good = local or env.public_url.startswith("https://")
    advice = "" if good else "Serve it over HTTPS and set HEADWATER_URL=https://...; passwords travel here."
    return Finding("address", good, env.public_url, advice)


def _version() -> Finding:
    from headwater.kernel import sql

    number = int(sql.value("select current_setting('server_version_num')"))
    good = number >= LEAST_VERSION
    return Finding("version", good, str(number), "" if good else "Use PostgreSQL 15 or newer.")


def _text() -> Finding:
    """Chinese and other letters must be letters: a `C` ctype or another encoding breaks search."""
    from headwater.kernel import sql

    encoding = sql.value(
        "select pg_encoding_to_char(encoding) from pg_database where datname = current_database()"
    )
    letters = sql.value("select lower('É') = 'é' and '中' ~ '[[:alpha:]]'")
    good = encoding == "UTF8" and bool(letters)
    advice = (
        "Make the database anew: create database ... template template0 encoding 'UTF8' "
        "locale_provider builtin builtin_locale 'C.UTF-8' (PostgreSQL 17 or newer)."
    )
    return Finding(
        "text", good, f"{encoding}, letters {'known' if letters else 'unknown'}", "" if good else advice
    )


def _failed_work() -> Finding:
    from headwater.platform.events import set_aside_events
    from headwater.platform.jobs import failed_jobs

    jobs, events = len(failed_jobs()), len([one for one in set_aside_events() if one.next_try_at is None])
    good = not jobs and not events
    advice = "" if good else "See the settings page for background work; each can be tried again."
    return Finding("set aside", good, f"{jobs} failed jobs, {events} events", advice)


def _rollups() -> Finding:
    """What reports count ahead is filled and hears of what happens."""
    from headwater.rollups.queries import is_complete, seconds_behind
    from headwater.rollups.types import Key

    empty = [key.value for key in Key if not is_complete(key)]
    behind = max(seconds_behind(key) for key in Key)
    if empty:
        advice = "A worker fills it within minutes; until then reports take longer."
        return Finding("rollups", True, f"being filled: {', '.join(empty)}", advice)
    late = behind > LATE
    advice = "Look for a worker that is overloaded or stopped." if late else ""
    return Finding("rollups", not late, f"{behind:.0f} s behind", advice)


def _mail() -> Finding:
    if not env.email_url:
        return Finding("mail", True, "not configured: invitations and reminders stay in the product")
    from django.core.mail import get_connection

    try:
        connection = get_connection()
        connection.open()
        connection.close()
    except OSError as error:
        return Finding("mail", False, str(error), "Correct HEADWATER_EMAIL_URL.")
    return Finding("mail", True, "the server takes our sign-in")
