"""What every test may use. Actors and clients per domain live beside their tests.

`db` (or the mark `django_db`)   a test inside one transaction that is rolled back
`own_database`                   a freshly cloned database of its own: real commits, threads, processes
`chromium`                       a real browser
`product`                        starts real web and worker processes on `own_database`, to be killed at will
"""

import itertools
import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from django.db import connection
from playwright.sync_api import Browser, sync_playwright
from pytest_django import DjangoDbBlocker

from tests import server
from tests.processes import Product

BROWSER_FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]

LONG = ("browser", "faults", "slow")

_clones = itertools.count(1)


@pytest.hookimpl(trylast=True)  # pytest-django sorts before
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Begin with the long files, an equal part for each worker: what is passed on last should be short."""
    workers = getattr(config, "workerinput", {}).get("workercount", 1)
    files = sorted({item.path for item in items if any(map(item.get_closest_marker, LONG))})
    parts: list[list[pytest.Item]] = [
        [item for item in items if item.path in files[number::workers]] for number in range(workers)
    ]
    short = iter([item for item in items if item.path not in set(files)])
    share = -(-len(items) // workers)
    items[:] = [
        item for part in parts for item in (*part, *itertools.islice(short, max(0, share - len(part))))
    ] + list(short)


@dataclass(frozen=True)
class OwnDatabase:
    """A database that belongs to one test; `environment` makes other processes use it too."""

    name: str

    @property
    def url(self) -> str:
        return server.TEST_SERVER.url(self.name)

    @property
    def environment(self) -> dict[str, str]:
        mark = {"HEADWATER_TEST_PARENT": str(os.getpid()), "DJANGO_SETTINGS_MODULE": "tests.settings"}
        return os.environ | mark | {"DATABASE_URL": self.url}

    def cut_connections(self) -> None:
        """End every session on it but the caller's own, as a network fault or a restart would."""
        with connection.cursor() as cursor:
            cursor.execute(
                "select pg_terminate_backend(pid) from pg_stat_activity"
                " where datname = %s and pid <> pg_backend_pid()",
                [self.name],
            )


@pytest.fixture(autouse=True)
def fresh_settings() -> None:
    """What another test changed is not remembered."""
    from headwater.platform.settings.values import forget_settings

    forget_settings()


@pytest.fixture(scope="session")
def test_server() -> Iterator[None]:
    """The shared test server runs while this session does."""
    with server.use_test_server():
        server.drop_abandoned()
        yield


@pytest.fixture(scope="session")
def template_database(test_server: None, django_db_blocker: DjangoDbBlocker) -> str:
    """The name of the migrated database that others are cloned from."""
    return f"template_{server.migration_state()}"


@pytest.fixture(scope="session")
def django_db_setup(
    request: pytest.FixtureRequest,
    django_test_environment: None,
    template_database: str,
    django_db_blocker: DjangoDbBlocker,
) -> Iterator[None]:
    """Give this process (a whole run or one xdist worker) its clone of the template."""
    name = f"test_{os.getpid()}"
    with django_db_blocker.unblock():
        server.make_database(name, template=template_database)
        server.connect_to(name)
        yield
        server.connect_to("postgres")
    server.drop_database(name)


@pytest.fixture
def own_database(
    template_database: str, django_db_setup: None, django_db_blocker: DjangoDbBlocker
) -> Iterator[OwnDatabase]:
    """A database of its own for this test, empty but migrated; Django's connection leads there."""
    before = connection.settings_dict["NAME"]
    name = f"test_{os.getpid()}_{next(_clones)}"
    with django_db_blocker.unblock():
        server.make_database(name, template=template_database)
        server.connect_to(name)
        try:
            yield OwnDatabase(name)
        finally:
            server.connect_to(before)
            server.drop_database(name)


@pytest.fixture
def product(own_database: OwnDatabase, tmp_path: Path) -> Iterator[Product]:
    """Real processes of the product on this test's database; killed at the end."""
    made = Product(environment=own_database.environment, folder=tmp_path)
    try:
        yield made
    finally:
        made.end()


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """One browser for the session."""
    names = ("chromium", "chromium-browser", "google-chrome")
    path = os.environ.get("HEADWATER_CHROMIUM") or next(filter(None, map(shutil.which, names)), None)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=BROWSER_FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def _django_db_helper(request: pytest.FixtureRequest, django_db_setup: None) -> None:
    """pytest-django's set-up; a test that commits gets a clone instead of emptying all tables afterwards."""
    marker = request.node.get_closest_marker("django_db")
    commits = {"own_database", "product", "transactional_db", "live_server"} & set(request.fixturenames)
    if commits or (marker and marker.kwargs.get("transaction")):
        request.getfixturevalue("own_database")
    else:
        request.getfixturevalue("_django_db_helper")
