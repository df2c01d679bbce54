"""Several fresh databases within one test, so that runs can be compared, and a server to be cut down."""

import itertools
import os
import signal
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.db import connection, connections

from headwater.config.embedded import EMBEDDED_NAME
from headwater.entry.archive import run_tool
from headwater.platform.database import EmbeddedServer
from headwater.platform.settings.values import forget_settings
from tests import server
from tests.conftest import OwnDatabase


@pytest.fixture
def anew(own_database: OwnDatabase, template_database: str) -> Iterator[Callable[[], None]]:
    """Each call leads the connection to another empty, migrated database."""
    made: list[str] = []
    numbers = itertools.count(1)

    def connect() -> None:
        name = f"{own_database.name}_{next(numbers)}"
        server.make_database(name, template=template_database)
        made.append(name)
        _lead_to(name)

    yield connect
    _lead_to(own_database.name)
    for name in made:
        server.drop_database(name)


@pytest.fixture
def restart(
    own_database: OwnDatabase, template_database: str, tmp_path: Path
) -> Iterator[Callable[[], None]]:
    """The connection leads to a server of its own with safe settings; each call cuts it down and starts it.

    By turns an orderly stop, which ends all sessions, and one without a checkpoint, after which it recovers.
    """
    home = tmp_path / "server"
    elsewhere = EmbeddedServer(home)
    dump = tmp_path / "template.dump"
    run_tool("pg_dump", "-Fc", "-Z0", "-f", dump, database=server.TEST_SERVER.url(template_database))
    shared_host = connection.settings_dict["HOST"]
    with elsewhere.use() as use:
        run_tool("pg_restore", "-d", elsewhere.url(), dump, database=elsewhere.url())
        ways = itertools.cycle((signal.SIGQUIT, signal.SIGINT))

        def again() -> None:
            pid = elsewhere.running_pid()
            assert pid is not None
            os.kill(pid, next(ways))
            while elsewhere.running_pid() == pid:
                time.sleep(0.02)
            use.ensure_running()

        connection.settings_dict["HOST"] = str(elsewhere.socket_folder)
        _lead_to(EMBEDDED_NAME)
        try:
            yield again
        finally:
            connection.settings_dict["HOST"] = shared_host
            _lead_to(own_database.name)


def _lead_to(name: str) -> None:
    connections.close_all()
    connection.close_pool()
    connection.settings_dict["NAME"] = name
    forget_settings()
