"""A record type with every kind of field, built-in and custom, over a table of its own.

`toy_thing` points to `toy_maker`; both exist only inside the test's transaction.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import orjson

from headwater.kernel import sql
from headwater.kernel.access import Access, Actor, ActorKind, Scope, permit, register_permission
from headwater.kernel.catalogue import Choice, Choices, Field, FieldType, RecordType, register_record_type
from headwater.kernel.sql import TRUE, Fragment

COLOURS = Choices([Choice("red", "红"), Choice("green", "绿"), Choice("blue", "蓝", retired=True)])
PLACES = Choices(
    [
        Choice("44", "广东"),
        Choice("44/4403", "深圳", parent="44"),
        Choice("440", "别处"),
        Choice("11", "北京"),
    ]
)
_T = FieldType

BUILT_IN = (
    Field("name", "Name", _T.TEXT, nullable=False, required=True),
    Field("code", "Code", _T.TEXT),
    Field("note", "Note", _T.LONG_TEXT),
    Field("amount", "Amount", _T.MONEY),
    Field("score", "Score", _T.NUMBER, nullable=False),
    Field("share", "Share", _T.PERCENT),
    Field("day", "Day", _T.DATE),
    Field("at", "At", _T.DATETIME),
    Field("colour", "Colour", _T.PICKLIST, choices=lambda: COLOURS),
    Field("tags", "Tags", _T.MULTI_PICK, choices=lambda: COLOURS),
    Field("place", "Place", _T.CASCADE, choices=lambda: PLACES),
    Field("is_open", "Open", _T.BOOLEAN),
    Field("phone", "Phone", _T.PHONE),
    Field("email", "E-mail", _T.EMAIL),
    Field("owner", "Owner", _T.USER, relation="toy_person"),
    Field("department", "Department", _T.DEPARTMENT, relation="toy_team"),
    Field("maker", "Maker", _T.LINK, relation="toy_maker"),
)
CUSTOM = tuple(
    Field(
        f"custom.c_{field.key}",
        f"Custom {field.label}",
        field.type,
        choices=field.choices,
        relation=field.relation,
    )
    for field in BUILT_IN
    if field.key not in ("name", "score")
)

THING = RecordType(
    key="toy_thing",
    plural="toy_things",
    label="Thing",
    label_plural="Things",
    table="toy_thing",
    fields=(*BUILT_IN, *CUSTOM),
    default_sort="name",
)


def _own_makers(access: Access, alias: str) -> Fragment:
    if access.reach.everyone:
        return TRUE
    return Fragment(f"{alias}.owner_id = ANY(%s::bigint[])", (sorted(access.reach.people),))


MAKER = RecordType(
    key="toy_maker",
    plural="toy_makers",
    label="Maker",
    label_plural="Makers",
    table="toy_maker",
    fields=(
        Field("name", "Name", _T.TEXT, nullable=False),
        Field("size", "Size", _T.NUMBER),
        Field("owner", "Owner", _T.USER, relation="toy_person"),
        Field("custom.c_size", "Custom size", _T.NUMBER),
    ),
    scope=_own_makers,
    default_sort="name",
)


def _simple(key: str) -> RecordType:
    return RecordType(
        key=key, plural=f"{key}s", label=key, label_plural=key, table=key,
        fields=(Field("name", "Name", _T.TEXT, nullable=False),), is_archivable=False,
    )  # fmt: skip


def register() -> None:
    for kind in (THING, MAKER, _simple("toy_person"), _simple("toy_team")):
        register_record_type(kind)
        register_permission(kind.permission("view"), f"See {kind.plural}", group="toys")


def make_tables() -> None:
    sql.execute(
        """
        CREATE TABLE toy_person (id bigint PRIMARY KEY, name text NOT NULL);
        CREATE TABLE toy_team (id bigint PRIMARY KEY, name text NOT NULL);
        CREATE TABLE toy_maker (id bigint PRIMARY KEY, version int NOT NULL DEFAULT 1,
            archived_at timestamptz, custom jsonb NOT NULL DEFAULT '{}', name text NOT NULL, size numeric,
            owner_id bigint);
        CREATE TABLE toy_thing (id bigint PRIMARY KEY, version int NOT NULL DEFAULT 1,
            archived_at timestamptz, custom jsonb NOT NULL DEFAULT '{}', name text NOT NULL, code text,
            note text, amount numeric(16, 2), score integer NOT NULL, share numeric, day date, at timestamptz,
            colour text, tags jsonb, place text, is_open boolean, phone text, email text, owner_id bigint,
            department_id bigint, maker_id bigint);
        INSERT INTO toy_person VALUES (1, '张三'), (2, '李四'), (3, '王五');
        INSERT INTO toy_team VALUES (1, '一部'), (2, '二部');
        """
    )


def actor(
    *,
    user_id: int = 1,
    scope: Scope = Scope.ALL,
    team: Iterable[int] = (1, 2),
    rules: Mapping[Any, Any] | None = None,
) -> Actor:
    """Person 1 of department 1, whose team is `team`."""
    plurals = ("toy_things", "toy_makers", "toy_persons", "toy_teams")
    return Actor(
        id=user_id,
        kind=ActorKind.PERSON,
        name="张三",
        permissions={f"{plural}.view": scope for plural in plurals},
        people={Scope.OWN: frozenset({user_id}), Scope.DEPARTMENT: frozenset(team)},
        field_rules=dict(rules or {}),
        department_id=1,
    )


def access(**given: Any) -> Access:
    return permit(actor(**given), "toy_things.view")


def columns_of(row: Mapping[str, Any]) -> dict[str, Any]:
    """A row of values by field key as columns of the table."""
    columns: dict[str, Any] = {"id": row["id"]}
    for field in BUILT_IN:
        value = row.get(field.key)
        if isinstance(value, Mapping):
            value = value["id"]
        if field.type == _T.MULTI_PICK and value is not None:
            value = orjson.dumps(value).decode()
        columns[f"{field.key}_id" if field.type.is_relation else field.key] = value
    custom = {
        name: value["id"] if isinstance(value, Mapping) else value
        for name, value in row.get("custom", {}).items()
    }
    columns["custom"] = orjson.dumps(custom).decode()
    return columns


def write(table: str, rows: Sequence[Mapping[str, Any]]) -> None:
    for row in rows:
        names = ", ".join(row)
        marks = ", ".join("%s::jsonb" if name in ("custom", "tags") else "%s" for name in row)
        sql.execute(f"INSERT INTO {table} ({names}) VALUES ({marks})", list(row.values()))
