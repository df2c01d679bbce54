"""Web processes behind a pooler in transaction mode, set up as `deploy/pgbouncer.ini` says."""

import configparser
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.parse import quote

import pytest

from headwater.platform.database.account import server_account
from tests import server
from tests.conftest import OwnDatabase
from tests.processes import ROOT, Product, free_port, status_of, wait_until

PGBOUNCER = shutil.which("pgbouncer", path=f"{os.environ.get('PATH', '')}:/usr/sbin")

pytestmark = [
    pytest.mark.faults,
    pytest.mark.slow,
    pytest.mark.skipif(PGBOUNCER is None, reason="pgbouncer is not installed"),
]


@pytest.fixture
def pooled_url(own_database: OwnDatabase) -> Iterator[str]:
    """The test's database through pgbouncer, over a private socket."""
    account = server_account()
    settings = configparser.ConfigParser(comment_prefixes=(";",), interpolation=None)
    settings.read(ROOT / "deploy" / "pgbouncer.ini")
    with tempfile.TemporaryDirectory(prefix="hw-pooler-") as name:
        folder = Path(name)
        port = free_port()
        socket_folder = server.TEST_SERVER.socket_folder
        settings["databases"] = {own_database.name: f"host='{socket_folder}' port=5432 user=headwater"}
        settings["pgbouncer"].update(
            {
                "listen_addr": "",
                "listen_port": str(port),
                "unix_socket_dir": name,
                "auth_type": "any",
                "auth_file": "",
                "default_pool_size": "2",
            }
        )
        with (folder / "pgbouncer.ini").open("w") as file:
            settings.write(file)
        account.own(folder)
        account.own(folder / "pgbouncer.ini")
        assert PGBOUNCER is not None
        process = subprocess.Popen(
            [PGBOUNCER, "-q", str(folder / "pgbouncer.ini")], cwd="/", **account.subprocess_identity()
        )
        try:
            wait_until((folder / f".s.PGSQL.{port}").exists, within=20)
            yield f"postgresql://headwater@/{own_database.name}?host={quote(name, safe='')}&port={port}"
        finally:
            process.terminate()
            process.wait(20)


def test_pages_are_answered_through_a_transaction_pooler(product: Product, pooled_url: str) -> None:
    process, address = product.start_web(DATABASE_URL=pooled_url, HEADWATER_PREPARED_STATEMENTS="0")
    pages = [f"{address}/readyz", f"{address}/welcome", f"{address}/sign-in"] * 20
    with ThreadPoolExecutor(8) as pool:
        statuses = set(pool.map(status_of, pages))
    assert statuses == {200}, process.text()[-3000:]


def test_the_worker_goes_straight_to_the_database(product: Product, pooled_url: str) -> None:
    _web, address = product.start_web(DATABASE_URL=pooled_url, HEADWATER_PREPARED_STATEMENTS="0")
    worker = product.start_worker()
    assert status_of(f"{address}/readyz") == 200
    assert worker.stop() == 0
