"""Criteria mean the same in SQL and in Python, whatever the field, the operator, the value and the row."""

from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from random import Random
from typing import Any

import orjson
import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from headwater.kernel import clock, sql
from headwater.kernel.access import Access, Scope
from headwater.kernel.catalogue import Field, FieldType
from headwater.kernel.catalogue.values import to_json
from headwater.kernel.criteria import OPERATORS, evaluate, matches, operators_for, parse, to_sql
from headwater.kernel.criteria.operators import Wants
from headwater.kernel.criteria.periods import NAMED, UNITS
from headwater.kernel.errors import Invalid
from tests.kernel import toy

NOW = datetime(2026, 11, 21, 1, 54, 30, 123456, tzinfo=UTC)  # 09:54:30 in Shanghai, a Saturday
CHOSEN = st.sampled_from([choice.value for choice in toy.COLOURS])
PERIODS = st.sampled_from(sorted(NAMED)) | st.builds(
    lambda word, amount, unit: {word: amount, "unit": unit},
    st.sampled_from(["last", "next"]),
    st.integers(0, 40),
    st.sampled_from(["hour", "day", "week", "month"]),
)
POOLS: dict[FieldType, list[Any]] = {
    FieldType.TEXT: [
        "a",
        "A",
        "ab",
        "B",
        "ß",
        "İ",
        "ς",
        "张三",
        "张",
        "ａ",
        "100%",
        "_",
        "a'b",
        "\\",
        "é",
        "",
        " ",
    ],
    FieldType.MONEY: [Decimal(n) for n in ("-1", "0", "0.01", "1", "1.5", "2", "10", "99.99")],
    FieldType.DATE: [
        date(2026, 11, 21) + timedelta(days=n) for n in (*range(-9, 12), -52, -51, -325, -324, 41, 30)
    ],
    FieldType.PICKLIST: ["red", "green", "blue"],
    FieldType.MULTI_PICK: [[], ["red"], ["green", "red"], ["blue", "green", "red"]],
    FieldType.CASCADE: ["44", "44/4403", "440", "11"],
    FieldType.BOOLEAN: [True, False],
    FieldType.PHONE: ["+8613800138000", "+8613900139000"],
    FieldType.EMAIL: ["a@b.com", "ab@c.cn"],
    FieldType.USER: [1, 2, 3],
    FieldType.DEPARTMENT: [1, 2],
}
POOLS[FieldType.LONG_TEXT] = POOLS[FieldType.TEXT]
POOLS[FieldType.NUMBER] = POOLS[FieldType.PERCENT] = POOLS[FieldType.MONEY]
_SHANGHAI = timedelta(hours=8)
POOLS[FieldType.DATETIME] = [
    NOW + timedelta(seconds=n, microseconds=-NOW.microsecond) for n in (-3601, -3600, -1, 0, 1, 3600, 3601)
] + [
    datetime(day.year, day.month, day.day, tzinfo=UTC) - _SHANGHAI + timedelta(seconds=n)
    for day in POOLS[FieldType.DATE]
    for n in (-1, 0, 1)
]
MAKERS = [
    {"id": 1, "name": "a", "size": Decimal(1), "owner": 1, "custom": {"c_size": 2}},
    {"id": 2, "name": "", "size": None, "owner": None, "custom": {}},
    {"id": 3, "name": "张三", "size": Decimal("0.5"), "owner": 3, "custom": {"c_size": None}},
]


def _rows(count: int = 90) -> list[dict[str, Any]]:
    """Rows of any mixture; about a third of what may be null is."""
    chance = Random(7)
    rows: list[dict[str, Any]] = []
    for thing_id in range(1, count + 1):
        row: dict[str, Any] = {"id": thing_id, "custom": {}}
        for field in (*toy.BUILT_IN, *toy.CUSTOM):
            pool = MAKERS if field.type == FieldType.LINK else POOLS[field.type]
            value = chance.choice(pool)
            if field.key == "score":
                value = chance.randint(-3, 3)
            elif field.nullable and field.key != "name" and chance.random() < 0.3:
                value = None
            if not field.is_custom:
                row[field.key] = value
            elif value is not None or chance.random() < 0.5:  # absent and null are both no value
                row["custom"][field.name] = value if isinstance(value, dict) else to_json(value)
        rows.append(row)
    return rows


ROWS = _rows()


def _points() -> st.SearchStrategy[Any]:
    return (
        st.sampled_from(POOLS[FieldType.DATE]).map(str)
        | st.sampled_from(POOLS[FieldType.DATETIME]).map(lambda moment: moment.isoformat())
        | st.sampled_from(["today", "this_week", "last_month", "yesterday", NOW.isoformat()])
        | st.builds(
            lambda word, amount, unit: {word: amount, "unit": unit},
            st.sampled_from(["ago", "ahead"]),
            st.integers(0, 20),
            st.sampled_from(["hour", "day"]),
        )
    )


_ASKED: dict[FieldType, st.SearchStrategy[Any]] = {
    kind: st.sampled_from(pool) for kind, pool in POOLS.items() if kind != FieldType.MULTI_PICK
} | {
    FieldType.MULTI_PICK: CHOSEN,
    FieldType.DATE: _points(),
    FieldType.DATETIME: _points(),
    FieldType.BOOLEAN: st.sampled_from([True, False, "是", "no"]),
    FieldType.USER: st.sampled_from([1, 2, 3, "@me", "@my_team"]),
    FieldType.DEPARTMENT: st.sampled_from([1, 2, "@mine"]),
    FieldType.LINK: st.sampled_from([1, 2, 3]),
}


@st.composite
def leaves(draw: st.DrawFn) -> dict[str, Any]:
    field = draw(st.sampled_from([*toy.BUILT_IN, *toy.CUSTOM]))
    key = field.key
    if field.type == FieldType.LINK and draw(st.booleans()):
        field = draw(st.sampled_from(toy.MAKER.fields))
        key = f"{key}.{field.key}"
    return {"field": key} | draw(questions(field))


@st.composite
def questions(draw: st.DrawFn, field: Field) -> dict[str, Any]:
    op = draw(st.sampled_from([operator.key for operator in operators_for(field)]))
    one = _ASKED[field.type].map(
        lambda value: value if isinstance(value, str | bool | int | dict) else str(value)
    )
    match OPERATORS[op].wants:
        case Wants.NOTHING:
            return {"op": op}
        case Wants.MANY:
            return {"op": op, "value": draw(st.lists(one, min_size=1, max_size=3))}
        case Wants.PAIR:
            return {"op": op, "value": [draw(one), draw(one)]}
        case Wants.PERIOD:
            return {"op": op, "value": draw(PERIODS)}
        case Wants.TEXT if field.type == FieldType.CASCADE:
            return {"op": op, "value": draw(st.sampled_from(POOLS[FieldType.CASCADE]))}
        case Wants.TEXT:
            return {
                "op": op,
                "value": draw(
                    st.sampled_from(["a", "A", "B", "张", "ß", "İ", "i", "%", "_", "'", "\\", "138", "@b"])
                ),
            }
    return {"op": op, "value": draw(one)}


TREES = st.recursive(
    leaves(),
    lambda parts: (
        st.builds(
            lambda word, found: {word: found}, st.sampled_from(["all", "any"]), st.lists(parts, max_size=3)
        )
        | parts.map(lambda part: {"not": part})
    ),
    max_leaves=5,
)


@contextmanager
def stored(rows: list[dict[str, Any]], makers: list[dict[str, Any]]) -> Iterator[None]:
    """The rows in their tables for a moment."""
    with transaction.atomic():
        toy.write("toy_maker", [_maker_columns(maker) for maker in makers])
        toy.write("toy_thing", [toy.columns_of(row) for row in rows])
        yield
        transaction.set_rollback(True)


def _maker_columns(maker: Mapping[str, Any]) -> dict[str, Any]:
    kept = {key: maker[key] for key in ("id", "name", "size")}
    return kept | {"owner_id": maker["owner"], "custom": orjson.dumps(maker["custom"]).decode()}


def by_sql(raw: Any, access: Access) -> set[int]:
    condition = to_sql(parse(raw, toy.THING, access))
    return set(sql.values(f"SELECT t.id FROM toy_thing t WHERE {condition.text}", condition.params))


def by_python(raw: Any, access: Access, rows: list[dict[str, Any]]) -> set[int]:
    checked = parse(raw, toy.THING, access)
    return {row["id"] for row in rows if matches(checked, row)}


def asked(raw: Mapping[str, Any]) -> bool:
    """Whether the criteria can be asked at all: `parse` refuses blank values."""
    try:
        parse(raw, toy.THING, toy.access())
    except Invalid as refusal:
        return not refusal.fields.keys() <= {"filter"}
    return True


def check(raw: Any, access: Access) -> int:
    """SQL and Python find the same rows, and the negation finds exactly the others; how many."""
    found = by_sql(raw, access)
    assert found == by_python(raw, access, ROWS), raw
    everything = {row["id"] for row in ROWS}
    assert by_sql({"not": raw}, access) == everything - found == by_python({"not": raw}, access, ROWS), raw
    return len(found)


@pytest.mark.usefixtures("toys")
def test_sql_and_python_agree_on_any_tree() -> None:
    access = toy.access()
    met: Counter[str] = Counter()

    @settings(max_examples=300, deadline=None, suppress_health_check=list(HealthCheck), database=None)
    @given(TREES.filter(asked))
    def agree(raw: Any) -> None:
        met["some" if 0 < check(raw, access) < len(ROWS) else "all or none"] += 1

    with clock.freeze(NOW), stored(ROWS, MAKERS):
        agree()
    assert met["some"] > 50, met  # the trees tell rows apart; else the test says nothing


@pytest.mark.usefixtures("toys")
def test_every_operator_of_every_field_agrees() -> None:
    access = toy.access()
    fields = [("", field) for field in (*toy.BUILT_IN, *toy.CUSTOM)]
    fields += [(prefix, field) for prefix in ("maker.", "custom.c_maker.") for field in toy.MAKER.fields]
    with clock.freeze(NOW), stored(ROWS, MAKERS):
        for prefix, field in fields:
            for operator in operators_for(field):
                for value in _values(field, operator.wants):
                    raw = {"field": prefix + field.key, "op": operator.key, "value": value}
                    if asked(raw):
                        check(raw, access)


def _values(field: Field, wants: Wants) -> list[Any]:
    """A few telling values for each shape an operator may want."""
    ones = {
        FieldType.DATE: [
            "2026-11-21",
            "today",
            "2026-11-21T09:00:00",
            {"ago": 3},
            {"ahead": 2, "unit": "week"},
        ],
        FieldType.DATETIME: [
            "2026-11-21",
            NOW.isoformat(),
            "2026-11-21 09:54:30",
            {"ago": 1, "unit": "hour"},
        ],
        FieldType.USER: [1, "@me", "@my_team"],
        FieldType.DEPARTMENT: [2, "@mine"],
        FieldType.LINK: [1, 3],
    }.get(field.type) or [str(item) for item in POOLS.get(field.type, [])[:8] if not isinstance(item, list)]
    match wants:
        case Wants.NOTHING:
            return [None]
        case Wants.MANY:
            return [["red"], ["red", "blue"]] if field.type == FieldType.MULTI_PICK else [ones[:1], ones[1:3]]
        case Wants.PAIR:
            return [[low, high] for low in ones[:4] for high in ones[:4]]
        case Wants.PERIOD:
            units = [
                {word: n, "unit": unit} for word in ("last", "next") for n in (0, 1, 7) for unit in UNITS
            ]
            return [*NAMED, *units]
        case Wants.TEXT if field.type == FieldType.CASCADE:
            return ["44", "440", "11", "4"]
        case Wants.TEXT:
            return ["a", "A", "B", "张", "ß", "İ", "i", "Σ", "%", "_", "'", "\\", "138", "@b"]
    return ones


@pytest.mark.usefixtures("toys")
def test_related_records_out_of_reach_do_not_match() -> None:
    makers = [{"id": n, "name": "a", "size": None, "owner": n * 2 - 1, "custom": {}} for n in (1, 2)]
    rows = [
        {"id": n, "name": "x", "score": 0, "maker": maker, "custom": {}} for n, maker in enumerate(makers, 1)
    ]
    with stored(rows, makers):
        raw = {"field": "maker.name", "op": "eq", "value": "a"}
        assert by_sql(raw, toy.access()) == {1, 2}
        assert by_sql(raw, toy.access(scope=Scope.OWN)) == {1}
        assert by_sql({"field": "maker.name", "op": "ne", "value": "b"}, toy.access(scope=Scope.OWN)) == {1}


@pytest.mark.usefixtures("toys")
def test_a_disagreement_would_be_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(evaluate, "holds", lambda _field, op, _wanted, _value: op == "is_empty")
    with stored(ROWS, MAKERS), pytest.raises(AssertionError):
        check({"field": "score", "op": "gte", "value": 0}, toy.access())
