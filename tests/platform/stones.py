"""A record type for the tests of the platform: stones, in a table of their own."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import transaction

from headwater.kernel import sql
from headwater.kernel.access import Access, register_permission
from headwater.kernel.catalogue import (
    Field,
    FieldType,
    RecordType,
    Verbs,
    clean,
    record_type,
    register_record_type,
)
from headwater.kernel.errors import Conflict, NotFound, Stale
from headwater.kernel.sql import TRUE, Fragment

TABLE = """
CREATE TABLE IF NOT EXISTS test_stone (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    name text NOT NULL,
    weight numeric CHECK (weight >= 0),
    owner_id bigint,
    found_on date,
    custom jsonb NOT NULL DEFAULT '{}',
    version int NOT NULL DEFAULT 1,
    archived_at timestamptz
)
"""


class StoneTaken(Conflict):
    code = "stone.taken"
    message = "There is a stone named %(name)s."


def _create(access: Access, values: Mapping[str, Any]) -> int:
    cleaned = clean(record_type("stone"), values, access)
    with transaction.atomic():
        name = cleaned.fields["name"]
        if sql.value("SELECT 1 FROM test_stone WHERE name = %s", (name,)):
            raise StoneTaken(name=name)
        return int(
            sql.value(
                "INSERT INTO test_stone (name, weight, owner_id) VALUES (%s, %s, %s) RETURNING id",
                (name, cleaned.fields.get("weight"), access.user_id),
            )
        )


def _update(access: Access, record_id: int, values: Mapping[str, Any], *, version: int | None) -> None:
    cleaned = clean(record_type("stone"), values, access, partial=True)
    with transaction.atomic():
        present = sql.value("SELECT version FROM test_stone WHERE id = %s FOR UPDATE", (record_id,))
        if present is None:
            raise NotFound(record="stone", id=record_id)
        if version is not None and version != present:
            raise Stale(version=present)
        for key, value in cleaned.fields.items():
            sql.execute(
                f"UPDATE test_stone SET {key} = %s, version = version + 1 WHERE id = %s", (value, record_id)
            )


def _archive(access: Access, ids: Sequence[int]) -> int:
    return sql.execute("UPDATE test_stone SET archived_at = now() WHERE id = ANY(%s)", (list(ids),))


def _scope(access: Access, alias: str) -> Fragment:
    if access.reach.everyone:
        return TRUE
    return Fragment(f"{alias}.owner_id = ANY(%s)", (list(access.reach.people),))


def register_stones() -> None:
    for act in ("view", "create", "edit", "delete"):
        register_permission(f"stones.{act}", f"stones {act}")
    register_record_type(
        RecordType(
            key="stone",
            plural="stones",
            label="Stone",
            label_plural="Stones",
            table="test_stone",
            fields=(
                Field("name", "Name", FieldType.TEXT, required=True, nullable=False),
                Field("weight", "Weight", FieldType.NUMBER),
                Field("found_on", "Found on", FieldType.DATE),
            ),
            scope=_scope,
            verbs=Verbs(_create, _update, _archive),
            search=lambda access, q, alias: Fragment(f"{alias}.name LIKE %s", (f"%{q}%",)),
            default_sort="-name",
            has_owner=True,
        )
    )
