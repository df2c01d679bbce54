"""A record type of the tests' own: engagement stands below the rooms that own records."""

from collections.abc import Iterator

import pytest
from django.db import connection

from tests.engagement.things import TABLE, register_things, withdraw_things


@pytest.fixture(scope="module", autouse=True)
def things() -> Iterator[None]:
    """The record type `thing`, with permissions of its own, while a module of this directory runs."""
    register_things()
    yield
    withdraw_things()


@pytest.fixture(autouse=True)
def _thing_table(db: None) -> None:
    with connection.cursor() as cursor:
        cursor.execute(TABLE)
