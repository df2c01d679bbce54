"""POST /t/<key>: what is taken, what is refused, and what is never asked of the database."""

import threading
import time
from typing import Any

import pytest
from django.db import OperationalError
from django.test import Client

from headwater.kernel.access import system_access
from headwater.platform.settings import set_setting
from headwater.tracking import services
from headwater.tracking.collecting.buffer import Buffer
from headwater.tracking.collecting.rates import Rates
from headwater.tracking.models import Batch
from headwater.tracking.settings import PER_MINUTE
from headwater.ui import assets
from tests.tracking.factories import knock, make_door, make_site, page, visitor

pytestmark = pytest.mark.django_db


def test_a_page_view_is_taken_without_an_address_or_a_browser_name() -> None:
    site, door = make_site(), make_door()
    status, headers = knock(door, site.key, {"v": visitor(), "e": [page("/a", title="甲")], "more": 1})
    assert (status, headers["Access-Control-Allow-Origin"]) == (204, "https://www.example.com")
    kept = str(Batch.objects.get().events)
    assert "/a" in kept
    assert "192.0.2" not in kept
    assert "Mozilla" not in kept


@pytest.mark.parametrize(
    ("status", "body", "environ"),
    [
        (404, {}, {"PATH_INFO": "/t/nobody"}),
        (403, {}, {"HTTP_ORIGIN": "https://example.com.evil.test"}),
        (403, {}, {"HTTP_ORIGIN": "null"}),
        (403, {}, {"HTTP_ORIGIN": ""}),
        (413, {}, {"CONTENT_LENGTH": "4294967296"}),
        (413, b" " * 20_000, {"CONTENT_LENGTH": ""}),
        (413, {}, {"CONTENT_LENGTH": "-1"}),
        (400, b"", {}),
        (400, b"{", {}),
        (400, b"\xff\xfe", {}),
        (400, [], {}),
        (400, {"v": "x" * 32}, {}),
        (400, {"e": [{"k": "page", "p": "/" * 301}]}, {}),
        (400, {"e": [{"k": "buy", "p": "/"}]}, {}),
        (400, {"e": [page()] * 26}, {}),
        (400, {"e": [page(ago=-5)]}, {}),
        (400, {"e": [{"k": "page", "p": "/\x00"}]}, {}),
        (400, b'{"v":"%s","e":[{"k":"page","p":"/\\ud800"}]}' % (b"a" * 32), {}),
        (204, {"e": [page()]}, {"HTTP_DNT": "1"}),
        (204, {"e": [page()]}, {"HTTP_SEC_GPC": "1"}),
        (204, {"e": [page()]}, {"HTTP_USER_AGENT": "Mozilla/5.0 (compatible; Baiduspider/2.0)"}),
        (204, {"e": [page()]}, {"HTTP_USER_AGENT": ""}),
    ],
)
def test_what_is_refused_leaves_nothing(status: int, body: Any, environ: dict[str, str]) -> None:
    site, door = make_site(), make_door()
    if isinstance(body, dict):
        body = {"v": visitor()} | body
    assert knock(door, site.key, body, **environ)[0] == status
    assert not Batch.objects.exists()


def test_an_address_has_a_limit_and_a_site_can_be_shut() -> None:
    site = make_site()
    set_setting(system_access("tests"), PER_MINUTE.key, 6)
    door = make_door()
    body = {"v": visitor(), "e": [page()]}
    assert [knock(door, site.key, body)[0] for _ in range(4)] == [204, 204, 204, 429]
    assert knock(door, site.key, body, REMOTE_ADDR="192.0.2.8")[0] == 204
    services.update_site(system_access("tests"), site.pk, {"is_active": False})
    assert knock(make_door(), site.key, body)[0] == 404
    assert "takes no visits" in Client().get(f"/t/{site.key}.js").content.decode()


def test_a_known_site_costs_no_query(django_assert_num_queries: Any) -> None:
    site, door = make_site(), make_door()
    door.buffer = Buffer(lambda events: None)
    door.buffer._thread = threading.current_thread()  # nobody writes
    body = {"v": visitor(), "e": [page()]}
    knock(door, site.key, body)
    with django_assert_num_queries(0):
        assert knock(door, site.key, body)[0] == 204


def test_a_full_buffer_says_so_and_takes_again_once_there_is_room() -> None:
    written: list[bytes] = []
    is_down = threading.Event()
    is_down.set()

    def write(events: Any) -> None:
        if is_down.is_set():
            raise OperationalError("no database")
        written.extend(events)

    buffer = Buffer(write, most=3, every=0.01)
    site, door = make_site(), make_door()
    door.buffer = buffer
    body = {"v": visitor(), "e": [page("/1"), page("/2")]}
    assert knock(door, site.key, body)[0] == 204
    status, headers = knock(door, site.key, body)
    assert (status, headers["Retry-After"]) == (503, "10")
    assert knock(door, site.key, {"v": visitor(), "x": True})[0] in (204, 503)
    is_down.clear()
    ticket = buffer._taken
    deadline = time.monotonic() + 20
    while not buffer.wait_for(ticket, 0.2) and time.monotonic() < deadline:
        pass
    assert len(written) >= 2
    assert knock(door, site.key, body)[0] == 204


def test_addresses_are_forgotten_in_turn(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("headwater.tracking.collecting.rates._MOST", 2)
    rates = Rates()
    assert rates.takes("a", 60, 60)
    assert not rates.takes("a", 60, 60)
    assert rates.takes("b", 1, 60)
    assert rates.takes("c", 1, 60)
    assert rates.takes("a", 60, 60)


def test_the_script_is_small_and_carries_its_site() -> None:
    import gzip

    site = make_site(consent_text="可以记住您的访问吗？", privacy_url="https://www.example.com/p")
    answer = Client().get(f"/t/{site.key}.js")
    text = answer.content.decode()
    assert answer["Content-Type"].startswith("text/javascript")
    assert not answer.cookies
    assert "__HEADWATER__" not in text
    for part in (site.key, "可以记住您的访问吗？", "https://www.example.com/p"):
        assert part in text
    assert len(gzip.compress(assets.built_file("track.js").read_bytes(), 9)) < 3 * 1024
    assert Client().get("/t/none.js").status_code == 404
