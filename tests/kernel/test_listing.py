"""Lists: every row exactly once, nothing that may not be seen, and words for what is wrong."""

import base64
import contextlib
import json
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from itertools import pairwise
from random import Random
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from headwater.kernel import clock, criteria, listing, sql
from headwater.kernel.access import FieldRule, Scope, permit
from headwater.kernel.catalogue import FieldType
from headwater.kernel.catalogue.values import to_json
from headwater.kernel.criteria.periods import period
from headwater.kernel.errors import Forbidden, Invalid, NotFound
from tests.kernel import toy
from tests.kernel.test_criteria_agreement import MAKERS, NOW, POOLS, stored

pytestmark = pytest.mark.usefixtures("toys")

SORTABLE = [
    field for field in (*toy.BUILT_IN, *toy.CUSTOM) if field.sortable and field.type != FieldType.MULTI_PICK
]


def _rows() -> list[dict[str, Any]]:
    """Many ties and many nulls, in no order."""
    chance = Random(11)
    rows = []
    for thing_id in chance.sample(range(1, 1000), 60):
        row: dict[str, Any] = {"id": thing_id, "custom": {}}
        for field in (*toy.BUILT_IN, *toy.CUSTOM):
            pool = [MAKERS[0], MAKERS[1]] if field.type == FieldType.LINK else POOLS[field.type]
            value: Any = chance.choice(pool[:3])
            if field.key == "score":
                value = chance.randint(0, 3)
            elif field.nullable and chance.random() < 0.4:
                value = None
            if field.is_custom:
                row["custom"][field.name] = value if isinstance(value, dict) else to_json(value)
            else:
                row[field.key] = value
        rows.append(row)
    return rows


ROWS = _rows()
IDS = sorted(row["id"] for row in ROWS)


def _order(row: dict[str, Any], sort: str) -> list[Any]:
    """A row's place by the sort, as Python sees it: nulls last, whichever way."""
    place: list[Any] = []
    for part in sort.split(","):
        field = toy.THING.all_fields[part.lstrip("-")]
        value = row["custom"].get(field.name) if field.is_custom else row[field.key]
        if isinstance(value, dict):
            value = value["id"]
        place.append((value is None, value, part.startswith("-")))
    return place


def _before(one: list[Any], other: list[Any]) -> bool:
    for (null, value, down), (other_null, other_value, _down) in zip(one, other, strict=True):
        if null != other_null:
            return bool(other_null)
        if not null and value != other_value:
            return bool(value > other_value if down else value < other_value)
    return True  # equal: the id decides


def test_pages_give_every_row_once_and_in_order() -> None:
    access = toy.access()
    sorts = st.lists(
        st.builds(lambda way, field: way + field.key, st.sampled_from(["", "-"]), st.sampled_from(SORTABLE)),
        min_size=1,
        max_size=3,
        unique_by=lambda part: part.lstrip("-"),
    ).map(",".join)

    @settings(max_examples=120, deadline=None, suppress_health_check=list(HealthCheck), database=None)
    @given(sorts, st.sampled_from([1, 7, 20, 59, 60, 200]))
    def walk(sort: str, limit: int) -> None:
        found: list[dict[str, Any]] = []
        cursor = None
        for _page in range(len(ROWS) + 2):
            page = listing.fetch(access, toy.THING, sort=sort, limit=limit, cursor=cursor)
            assert len(page.rows) <= limit
            found += page.rows
            cursor = page.next
            if cursor is None:
                break
        assert sorted(row["id"] for row in found) == IDS, sort
        for one, other in pairwise(found):
            assert _before(_order(one, sort), _order(other, sort)), sort

    with stored(ROWS, MAKERS[:2]):
        walk()


def test_a_row_that_comes_in_between_moves_no_other() -> None:
    access = toy.access()
    with stored(ROWS, MAKERS[:2]):
        first = listing.fetch(access, toy.THING, sort="-score", limit=10)
        late = ROWS[0] | {"id": 2000, "score": 9}
        toy.write("toy_thing", [toy.columns_of(late)])
        rest = listing.fetch(access, toy.THING, sort="-score", limit=200, cursor=first.next)
        assert sorted(row["id"] for row in first.rows + rest.rows) == IDS


def test_relations_are_an_id_and_a_name_custom_ones_too() -> None:
    makers = [MAKERS[0]]
    row = {"id": 1, "name": "a", "score": 0, "owner": 1, "maker": MAKERS[0]}
    row["custom"] = {"c_owner": 2, "c_maker": 1, "c_department": 9}
    with stored([row], makers):
        (found,) = listing.fetch(toy.access(), toy.THING).rows
    assert found["owner"] == {"id": 1, "name": "张三"}
    assert found["maker"] == {"id": 1, "name": "a"}
    assert found["department"] is None
    assert found["custom"]["c_owner"] == {"id": 2, "name": "李四"}
    assert found["custom"]["c_maker"] == {"id": 1, "name": "a"}
    assert found["custom"]["c_department"] == {"id": 9, "name": None}


def test_only_the_fields_asked_for_are_read() -> None:
    with stored(ROWS[:3], MAKERS[:2]):
        (row, *_rest) = listing.fetch(toy.access(), toy.THING, fields=["name", "custom.c_code"]).rows
        assert set(row) == {"id", "version", "name", "custom"}
        assert set(row["custom"]) <= {"c_code"}
        (row, *_rest) = listing.fetch(toy.access(), toy.THING, fields=["name"]).rows
        assert set(row) == {"id", "version", "name"}


RULES = {
    ("toy_thing", "amount"): FieldRule.HIDDEN,
    ("toy_thing", "phone"): FieldRule.MASKED,
    ("toy_thing", "email"): FieldRule.READ_ONLY,
    ("toy_thing", "custom.c_phone"): FieldRule.MASKED,
    ("toy_thing", "custom.c_code"): FieldRule.HIDDEN,
    ("toy_thing", "maker"): FieldRule.MASKED,
}
ONE = {
    "id": 1,
    "name": "a",
    "score": 0,
    "amount": Decimal(5),
    "phone": "+8613800138000",
    "email": "a@b.com",
    "maker": MAKERS[0],
    "custom": {"c_phone": "+8613900139000", "c_code": "x", "c_note": "y"},
}


def test_field_rules_hold_in_lists_and_records() -> None:
    access = toy.access(rules=RULES)
    with stored([ONE], MAKERS):
        for row in (listing.fetch(access, toy.THING).rows[0], listing.get(access, toy.THING, 1)):
            assert "amount" not in row
            assert row["phone"] == "***"
            assert row["email"] == "a@b.com"
            assert row["maker"] == "***"
            assert row["custom"] == {"c_phone": "***", "c_note": "y"}
        with_names = listing.fetch(access, toy.THING, fields=["amount", "custom.c_code", "name"]).rows[0]
        assert set(with_names) == {"id", "version", "name"}


@pytest.mark.parametrize("key", ["amount", "phone", "custom.c_phone", "custom.c_code", "maker.name", "maker"])
def test_what_is_hidden_or_masked_cannot_be_guessed_by_filter_or_sort(key: str) -> None:
    access = toy.access(rules=RULES)
    with pytest.raises(Invalid):
        criteria.parse({"field": key, "op": "is_empty"}, toy.THING, access)
    with pytest.raises(Invalid):
        listing.fetch(access, toy.THING, sort=key)


@pytest.mark.parametrize(
    "sort", ["nothing", "-", "maker.name", "tags", "name,", "custom.", "name;drop", "name " * 50]
)
def test_bad_sorts_are_refused(sort: str) -> None:
    with pytest.raises(Invalid) as refusal:
        listing.fetch(toy.access(), toy.THING, sort=sort)
    assert "sort" in refusal.value.fields


@pytest.mark.parametrize(
    "cursor", ["x", "e30", "W10", "WzFd", "bnVsbA", "/", "é", "W251bGwsMV0x", "A" * 5000]
)
def test_foreign_cursors_are_refused(cursor: str) -> None:
    with pytest.raises(Invalid) as refusal:
        listing.fetch(toy.access(), toy.THING, sort="-score,at", cursor=cursor)
    assert "cursor" in refusal.value.fields


POSITIONS = st.lists(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.sampled_from(["2026-W01-1", "2026-11-21", "x", "1_0", "NaN", "\x00", "9999-12-31T23:59:59-23:00"]),
    max_size=3,
).map(lambda parts: base64.urlsafe_b64encode(json.dumps(parts).encode()).decode())


@given(st.text(max_size=60) | POSITIONS)
@settings(max_examples=200, deadline=None, suppress_health_check=list(HealthCheck), database=None)
def test_no_cursor_breaks_a_list(cursor: str) -> None:
    for sort in ("at", "day", "score", "custom.c_day", "is_open", "maker", "name", "custom.c_amount"):
        with contextlib.suppress(Invalid):  # refused in words, before the database saw it
            listing.fetch(toy.access(), toy.THING, sort=sort, cursor=cursor)


def test_a_cursor_of_another_sort_is_refused_or_harmless() -> None:
    with stored(ROWS, MAKERS[:2]):
        cursors = [
            (sort, listing.fetch(toy.access(), toy.THING, sort=sort, limit=5).next)
            for sort in ("at", "score", "-name", "custom.c_amount", "is_open", "custom.c_at", "day")
        ]
        for _sort, cursor in cursors:
            for other in (
                "at",
                "score",
                "-name",
                "custom.c_amount",
                "is_open",
                "custom.c_at",
                "day",
                "maker",
            ):
                with contextlib.suppress(Invalid):
                    listing.fetch(toy.access(), toy.THING, sort=other, cursor=cursor)


def test_counts_stop_at_their_cap() -> None:
    with stored(ROWS, MAKERS[:2]):
        assert listing.count(toy.access(), toy.THING) == 60
        assert listing.count(toy.access(), toy.THING, cap=10) == 10
        assert listing.count(toy.access(), toy.THING, cap=None) == 60


def test_archived_records_are_out_of_lists_but_can_be_had_on_purpose() -> None:
    with stored([ONE], MAKERS):
        sql.execute("UPDATE toy_thing SET archived_at = %s", (NOW,))
        assert listing.fetch(toy.access(), toy.THING).rows == []
        with pytest.raises(NotFound):
            listing.get(toy.access(), toy.THING, 1)
        assert listing.get(toy.access(), toy.THING, 1, archived=True)["id"] == 1


def test_out_of_scope_is_not_found() -> None:
    access = permit(toy.actor(scope=Scope.OWN), "toy_makers.view")
    with stored([], MAKERS):
        assert [row["id"] for row in listing.fetch(access, toy.MAKER).rows] == [1]
        assert listing.ids_within(access, toy.MAKER, [1, 2, 3]) == {1}
        with pytest.raises(NotFound):
            listing.get(access, toy.MAKER, 3)


def test_matching_ids_are_within_scope_and_limit() -> None:
    everything = criteria.parse(None, toy.THING, toy.access())
    with stored(ROWS, MAKERS[:2]):
        assert sorted(listing.matching_ids(toy.access(), toy.THING, everything, limit=500)) == IDS
        assert len(listing.matching_ids(toy.access(), toy.THING, everything, limit=7)) == 7


def test_a_permission_is_needed_to_reach_through_a_relation() -> None:
    lesser = permit(replace(toy.actor(), permissions={"toy_things.view": Scope.ALL}), "toy_things.view")
    with pytest.raises(Invalid):
        criteria.parse({"field": "maker.name", "op": "eq", "value": "a"}, toy.THING, lesser)
    with pytest.raises(Forbidden):
        lesser.also("toy_makers.view")


def test_hours_and_days_of_the_clock() -> None:
    """`last 7 days` are today and the six days before, to the present moment."""
    with clock.freeze(NOW):
        week = period({"last": 7, "unit": "day"})
        assert (week.start, week.end) == (
            NOW.replace(hour=16, minute=0, second=0, microsecond=0) - timedelta(days=7),
            NOW,
        )
