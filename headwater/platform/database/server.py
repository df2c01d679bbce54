"""One embedded PostgreSQL server per home folder, shared by any number of processes.

Each process that needs it holds a `ServerUse`: a shared file lock that the kernel drops when the process
ends, however it ends. The first one starts the server, the last one out stops it; a server left behind by
`kill -9` is adopted by the next start. Start and stop exclude each other by a second lock.
"""

import fcntl
import os
import pwd
import shutil
import signal
import socket
import stat
import subprocess
import tempfile
import time
from collections.abc import Mapping
from functools import cached_property
from pathlib import Path
from types import TracebackType
from typing import IO, Self

from headwater.config.embedded import EMBEDDED_NAME, EMBEDDED_PORT, embedded_location, embedded_socket_dir
from headwater.platform.database import conf
from headwater.platform.database.account import Account, server_account
from headwater.platform.database.binaries import (
    MAJOR_VERSION,
    Binaries,
    forget_old_copies,
    plain_environment,
)
from headwater.platform.database.errors import DatabaseRefused
from headwater.platform.database.pidfile import forget_stale_owner, serving_pid

START_TIMEOUT = 600  # seconds; crash recovery after a big load takes minutes, not pg_ctl's own 60 seconds
DYING_TIME = 5  # seconds that a killed postmaster may still hold its socket; milliseconds on an idle machine
SYSTEM_FOLDER = Path("/var/lib/headwater")


class EmbeddedServer:
    """The server of one home folder. Making this object does nothing yet; `use()` starts and joins."""

    def __init__(
        self, home: Path, *, settings: Mapping[str, str] | None = None, start_timeout: int = START_TIMEOUT
    ) -> None:
        self.home = home.resolve()
        self._settings = dict(settings or {})
        self._timeout = start_timeout

    @property
    def location(self) -> Path:
        return embedded_location(self.home)

    @property
    def data(self) -> Path:
        return self.location / "data"

    @property
    def socket_folder(self) -> Path:
        return embedded_socket_dir(self.home)

    def url(self, name: str = EMBEDDED_NAME) -> str:
        """As a DATABASE_URL."""
        from urllib.parse import quote

        host = quote(str(self.socket_folder), safe="")
        return f"postgresql://{conf.ROLE}@/{quote(name)}?host={host}&port={EMBEDDED_PORT}"

    def running_pid(self) -> int | None:
        """The postmaster that serves our data, or None; another process with a reused number is not it."""
        return serving_pid(self.data)

    def use(self) -> "ServerUse":
        """Join the server's users; starts it, makes it, or waits for its recovery where needed."""
        # Others may pass through, where the server's account has to, but not look around.
        self.home.mkdir(mode=0o711 if os.geteuid() == 0 else 0o700, parents=True, exist_ok=True)
        with self._exclusive():
            held = (self.home / "postgres.use").open("a")
            try:
                fcntl.flock(held, fcntl.LOCK_SH)
                self._ensure_running()
            except BaseException:
                held.close()
                raise
        return ServerUse(self, held)

    # --- for ServerUse

    def ensure_running(self) -> None:
        """Start the server again if it died; otherwise nothing."""
        with self._exclusive():
            self._ensure_running()

    def leave(self, held: IO[str]) -> bool:
        """Give up one use; stop the server when it was the last. True when it was stopped."""
        with self._exclusive(), held:
            try:
                fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                return False
            pid = self.running_pid()
            if pid is None:
                return False
            self._stop(pid)
            if self.socket_folder.parent != self.location:
                shutil.rmtree(self.socket_folder, ignore_errors=True)
            return True

    # --- inside the exclusive lock

    def _exclusive(self) -> "_Lock":
        return _Lock(self.home / "postgres.lock")

    def _account(self) -> Account:
        """Ours, or when we are root: the owner of the data, else the service account."""
        if os.geteuid() == 0 and self.data.exists() and (uid := self.data.stat().st_uid) != 0:
            entry = pwd.getpwuid(uid)
            return Account(entry.pw_name, uid, entry.pw_gid, is_other=True)
        return server_account()

    @cached_property
    def _binaries(self) -> Binaries:
        return Binaries.of_wheel(self._account(), copies=self.location / "programs")

    def _ensure_running(self) -> None:
        self._refuse_other_version()
        deadline = time.monotonic() + self._timeout
        while self.running_pid() is not None:
            if self._accepts():
                return
            if time.monotonic() > deadline:
                raise self._slow()
            time.sleep(0.1)
        account = self._account()
        self._make_folders(account)
        binaries = self._binaries
        forget_old_copies(self.location / "programs", but=binaries)
        self._make_cluster(binaries)
        self._configure(account)
        self._start(binaries, deadline)

    def _refuse_other_version(self) -> None:
        try:
            found = (self.data / "PG_VERSION").read_text().strip()
        except FileNotFoundError:
            return
        except PermissionError:
            owner = self.location.owner()
            raise DatabaseRefused(
                f"The data in {self.data} belongs to {owner!r}. Run Headwater as {owner!r} or as root."
            ) from None
        if found != MAJOR_VERSION:
            raise DatabaseRefused(
                f"The data in {self.data} was written by PostgreSQL {found}; this release brings "
                f"PostgreSQL {MAJOR_VERSION}, which cannot read it. Nothing was changed. Start the release "
                "that wrote it, run `headwater backup` there, then `headwater restore` here into an empty "
                "HEADWATER_HOME (docs/guides/upgrade.md)."
            )

    def _make_folders(self, account: Account) -> None:
        link = self.home / "postgres"
        if link.is_symlink() and not link.exists():
            raise DatabaseRefused(
                f"{link} leads to {self.location}, which is gone. Bring that folder back, or remove the link "
                "to begin with an empty database."
            )
        if not link.exists():
            if account.reaches(self.home):
                link.mkdir(mode=0o755 if account.is_other else 0o700)
            else:
                _make_system_folder(link)
        for name, mode in {"log": 0o700, "run": 0o700}.items():
            folder = self.location / name
            folder.mkdir(mode=mode, exist_ok=True)
            account.own(folder)
        if self.socket_folder.parent != self.location:
            _make_private(self.socket_folder, account)

    def _make_cluster(self, binaries: Binaries) -> None:
        if (self.data / "PG_VERSION").exists():
            return
        draft = self.location / "data.new"  # a half-made cluster never looks like a whole one
        shutil.rmtree(draft, ignore_errors=True)
        draft.mkdir(mode=0o700)
        binaries.account.own(draft)
        locale = ("--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C.UTF-8")
        safe = ("--auth=reject", "--data-checksums", "--encoding=UTF8")
        binaries.run("initdb", "-D", draft, "-U", conf.ROLE, *locale, *safe, "--no-sync", "--no-instructions")
        create = f'CREATE DATABASE "{EMBEDDED_NAME}"\n'
        binaries.run("postgres", "--single", "-D", draft, "template1", text=create)
        with (draft / "postgresql.conf").open("a") as file:
            file.write(f"include '{conf.OWN_SETTINGS}'\n")
        if self._settings.get("fsync") != "off":
            binaries.run("initdb", "-D", draft, "--sync-only")
        draft.rename(self.data)

    def _configure(self, account: Account) -> None:
        own = self.home / "postgresql.conf"
        values = conf.settings(
            socket_folder=self.socket_folder,
            port=EMBEDDED_PORT,
            log_folder=self.location / "log",
            extra=self._settings,
        )
        me = pwd.getpwuid(os.geteuid()).pw_name
        texts = {
            conf.OWN_SETTINGS: conf.render(values, own=own.read_text() if own.exists() else ""),
            "pg_hba.conf": conf.HOST_BASED,
            "pg_ident.conf": conf.identities({me, account.name, "root"}),
        }
        for name, text in texts.items():
            path = self.data / name
            path.write_text(text)
            path.chmod(0o600)
            account.own(path)

    def _start(self, binaries: Binaries, deadline: float) -> None:
        if self._answers_on():
            raise DatabaseRefused(
                f"A PostgreSQL server that is not visible from here serves {self.data}: another container "
                "or virtual machine shares this folder. Stop it first; two servers would destroy the data."
            )
        forget_stale_owner(self.data)
        while True:
            for old in (self.location / "log").glob("start*.log"):
                old.unlink()
            log = self.location / "log" / "start.log"
            # Not through pg_ctl, which hands the path to a shell.
            with log.open("wb") as output:
                postmaster = binaries.start("postgres", "-D", self.data, output=output)
            while postmaster.poll() is None:
                if self._accepts():
                    return
                if time.monotonic() > deadline:
                    raise self._slow()
                time.sleep(0.02)
            told = log.read_text(errors="replace").strip()
            # Sessions of a killed postmaster still end; the server itself refuses until they have.
            if "still in use" in told and time.monotonic() < deadline:
                time.sleep(0.2)
                continue
            raise DatabaseRefused(f"The embedded PostgreSQL did not start:\n{told}")

    def _slow(self) -> DatabaseRefused:
        return DatabaseRefused(
            f"PostgreSQL runs but did not accept connections within {self._timeout} s; "
            f"see {self.location / 'log'}."
        )

    def _stop(self, pid: int) -> None:
        os.kill(pid, signal.SIGINT)  # "fast": sessions are ended, nothing is lost
        deadline = time.monotonic() + self._timeout
        while self.running_pid() == pid:
            if time.monotonic() > deadline:
                raise DatabaseRefused(f"PostgreSQL (process {pid}) did not stop within {self._timeout} s.")
            time.sleep(0.02)

    def _answers_on(self) -> bool:
        """Whether something still answers after the time in which a killed postmaster lets go of its socket.

        The kernel takes a dying process apart in steps: its program and folder are gone, by which we know
        it, while its socket still listens.
        """
        until = time.monotonic() + DYING_TIME
        while self._answers():
            if time.monotonic() > until:
                return True
            time.sleep(0.1)
        return False

    def _answers(self) -> bool:
        with socket.socket(socket.AF_UNIX) as probe:
            probe.settimeout(1)
            try:
                probe.connect(str(self.socket_folder / f".s.PGSQL.{EMBEDDED_PORT}"))
            except (BlockingIOError, TimeoutError):  # somebody listens, with a full queue
                return True
            except OSError:
                return False
        return True

    def _accepts(self) -> bool:
        if not self._answers():
            return False
        ready = [
            self._binaries.path("pg_isready"),
            "-q",
            "-h",
            str(self.socket_folder),
            "-p",
            EMBEDDED_PORT,
        ]
        done = subprocess.run(ready, cwd="/", env=plain_environment(), check=False, timeout=30)
        return done.returncode == 0


class ServerUse:
    """This process's use of the server, until `close()` or the end of the process."""

    def __init__(self, server: EmbeddedServer, held: IO[str]) -> None:
        self.server = server
        self._held: IO[str] | None = held

    def ensure_running(self) -> None:
        """Start the server again if it died meanwhile."""
        self.server.ensure_running()

    def close(self) -> bool:
        """Leave; True when this was the last user and the server was stopped. A second call does nothing."""
        held, self._held = self._held, None
        return self.server.leave(held) if held is not None else False

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


class _Lock:
    """An exclusive file lock for a `with` block."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def __enter__(self) -> None:
        self._file = self._path.open("a")
        fcntl.flock(self._file, fcntl.LOCK_EX)

    def __exit__(self, *_error: object) -> None:
        self._file.close()


def _make_system_folder(link: Path) -> None:
    """Put the server's files where its account can reach them, when the home folder is private to root."""
    SYSTEM_FOLDER.mkdir(mode=0o755, parents=True, exist_ok=True)
    made = Path(tempfile.mkdtemp(prefix="postgres-", dir=SYSTEM_FOLDER))
    made.chmod(0o755)
    link.symlink_to(made)


def _make_private(folder: Path, account: Account) -> None:
    """Make the socket folder in a place shared with strangers, or refuse one that is not ours alone."""
    try:
        folder.mkdir(mode=0o700)
        account.own(folder)
    except FileExistsError:
        found = folder.lstat()
        if not stat.S_ISDIR(found.st_mode) or found.st_uid != account.uid or found.st_mode & 0o077:
            raise DatabaseRefused(
                f"{folder} exists and does not belong to {account.name!r} alone. Remove it, "
                "or choose a HEADWATER_HOME with a shorter path."
            ) from None
