"""The product as it is started by `make run`: real processes, in a home of their own or in the bench's."""

import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

STARTS_WITHIN = 180.0
STOPS_WITHIN = 60.0


@dataclass(frozen=True)
class Served:
    """A running product."""

    url: str
    pid: int


@contextmanager
def served(home: Path, *, demo: bool = False) -> Iterator[Served]:
    """`headwater serve` until the block ends, with the demo company or empty; entered when it is ready."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    environment = os.environ | {
        "HEADWATER_HOME": str(home),
        "HEADWATER_PORT": str(port),
        "HEADWATER_DEMO": "1" if demo else "0",
        "DATABASE_URL": "",
        "DJANGO_SETTINGS_MODULE": "headwater.config.settings",
    }
    with (home / "bench-serve.log").open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "headwater", "serve"], env=environment, stdout=log, stderr=log
        )
        try:
            url = f"http://127.0.0.1:{port}"
            _wait(process, f"{url}/readyz")
            yield Served(url, process.pid)
        finally:
            process.terminate()
            try:
                process.wait(STOPS_WITHIN)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def _wait(process: "subprocess.Popen[bytes]", address: str) -> None:
    deadline = time.monotonic() + STARTS_WITHIN
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise RuntimeError(f"headwater serve ended with {process.returncode}")
        try:
            with urllib.request.urlopen(address, timeout=5) as answer:
                if answer.status == 200:
                    return
        except (urllib.error.URLError, OSError):
            time.sleep(0.3)
    raise RuntimeError(f"{address} did not answer within {STARTS_WITHIN:.0f} s")
