"""Card scan and paste through the API and the screens; the eyes are stood in for but in `test_pictures`."""

import json
import re
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image

from headwater.extraction.errors import CardReaderBusy, PictureTooSlow
from headwater.extraction.ocr.keeper import Keeper
from headwater.extraction.ocr.types import Seen
from headwater.extraction.reading.types import Box, Line
from headwater.kernel.access import system_access
from headwater.kernel.errors import DomainError
from headwater.leads.models import Lead, Touch
from headwater.platform.files.models import StoredFile
from headwater.platform.settings import set_setting
from tests.acquisition.factories import make_source
from tests.extraction.drawn_cards import jpeg
from tests.leads.factories import make_lead, make_pool
from tests.leads.invariants import broken_invariants
from tests.leads.test_api import Api
from tests.organization.factories import client_for, make_role, make_user

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}
PICTURE = jpeg(Image.new("RGB", (300, 200), "white"))
ROWS = (
    ("杭州云岫信息技术有限公司", 40),
    ("沈若溪", 70),
    ("销售总监", 30),
    ("手机：13812345678", 30),
    ("邮箱：shen@yunxiu.example.com", 30),
)


def upload(raw: bytes = PICTURE, name: str = "card.jpg") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, raw, content_type="image/jpeg")


@pytest.fixture
def eyes(monkeypatch: pytest.MonkeyPatch) -> None:
    """A card as if it had been looked at."""
    lines = tuple(
        Line(
            text,
            Box(60, at * 90.0, 400, at * 90.0 + size),
            0.6 if text == "销售总监" else 0.99,
            size,
            Box(10, at * 15.0, 60, at * 15 + 9.0),
        )
        for at, (text, size) in enumerate(ROWS)
    )
    seen = Seen(lines=lines, codes=(), picture=PICTURE, width=300, height=200)
    monkeypatch.setattr(Keeper, "see", lambda self, raw: seen)


def refusing(monkeypatch: pytest.MonkeyPatch, error: DomainError) -> None:
    def see(self: Keeper, raw: bytes) -> Seen:
        raise error

    monkeypatch.setattr(Keeper, "see", see)


def fields_of(html: str) -> dict[str, str]:
    """What a sheet's form would send."""
    found = dict(re.findall(r'<input[^>]*?name="([a-z_]+)"[^>]*?value="([^"]*)"', html))
    return {name: value for name, value in found.items() if name not in ("csrfmiddlewaretoken", "known")}


@pytest.mark.usefixtures("eyes")
def test_the_api_of_a_card() -> None:
    make_pool()
    api = Api(make_user())
    headers = {"Authorization": f"Bearer {api.secret}"}
    known = make_lead(name="沈若溪", mobile="13812345678")
    response = api.client.post("/api/v1/extraction/card", {"file": upload()}, headers=headers)
    assert response.status_code == 200
    data = response.json()
    assert data["values"] == {
        "name": "沈若溪", "company": "杭州云岫信息技术有限公司", "title": "销售总监", "mobile": "13812345678", "email": "shen@yunxiu.example.com",
    }  # fmt: skip
    assert data["fields"]["name"]["place"] == [10, 15, 60, 24]
    assert data["fields"]["title"]["confidence"] < 0.8 < data["fields"]["mobile"]["confidence"]
    assert data["lines"] == [text for text, _size in ROWS]
    assert [match["field"] for match in data["known"]] == ["mobile"]
    assert Lead.objects.count() == 1
    assert not StoredFile.objects.exists()
    assert known.pk
    assert api.client.post("/api/v1/extraction/card", {}, headers=headers).status_code == 422
    viewer = Api(make_user(role=make_role(grants={"leads.view": "all"})))
    headers = {"Authorization": f"Bearer {viewer.secret}"}
    assert (
        viewer.client.post("/api/v1/extraction/card", {"file": upload()}, headers=headers).status_code == 403
    )


def test_refusals_are_no_faults_of_the_server(monkeypatch: pytest.MonkeyPatch) -> None:
    api = Api(make_user())
    headers = {"Authorization": f"Bearer {api.secret}"}
    for raw, reason in ((b"<svg onload='alert(1)'/>", "kind"), (b"", "empty"), (b"GIF89a", "kind")):
        response = api.client.post("/api/v1/extraction/card", {"file": upload(raw)}, headers=headers)
        assert response.status_code == 422, response.content
        if raw:
            assert response.json()["facts"]["reason"] == reason
    for error, status in ((CardReaderBusy(retry_after=5), 429), (PictureTooSlow(seconds=30), 422)):
        refusing(monkeypatch, error)
        response = api.client.post("/api/v1/extraction/card", {"file": upload()}, headers=headers)
        assert response.status_code == status
        assert response.json()["remedy"]
    assert response.status_code == 422
    set_setting(system_access("tests"), "extraction.texts_per_minute", 1)
    assert api("POST", "/extraction/text", {"text": "x"}).status_code == 200
    assert api("POST", "/extraction/text", {"text": "x"}).status_code == 429
    assert api("POST", "/extraction/text", {"text": "x" * 20_001}).status_code == 422


def test_the_api_of_a_text() -> None:
    api = Api(make_user())
    found = api(
        "POST", "/extraction/text", {"text": "陈晓东 13812345671 采购部经理\n刘婷 13812345672 要报价"}
    ).data["leads"]
    assert [one["values"]["name"] for one in found] == ["陈晓东", "刘婷"]
    made = api("POST", "/leads", found[1]["values"])
    assert (made.status_code, made.data["requirement"]) == (201, "要报价")
    assert api("POST", "/extraction/text", {"text": "  "}).data == {"leads": []}


@pytest.mark.usefixtures("eyes")
def test_a_card_is_looked_over_and_saved_with_its_picture() -> None:
    make_pool()
    rep = make_user()
    client = client_for(rep)
    source = make_source("展会现场")
    assert "hw-cardscan" in client.get("/leads/scan").content.decode()
    sheet = client.post("/leads/scan/read", {"file": upload(), "keep": "true"}, headers=HTMX).content.decode()
    assert sheet.count("data-sheet>") == 1
    assert re.search(r'data-place="10\.00 15\.00 50\.00 9\.00"', sheet)
    assert sheet.count("data-unsure") == 1
    stored = StoredFile.objects.get()
    assert (stored.record_type, stored.content_type) == ("", "image/jpeg")
    values = fields_of(sheet) | {
        "source": str(source.pk),
        "place": "me",
        "keep": "true",
        "title": "销售总经理",
    }
    saved = client.post("/leads/read/save", values, headers=HTMX)
    assert "data-saved" in saved.content.decode()
    lead = Lead.objects.get()
    assert (lead.name, lead.title, lead.mobile, lead.owner_id) == (
        "沈若溪",
        "销售总经理",
        "+8613812345678",
        rep.pk,
    )
    assert Touch.objects.get().door == "card"
    stored.refresh_from_db()
    assert (stored.record_type, stored.record_id) == ("lead", lead.pk)
    # The same card again: refused with an offer, then one touch more; no second picture where none is wanted.
    again = client.post("/leads/scan/read", {"file": upload()}, headers=HTMX).content.decode()
    assert StoredFile.objects.count() == 1
    refused = client.post("/leads/read/save", fields_of(again) | {"place": "me"}, headers=HTMX)
    assert refused.status_code == 409
    assert json.loads(refused.content)["facts"]["offer"]["value"] == "reinquire"
    told = client.post("/leads/read/known", fields_of(again), headers=HTMX).content.decode()
    assert f'name="known" value="{lead.pk}"' in told
    for more in ({"on_duplicate": "reinquire"}, {"known": str(lead.pk)}):
        client.post("/leads/read/save", fields_of(again) | {"place": "me"} | more, headers=HTMX)
    assert Touch.objects.filter(lead=lead).count() == 3
    assert Lead.objects.count() == 1
    assert broken_invariants() == []


def test_a_picture_left_out_and_others_pictures() -> None:
    make_pool()
    rep, other = make_user(), make_user()
    from django.core.files.base import ContentFile

    from headwater.platform.files.services import store_file
    from tests.organization.factories import access

    mine = store_file(access(rep, "files.create"), ContentFile(PICTURE, name="a.jpg"))
    theirs = store_file(access(other, "files.create"), ContentFile(PICTURE, name="b.jpg"))
    client = client_for(rep)
    values = {"door": "card", "name": "贺伟", "mobile": "13812345670", "place": "me"}
    stolen = client.post(
        "/leads/read/save", values | {"picture": str(theirs.pk), "keep": "true"}, headers=HTMX
    )
    assert stolen.status_code == 404
    assert not Lead.objects.exists()  # nothing half-written
    client.post("/leads/read/save", values | {"picture": str(mine.pk)}, headers=HTMX)
    mine.refresh_from_db()
    assert mine.archived_at is not None
    assert Lead.objects.count() == 1


def test_pasting() -> None:
    make_pool()
    client = client_for(make_user())
    assert "hw-read-text" in client.get("/leads/paste").content.decode()
    text = "您好，我是杭州云岫信息技术有限公司的李明，电话13812345678，想要20个账号\n\n客户刘女士，手机13912345678，想咨询暑期班<script>"
    html = client.post("/leads/paste/read", {"text": text}, headers=HTMX).content.decode()
    assert html.count("data-sheet>") == 2
    assert "<script>" not in html
    first = html[: html.index("刘女士")]
    saved = client.post(
        "/leads/read/save", fields_of(first) | {"place": "me", "requirement": "20 个账号"}, headers=HTMX
    )
    assert saved.status_code == 200
    lead = Lead.objects.get()
    assert (lead.name, lead.requirement) == ("李明", "20 个账号")
    assert Touch.objects.get().door == "paste"
    plain = client.post(
        "/leads/read/save", {"door": "paste", "name": "刘女士", "mobile": "13912345678", "place": "me"}
    )
    assert plain.status_code == 303
    assert "hw-read-empty" in client.post("/leads/paste/read", {"text": ""}, headers=HTMX).content.decode()


def test_who_may_not_create_leads_sees_neither() -> None:
    client = client_for(make_user(role=make_role(grants={"leads.view": "all"})))
    for method, path in (
        ("get", "/leads/scan"),
        ("get", "/leads/paste"),
        ("post", "/leads/read/save"),
        ("post", "/leads/scan/read"),
    ):
        assert getattr(client, method)(path).status_code == 403
    assert Client().get("/leads/scan").status_code in (302, 401)
    assert any_text(client, "/leads").count("/leads/scan") == 0


def any_text(client: Any, path: str) -> str:
    text: str = client.get(path).content.decode()
    return text
