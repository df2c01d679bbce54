"""`headwater serve` with real processes: it starts, repairs itself and stops without leftovers."""

import os
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from headwater.platform.database import EmbeddedServer
from tests.processes import Process, descendants, free_port, status_of, wait_until

pytestmark = [pytest.mark.faults, pytest.mark.slow]


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


@pytest.fixture(scope="module")
def installed() -> Iterator[Path]:
    """An installation that was started once and stopped orderly, to be copied."""
    with tempfile.TemporaryDirectory(prefix="hw-serve-", ignore_cleanup_errors=True) as folder:
        Path(folder).chmod(0o755)
        made = Serving(Path(folder) / "first")
        wait_until(made.is_ready, within=180)
        assert made.process.stop() == 0, made.process.text()[-3000:]
        yield made.server.home


@pytest.fixture
def serving(installed: Path) -> Iterator[Serving]:
    with tempfile.TemporaryDirectory(prefix="hw-serve-", ignore_cleanup_errors=True) as folder:
        Path(folder).chmod(0o755)
        subprocess.run(["cp", "-a", installed, f"{folder}/home"], check=True)
        made = Serving(Path(folder) / "home")
        wait_until(made.is_ready, within=180)
        wait_until(lambda: "worker.started" in made.process.text())
        yield made
        if made.process.is_alive:
            made.process.kill()
        if (pid := made.server.running_pid()) is not None:
            os.kill(pid, signal.SIGQUIT)


def test_it_repairs_itself_and_stops_cleanly(serving: Serving) -> None:
    for word in ("web", "worker"):
        killed = serving.child(word)
        assert killed is not None
        os.kill(killed, signal.SIGKILL)
        wait_until(lambda word=word, killed=killed: serving.child(word) not in {None, killed})  # type: ignore[misc]
    wait_until(serving.is_ready)

    killed = serving.server.running_pid()
    assert killed is not None
    os.kill(killed, signal.SIGKILL)
    wait_until(lambda: serving.server.running_pid() not in {None, killed})
    wait_until(serving.is_ready)

    below = descendants(serving.process.pid)
    assert serving.process.stop() == 0, serving.process.text()[-3000:]
    assert serving.server.running_pid() is None
    wait_until(lambda: not [pid for pid in below if Path(f"/proc/{pid}").exists()], within=10)


def test_killing_it_leaves_nothing_behind(serving: Serving) -> None:
    below = descendants(serving.process.pid)
    assert len(below) > 4
    serving.process.kill_alone()
    wait_until(lambda: serving.server.running_pid() is None)
    wait_until(lambda: not [pid for pid in below if Path(f"/proc/{pid}").exists()])


def test_a_taken_port_is_told(serving: Serving) -> None:
    environment = os.environ | {"HEADWATER_PORT": str(serving.port)}
    second = Process(["serve"], environment, serving.server.home / "second.log")
    wait_until(lambda: not second.is_alive)
    assert f"Port {serving.port}" in second.text()
    assert "HEADWATER_PORT=8001" in second.text()
    assert serving.is_ready()
