"""Indexes behind filterable fields: built beside running work, used by lists, dropped again."""

import pytest
from django.db import connection

from headwater.acquisition.services import create_campaign
from headwater.customization import services
from headwater.customization.models import CustomField
from headwater.customization.services.indexes import bring_index_in_step, index_name
from headwater.customization.types import IndexState
from headwater.kernel import criteria, listing, sql
from headwater.kernel.catalogue import record_type
from headwater.platform.events import drain
from headwater.platform.jobs import run_jobs
from tests.customization.factories import ADMIN, make_field

pytestmark = pytest.mark.django_db(transaction=True)


def is_valid(field: CustomField) -> bool:
    return bool(
        sql.value("SELECT indisvalid FROM pg_index WHERE indexrelid = to_regclass(%s)", (index_name(field),))
    )


def plan(raw: object) -> str:
    kind = record_type("campaign")
    condition = criteria.to_sql(criteria.parse(raw, kind, ADMIN))
    with connection.cursor() as cursor:
        cursor.execute("SET enable_seqscan = off")
        cursor.execute(f"EXPLAIN SELECT t.id FROM {kind.table} t WHERE {condition.text}", condition.params)
        return "\n".join(row[0] for row in cursor.fetchall())


CASES = [
    ("text", {}, {"op": "eq", "value": "x"}),
    ("number", {}, {"op": "gte", "value": 5}),
    ("money", {}, {"op": "between", "value": [1, 5]}),
    ("date", {}, {"op": "within", "value": "this_month"}),
    ("datetime", {}, {"op": "within", "value": {"last": 7, "unit": "day"}}),
    ("picklist", {"choices": ["甲", "乙"]}, {"op": "in", "value": ["甲"]}),
    ("multi_pick", {"choices": ["甲", "乙"]}, {"op": "has_any", "value": ["甲"]}),
    ("boolean", {}, {"op": "eq", "value": True}),
    ("user", {}, {"op": "in", "value": [1]}),
]


def test_lists_read_from_the_indexes() -> None:
    """One test for all types: each test here has a database of its own."""
    for kind, options, question in CASES:
        field = make_field(f"字段{kind}", kind, is_filterable=True, **options)
        assert bring_index_in_step(field.pk) == IndexState.READY, kind
        assert index_name(field) in plan({"field": field.key} | question), kind
        sort = sorted_plan(field)
        assert kind == "multi_pick" or (index_name(field) in sort and "Sort" not in sort), kind


def sorted_plan(field: CustomField) -> str:
    """How the first page is read in the order that a first click on the column gives."""
    kind = record_type("campaign")
    found = kind.all_fields[field.key]
    if not found.sortable:
        return ""
    falls = found.type.is_numeric or found.type.is_temporal
    keys = listing.parse_sort(f"-{field.key}" if falls else field.key, kind, ADMIN)
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN SELECT t.id FROM {kind.table} t ORDER BY {listing._order(keys)} LIMIT 50")
        return "\n".join(row[0] for row in cursor.fetchall())


def test_jobs_build_and_drop_it_and_number_old_records() -> None:
    campaign = create_campaign(ADMIN, {"name": "一"})
    field = make_field("主题", "text", is_filterable=True)
    number = make_field("编号", "auto_number", number_format="HD-{number:3}")
    assert field.index_state == IndexState.WANTED
    drain()
    run_jobs()
    kept = sql.value("SELECT custom->>%s FROM acquisition_campaign WHERE id = %s", (number.name, campaign))
    assert kept == "HD-001", "records that were there before are numbered"
    field.refresh_from_db()
    assert (field.index_state, is_valid(field)) == (IndexState.READY, True)
    services.update_field(ADMIN, field.pk, is_filterable=False)
    drain()
    run_jobs()
    field.refresh_from_db()
    assert (field.index_state, is_valid(field)) == (IndexState.NONE, False)


def test_an_index_is_mended_and_goes_with_its_field() -> None:
    field = make_field("主题", "text", max_length=500, is_filterable=True)
    bring_index_in_step(field.pk)
    # What a broken build leaves behind is there but invalid.
    sql.execute(
        "UPDATE pg_index SET indisvalid = false WHERE indexrelid = to_regclass(%s)", (index_name(field),)
    )
    assert bring_index_in_step(field.pk) == IndexState.READY
    assert is_valid(field)
    assert bring_index_in_step(field.pk) == IndexState.READY, "repeating it changes nothing"
    longest = create_campaign(ADMIN, {"name": "一", "custom": {field.name: "龘" * 500}})
    assert longest, "the longest text fits into an entry"
    services.retire_field(ADMIN, field.pk)
    bring_index_in_step(field.pk)
    assert not is_valid(field)


def test_a_build_that_fails_is_told() -> None:
    field = make_field("主题", "number", is_filterable=True)
    campaign = create_campaign(ADMIN, {"name": "一"})
    sql.execute('UPDATE acquisition_campaign SET custom = \'{"zhu_ti": "x"}\' WHERE id = %s', (campaign,))
    assert bring_index_in_step(field.pk) == IndexState.FAILED
    field.refresh_from_db()
    assert "numeric" in field.index_error
