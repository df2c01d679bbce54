"""The audit: complete, unchangeable, and sealed without holding anybody up."""

import threading
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from django.db import DatabaseError, connection, transaction

from headwater.kernel import sql
from headwater.kernel.access import Access, Actor, ActorKind, Scope, permit
from headwater.kernel.errors import Forbidden
from headwater.kernel.sql import Fragment
from headwater.platform import audit
from headwater.platform.context import running


def person(**permissions: Scope) -> Actor:
    granted = {code.replace("__", "."): scope for code, scope in permissions.items()}
    return Actor(7, ActorKind.PERSON, "张三", permissions=granted)


@pytest.mark.django_db
def test_an_act_is_recorded_with_who_and_what() -> None:
    access = permit(person(audit__view=Scope.ALL), "audit.view")
    changes = {"owner": [None, 7], "amount": [Decimal("1.50"), None], "due": [None, date(2026, 11, 21)]}
    with transaction.atomic(), running("req-1"):
        audit.record(access, "lead", 5, "assign", changes)
    (entry,) = audit.history("lead", 5).items
    assert (entry.actor_id, entry.actor_name, entry.request_id) == (7, "张三", "req-1")
    assert entry.changes == {"owner": [None, 7], "amount": ["1.50", None], "due": [None, "2026-11-21"]}


@pytest.mark.django_db(transaction=True)
def test_an_audit_outside_the_transaction_of_its_change_is_refused(access: Access) -> None:
    with pytest.raises(RuntimeError, match="outside the transaction"):
        audit.record(access, "lead", 5, "assign", {})


@pytest.mark.django_db
def test_bulk_acts_take_one_statement(access: Access, django_assert_num_queries: object) -> None:
    with django_assert_num_queries(1):  # type: ignore[operator]
        written = audit.record_many(access, "lead", "assign", [(n, {"owner": [None, n]}) for n in range(500)])
    assert written == 500
    assert audit.history("lead", 42).items[0].changes == {"owner": [None, 42]}
    assert audit.record_many(access, "lead", "assign", []) == 0
    selected = Fragment(
        "SELECT n::bigint, jsonb_build_object('a', %s::text) FROM generate_series(1, 3) n", ("b",)
    )
    assert audit.record_select(access, "pool", "x", selected) == 3
    assert audit.history("pool", 2).items[0].changes == {"a": "b"}


@pytest.mark.django_db
def test_pages_go_back_in_time_and_need_the_permission(access: Access) -> None:
    for number in range(5):
        audit.record(access, "lead", number, "assign", {})
    reader = permit(person(audit__view=Scope.ALL), "audit.view")
    first = audit.entries(reader, record_type="lead", limit=2)
    assert [entry.record_id for entry in first.items] == [4, 3]
    rest = audit.entries(reader, record_type="lead", before_id=first.next, limit=10)
    assert [entry.record_id for entry in rest.items] == [2, 1, 0]
    assert rest.next is None
    assert audit.entries(reader, until=datetime(2000, 1, 1, tzinfo=UTC)).items == []
    with pytest.raises(Forbidden):
        audit.entries(permit(person(settings__configure=Scope.ALL), "settings.configure"))


@pytest.mark.django_db
@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE platform_audit SET action = 'other'",
        "DELETE FROM platform_audit",
        "TRUNCATE platform_audit",
    ],
)
def test_the_database_refuses_every_change(access: Access, statement: str) -> None:
    audit.record(access, "lead", 5, "assign", {})
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        sql.execute(statement)


def _write(access: Access, *ids: int) -> None:
    with transaction.atomic():
        audit.record_many(access, "lead", "assign", audit.same_changes(ids, {"owner": [1, 2]}))


def _tamper(statement: str) -> None:
    sql.execute("ALTER TABLE platform_audit DISABLE TRIGGER USER")
    sql.execute(statement)
    sql.execute("ALTER TABLE platform_audit ENABLE TRIGGER USER")


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE platform_audit SET actor_name = 'x' WHERE record_id = 2",
        "DELETE FROM platform_audit WHERE record_id = 2",
        "UPDATE platform_audit SET id = 0 WHERE record_id = 2",
    ],
)
def test_sealing_makes_later_changes_visible(access: Access, statement: str) -> None:
    _write(access, 1, 2, 3)
    assert audit.seal() == 0  # marked
    assert audit.seal() == 3
    _write(access, 4)
    audit.seal()
    assert audit.seal() >= 0
    assert audit.verify().is_whole
    _tamper(statement)
    found = audit.verify()
    assert not found.is_whole
    assert found.bad_from == 1


@pytest.mark.django_db(transaction=True)
def test_sealing_waits_for_a_transaction_that_commits_late(access: Access) -> None:
    written, may_commit = threading.Event(), threading.Event()

    def slow() -> None:
        with transaction.atomic():
            audit.record(access, "lead", 1, "assign", {})
            written.set()
            may_commit.wait(20)
        connection.close()

    thread = threading.Thread(target=slow)
    thread.start()
    assert written.wait(20)
    _write(access, 2)
    assert audit.seal() == 0
    assert audit.seal() == 0  # the late one holds an id below
    may_commit.set()
    thread.join()
    assert audit.seal() == 2
    assert audit.verify() == audit.Verification(True, 1, 2)
