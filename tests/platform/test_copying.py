"""Rows written in bulk keep their foreign keys."""

import psycopg
import pytest
from django.db import connection, transaction

from headwater.kernel import sql
from headwater.kernel.copying import copy_rows, holding_references

pytestmark = pytest.mark.django_db

TABLES = """
CREATE TABLE copied_parent (id bigint PRIMARY KEY);
CREATE TABLE copied_child (id bigint, parent bigint REFERENCES copied_parent, note text);
INSERT INTO copied_parent VALUES (1), (2);
"""


@pytest.fixture(autouse=True)
def tables() -> None:
    with connection.cursor() as cursor:
        cursor.execute(TABLES)


def role() -> str:
    return str(sql.value("SHOW session_replication_role"))


def test_text_arrives_as_it_is() -> None:
    odd = ["a\tb", "a\nb\r", "\\N", "\\", "", None]
    copy_rows("copied_child", ("id", "parent", "note"), [(n, 1, text) for n, text in enumerate(odd)])
    assert sql.values("SELECT note FROM copied_child ORDER BY id") == odd


def test_more_lines_than_travel_together() -> None:
    copy_rows("copied_child", ("id", "parent"), ((n, 2) for n in range(1001)))
    assert sql.value("SELECT count(DISTINCT id) FROM copied_child") == 1001


def test_parents_are_locked_in_place_of_a_check_a_row() -> None:
    with holding_references(["copied_child"], {"copied_parent": [2, 1, 1]}):
        assert role() == "replica"
        copy_rows("copied_child", ("id", "parent"), [(1, 1)])
    assert role() == "origin"


def test_a_parent_that_is_not_there_is_refused() -> None:
    holding = holding_references(["copied_child"], {"copied_parent": [1, 7]})
    with pytest.raises(psycopg.errors.ForeignKeyViolation), transaction.atomic(), holding:
        raise AssertionError("never entered")
    assert role() == "origin"


def test_the_role_comes_back_after_a_failure() -> None:
    holding = holding_references(["copied_child"], {"copied_parent": [1]})
    with pytest.raises(psycopg.errors.InvalidTextRepresentation), transaction.atomic(), holding:
        copy_rows("copied_child", ("id", "parent"), [("x", 1)])
    assert role() == "origin"


def test_triggers_of_the_table_itself_fire() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE FUNCTION shout() RETURNS trigger LANGUAGE plpgsql AS"
            " $$ BEGIN NEW.note := 'heard'; RETURN NEW; END $$;"
            "CREATE TRIGGER shout BEFORE INSERT ON copied_child FOR EACH ROW EXECUTE FUNCTION shout()"
        )
    with holding_references(["copied_child"], {"copied_parent": [1]}):
        assert role() == "origin"
        copy_rows("copied_child", ("id", "parent"), [(1, 1)])
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE copied_child ENABLE ALWAYS TRIGGER shout")
    with holding_references(["copied_child"], {"copied_parent": [1]}):
        assert role() == "replica"
        copy_rows("copied_child", ("id", "parent"), [(2, 1)])
    assert sql.values("SELECT note FROM copied_child") == ["heard"] * 2
