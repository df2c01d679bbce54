"""Versions: numbered without gaps, never changed, never saved over somebody else's."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import DatabaseError, connection, transaction

from headwater.kernel.access import Access
from headwater.kernel.errors import NotFound, Stale
from headwater.kernel.sql import execute
from headwater.platform.versions import Change, difference, save_version, version, versions_of


@pytest.mark.django_db
def test_versions_count_up_and_stay(access: Access) -> None:
    first = save_version(access, "test.rule", 7, {"days": 15}, expected=0, note="start")
    second = save_version(access, "test.rule", 7, {"days": 30}, expected=1)
    assert (first.number, second.number, first.note) == (1, 2, "start")
    assert save_version(access, "test.rule", 7, {"days": 30}, expected=2).number == 2
    assert save_version(access, "test.rule", 8, {"days": 1}).number == 1
    assert [item.number for item in versions_of("test.rule", 7)] == [2, 1]
    assert version("test.rule", 7, 1).content == {"days": 15}
    with pytest.raises(NotFound):
        version("test.rule", 7, 3)
    with pytest.raises(Stale) as stale:
        save_version(access, "test.rule", 7, {"days": 20}, expected=1)
    assert stale.value.facts == {"version": 2}


@pytest.mark.django_db
def test_a_written_version_cannot_change(access: Access) -> None:
    save_version(access, "test.rule", 7, {"days": 15})
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        execute("UPDATE platform_version SET note = 'else'")


@pytest.mark.django_db(transaction=True)
def test_of_two_administrators_one_saves(access: Access) -> None:
    save_version(access, "test.rule", 7, {"days": 0})

    def save(days: int) -> bool:
        try:
            save_version(access, "test.rule", 7, {"days": days}, expected=1)
            return True
        except Stale:
            return False
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(save, range(1, 9))) == 1
    assert len(versions_of("test.rule", 7)) == 2


def test_what_differs() -> None:
    before = {"a": 1, "b": {"c": [1, 2], "d": True}, "people": [{"id": 1, "weight": 1}], "gone": "x"}
    after = {"a": 1, "b": {"c": [2], "d": True}, "people": [{"id": 1, "weight": 2}, {"id": 2}], "new": None}
    assert difference(before, after) == [
        Change("b.c", [1, 2], [2]),
        Change("people.0.weight", 1, 2),
        Change("people.1", None, {"id": 2}),
        Change("new", None, None),
        Change("gone", "x", None),
    ]
    assert difference(before, before) == []
    assert difference({"a": True}, {"a": 1}) == [Change("a", True, 1)]
