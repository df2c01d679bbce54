"""`headwater serve`: the whole product from one command, for one machine."""

import logging
import logging.config
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Sequence
from types import FrameType

from headwater.config.env import env
from headwater.config.logs import logging_settings
from headwater.entry.errors import CommandRefused
from headwater.entry.store import database_running
from headwater.platform.database import DatabaseRefused, ServerUse

log = logging.getLogger("headwater.serve")

LOOK_EVERY = 0.5  # seconds
STOP_WITHIN = 30  # seconds a child may take to finish what it has in hand
LONGEST_PAUSE = 30.0  # seconds before a child that keeps dying is tried again


class Child:
    """One supervised process: started again when it ends, with growing pauses while it keeps ending."""

    def __init__(self, name: str, words: Sequence[str]) -> None:
        self.name = name
        self._words = words
        self._process: subprocess.Popen[bytes] | None = None
        self._started = 0.0
        self._next_start = 0.0
        self._pause = 0.0

    def look(self) -> None:
        """Start the process if it does not run and its pause is over."""
        now = time.monotonic()
        if self._process is not None:
            status = self._process.poll()
            if status is None:
                return
            self._process = None
            lived_well = now - self._started > 60
            self._pause = 0.0 if lived_well else min(LONGEST_PAUSE, self._pause * 2 or 0.5)
            self._next_start = now + self._pause
            log.error("process ended", extra={"child": self.name, "status": status, "pause": self._pause})
        if now >= self._next_start:
            self._process = start(*self._words, with_lifeline=True)
            self._started = now
            log.info("process started", extra={"child": self.name, "pid": self._process.pid})

    def ask_to_stop(self) -> None:
        if self._process is not None and self._process.poll() is None:
            self._process.terminate()

    def wait_or_kill(self, deadline: float) -> None:
        if self._process is None:
            return
        try:
            self._process.wait(max(0.0, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            log.error("process did not stop in time and is killed", extra={"child": self.name})
            self._process.kill()
            self._process.wait()


def start(*words: str, with_lifeline: bool = False) -> "subprocess.Popen[bytes]":
    """Start another `headwater` command in this environment."""
    environment = os.environ | ({"HEADWATER_LIFELINE": "1"} if with_lifeline else {})
    # A session of its own, so that Ctrl-C reaches us alone and we stop the children in order.
    command = [sys.executable, "-m", "headwater", *words]
    return subprocess.Popen(command, env=environment, start_new_session=True)


def serve() -> int:
    """Run database, web and worker until SIGTERM or SIGINT; what dies is started again."""
    logging.config.dictConfig(logging_settings(env.log_format))
    stopping = _Stop()
    began = time.monotonic()
    _refuse_taken_port()
    with database_running() as use:
        for words in (["migrate", "--quietly"], *([["demo", "--if-empty"]] if env.demo else [])):
            status = start(*words).wait()
            if status != 0 or stopping.asked:
                return status
        children = [Child("web", ["web"]), Child("worker", ["worker"])]
        _announce(began)
        try:
            while not stopping.asked:
                _look_after_database(use)
                for child in children:
                    child.look()
                stopping.wait(LOOK_EVERY)
        finally:
            for child in children:
                child.ask_to_stop()
            deadline = time.monotonic() + STOP_WITHIN
            for child in children:
                child.wait_or_kill(deadline)
    return 0


def _refuse_taken_port() -> None:
    """Before anything is started: say so when somebody listens there."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((env.host, env.port))
        except OSError as error:
            raise CommandRefused(
                f"Port {env.port} on {env.host} cannot be used ({error.strerror}). "
                "Stop what listens there, or choose another: HEADWATER_PORT=8001"
            ) from None


def _look_after_database(use: ServerUse | None) -> None:
    if use is None or use.server.running_pid() is not None:
        return
    log.error("the embedded database ended and is started again")
    try:
        use.ensure_running()
    except DatabaseRefused as refused:
        log.critical("the embedded database does not start: %s", refused)
        time.sleep(5)


def _announce(began: float) -> None:
    from headwater.entry.welcome import sign_ins

    print(f"\n  Headwater 活水   {env.public_url}   ({time.monotonic() - began:.1f} s)", flush=True)
    for line in sign_ins(env):
        print(f"  {line}", flush=True)
    print("  Ctrl-C stops it. 按 Ctrl-C 停止。\n", flush=True)


class _Stop:
    """Whether the operator or the system asked us to stop."""

    def __init__(self) -> None:
        self.asked = False
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            signal.signal(number, self._ask)

    def _ask(self, _number: int, _frame: FrameType | None) -> None:
        self.asked = True

    def wait(self, seconds: float) -> None:
        """Sleep, but wake at once for a signal."""
        deadline = time.monotonic() + seconds
        while not self.asked and (left := deadline - time.monotonic()) > 0:
            time.sleep(min(left, 0.1))
