"""The harness itself, and web and worker running apart on one external database."""

import pytest

from headwater.platform.jobs import workers_seen
from tests.conftest import OwnDatabase
from tests.processes import Product, descendants, status_of

pytestmark = [pytest.mark.faults, pytest.mark.slow]


def test_several_webs_and_workers_share_a_database(product: Product, own_database: OwnDatabase) -> None:
    workers = [product.start_worker(), product.start_worker()]
    (first, one), (_second, other) = product.start_web(), product.start_web()
    product.wait_until(lambda: len(workers_seen()) == 2)
    assert status_of(f"{one}/healthz") == status_of(f"{other}/healthz") == 200

    own_database.cut_connections()
    product.wait_until(lambda: status_of(f"{one}/readyz") == 200, within=60)

    below = descendants(first.pid)
    first.kill_alone()
    product.wait_until(lambda: not set(below) & set(_alive(below)))
    assert status_of(f"{one}/healthz") == 0
    assert status_of(f"{other}/readyz") == 200

    workers[0].kill()
    assert workers[1].stop() == 0
    assert len(workers_seen()) == 1, "the killed one is still listed, the stopped one took its leave"


def _alive(pids: list[int]) -> list[int]:
    from pathlib import Path

    return [pid for pid in pids if Path(f"/proc/{pid}").exists()]
