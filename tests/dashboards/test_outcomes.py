"""What widgets come to: within the reader's reach, under filters; what is wrong with one stays with it."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone

from headwater.dashboards import queries, services
from headwater.dashboards.filters import Filters, narrowed, read_filters
from headwater.dashboards.queries.outcomes import Outcome
from headwater.dashboards.web import boards
from headwater.insight.services import archive_reports, save_report
from headwater.kernel import clock
from headwater.kernel.access import Access
from headwater.organization.models import User
from headwater.platform.events import drain
from tests.dashboards.factories import COUNT, make_board, put
from tests.leads.factories import make_lead, make_pool
from tests.organization.factories import access, client_for, make_department, make_role, make_user

pytestmark = pytest.mark.django_db

TARGETS: dict[str, Any] = {"dataset": "targets", "measures": [{"agg": "count", "of": "target"}]}


def _seen(reader: User, key: str, **asked: str) -> list[Outcome]:
    allowed = access(reader, "dashboards.view")
    board = queries.find_board(allowed, key)
    return list(queries.outcomes(allowed, board, read_filters(asked, period=board.period)))


def _total(found: Outcome) -> Any:
    assert found.result is not None, found.trouble
    return found.result.total[0]


def test_everybody_sees_their_own_part_of_a_shared_board() -> None:
    team = make_department()
    manager = make_user(role="manager", department=team)
    rep = make_user(department=team)
    pool = make_pool()
    for owner in (manager, rep, rep):
        make_lead(pool=pool, owner=owner)
    drain()  # some figures are counted from events
    board = make_board(manager, visibility="everyone")
    put(manager, board)
    assert [_total(one) for one in _seen(manager, str(board.pk))] == [3]
    assert [_total(one) for one in _seen(rep, str(board.pk))] == [2]
    assert [_total(one) for one in _seen(manager, str(board.pk), who=f"person-{rep.pk}")] == [2]
    assert [_total(one) for one in _seen(manager, str(board.pk), who=f"department-{team.pk}")] == [3]
    assert [_total(one) for one in _seen(manager, str(board.pk), who="me")] == [1]
    assert [_total(one) for one in _seen(manager, str(board.pk), period="last_month")] == [0]
    assert [_total(one) for one in _seen(manager, str(board.pk), source="987654")] == [0]


def test_a_widget_says_which_filter_it_cannot_take() -> None:
    reader = access(make_user(role="admin"), "reports.view")
    found = narrowed(TARGETS, Filters(source=7, who="me"), reader)
    assert found.missing == ("来源",)
    assert found.definition["filters"]["all"][0]["value"] == "@me"
    status = {"field": "lead.status", "op": "eq", "value": "new"}
    untouched = narrowed(COUNT | {"filters": status}, Filters(), reader)
    assert untouched.definition["filters"] == status


def test_what_is_wrong_with_one_widget_stays_with_it() -> None:
    manager, rep = make_user(role="manager"), make_user()
    board = make_board(manager, visibility="everyone")
    report = save_report(access(manager, "reports.view"), {"name": "只有我", "definition": COUNT})
    allowed = access(manager, "dashboards.create")
    widget = services.add_widget(allowed, board.pk, report_id=report)
    broken = put(manager, board)
    broken.definition = COUNT | {"groupings": [{"field": "lead.custom.gone"}]}
    broken.save()
    put(manager, board, title="好的")
    hidden, unreadable, fine = _seen(rep, str(board.pk))
    assert (hidden.trouble and hidden.trouble.code) == "widget.report_gone"
    assert (unreadable.trouble and unreadable.trouble.code) == "report.unreadable"
    assert _total(fine) == 0
    archive_reports(access(manager, "reports.view"), [report])
    page = client_for(manager).get(f"/dashboards/{board.pk}").content.decode()
    assert page.count("hw-dash-trouble") == 2
    assert f"/dashboards/{board.pk}/widgets/{widget.pk}/remove" in page
    address = f"/dashboards/{board.pk}/widgets/{fine.item.key}"
    alone = client_for(rep).get(address, headers={"HX-Request": "true"})
    assert alone.status_code == 200
    assert "hw-dash-number" in alone.content.decode()


def test_a_widget_goes_on_without_the_amounts_that_its_reader_may_not_see() -> None:
    seen = ("dashboards.view", "reports.view", "opportunities.view")
    role = make_role(grants=dict.fromkeys(seen, "all"), rules={("opportunity", "amount"): "hidden"})
    reader, author = make_user(role=role), make_user(role="admin")
    measures = [{"agg": "count", "of": "opportunity"}, {"agg": "sum", "of": "opportunity.amount"}]
    board = make_board(author, visibility="everyone")
    both = put(author, board, {"dataset": "opportunities", "measures": measures, "sort": "m2"})
    (found,) = _seen(reader, str(board.pk))
    assert found.result is not None, found.trouble
    assert (len(found.result.measures), len(found.result.notices)) == (1, 1)
    address = f"/dashboards/{board.pk}/widgets/{both.pk}"
    answer = client_for(reader).get(address, headers={"HX-Request": "true"})
    assert found.result.notices[0] in answer.content.decode()


def test_a_page_shows_what_is_known_and_computes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    manager = make_user(role="manager")
    make_lead(pool=make_pool(), owner=manager)
    drain()
    board = make_board(manager)
    put(manager, board, COUNT | {"chart": {"kind": "number"}}, title="线索数")
    client = client_for(manager)
    first = client.get(f"/dashboards/{board.pk}").content.decode()
    assert "hw-dash-bones" in first
    assert _total(_seen(manager, str(board.pk))[0]) == 1

    def run(*given: Any, **named: Any) -> None:
        raise AssertionError("a page computes nothing")

    monkeypatch.setattr("headwater.insight.results.run", run)
    again = client.get(f"/dashboards/{board.pk}").content.decode()
    assert "hw-dash-bones" not in again
    assert "data-fresh" in again
    assert "截至" in again


def test_the_companys_midnight_makes_figures_old_wherever_their_reader_is() -> None:
    manager = make_user(role="manager")
    board = make_board(manager)
    put(manager, board)
    (found,) = _seen(manager, str(board.pk))
    assert found.result is not None
    for computed, is_fresh in ((datetime(2026, 3, 2, 15, 59, tzinfo=UTC), False),
                               (datetime(2026, 3, 3, 4, 59, tzinfo=UTC), True)):  # fmt: skip
        # The first is midnight in Shanghai, where the company is; the second that of New York.
        shown = replace(found, result=replace(found.result, as_of=computed))
        with clock.freeze(computed + timedelta(minutes=2)), timezone.override("America/New_York"):
            assert shown.is_fresh == is_fresh


def test_figures_that_nobody_waits_for_any_more_can_be_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each widget of each page has a place of its own; who leaves the board names those still asked for."""
    manager = make_user(role="manager")
    board = make_board(manager)
    widget = put(manager, board)
    asked: list[tuple[int | None, str]] = []

    @contextmanager
    def noted(access: Access, place: str) -> Iterator[None]:
        asked.append((access.user_id, place))
        yield

    monkeypatch.setattr(boards, "newest_only", noted)
    client = client_for(manager)
    place = {"HX-Request": "true", "Report-Place": "k3 7"}
    assert client.get(f"/dashboards/{board.pk}/widgets/{widget.pk}", headers=place).status_code == 200
    assert asked == [(manager.pk, "k3 7")]
    page = client.get(f"/dashboards/{board.pk}").content.decode()
    leaving = re.search(r'<hw-dashboard leave="([^"]+)"', page)
    assert leaving is not None
    assert client.post(leaving[1], {"place": "k3 7"}).status_code == 204


def test_every_board_of_the_system_has_figures_for_its_role() -> None:
    for role in ("manager", "marketing", "rep"):
        found = _seen(make_user(role=role), role)
        assert len(found) > 10
        assert [(one.title, one.trouble) for one in found if one.trouble] == []
        assert all(one.source and one.item.note for one in found)
