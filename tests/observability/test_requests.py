"""Request ids, log lines, health and metrics."""

import io
import json
import logging
from collections.abc import Iterator

import pytest
from django.test import Client

from headwater.config.logs import logging_settings
from headwater.platform.observability import views
from headwater.platform.observability.health import Finding
from headwater.platform.observability.logs import line_formatter
from headwater.platform.observability.metrics import exposition, register_gauge


@pytest.fixture
def lines() -> Iterator[io.StringIO]:
    """What the request log writes, as the product formats it."""
    out = io.StringIO()
    stream = logging.StreamHandler(out)
    stream.setFormatter(line_formatter(as_json=True))
    logger = logging.getLogger("headwater.request")
    logger.addHandler(stream)
    yield out
    logger.removeHandler(stream)


@pytest.mark.parametrize("given", ["0123456789abcdef", "from-a-proxy_42"])
def test_a_sane_request_id_is_kept(client: Client, given: str) -> None:
    assert client.get("/healthz", headers={"X-Request-Id": given})["X-Request-Id"] == given


@pytest.mark.parametrize("given", ["", "short", "x" * 65, "with space!", 'a"quote-12345'])
def test_any_other_is_replaced(client: Client, given: str) -> None:
    answered = client.get("/healthz", headers={"X-Request-Id": given})["X-Request-Id"]
    assert answered != given
    assert len(answered) == 16


@pytest.mark.django_db
def test_one_line_per_request_without_people_in_it(client: Client, lines: io.StringIO) -> None:
    answer = client.get("/nowhere/at-all?phone=13800138000", headers={"X-Request-Id": "abcdef0123456789"})
    (line,) = lines.getvalue().splitlines()
    told = json.loads(line)
    assert told["request_id"] == "abcdef0123456789"
    assert (told["method"], told["path"], told["status"]) == ("GET", "/nowhere/at-all", answer.status_code)
    assert told["ms"] > 0
    assert "13800138000" not in line


def test_an_exception_is_logged_with_its_trace() -> None:
    record = logging.LogRecord("headwater.test", logging.ERROR, __file__, 1, "broke: %s", ("线索",), None)
    told = json.loads(line_formatter(as_json=True).format(record))
    assert told["event"] == "broke: 线索"
    assert told["level"] == "error"
    assert logging_settings("text")["formatters"]["line"]["as_json"] is False


def test_healthz_needs_nothing(client: Client) -> None:
    assert client.get("/healthz").content == b"ok\n"


@pytest.mark.django_db
def test_readyz(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(views, "_migrated", False)
    assert client.get("/readyz").json() == {"ready": True, "database": "ok", "migrations": "ok"}
    monkeypatch.setattr(views, "database_answers", lambda: Finding("database", False, "gone"))
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert answer.json() == {"ready": False, "database": "failing"}


@pytest.mark.django_db
def test_metrics_count_by_route_not_by_path(client: Client) -> None:
    client.get("/nowhere/7")
    told = client.get("/metrics").content.decode()
    assert 'headwater_requests_total{method="GET",status="' in told
    assert "nowhere" not in told
    for figure in ("jobs_waiting 0.0", "jobs_failed 0.0", "workers 0.0", "events_set_aside 0.0"):
        assert f"headwater_{figure}\n" in told
    assert 'headwater_events_lag_seconds{subscriber="' in told


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("headers", "remote", "token", "status"),
    [
        ({}, "127.0.0.1", "", 200),
        ({}, "10.1.2.3", "", 403),
        ({"X-Forwarded-For": "1.2.3.4"}, "127.0.0.1", "", 403),
        ({}, "127.0.0.1", "secret", 403),
        ({"Authorization": "Bearer secret"}, "10.1.2.3", "secret", 200),
        ({"Authorization": "Bearer wrong"}, "10.1.2.3", "secret", 403),
    ],
)
def test_who_may_read_metrics(
    client: Client, settings: object, headers: dict[str, str], remote: str, token: str, status: int
) -> None:
    settings.METRICS_TOKEN = token  # type: ignore[attr-defined]
    assert client.get("/metrics", headers=headers, REMOTE_ADDR=remote).status_code == status


def test_a_gauge_is_read_when_asked() -> None:
    register_gauge("test_depth", "A test.", lambda: [({"queue": "a"}, 3), ({"queue": "b"}, 0)])
    assert b'headwater_test_depth{queue="a"} 3.0' in exposition()
