"""Things: records with a name and an owner, to follow up in tests."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from headwater.engagement import subjects
from headwater.engagement.services import record_activities
from headwater.engagement.types import NewActivity, Recorded, RecordRef
from headwater.kernel import access as kernel_access
from headwater.kernel import clock, sql
from headwater.kernel.access import Access, register_permission, system_access
from headwater.kernel.catalogue import Field, FieldType, RecordType, records, register_record_type
from headwater.kernel.sql import TRUE, Fragment
from headwater.organization import builtin
from headwater.organization.models import User
from tests.organization.factories import access, make_user

TABLE = """
    CREATE TABLE IF NOT EXISTS test_thing (
        id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, name text NOT NULL, owner_id bigint,
        version int NOT NULL DEFAULT 1,
        archived_at timestamptz, created_at timestamptz NOT NULL DEFAULT now())
"""

heard: list[Recorded] = []


def _scope(given: Access, alias: str) -> Fragment:
    if given.reach.everyone:
        return TRUE
    return Fragment(f"{alias}.owner_id = ANY(%s::bigint[])", (sorted(given.reach.people),))


def _hear(given: Access, activities: Sequence[Recorded]) -> None:
    heard.extend(activities)


def register_things() -> None:
    register_permission("things.view", "See things")
    builtin.register_role_grants("rep", {"things.view": "own"})
    builtin.register_role_grants("manager", {"things.view": "department_below"})
    register_record_type(
        RecordType(
            key="thing",
            plural="things",
            label="Thing",
            label_plural="Things",
            table="test_thing",
            fields=(
                Field("name", "Name", FieldType.TEXT, nullable=False),
                Field("owner", "Owner", FieldType.USER, relation="user"),
                Field("created_at", "Created", FieldType.DATETIME, nullable=False),
            ),
            scope=_scope,
            url="/things/{id}",
        )
    )
    subjects.register_subject("thing", recorded=_hear)


def withdraw_things() -> None:
    records._types.pop("thing", None)
    subjects._subjects.pop("thing", None)
    kernel_access._permissions.pop("things.view", None)
    builtin._additions.get("rep", {}).pop("things.view", None)
    builtin._additions.get("manager", {}).pop("things.view", None)


def make_thing(owner: User | None, name: str = "华为科技有限公司") -> RecordRef:
    """A thing of this owner."""
    made = sql.value(
        "INSERT INTO test_thing (name, owner_id) VALUES (%s, %s) RETURNING id", [name, owner and owner.pk]
    )
    return RecordRef("thing", made)


def make_rep(name: str = "张三", **values: Any) -> User:
    return make_user(name, role="rep", **values)


def make_activity(author: User, ref: RecordRef, **values: Any) -> int:
    """A follow-up written straight, whatever its author may do; `ago` is how long it is past."""
    ago: timedelta = values.pop("ago", timedelta())
    new = NewActivity(
        ref.record_type,
        ref.record_id,
        author_id=author.pk,
        occurred_at=values.pop("at", None) or clock.now() - ago,
        content=values.pop("content", "聊了聊"),
        **values,
    )
    return record_activities(system_access("tests"), [new])[0]


__all__ = ["access", "heard", "make_activity", "make_rep", "make_thing", "make_user"]
