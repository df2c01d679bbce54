"""Real processes of the product against a test's own database, to be killed at will.

def test_a_killed_worker_loses_nothing(product: Product) -> None:
    worker = product.start_worker()
    ...                                     # give it work through services
    product.wait_until(lambda: ...)         # until it is in the middle
    worker.kill()                           # kill -9, with everything it started
    product.start_worker()
    product.wait_until(lambda: ...)         # the work is done, once
"""

import multiprocessing
import os
import signal
import socket
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PATIENCE = 90.0  # seconds; machines that run tests are busy

# Imports take most of a start: the product is imported once and each process forked from there.
_forks = multiprocessing.get_context("forkserver")
_forks.set_forkserver_preload(["granian", "tests.processes", "tests.warm"])


def _command(words: list[str], environment: dict[str, str], log: str) -> None:
    """`headwater WORDS`, as the command line would run it."""
    os.environ.clear()
    os.environ.update(environment)
    os.chdir(ROOT)
    nothing, output = os.open(os.devnull, os.O_RDONLY), os.open(log, os.O_WRONLY | os.O_APPEND | os.O_CREAT)
    for number, target in ((nothing, 0), (output, 1), (output, 2)):
        os.dup2(number, target)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    sys.argv = ["headwater", *words]
    multiprocessing.set_start_method(None, force=True)  # the platform's own, as for a command
    from headwater.entry.cli import main
    from tests.warm import read_environment_anew

    read_environment_anew()

    sys.exit(main())


class Process:
    """One `headwater` command running by itself."""

    def __init__(self, words: list[str], environment: dict[str, str], log: Path) -> None:
        self.log = log
        log.touch()
        self._process = _forks.Process(target=_command, args=(words, environment, str(log)))
        self._process.start()

    @property
    def pid(self) -> int:
        assert self._process.pid is not None
        return self._process.pid

    @property
    def is_alive(self) -> bool:
        return self._process.is_alive()

    def text(self) -> str:
        """What it has printed so far."""
        return self.log.read_text(errors="replace")

    def kill(self) -> None:
        """kill -9, together with all its descendants, at one moment."""
        family = [self.pid, *descendants(self.pid)]
        for pid in family:
            _send(pid, signal.SIGSTOP)  # so that nobody reacts to another's end
        for pid in family:
            _send(pid, signal.SIGKILL)
        self._process.join()

    def kill_alone(self) -> None:
        """kill -9 of the process itself; what it started must notice by itself."""
        self._process.kill()
        self._process.join()

    def finish(self) -> int:
        """Wait for it to end by itself; the exit status."""
        return self._ended()

    def stop(self) -> int:
        """SIGTERM, as a supervisor does; the exit status."""
        self._process.terminate()
        return self._ended()

    def _ended(self) -> int:
        self._process.join(PATIENCE)
        assert self._process.exitcode is not None, f"did not end within {PATIENCE:.0f} s"
        return self._process.exitcode


@dataclass
class Product:
    """Web and worker processes on one database and home folder."""

    environment: dict[str, str]
    folder: Path
    started: list[Process] = field(default_factory=list)

    def start(self, *words: str, **more: str) -> Process:
        """Any `headwater` command; `more` is added to its environment."""
        log = self.folder / f"{words[0]}-{len(self.started)}.log"
        process = Process(list(words), self.environment | more, log)
        self.started.append(process)
        return process

    def start_worker(self, **more: str) -> Process:
        """A worker that has registered; it may not have taken up work yet."""
        process = self.start("worker", **more)
        wait_until(lambda: "worker.started" in process.text() or not process.is_alive)
        assert process.is_alive, process.text()
        return process

    def start_web(self, **more: str) -> tuple[Process, str]:
        """A web process that answers, and its address."""
        port = free_port()
        process = self.start("web", HEADWATER_PORT=str(port), HEADWATER_HOST="127.0.0.1", **more)
        address = f"http://127.0.0.1:{port}"
        wait_until(lambda: status_of(f"{address}/readyz") == 200 or not process.is_alive)
        assert process.is_alive, process.text()
        return process, address

    def end(self) -> None:
        for process in self.started:
            if process.is_alive:
                process.kill()

    @staticmethod
    def wait_until(condition: Callable[[], object], *, within: float = PATIENCE) -> None:
        wait_until(condition, within=within)


def wait_until(condition: Callable[[], object], *, within: float = PATIENCE) -> None:
    """Look again and again; fails when it does not become true in time."""
    deadline = time.monotonic() + within
    while not condition():
        if time.monotonic() > deadline:
            raise AssertionError(f"did not happen within {within:.0f} s")
        time.sleep(0.05)


def status_of(address: str) -> int:
    """The HTTP status of a GET; 0 when nobody answers."""
    try:
        with urllib.request.urlopen(address, timeout=10) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as error:
        return error.code
    except OSError:
        return 0


def free_port() -> int:
    """A port nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def descendants(pid: int) -> list[int]:
    """All processes below this one, by /proc."""
    children: dict[int, list[int]] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                after_name = (entry / "stat").read_text().rpartition(")")[2].split()
            except OSError:
                continue
            children.setdefault(int(after_name[1]), []).append(int(entry.name))
    found: list[int] = []
    waiting = [pid]
    while waiting:
        for child in children.get(waiting.pop(), []):
            found.append(child)
            waiting.append(child)
    return found


def _send(pid: int, number: signal.Signals) -> None:
    try:
        os.kill(pid, number)
    except ProcessLookupError:
        pass
