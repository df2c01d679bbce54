"""Several fresh databases within one test, so that runs can be compared."""

import itertools
from collections.abc import Callable, Iterator

import pytest
from django.db import connection, connections

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
        server.make_database(name, template=template_database, migrate=lambda _name: None)
        made.append(name)
        _lead_to(name)

    yield connect
    _lead_to(own_database.name)
    for name in made:
        server.drop_database(name)


def _lead_to(name: str) -> None:
    connections.close_all()
    connection.close_pool()
    connection.settings_dict["NAME"] = name
    forget_settings()
