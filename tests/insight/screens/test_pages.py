"""The screens of reports: what they show to whom, and what they refuse."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlencode

import orjson
import pytest

from headwater.customization.services import create_field, retire_field
from headwater.insight.presets import PRESETS
from headwater.insight.web import report
from headwater.kernel.access import Access, system_access
from headwater.organization.models import User
from headwater.platform.events import drain
from headwater.sales.queries import default_pipeline
from tests.insight.saved.factories import LEADS, make_report
from tests.leads.factories import make_lead
from tests.organization.factories import client_for, make_user

pytestmark = pytest.mark.django_db


def _team() -> tuple[User, User]:
    manager = make_user("陈志远", role="manager")
    rep = make_user("赵明轩", role="rep", manager=manager)
    for owner in (manager, rep, rep):
        make_lead(owner=owner)
    drain()
    return manager, rep


def test_a_report_shows_each_reader_their_own() -> None:
    manager, rep = _team()
    key = make_report(manager, "线索状态", LEADS, sharing="everyone")
    seen = [client_for(one).get(f"/reports/{key}").content.decode() for one in (manager, rep)]
    assert [page.count(">3</a>") > 0 for page in seen] == [True, False]
    assert ">2</a>" in seen[1]
    assert f"/reports/{key}/edit" in seen[0]
    assert f"/reports/new?from={key}" in seen[1]
    assert client_for(rep).get(f"/reports/{key}/edit").status_code == 409
    behind = client_for(rep).get(f"/reports/{key}/records?m=m1&k=[]").content.decode()
    assert behind.count("data-row=") // 2 == 2  # a row, and a card for the phone


def test_who_switches_on_does_not_wait_for_what_was_asked_before(monkeypatch: pytest.MonkeyPatch) -> None:
    """The browser lets the older answer go, the server its figures; other tabs have places of their own."""
    manager, _rep = _team()
    client = client_for(manager)
    key = make_report(manager, "线索状态", LEADS)
    asked: list[str] = []

    @contextmanager
    def noted(access: Access, place: str) -> Iterator[None]:
        asked.append(place)
        yield

    monkeypatch.setattr(report, "newest_only", noted)
    pages = [client.get(f"/reports/{key}").content.decode() for _tab in range(2)]
    places = [re.findall(r"""hx-headers='({.*?})'""", page) for page in pages]
    assert places[0] != places[1]
    ((headers,), _other) = places
    switched = client.get(f"/reports/{key}?period=today", headers=orjson.loads(headers))
    assert asked == ["", "", *orjson.loads(headers).values()]
    shown = switched.content.decode()
    assert shown.count('hx-target="#hw-report"') == shown.count('hx-sync="#hw-report:replace"') > 10


def test_what_the_address_cannot_mean_is_as_saved() -> None:
    manager, _rep = _team()
    client = client_for(manager)
    key = make_report(manager, "线索状态", LEADS)
    periods = ("9999-99-99..x", "2026-01-01..9999-12-31", "1900-01-01", "this_week&compare=year&chart=pivot")
    others = ("chart=spiral", "sort=m99", "sort=-g9", "compare=forever", "sort=-m1")
    for query in (*(f"period={one}" for one in periods), *others):
        assert client.get(f"/reports/{key}?{query}").status_code == 200, query
    for query in (
        "m=m9",
        "m=m1&k=x",
        "m=m1&k=[1,2,3,4]",
        "m=m1&k={}",
        "m=m1&k=[[1]]",
        "m=m1&k=[%22nothing%22,2]",
    ):
        assert client.get(f"/reports/{key}/records?{query}").status_code in (404, 422), query
    for path in (
        "/reports/999999",
        "/reports/preset/none",
        "/reports/new?dataset=none",
        "/reports/new?from=x",
    ):
        assert client.get(path).status_code == 404, path


def test_a_report_over_a_retired_field_says_why_and_can_be_mended() -> None:
    manager, _rep = _team()
    admin = system_access("tests")
    field = create_field(admin, record="lead", label="装机量", type="number")
    definition = LEADS | {"groupings": [{"field": f"lead.{field.key}"}]}
    key = make_report(manager, "按装机量", definition)
    retire_field(admin, field.pk)
    client = client_for(manager)
    page = client.get(f"/reports/{key}")
    assert page.status_code == 200
    assert "hw-callout" in page.content.decode()
    assert "hw-report-problem" in client.get("/reports").content.decode()
    assert client.get(f"/reports/{key}/edit").status_code == 200


def test_the_builder_says_where_it_cannot_go_on() -> None:
    manager, _rep = _team()
    client = client_for(manager)
    bad = LEADS | {
        "groupings": [{"field": "lead.nothing"}],
        "measures": [{"agg": "sum", "of": "lead.status"}],
    }
    refused = client.post("/reports/preview", {"definition": orjson.dumps(bad).decode()}, headers=_ISLAND)
    assert refused.status_code in (409, 422)
    assert refused.json()["detail"]
    for raw in ("", "[", "[]", "null", '{"dataset": 1}'):
        assert client.post("/reports/preview", {"definition": raw}, headers=_ISLAND).status_code == 422
    good = client.post("/reports/preview", {"definition": orjson.dumps(LEADS).decode()}, headers=_ISLAND)
    assert "hw-report-table" in good.content.decode()
    assert "<html" not in good.content.decode()
    nameless = {"name": "", "definition": orjson.dumps(LEADS).decode()}
    assert "name" in client.post("/reports/save", nameless, headers=_ISLAND).json()["facts"]["fields"]


_ISLAND = {"HX-Request": "true", "Accept": "application/problem+json"}


def test_all_that_is_done_with_a_report() -> None:
    manager, rep = _team()
    client, key = client_for(manager), make_report(manager, "线索状态", LEADS)
    assert client.post(f"/reports/{key}/pin").status_code == 303
    assert client.post("/reports/preset/lead_trend/pin").status_code == 303
    home = client.get("/reports").content.decode()
    assert home.index('id="shelf-pinned"') < home.index('id="shelf-mine"')
    assert "shelf-mine" not in client.get("/reports?q=没有这样的").content.decode()
    shared = {"sharing": "selected", "person_ids": [rep.pk]}
    assert client.post(f"/reports/{key}/share", shared).status_code == 303
    assert client_for(rep).get(f"/reports/{key}").status_code == 200
    assert client.post(f"/reports/{key}/share", {"sharing": "no"}, headers=_ISLAND).status_code == 422
    weekly = {"rhythm": "week", "weekday": "2", "hour": "9", "person_ids": [rep.pk], "attachment": "xlsx"}
    assert client.post(f"/reports/{key}/schedules/new", weekly).status_code == 303
    drawer = {"HX-Request": "true", "HX-Target": "hw-dialog"}
    assert "09:00" in client.get(f"/reports/{key}/schedules", headers=drawer).content.decode()
    for kind in ("xlsx", "csv"):
        file = client.get(f"/reports/{key}/file?format={kind}")
        assert "attachment" in file["Content-Disposition"]
    assert client.post("/reports/preset/lead_trend/copy").status_code == 303
    assert client.post(f"/reports/{key}/archive").status_code == 303
    assert client.get(f"/reports/{key}").status_code == 404
    assert client.post(f"/reports/{key}/restore").status_code == 303


@pytest.mark.parametrize("role", ["manager", "rep"])
def test_every_preset_opens_for_every_role(role: str) -> None:
    default_pipeline()
    reader = make_user("谁", role=role)
    make_lead(owner=reader)
    drain()
    client = client_for(reader)
    home = client.get("/reports").content.decode()
    for key in PRESETS:
        if f'/reports/preset/{key}"' in home:
            page = client.get(
                f"/reports/preset/{key}?{urlencode({'period': 'this_month', 'compare': 'previous'})}"
            )
            assert page.status_code == 200, key
            assert 'data-tone="warn"' not in page.content.decode(), key
