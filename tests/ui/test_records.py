"""Lists, facts and forms built from the catalogue, on the toy record type."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.http import HttpRequest, QueryDict
from django.test import RequestFactory
from django.utils import translation

from headwater.kernel.access import FieldRule
from headwater.kernel.catalogue import FieldType
from headwater.kernel.errors import Invalid
from headwater.ui import records, web
from headwater.ui.records.forms import posted_values
from headwater.ui.records.words import condition_words
from headwater.ui.responses import respond
from tests.kernel import toy
from tests.kernel.conftest import _toys, toys  # noqa: F401 - fixtures

pytestmark = pytest.mark.usefixtures("toys")


@pytest.fixture(autouse=True)
def _chinese() -> Iterator[None]:
    with translation.override("zh-hans"):
        yield


@pytest.fixture
def things(toys: None) -> None:  # noqa: F811
    moment = datetime(2026, 11, 20, 2, tzinfo=UTC)
    toy.write("toy_maker", [toy_maker(1, "活水")])
    toy.write(
        "toy_thing",
        [
            toy.columns_of(
                {
                    "id": number,
                    "name": f"东西{number:02}",
                    "score": number * 7 % 30,
                    "amount": number * 1000,
                    "colour": "red" if number % 2 else "green",
                    "owner": {"id": number % 3 + 1},
                    "maker": {"id": 1},
                    "at": moment,
                    "phone": "13800138000",
                    "is_open": number % 2 == 0,
                    "tags": ["red"],
                    "custom": {"c_amount": 5},
                }
            )
            for number in range(1, 31)
        ],
    )


def toy_maker(number: int, name: str) -> dict[str, Any]:
    return {"id": number, "name": name}


def request(query: str = "", **cookies: str) -> HttpRequest:
    made = RequestFactory().get(f"/things?{query}")
    made.COOKIES |= cookies
    made.actor = toy.actor()  # type: ignore[attr-defined]
    return made


def page(query: str = "", **options: Any) -> Any:
    options.setdefault("limit", 10)
    options.setdefault("columns", ("name", "colour", "amount", "owner", "at"))
    asked = options.pop("request", None) or request(query)
    return records.list_page(asked, toy.access(), toy.THING, url="/things", **options)


def names(shown: Any) -> list[str]:
    return [row.cells[0].value for row in shown.rows]


@pytest.mark.usefixtures("things")
def test_pages_lead_forth_and_back_and_keep_the_rest_of_the_address() -> None:
    first = page("f.colour=red&sort=-amount")
    assert (first.count, len(first.rows), first.previous_href) == (15, 10, "")
    second = page(urlsplit(first.next_href).query)
    assert parse_qs(urlsplit(first.next_href).query)["f.colour"] == ["red"]
    assert not set(names(first)) & set(names(second))
    assert (second.first_number, second.next_href) == (11, "")
    back = page(urlsplit(second.previous_href).query)
    assert names(back) == names(first)


@pytest.mark.usefixtures("things")
def test_quick_filters_and_built_conditions_go_together() -> None:
    tree = json.dumps({"all": [{"field": "amount", "op": "gte", "value": 20_000}]})
    shown = page(f"f.colour=green&filter={tree}", filters=("colour", "owner"))
    assert shown.count == 6
    assert len(shown.chips) == 1
    assert "20000" in shown.chips[0].label
    assert shown.filters[0].values == ["green"]
    assert parse_qs(urlsplit(shown.chips[0].remove_href).query) == {"f.colour": ["green"]}


@pytest.mark.usefixtures("things")
def test_a_filter_that_finds_nothing_offers_to_clear_it() -> None:
    shown = page("f.colour=blue&sort=name")
    assert shown.rows == ()
    assert shown.empty.actions[0].href == "/things?sort=name"


@pytest.mark.usefixtures("things")
def test_columns_come_from_the_address_the_cookie_or_the_default() -> None:
    def keys(shown: Any) -> list[str]:
        return [column.key for column in shown.columns]

    assert keys(page("columns=score,colour,unknown")) == ["name", "score", "colour"]
    cookie = request("", hw_columns_toy_thing="custom-c_amount.score")
    assert keys(page(request=cookie)) == ["name", "custom.c_amount", "score"]
    assert keys(page()) == ["name", "colour", "amount", "owner", "at"]


@pytest.mark.usefixtures("things")
def test_sorting_turns_and_starts_at_the_first_page() -> None:
    columns = {column.key: column for column in page("sort=-amount&cursor=&page=3").columns}
    assert columns["amount"].sort == "descending"
    assert parse_qs(urlsplit(columns["amount"].sort_href).query) == {"sort": ["amount"]}
    assert parse_qs(urlsplit(columns["name"].sort_href).query) == {"sort": ["name"]}


@pytest.mark.usefixtures("things")
def test_every_type_has_a_cell_and_the_list_renders() -> None:
    everything = [field.key for field in toy.THING.fields]
    shown = page(columns=everything, card=("amount", "at"), card_tag="colour", batch=())
    assert {cell.kind for cell in shown.rows[0].cells} >= {
        "name",
        "money",
        "when",
        "person",
        "tags",
        "boolean",
        "phone",
    }
    html = respond(request(), "ui/records/list.html", shown).content.decode()
    assert "东西01" in html
    assert "138 0013 8000" in html


def test_bad_conditions_are_refused_with_words() -> None:
    with pytest.raises(Invalid):
        page("filter={nonsense")


@pytest.mark.usefixtures("things")
def test_facts_are_editable_only_where_the_reader_may() -> None:
    access = toy.access(rules={("toy_thing", "phone"): FieldRule.HIDDEN})
    from headwater.kernel import listing

    row = listing.get(access, toy.THING, 1)
    facts = {
        fact.label: fact for group in records.fact_groups(toy.THING, access, row) for fact in group.facts
    }
    assert "Phone" not in facts
    assert facts["Owner"].cell.kind == "person"
    assert all(fact.edit_url == "" for fact in facts.values())  # the toy has no update service


def test_forms_have_a_control_for_every_type() -> None:
    made = records.form_page(toy.THING, toy.access(), title="新建", action="/things/new")
    kinds = {control.name: control.kind for group in made.groups for control in group.controls}
    assert kinds["amount"] == "money"
    assert kinds["owner"] == "user"
    assert kinds["place"] == "cascade"
    assert kinds["is_open"] == "switch"
    html = respond(request(), "ui/records/form.html", made).content.decode()
    assert html.count("data-field=") >= len(kinds)


def test_what_was_posted_is_what_the_services_check() -> None:
    fields = [
        field
        for field in toy.BUILT_IN
        if field.type in (FieldType.BOOLEAN, FieldType.MULTI_PICK, FieldType.TEXT)
    ]
    values = posted_values(QueryDict("name=甲&tags=red&tags=&code="), fields)
    assert values == {"name": "甲", "code": "", "tags": ["red"], "is_open": False}


def test_conditions_are_put_into_words() -> None:
    tree = {
        "any": [
            {"field": "colour", "op": "in", "value": ["red", "green"]},
            {"not": {"field": "at", "op": "within", "value": {"last": 7, "unit": "day"}}},
        ]
    }
    words = condition_words(tree, toy.THING, toy.access())
    assert "红、绿" in words
    assert "最近 7 天" in words
    assert " 或 " in words


@pytest.mark.usefixtures("things")
def test_islands_get_fields_options_and_cascades() -> None:
    fields = json.loads(web.fields(request(), "toy_thing").content)["fields"]
    assert {"name", "colour", "custom.c_amount", "maker.size"} <= {field["key"] for field in fields}
    people = json.loads(web.options(request("q=张"), "toy_person").content)["items"]
    assert [item["label"] for item in people] == ["张三"]
    places = json.loads(web.cascade(request(), "toy_thing", "place").content)["items"]
    assert {"value": "44/4403", "label": "深圳", "parent": "44"} in places


@pytest.mark.usefixtures("things")
def test_a_list_asks_the_same_number_of_questions_for_many_rows(django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(2):
        page(limit=2)
    with django_assert_num_queries(2):
        page(limit=30)
