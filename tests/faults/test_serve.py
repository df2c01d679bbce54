"""`headwater serve` with real processes: it starts, repairs itself and stops without leftovers."""

import os
import signal
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.installation import Serving, installed_home
from tests.processes import Process, descendants, wait_until

pytestmark = [pytest.mark.faults, pytest.mark.slow]


@pytest.fixture
def serving(test_server: None) -> Iterator[Serving]:
    with tempfile.TemporaryDirectory(prefix="hw-serve-", ignore_cleanup_errors=True) as folder:
        Path(folder).chmod(0o755)
        made = Serving(installed_home(Path(folder) / "home"))
        wait_until(made.is_ready, within=180)
        wait_until(lambda: "worker.started" in made.process.text())
        yield made
        if made.process.is_alive:
            made.process.kill()
        if (pid := made.server.running_pid()) is not None:
            os.kill(pid, signal.SIGQUIT)


def test_it_tells_a_taken_port_repairs_itself_and_stops_cleanly(serving: Serving) -> None:
    environment = os.environ | {"HEADWATER_PORT": str(serving.port)}
    second = Process(["serve"], environment, serving.server.home / "second.log")
    wait_until(lambda: not second.is_alive)
    assert f"Port {serving.port}" in second.text()
    assert "HEADWATER_PORT=8001" in second.text()
    assert serving.is_ready()

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
