"""The screens of hooks and their twin in the API."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from headwater.hooks import services
from headwater.hooks.models import Delivery, Hook
from headwater.leads.models import Lead
from tests.hooks.sending import deliver, make_hook, person
from tests.leads.factories import make_pool
from tests.leads.test_api import Api
from tests.organization.factories import client_for, make_user

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}


def rule_fields(html: str) -> list[str]:
    return re.findall(r'name="field" value="([^"]+)"', html)


def text_of(response: Any) -> str:
    assert response.status_code == 200, response.content
    return str(response.content.decode())


def test_from_an_address_to_a_lead() -> None:
    make_pool()
    client = client_for(make_user(role="marketing"))
    made = client.post("/hooks/new", {"name": "飞鱼", "preset": "oceanengine"}, headers=HTMX)
    hook = Hook.objects.get()
    url = f"/hooks/{hook.pk}"
    assert made["HX-Redirect"] == url
    assert "飞鱼" in text_of(client.get("/hooks"))
    page = text_of(client.get(url))
    assert f"/hooks/{hook.key}" in page
    secret = services.secrets_of(hook)[0]
    assert secret not in page
    assert secret in text_of(client.post(f"{url}/secret", headers=HTMX))
    saved = {"version": "1", "name": "飞鱼推送", "is_active": "true", "signing": "token", "per_minute": "9"}
    assert client.post(url, saved, headers=HTMX).status_code == 204
    hook.refresh_from_db()
    assert (hook.name, hook.per_minute, hook.preset) == ("飞鱼推送", 9, "oceanengine")
    assert "overlap_hours" in text_of(client.get(f"{url}/rotate", headers=HTMX))
    client.post(f"{url}/rotate", {"secret": "from-feiyu-123", "overlap_hours": "24"}, headers=HTMX)
    hook.refresh_from_db()
    assert services.secrets_of(hook) == ["from-feiyu-123", secret]
    client.post("/hooks/archive", {"ids": [hook.pk]}, headers=HTMX)
    assert client.get(url).status_code == 200
    assert client.post(f"{url}/restore", headers=HTMX).status_code == 204


def test_the_mapping_is_drawn_from_what_came() -> None:
    hook = make_hook()
    deliver(
        hook, {"id": 1, "联系人": "李雷", "tel": "13900001234", "form": [{"name": "备注", "value": "报价"}]}
    )
    client = client_for(make_user(role="marketing"))
    url = f"/hooks/{hook.pk}/mapping"
    html = text_of(client.get(url))
    assert "139****1234" in html
    assert "13900001234" not in html
    assert "form[name=备注].value" in html
    kept = re.findall(r'name="delivery" value="(\d+)"', html)[0]
    base = {"field": ["name", "mobile"], "paths:name": "name", "paths:mobile": "mobile", "delivery": kept}
    picked = text_of(client.post(f"{url}/draft", base | {"pick": "tel"}, headers=HTMX))
    assert 'name="into"' in picked
    taken = text_of(client.post(f"{url}/draft", base | {"path": "tel", "into": "mobile"}, headers=HTMX))
    assert "tel\nmobile" in taken
    guessed = text_of(
        client.post(
            f"{url}/draft",
            {"field": ["mobile"], "paths:mobile": "tel", "guess": "yes", "delivery": kept},
            headers=HTMX,
        )
    )
    assert rule_fields(guessed) == ["mobile", "name"]
    pasted = text_of(
        client.post(f"{url}/draft", base | {"sample": '{"name": "a", "mobile": "13800000001"}'}, headers=HTMX)
    )
    assert "13800000001" in pasted
    base |= {"paths:mobile": "tel", "paths:name": "联系人", "version": str(hook.version)}
    told = text_of(client.post(f"{url}/result", base, headers=HTMX))
    assert "李雷" in told
    assert "139****1234" in told
    assert client.post(url, base, headers=HTMX).status_code == 204
    assert client.post(url, base | {"field": ["name"]}, headers=HTMX).status_code == 412
    letter = Delivery.objects.get()
    page = text_of(client.get(f"/hooks/{hook.pk}/deliveries/{letter.pk}"))
    assert "139****1234" in page
    assert "13900001234" not in page
    assert client.post(f"/hooks/{hook.pk}/deliveries/{letter.pk}/retry", headers=HTMX).status_code == 204
    assert Lead.objects.get().name == "李雷"


def test_the_console_writes_nothing_and_shows_no_secret() -> None:
    hook = make_hook()
    client = client_for(make_user(role="marketing"))
    url = f"/hooks/{hook.pk}/test"
    sample = re.findall(r"<textarea[^>]*>(.*?)</textarea>", text_of(client.get(url)), re.DOTALL)[0]
    assert "方宁" in sample
    for body, kind in (
        ('{"name": "方宁", "mobile": "13800001234"}', "json"),
        ("name=a&mobile=13800001234", "form"),
    ):
        told = text_of(client.post(url, {"sample": body, "kind": kind}, headers=HTMX))
        assert "curl" in told
        assert services.secrets_of(hook)[0] not in told
    assert 'data-good="false"' in text_of(client.post(url, {"sample": "{", "kind": "json"}, headers=HTMX))
    assert (Lead.objects.count(), Delivery.objects.count()) == (0, 0)


def test_dead_letters_on_their_page() -> None:
    hook = make_hook()
    for number in range(3):
        deliver(hook, {"name": "x"}, number=f"n{number}")
    client = client_for(make_user(role="marketing"))
    url = f"/hooks/{hook.pk}/deliveries"
    assert text_of(client.get(f"{url}?state=failed")).count(f'href="{url}/') >= 3
    assert client.get(f"{url}?state=nonsense&before=x").status_code == 200
    letter = Delivery.objects.order_by("id").first()
    assert letter is not None
    assert "reason" in text_of(client.get(f"{url}/{letter.pk}/discard", headers=HTMX))
    assert client.post(f"{url}/{letter.pk}/discard", {"reason": ""}, headers=HTMX).status_code == 422
    assert client.post(f"{url}/{letter.pk}/discard", {"reason": "测试"}, headers=HTMX).status_code == 204
    assert client.post(f"{url}/retry", headers=HTMX).status_code == 204
    assert Delivery.objects.filter(state="kept").count() == 2


def test_who_may_not_is_told_so() -> None:
    hook = make_hook()
    deliver(hook, person())
    rep = client_for(make_user(role="rep"))
    urls = ("", f"/{hook.pk}", f"/{hook.pk}/mapping", f"/{hook.pk}/test", f"/{hook.pk}/deliveries")
    assert {rep.get(f"/hooks{url}").status_code for url in urls} == {403}
    for url in ("secret", "rotate", "mapping", "mapping/draft", "test", "deliveries/retry"):
        assert rep.post(f"/hooks/{hook.pk}/{url}", headers=HTMX).status_code == 403, url
    assert Api(make_user(role="rep"))("GET", "/hooks").status_code == 403
    assert Client().get(f"/hooks/{hook.pk}").status_code == 302
    other = make_hook("另一个")
    marketing = client_for(make_user(role="marketing"))
    letter = Delivery.objects.get()
    assert marketing.get(f"/hooks/{other.pk}/deliveries/{letter.pk}").status_code == 404


def test_programs_do_the_same() -> None:
    make_pool()
    api = Api(make_user(role="marketing"))
    made = api("POST", "/hooks", {"name": "伙伴", "preset": "generic"})
    assert made.status_code == 201, made.data
    path, hook = f"/hooks/{made.data['id']}", Hook.objects.get()
    assert "secret" not in made.data
    shape = api("GET", f"{path}/mapping").data
    assert shape["url"].endswith(hook.key)
    rules = [*shape["rules"], {"field": "tags", "kind": "constant", "text": "伙伴"}]
    assert api("PUT", f"{path}/mapping", {"rules": rules[:1]}).status_code == 422
    told = api("PUT", f"{path}/mapping", {"rules": shape["rules"]})
    assert told.status_code == 200
    tried = api("POST", f"{path}/try", {"body": person()}).data
    assert (tried["outcome"], tried["complaints"]) == ("created", {})
    secret = api("POST", f"{path}/secret").data["secret"]
    assert secret == services.secrets_of(hook)[0]
    assert api("PUT", f"{path}/secret", {"secret": "partner-secret", "overlap_hours": 0}).status_code == 204
    assert api("PUT", f"{path}/secret", {"secret": "x"}).status_code == 422
    hook.refresh_from_db()
    deliver(hook, {"name": "x"}, number="1")
    deliver(hook, person(), number="2")
    found = api("GET", f"{path}/deliveries?state=failed").data
    assert (len(found["items"]), found["next"]) == (1, None)
    letter = found["items"][0]["id"]
    one = api("GET", f"{path}/deliveries/{letter}").data
    assert (one["state"], one["body"]) == ("failed", {"name": "x"})
    assert api("POST", f"{path}/deliveries/{letter}/retry").data["state"] == "failed"
    assert api("POST", f"{path}/deliveries/retry").data == {"count": 1}
    services.capture_waiting(timedelta(0))
    assert api("POST", f"{path}/deliveries/{letter}/discard", {"reason": "测试"}).status_code == 204
    assert api("POST", f"{path}/deliveries/{letter}/discard", {"reason": "测试"}).status_code == 409
    days = api("GET", f"{path}/statistics").data["days"]
    assert (len(days), days[0]["delivered"]) == (30, 2)
    assert api("DELETE", path).status_code == 204
    assert api("POST", f"{path}/restore").status_code == 204
