"""Throw-away home folders for embedded servers."""

import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from headwater.platform.database import EmbeddedServer

MakeServer = Callable[..., EmbeddedServer]

FAST = {"fsync": "off", "shared_buffers": "16MB"}


@pytest.fixture
def ground() -> Iterator[Path]:
    """A folder that every account may enter; pytest's own are private to one."""
    made = Path(tempfile.mkdtemp(prefix="hw-")).resolve()
    made.chmod(0o755)
    yield made
    shutil.rmtree(made, ignore_errors=True)


@pytest.fixture
def make_server(ground: Path) -> Iterator[MakeServer]:
    """Makes handles for servers under `ground`; whatever still runs afterwards is stopped."""
    made: list[EmbeddedServer] = []

    def make(name: str = "home", **settings: str) -> EmbeddedServer:
        made.append(EmbeddedServer(ground / name, settings=FAST | settings, start_timeout=60))
        return made[-1]

    yield make
    for server in made:
        if (pid := server.running_pid()) is not None:
            os.kill(pid, 3)


only_as_root = pytest.mark.skipif(os.geteuid() != 0, reason="needs root to act as several accounts")
