"""The fixtures that everybody's tests stand on."""

import threading

import pytest
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder

from tests.conftest import OwnDatabase

Applied = MigrationRecorder.Migration


@pytest.mark.django_db
@pytest.mark.parametrize("turn", [1, 2])
def test_a_plain_test_is_rolled_back(turn: int) -> None:
    assert Applied.objects.filter(app="canary").count() == 0
    Applied.objects.create(app="canary", name="rolled back")
    assert connection.in_atomic_block


@pytest.mark.parametrize("turn", [1, 2])
def test_own_database_commits_and_is_seen_by_other_threads(own_database: OwnDatabase, turn: int) -> None:
    assert Applied.objects.filter(app="canary").count() == 0
    Applied.objects.create(app="canary", name="committed")
    assert not connection.in_atomic_block
    seen: list[tuple[str, int]] = []

    def look() -> None:
        seen.append((connection.settings_dict["NAME"], Applied.objects.filter(app="canary").count()))
        connection.close()

    thread = threading.Thread(target=look)
    thread.start()
    thread.join()
    assert seen == [(own_database.name, 1)]


@pytest.mark.django_db(transaction=True)
def test_a_transactional_test_gets_its_own_database() -> None:
    assert connection.settings_dict["NAME"].count("_") == 2
    assert not connection.in_atomic_block


def test_db_and_own_database_together_mean_the_own_one(db: None, own_database: OwnDatabase) -> None:
    assert connection.settings_dict["NAME"] == own_database.name
    assert not connection.in_atomic_block
