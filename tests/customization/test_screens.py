"""The settings screens and the views of lists, as a browser asks for them."""

import orjson
import pytest
from django.test import Client

from headwater.customization.models import CustomField, PicklistItem, SavedView
from headwater.customization.queries import get_picklist, list_setup
from headwater.kernel.catalogue import FieldType, record_type
from headwater.organization.models import User
from tests.customization.factories import ADMIN, make_field
from tests.organization.factories import access, client_for, make_user

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true", "HX-Target": "hw-dialog"}


@pytest.fixture
def administrator() -> User:
    return make_user("管理员", role="admin")


@pytest.fixture
def admin(administrator: User) -> Client:
    return client_for(administrator)


@pytest.fixture
def rep() -> Client:
    return client_for(make_user("销售", role="rep"))


def page(client: Client, path: str, **headers: str) -> str:
    response = client.get(path, headers=headers or None)
    assert response.status_code == 200, (path, response.status_code)
    return response.content.decode()


def test_fields_of_each_object(admin: Client) -> None:
    make_field("展位号", "text", is_filterable=True, in_list=True, is_required=True)
    assert admin.get("/settings/fields").status_code == 302
    text = page(admin, "/settings/fields/campaign")
    assert "展位号" in text
    assert "custom.zhan_wei_hao" in text
    assert "展位号" in page(admin, "/settings/fields/campaign/preview")
    assert admin.get("/settings/fields/source").status_code == 404


@pytest.mark.parametrize("kind", FieldType.values)
def test_every_type_has_its_form(admin: Client, kind: str) -> None:
    text = page(admin, f"/settings/fields/campaign/new?type={kind}", **HTMX)
    assert 'name="label"' in text


def test_choosing_a_type_comes_first(admin: Client) -> None:
    assert "type=multi_pick" in page(admin, "/settings/fields/campaign/new", **HTMX)
    assert "type=multi_pick" in page(admin, "/settings/fields/campaign/new?type=nonsense")


def test_a_field_is_made_changed_ordered_retired_and_restored(admin: Client) -> None:
    made = admin.post(
        "/settings/fields/campaign/new",
        {
            "type": "cascade",
            "label": "产品线",
            "choices": "云/存储\n云/计算\n端",
            "in_list": "true",
            "label_en": "Line",
        },
        headers=HTMX,
    )
    assert made.status_code == 204
    field = CustomField.objects.get(label="产品线")
    assert field.picklist is not None
    assert [item.value for item in field.picklist.items.order_by("position")] == [
        "云",
        "云/存储",
        "云/计算",
        "端",
    ]
    assert field.labels == {"en": "Line"}
    path = f"/settings/field/{field.pk}"
    assert "产品线" in page(admin, path, **HTMX)
    form = {"version": "1", "label": "产品", "help": "选一个", "group": "会场"}
    assert admin.post(path, form, headers=HTMX).status_code == 204
    field.refresh_from_db()
    assert (field.label, field.group, field.in_list, field.version) == ("产品", "会场", False, 2)
    assert admin.post(path, form, headers=HTMX).status_code == 412
    other = make_field("主题")
    admin.post("/settings/fields/campaign/order", {"ids": [other.pk, field.pk]})
    assert list(CustomField.objects.order_by("position").values_list("pk", flat=True)) == [other.pk, field.pk]
    assert "产品" in page(admin, f"{path}/retire", **HTMX)
    assert admin.post(f"{path}/retire", headers=HTMX).status_code == 204
    assert "产品" in page(admin, "/settings/fields/campaign")
    assert admin.post(f"{path}/restore", headers=HTMX).status_code == 204
    field.refresh_from_db()
    assert field.retired_at is None


def test_complaints_stand_beside_the_fields(admin: Client) -> None:
    answer = admin.post(
        "/settings/fields/campaign/new", {"type": "number", "label": "", "minimum": "x"}, headers=HTMX
    )
    assert answer.status_code == 422
    assert set(orjson.loads(answer.content)["facts"]["fields"]) == {"label", "minimum"}


def test_picklists(admin: Client) -> None:
    assert "campaign_type" in page(admin, "/settings/picklists")
    made = admin.post("/settings/picklists/new", {"label": "颜色", "choices": "红\n蓝\n\n红"}, headers=HTMX)
    assert made["HX-Redirect"] == "/settings/picklist/yan_se"
    assert "红" in page(admin, "/settings/picklist/yan_se")
    items = {item.value: item.pk for item in PicklistItem.objects.filter(picklist__key="yan_se")}
    path = "/settings/picklist/yan_se"
    assert admin.post(f"{path}/add", {"choices": "绿\n黄"}, headers=HTMX).status_code == 204
    edit = {"label": "大红", "color": "red", "label_en": "Scarlet"}
    assert admin.post(f"{path}/{items['红']}", edit, headers=HTMX).status_code == 204
    assert admin.post(f"{path}/order", {"ids": [items["蓝"], items["红"]]}, headers=HTMX).status_code == 204
    assert admin.post(f"{path}/{items['蓝']}/retire", headers=HTMX).status_code == 204
    card = get_picklist(ADMIN, "yan_se")
    assert [(item.label, item.color) for item in card.offered] == [("大红", "red"), ("绿", ""), ("黄", "")]
    assert admin.post(f"{path}/{items['蓝']}/restore", headers=HTMX).status_code == 204
    assert admin.post(f"{path}/rename", {"label": "色彩", "description": ""}, headers=HTMX).status_code == 204
    assert "色彩" in page(admin, path)
    for missing in ("/settings/picklist/nothing", f"{path}/999999"):
        assert admin.get(missing).status_code == 404


def test_a_translated_label_that_was_only_shown_stays_translated(admin: Client) -> None:
    card = get_picklist(ADMIN, "campaign_type")
    item = card.offered[0]
    path = f"/settings/picklist/campaign_type/{item.id}"
    admin.post(path, {"label": item.label, "color": "lime", "label_en": ""}, headers=HTMX)
    admin.post(
        "/settings/picklist/campaign_type/rename", {"label": str(card.label), "description": ""}, headers=HTMX
    )
    row = PicklistItem.objects.get(pk=item.id)
    assert (row.label, row.color, row.picklist.label) == ("", "lime", "")


def test_regions_are_shown_but_not_edited(admin: Client) -> None:
    assert "GB/T 2260" in page(admin, "/settings/picklist/region")
    assert admin.post("/settings/picklist/region/add", {"choices": "火星"}, headers=HTMX).status_code == 409


@pytest.mark.parametrize(
    "path",
    [
        "/settings/fields",
        "/settings/fields/campaign",
        "/settings/fields/campaign/new",
        "/settings/picklists",
        "/settings/picklist/region",
    ],
)
def test_settings_are_for_administrators(rep: Client, path: str) -> None:
    assert rep.get(path).status_code == 403
    assert Client().get(path).status_code in (302, 303)


def test_what_a_list_shows_becomes_a_view(admin: Client, administrator: User) -> None:
    text = page(admin, "/views/new/campaign?view=running&f.type=email&f.owner=%40me&sort=-budget", **HTMX)
    assert "&#34;email&#34;" in text
    running = {"field": "status", "op": "eq", "value": "active"}
    criteria = {"all": [running, {"field": "type", "op": "in", "value": ["email"]}]}
    form = {
        "name": "邮件",
        "criteria": orjson.dumps(criteria).decode(),
        "sort": "-budget",
        "sharing": "everyone",
    }
    form |= {"columns": ["name", "budget"]}
    answer = admin.post("/views/new/campaign", form, headers=HTMX)
    view = SavedView.objects.get()
    assert answer["HX-Redirect"] == f"/campaigns?view=v{view.pk}"
    assert (view.criteria, view.columns, view.sharing) == (criteria, ["name", "budget"], "everyone")
    assert "邮件" in page(admin, f"/campaigns?view=v{view.pk}")
    assert "邮件" in page(admin, "/views/of/campaign", **HTMX)
    changed = form | {"name": "邮件活动", "version": "1"}
    assert admin.post(f"/views/{view.pk}/edit", changed, headers=HTMX).status_code == 204
    assert "邮件活动" in page(admin, f"/views/{view.pk}/edit", **HTMX)
    assert admin.post(f"/views/of/campaign/first?view=v{view.pk}", headers=HTMX).status_code == 204
    setup = list_setup(access(administrator, "campaigns.view"), record_type("campaign"))
    assert setup.criteria == criteria
    assert admin.post(f"/views/{view.pk}/delete", headers=HTMX).status_code == 204
    assert not SavedView.objects.exists()


def test_chosen_columns_are_kept_for_the_view(admin: Client, administrator: User) -> None:
    field = make_field("主题")
    kind = record_type("campaign")
    path = "/views/of/campaign/columns?view=running"
    assert admin.post(path, {"columns": ["name", "custom-zhu_ti"]}, headers=HTMX).status_code == 204
    assert list_setup(access(administrator, "campaigns.view"), kind, "running").columns == ["name", field.key]
    assert "主题" in page(admin, "/campaigns?view=running")
    assert admin.post(path, {}, headers=HTMX).status_code == 204
    assert field.key not in list_setup(access(administrator, "campaigns.view"), kind, "running").columns


def test_somebody_elses_view_does_not_exist(admin: Client, rep: Client) -> None:
    admin.post("/views/new/campaign", {"name": "独此一份", "criteria": "", "columns": ["name"]}, headers=HTMX)
    view = SavedView.objects.get()
    assert rep.get(f"/views/{view.pk}/edit").status_code == 404
    opened = rep.get(f"/campaigns?view=v{view.pk}").content.decode()
    assert "独此一份" not in opened, "the first view opens in its place"
    assert rep.post(f"/views/{view.pk}/delete").status_code == 404
    bad = rep.post("/views/new/campaign", {"name": "x", "criteria": "{"}, headers=HTMX)
    assert bad.status_code == 422


def test_words_instead_of_numbers_break_nothing(admin: Client) -> None:
    field = make_field("主题")
    for version in ("²", "9" * 5000, "x", ""):
        form = {"version": version, "label": "主题", "group": ""}
        assert admin.post(f"/settings/field/{field.pk}", form, headers=HTMX).status_code in (204, 412)
    ids = ["²", "9" * 5000, "x", str(field.pk)]
    assert admin.post("/settings/fields/campaign/order", {"ids": ids}, headers=HTMX).status_code == 204
    assert admin.post("/settings/sources/order", {"ids": ids}, headers=HTMX).status_code == 204
    assert admin.post("/campaigns/archive", {"ids": ids[:3]}, headers=HTMX).status_code == 204


def test_the_filter_builder_is_not_sent_every_district(admin: Client) -> None:
    make_field("城市", "cascade", picklist="region")
    answer = admin.get("/fields/campaign.json")
    (city,) = [item for item in answer.json()["fields"] if item["key"] == "custom.cheng_shi"]
    labels = {item["value"]: item["label"] for item in city["options"]}
    assert labels["44/4403"] == "广东省 / 深圳市"
    assert "44/4403/440305" not in labels
    assert len(answer.content) < 60_000


def test_an_address_of_a_view_that_is_gone_opens_the_first_one_and_says_so() -> None:
    client = client_for(make_user(role="admin"))
    for path in ("/leads", "/accounts", "/campaigns"):
        answer = client.get(f"{path}?view=v999999")
        assert answer.status_code == 200
        assert "该视图已删除" in answer.content.decode()
        assert "该视图已删除" not in client.get(path).content.decode()
