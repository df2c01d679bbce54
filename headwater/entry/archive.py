"""What a backup file is: a tar with a manifest, PostgreSQL's own dump, the key and the files."""

import importlib.metadata
import os
import re
import shutil
import subprocess
from dataclasses import asdict, dataclass
from pathlib import Path

from psycopg.conninfo import conninfo_to_dict

from headwater.entry.errors import CommandRefused
from headwater.platform.database.binaries import wheel_folder

FORMAT = 1
MANIFEST, DUMP, KEY, FILES = "manifest.json", "database.dump", "secret_key", "files"

_VARIABLES = {
    "host": "PGHOST",
    "port": "PGPORT",
    "user": "PGUSER",
    "password": "PGPASSWORD",
    "dbname": "PGDATABASE",
    "sslmode": "PGSSLMODE",
    "sslrootcert": "PGSSLROOTCERT",
    "connect_timeout": "PGCONNECT_TIMEOUT",
}


@dataclass(frozen=True)
class Manifest:
    """What the archive holds and who wrote it."""

    format: int
    release: str
    made_at: str
    server_version: str
    migrations: list[str]
    file_count: int

    def as_dict(self) -> dict[str, object]:
        return asdict(self)


def release() -> str:
    """This release's number."""
    try:
        return importlib.metadata.version("headwater")
    except importlib.metadata.PackageNotFoundError:
        text = (Path(__file__).resolve().parents[2] / "pyproject.toml").read_text(encoding="utf-8")
        found = re.search(r'^version = "(.+)"$', text, re.MULTILINE)
        return found[1] if found else "0"


def run_tool(program: str, *arguments: str | Path, database: str) -> str:
    """Run one of PostgreSQL's programs against `database` (a URL); the password never shows in `ps`."""
    facts = {name: str(value) for name, value in conninfo_to_dict(database).items() if value is not None}
    wants_tls = facts.get("sslmode", "prefer") in {"require", "verify-ca", "verify-full"}
    command = [_tool(program, wants_tls=wants_tls), *map(str, arguments)]
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PG")}
    variables = {_VARIABLES[name]: value for name, value in facts.items() if name in _VARIABLES}
    done = subprocess.run(
        command,
        env=kept | variables | {"LC_ALL": "C.UTF-8"},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        raise CommandRefused(f"{program} failed:\n{done.stderr.strip()}")
    return done.stdout


def _tool(program: str, *, wants_tls: bool) -> str:
    """The wheel's program; the system's for a server that demands TLS, which the wheel's cannot speak."""
    if not wants_tls:
        return str(wheel_folder() / "bin" / program)
    found = shutil.which(program)
    if found is None:
        raise CommandRefused(
            f"This database demands TLS, which the {program} that comes with Headwater cannot speak. "
            "Install PostgreSQL's client programs of the server's version and try again."
        )
    return found
