"""Where other reports hold the threads of a web process, a report waits for its turn and says so."""

import pytest

from headwater.insight.engine import seats
from tests.organization.factories import client_for, make_user

pytestmark = pytest.mark.django_db
PAGE = "/reports/preset/open_tasks"
REPORT = {"definition": {"dataset": "tasks", "measures": [{"agg": "count", "of": "task"}]}}


@pytest.fixture
def one_seat(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(seats, "_seats", None)
    seats.share_threads(3)


def test_who_finds_no_seat_is_asked_to_come_again_and_the_page_does(one_seat: None) -> None:
    client = client_for(make_user(role="admin"))
    with seats.seated():
        page = client.get(PAGE).content.decode()
        answer = client.post("/api/v1/reports/run", REPORT, content_type="application/json")
    assert "排队中" in page
    assert "load delay:2s" in page
    assert (answer.status_code, answer.json()["code"]) == (503, "report.busy")
    page = client.get(PAGE).content.decode()
    assert "load delay" not in page
    assert "排队中" not in page


def test_outside_web_processes_there_are_no_seats(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(seats, "_seats", None)
    with seats.seated(), seats.seated(), seats.seated():
        pass
