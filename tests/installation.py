"""A whole installation under `headwater serve`, with an embedded database of its own."""

import fcntl
import os
import shutil
import subprocess
from pathlib import Path

from headwater.platform.database import EmbeddedServer
from tests import server
from tests.processes import Process, descendants, free_port, status_of, wait_until


class Serving:
    """One `headwater serve` on a home of its own."""

    def __init__(self, home: Path) -> None:
        home.mkdir(exist_ok=True)
        self.port = free_port()
        self.server = EmbeddedServer(home)
        left_out = {"DATABASE_URL", "HEADWATER_TEST_PARENT", "DJANGO_SETTINGS_MODULE"}
        kept = {name: value for name, value in os.environ.items() if name not in left_out}
        environment = kept | {
            "HEADWATER_HOME": str(home),
            "HEADWATER_PORT": str(self.port),
            "HEADWATER_DEMO": "0",
            "HEADWATER_TEST_PARENT": str(os.getpid()),
            "DJANGO_SETTINGS_MODULE": "tests.settings",
        }
        self.process = Process(["serve"], environment, home / "serve.log")

    def is_ready(self) -> bool:
        assert self.process.is_alive, self.process.text()[-3000:]
        return status_of(f"http://127.0.0.1:{self.port}/readyz") == 200

    def child(self, word: str) -> int | None:
        """The process that runs `headwater WORD` right below."""
        for pid in descendants(self.process.pid):
            try:
                command = Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
            except OSError:
                continue
            if command[-2:-1] == [word.encode()] and Path(f"/proc/{pid}/stat").read_text().split()[3] == str(
                self.process.pid
            ):
                return pid
        return None


def installed_home(to: Path) -> Path:
    """Make `to` the home of an installation that was started once, on nothing, and stopped orderly.

    It is started once for each state of the migration files, whoever asks first, and copied from then on.
    """
    subprocess.run(["cp", "-a", first_installation(), to], check=True)
    return to


def first_installation() -> Path:
    """The home that is copied; made unless it is there."""
    made = server.HOME / f"installed_{server.migration_state()}"
    with (server.HOME / "installed.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not made.exists():
            for old in server.HOME.glob("installed_*"):
                shutil.rmtree(old)
            first = Serving(made.with_name("installed_draft"))
            wait_until(first.is_ready, within=180)
            assert first.process.stop() == 0, first.process.text()[-3000:]
            first.server.home.rename(made)
    return made
