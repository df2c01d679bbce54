"""Components under StrictUndefined, fragments for htmx, refusals, the environment itself."""

import json
from typing import Any

import pytest
from django.http import HttpRequest, HttpResponse
from django.template import engines
from django.test import RequestFactory
from django.utils import translation
from jinja2 import UndefinedError

from headwater.kernel.access import Actor, ActorKind, Scope
from headwater.kernel.errors import Forbidden, Invalid, NotSignedIn
from headwater.ui import gallery, navigation, responses, shell
from headwater.ui.middleware import refuse
from headwater.ui.navigation import NavItem
from headwater.ui.pages import Action, Cell, FieldControl, Option

pytestmark = pytest.mark.django_db  # the frame of a page counts what is unread


def request(path: str = "/x", **headers: str) -> HttpRequest:
    made = RequestFactory().get(path, headers=headers)
    made.actor = Actor(  # type: ignore[attr-defined]
        id=1, kind=ActorKind.PERSON, name="林晓彤", permissions={"leads.view": Scope.ALL}
    )
    return made


def environment() -> Any:
    return engines["jinja2"].env  # type: ignore[attr-defined]


def ui() -> Any:
    return environment().globals["ui"]


VIEWS = [gallery.components, gallery.list_, gallery.record, gallery.board, gallery.form, gallery.sign_in]


@pytest.mark.parametrize("view", VIEWS, ids=lambda view: view.__name__)
@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_the_gallery_renders_in_both_languages(view: Any, language: str) -> None:
    with translation.override(language):
        answer = view(request("/_gallery/list"))
    assert answer.status_code == 200
    assert b"<!doctype html>" in answer.content
    assert f'lang="{"zh-CN" if language != "en" else "en"}"'.encode() in answer.content


def test_all_templates_of_the_room_compile() -> None:
    names = [name for name in environment().list_templates() if name.startswith("ui/")]
    assert len(names) > 20
    for name in names:
        environment().get_template(name)


def test_a_missing_name_is_an_error() -> None:
    with pytest.raises(UndefinedError):
        environment().from_string("{{ page.titel }}").render(page=Action("x"))
    with pytest.raises(UndefinedError):
        environment().from_string("{{ ui.buton('x') }}").render()


def test_what_people_typed_is_escaped() -> None:
    evil = '"><script>alert(1)</script>'
    for html in (
        ui().button(evil, href=evil, tip=evil),
        ui().tag(evil),
        ui().person(evil),
        ui().field(FieldControl("a", evil, value=evil, error=evil)),
        ui().field(FieldControl("a", "A", "multi", ["x"], options=(Option("x", evil),))),
        ui().empty(evil, evil),
        ui().refusal(evil, evil),
    ):
        assert "<script>" not in html


def test_htmx_gets_the_block_of_its_target() -> None:
    whole = gallery.list_(request("/_gallery/list"))
    rows = gallery.list_(request("/_gallery/list", **{"HX-Request": "true", "HX-Target": "hw-rows"}))
    assert b"<html" in whole.content
    assert b"<html" not in rows.content
    assert rows.content.lstrip().startswith(b'<table class="hw-table"')
    dialog = gallery.form(request("/_gallery/form", **{"HX-Request": "true", "HX-Target": "hw-dialog"}))
    assert dialog.content.lstrip().startswith(b'<div class="hw-dialog-frame"')


def test_boosted_links_and_history_get_the_page() -> None:
    for header in ("HX-Boosted", "HX-History-Restore-Request"):
        answer = gallery.list_(
            request("/x", **{"HX-Request": "true", "HX-Target": "hw-rows", header: "true"})
        )
        assert b"<html" in answer.content


def test_done_raises_events_for_htmx_and_redirects_otherwise() -> None:
    answer = responses.done(request(**{"HX-Request": "true"}), "已保存「张三」", undo="/undo")
    raised = json.loads(answer["HX-Trigger"])
    assert answer.status_code == 204
    assert raised["hw-toast"]["text"] == "已保存「张三」"
    assert raised["hw-toast"]["undo"] == "/undo"
    assert {"hw-close", "hw-refresh"} <= set(raised)
    assert answer["HX-Trigger"].isascii()
    plain = responses.done(request(), go="/leads")
    assert (plain.status_code, plain["Location"]) == (303, "/leads")


def _refused(error: Any, **headers: str) -> HttpResponse:
    with translation.override("zh-hans"):
        return refuse(request("/leads/1", **headers), error)


def test_a_refusal_says_why_and_what_next() -> None:
    page = _refused(Forbidden(permission="leads.view"))
    assert page.status_code == 403
    assert "你的角色" in page.content.decode() or "role" in page.content.decode()
    problem = _refused(Invalid.one("name", "value.required", "必填"), **{"HX-Request": "true"})
    body = json.loads(problem.content)
    assert (problem.status_code, problem["Content-Type"]) == (422, "application/problem+json")
    assert body["facts"]["fields"]["name"]["detail"] == "必填"


def test_strangers_are_sent_to_sign_in_and_back() -> None:
    assert _refused(NotSignedIn())["Location"].endswith("?next=/leads/1")
    boosted = _refused(NotSignedIn(), **{"HX-Request": "true", "HX-Current-URL": "http://x/leads?a=1&b=2"})
    assert (
        boosted["HX-Redirect"].endswith("next=http%3A//x/leads%3Fa%3D1%26b%3D2")
        or "next=" in boosted["HX-Redirect"]
    )


def test_navigation_shows_what_may_be_used(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(navigation, "_items", {})
    navigation.register(
        NavItem("leads", "线索", "/leads", "users-round", permission="leads.view", phone=True)
    )
    navigation.register(NavItem("audit", "审计", "/audit", "shield", permission="audit.view"))
    navigation.register(
        NavItem("lab", "实验", "/leads/lab", "flask-conical", permission=["x.view", "leads.view"])
    )
    frame = shell.shell(request("/leads/lab/3"))
    places = [place for group in frame.groups for place in group.places]
    assert [(place.key, place.current) for place in places] == [("leads", False), ("lab", True)]
    assert [place.key for place in frame.phone] == ["leads"]


def test_a_page_counts_its_badges_once(monkeypatch: pytest.MonkeyPatch) -> None:
    counted: list[str] = []
    monkeypatch.setattr(navigation, "_items", {})
    navigation.register(
        NavItem("leads", "线索", "/leads", "users-round", badge=lambda made: counted.append(made.path))
    )
    assert gallery.record(request("/leads/7")).status_code == 200
    assert counted == ["/leads/7"]


def test_tastes_come_from_cookies_only_when_known() -> None:
    made = request()
    made.COOKIES |= {"hw_theme": "dark", "hw_density": "huge"}
    frame = shell.shell(made)
    assert (frame.theme, frame.density, frame.sidebar) == ("dark", "cosy", "open")


def test_only_web_addresses_become_links() -> None:
    assert "<a" not in ui().cell(Cell("url", "javascript:alert(1)"), in_facts=True)
    assert 'href="https://a.example"' in ui().cell(Cell("url", "https://a.example"))
    assert "<a" not in ui().cell(Cell("email", "z***@a.example"), in_facts=True)


@pytest.mark.parametrize(("width", "table", "cards"), [("", 1, 1), ("wide", 1, 0), ("phone", 0, 1)])
def test_a_list_sends_what_the_screen_shows(width: str, table: int, cards: int) -> None:
    made = request("/_gallery/list")
    made.COOKIES["hw_width"] = width
    html = gallery.list_(made).content.decode()
    assert html.count('<table class="hw-table"') == table
    assert html.count('<ul class="hw-row-cards"') == cards
