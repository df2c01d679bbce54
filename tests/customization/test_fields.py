"""Custom fields are full citizens at once."""

import threading
from typing import Any

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils.translation import override

from headwater.acquisition.services import create_campaign, update_campaign
from headwater.customization import services
from headwater.customization.errors import NotCustomizable
from headwater.customization.models import CustomField
from headwater.customization.queries import custom_fields_of, picklist_choices, snapshot
from headwater.customization.queries.fields import views_that_use
from headwater.kernel import criteria, listing
from headwater.kernel.catalogue import record_type
from headwater.kernel.errors import Invalid, Stale
from tests.customization.factories import ADMIN, make_field
from tests.organization.factories import access, make_user

pytestmark = pytest.mark.django_db

TYPES: list[tuple[str, dict[str, Any], Any, Any]] = [
    ("text", {}, " 甲　乙 ", "甲　乙"),
    ("long_text", {}, "第一行\n第二行", "第一行\n第二行"),
    ("number", {"decimals": 0}, "１２", 12),
    ("money", {}, "¥6.8万", 68000),
    ("percent", {}, "30%", 30),
    ("date", {}, "2026年11月21日", "2026-11-21"),
    ("datetime", {}, "2026-11-21 09:30", "2026-11-21T01:30:00Z"),
    ("picklist", {"choices": ["甲", "乙"]}, "乙", "乙"),
    ("multi_pick", {"choices": ["甲", "乙", "丙"]}, "甲；丙", ["甲", "丙"]),
    ("cascade", {"picklist": "region"}, "深圳南山", "44/4403/440305"),
    ("boolean", {}, "是", True),
    ("phone", {}, "138 0013 8000", "+8613800138000"),
    ("email", {}, "A@B.COM", "a@b.com"),
    ("url", {}, "example.com", "https://example.com"),
]


@pytest.mark.parametrize(("type", "options", "raw", "kept"), TYPES, ids=[case[0] for case in TYPES])
def test_a_value_is_taken_listed_filtered_and_sorted(
    type: str,  # noqa: A002
    options: dict[str, Any],
    raw: Any,
    kept: Any,
) -> None:
    field = make_field("新字段", type, **options)
    kind = record_type("campaign")
    with_value = create_campaign(ADMIN, {"name": "有", "custom": {field.name: raw}})
    without = create_campaign(ADMIN, {"name": "无"})
    row = listing.get(ADMIN, kind, with_value)
    assert row["custom"] == {field.name: kept}
    found = criteria.parse({"field": field.key, "op": "is_not_empty"}, kind, ADMIN)
    assert [item["id"] for item in listing.fetch(ADMIN, kind, criteria=found).rows] == [with_value]
    assert criteria.matches(found, row)
    if kind.all_fields[field.key].sortable:
        for sort in (field.key, f"-{field.key}"):
            page = listing.fetch(ADMIN, kind, sort=sort, fields=["name"])
            assert [item["id"] for item in page.rows] == [with_value, without]


def test_relations_lead_to_records() -> None:
    person = make_user()
    user = make_field("负责讲师", "user")
    link = make_field("上期活动", "link", relation="campaign")
    first = create_campaign(ADMIN, {"name": "一"})
    second = create_campaign(ADMIN, {"name": "二", "custom": {user.name: person.pk, link.name: first}})
    kind = record_type("campaign")
    by_name = criteria.parse({"field": f"{link.key}.name", "op": "eq", "value": "一"}, kind, ADMIN)
    assert [row["id"] for row in listing.fetch(ADMIN, kind, criteria=by_name).rows] == [second]
    with pytest.raises(Invalid):
        update_campaign(ADMIN, first, {"custom": {link.name: 999_999}})


def test_names_are_made_from_labels_and_never_given_twice() -> None:
    assert make_field("Total Visits").name == "total_visits"
    assert make_field("预算金额", "money").name == "yu_suan_jin_e"
    first = make_field("备注")
    services.retire_field(ADMIN, first.pk)
    again = make_field("备注")
    assert (first.name, again.name) == ("bei_zhu", "bei_zhu_2")
    assert make_field("2025").name == "field_2025"
    assert make_field("★").name == "field"


@pytest.mark.parametrize(
    ("values", "complaint"),
    [
        ({"label": ""}, "label"),
        ({"label": "名称", "type": "formula"}, "type"),
        ({"label": "选", "type": "picklist"}, "choices"),
        ({"label": "选", "type": "picklist", "picklist": "nothing"}, "picklist"),
        ({"label": "数", "type": "number", "minimum": 5, "maximum": 1}, "maximum"),
        ({"label": "数", "type": "number", "minimum": "x"}, "minimum"),
        ({"label": "数", "type": "number", "default": "abc"}, "default"),
        ({"label": "数", "type": "number", "maximum": 5, "default": 9}, "default"),
        ({"label": "选", "type": "picklist", "choices": ["甲"], "default": "乙"}, "default"),
        ({"label": "文", "pattern": "("}, "pattern"),
        ({"label": "文", "pattern": "(a+)+$"}, "pattern"),
        ({"label": "文", "name": "Robert'); DROP TABLE x;--"}, "name"),
        ({"label": "文", "name": "1a"}, "name"),
        ({"label": "文", "max_length": 100_000}, "max_length"),
        ({"label": "文", "colour": "red"}, "colour"),
        ({"label": "文", "choices": ["a"]}, "choices"),
        ({"label": "链", "type": "link", "relation": "nothing"}, "relation"),
        ({"label": "号", "type": "auto_number", "number_format": "LD"}, "number_format"),
        ({"label": "号", "type": "auto_number", "number_format": "{number}{number}"}, "number_format"),
        ({"label": "长", "type": "long_text", "is_filterable": True}, "is_filterable"),
        ({"label": "预算"}, "label"),  # a built-in field is called so
    ],
)
def test_definitions_are_checked(values: dict[str, Any], complaint: str) -> None:
    with override("en"), pytest.raises(Invalid) as refusal:
        label = "Budget" if values["label"] == "预算" else values["label"]
        services.create_field(ADMIN, **({"record": "campaign", "type": "text"} | values | {"label": label}))
    assert complaint in refusal.value.fields


def test_some_records_take_no_fields() -> None:
    with pytest.raises(NotCustomizable):
        make_field(record="source")


def test_a_field_changes_its_words_and_limits_but_not_its_nature() -> None:
    field = make_field("人数", "number", decimals=0)
    services.update_field(ADMIN, field.pk, label="到场人数", maximum=100, is_required=True, version=1)
    changed = record_type("campaign").all_fields[field.key]
    assert (str(changed.label), changed.maximum, changed.required) == ("到场人数", 100.0, True)
    with pytest.raises(Stale):
        services.update_field(ADMIN, field.pk, label="x", version=1)
    for fixed in ({"type": "text"}, {"name": "other"}, {"record": "lead"}):
        with pytest.raises(Invalid):
            services.update_field(ADMIN, field.pk, **fixed)
    with pytest.raises(Invalid) as refusal:
        create_campaign(ADMIN, {"name": "一", "custom": {field.name: 101}})
    assert refusal.value.fields[field.key]["code"] == "value.too_large"
    with pytest.raises(Invalid) as refusal:
        create_campaign(ADMIN, {"name": "一"})
    assert refusal.value.fields[field.key]["code"] == "value.required"


def test_a_retired_field_leaves_the_screens_and_keeps_its_values() -> None:
    field = make_field("主题")
    campaign = create_campaign(ADMIN, {"name": "一", "custom": {field.name: "云"}})
    services.retire_field(ADMIN, field.pk)
    kind = record_type("campaign")
    assert field.key not in kind.all_fields
    with pytest.raises(Invalid):
        update_campaign(ADMIN, campaign, {"custom": {field.name: "端"}})
    update_campaign(ADMIN, campaign, {"name": "二"})
    services.restore_field(ADMIN, field.pk)
    assert listing.get(ADMIN, kind, campaign)["custom"] == {field.name: "云"}


def test_the_choices_of_a_field_are_its_own_list() -> None:
    field = make_field("档位", "picklist", choices=[{"value": "a", "label": "甲", "color": "red"}, "乙"])
    assert [(choice.value, choice.color) for choice in picklist_choices(f"campaign.{field.name}")()] == [
        ("a", "red"),
        ("乙", ""),
    ]
    services.update_field(ADMIN, field.pk, choices=["丙"])
    assert record_type("campaign").all_fields[field.key].options.find("丙") is not None


def test_fields_keep_the_order_and_groups_given() -> None:
    fields = [make_field(label) for label in ("甲", "乙", "丙")]
    wanted = [fields[2].pk, fields[0].pk, fields[1].pk]
    services.order_fields(ADMIN, "campaign", wanted, {fields[2].pk: "会场"})
    found = custom_fields_of("campaign")
    assert [str(field.label) for field in found] == ["丙", "甲", "乙"]
    assert found[0].group == "会场"


def test_views_that_use_a_field_are_named() -> None:
    field = make_field("主题")
    person = make_user(role="marketing")
    services.save_view(
        access(person, "campaigns.view"),
        record="campaign",
        name="有主题",
        criteria={"any": [{"not": {"field": field.key, "op": "is_empty"}}]},
    )
    assert views_that_use("campaign", field.key) == ["有主题"]


def test_numbers_are_given_by_the_system() -> None:
    field = make_field("编号", "auto_number", number_format="HD-{number:4}")
    ids = [create_campaign(ADMIN, {"name": f"活动{n}"}) for n in range(3)]
    kind = record_type("campaign")
    numbers = [listing.get(ADMIN, kind, campaign)["custom"][field.name] for campaign in ids]
    assert numbers == ["HD-0001", "HD-0002", "HD-0003"]
    with pytest.raises(Invalid):
        update_campaign(ADMIN, ids[0], {"custom": {field.name: "HD-9999"}})


def test_records_that_were_there_before_are_numbered_once() -> None:
    from headwater.customization.services.numbers import number_existing

    ids = [create_campaign(ADMIN, {"name": f"活动{n}"}) for n in range(5)]
    field = make_field("编号", "auto_number", number_format="{number}")
    assert number_existing(field, chunk=2) == 5
    assert number_existing(field, chunk=2) == 0
    kind = record_type("campaign")
    assert [listing.get(ADMIN, kind, campaign)["custom"][field.name] for campaign in ids] == list("12345")


def test_the_catalogue_asks_nothing_once_it_is_warm() -> None:
    kind = record_type("campaign")

    def look() -> int:
        return len(kind.all_fields) + len(picklist_choices("campaign_type")())

    snapshot._own.block = None  # as in a transaction that has changed nothing
    look()
    with CaptureQueriesContext(connection) as queries:
        for _turn in range(5):
            look()
    assert len(queries) == 0


def test_a_transaction_that_changed_fields_reads_them_from_memory_too() -> None:
    kind = record_type("campaign")
    make_field("主题")
    assert "custom.zhu_ti" in kind.all_fields
    with CaptureQueriesContext(connection) as queries:
        for _turn in range(5):
            with transaction.atomic():
                assert "custom.zhu_ti" in kind.all_fields
    assert [query["sql"] for query in queries if "SAVEPOINT" not in query["sql"]] == []


def test_a_change_that_is_undone_was_never_there() -> None:
    class Undo(Exception):
        pass

    with pytest.raises(Undo), transaction.atomic():
        field = make_field("主题")
        assert field.key in record_type("campaign").all_fields
        raise Undo
    assert field.key not in record_type("campaign").all_fields


@pytest.mark.django_db(transaction=True)
def test_a_committed_change_shows_in_every_thread_at_once() -> None:
    seen: list[bool] = []

    def look() -> None:
        seen.append("custom.topic" in record_type("campaign").all_fields)
        connection.close()

    def in_thread() -> None:
        thread = threading.Thread(target=look)
        thread.start()
        thread.join()

    in_thread()
    with transaction.atomic():
        make_field("Topic")
        in_thread()
    in_thread()
    services.retire_field(ADMIN, CustomField.objects.get(name="topic").pk)
    in_thread()
    assert seen == [False, False, True, False]


@pytest.mark.django_db(transaction=True)
def test_another_process_change_is_seen_after_the_next_look(monkeypatch: pytest.MonkeyPatch) -> None:
    assert "custom.topic" not in record_type("campaign").all_fields
    with transaction.atomic():
        make_field("Topic")
    name = str(connection.settings_dict["NAME"])
    monkeypatch.setitem(snapshot._shared, name, snapshot._Shared(snapshot.Snapshot(stamp=-1), 0.0))
    monkeypatch.setattr(snapshot, "REFRESH_SECONDS", -1.0)
    assert "custom.topic" in record_type("campaign").all_fields
