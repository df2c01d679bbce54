"""Indexes behind filterable fields: built beside running work, used by lists, dropped again."""

import pytest
from django.db import connection

from headwater.acquisition.services import create_campaign
from headwater.customization import services
from headwater.customization.models import CustomField
from headwater.customization.services.indexes import bring_index_in_step, index_name
from headwater.customization.types import IndexState
from headwater.kernel import criteria, sql
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


@pytest.mark.parametrize(("type", "options", "question"), CASES, ids=[case[0] for case in CASES])
def test_a_list_reads_from_the_index(
    type: str,  # noqa: A002
    options: dict[str, object],
    question: dict[str, object],
) -> None:
    field = make_field("主题", type, is_filterable=True, **options)
    assert bring_index_in_step(field.pk) == IndexState.READY
    assert index_name(field) in plan({"field": field.key} | question)


def test_a_job_builds_and_drops_it() -> None:
    create_campaign(ADMIN, {"name": "一"})
    field = make_field("主题", "text", is_filterable=True)
    assert field.index_state == IndexState.WANTED
    drain()
    run_jobs()
    field.refresh_from_db()
    assert (field.index_state, is_valid(field)) == (IndexState.READY, True)
    services.update_field(ADMIN, field.pk, is_filterable=False)
    drain()
    run_jobs()
    field.refresh_from_db()
    assert (field.index_state, is_valid(field)) == (IndexState.NONE, False)


def test_retiring_a_field_drops_its_index() -> None:
    field = make_field("主题", "text", is_filterable=True)
    bring_index_in_step(field.pk)
    services.retire_field(ADMIN, field.pk)
    bring_index_in_step(field.pk)
    assert not is_valid(field)


def test_what_a_broken_build_left_behind_is_built_again() -> None:
    field = make_field("主题", "text", is_filterable=True)
    bring_index_in_step(field.pk)
    sql.execute(
        "UPDATE pg_index SET indisvalid = false WHERE indexrelid = to_regclass(%s)", (index_name(field),)
    )
    assert bring_index_in_step(field.pk) == IndexState.READY
    assert is_valid(field)
    assert bring_index_in_step(field.pk) == IndexState.READY, "repeating it changes nothing"


def test_a_build_that_fails_is_told() -> None:
    field = make_field("主题", "number", is_filterable=True)
    campaign = create_campaign(ADMIN, {"name": "一"})
    sql.execute('UPDATE acquisition_campaign SET custom = \'{"zhu_ti": "x"}\' WHERE id = %s', (campaign,))
    assert bring_index_in_step(field.pk) == IndexState.FAILED
    field.refresh_from_db()
    assert "numeric" in field.index_error


def test_the_longest_text_fits_into_an_entry() -> None:
    field = make_field("主题", "text", max_length=500, is_filterable=True)
    bring_index_in_step(field.pk)
    create_campaign(ADMIN, {"name": "一", "custom": {field.name: "龘" * 500}})


def test_old_records_are_numbered_by_a_job() -> None:
    campaign = create_campaign(ADMIN, {"name": "一"})
    field = make_field("编号", "auto_number", number_format="HD-{number:3}")
    drain()
    run_jobs()
    assert (
        sql.value("SELECT custom->>%s FROM acquisition_campaign WHERE id = %s", (field.name, campaign))
        == "HD-001"
    )
