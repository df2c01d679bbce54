"""Boards through services and the API: sharing, versions, what opens first, handing over."""

import pytest

from headwater.dashboards import queries, services
from headwater.dashboards.errors import NotSharedWithRole, NotYourDashboard
from headwater.dashboards.handing import SharedDashboards, count_shared
from headwater.dashboards.models import Dashboard
from headwater.dashboards.types import Place
from headwater.kernel.access import system_access
from headwater.kernel.errors import Forbidden, Invalid, NotFound, Stale
from headwater.organization.belongings import Gift, Lent
from headwater.organization.models import Role
from headwater.platform import audit
from tests.dashboards.factories import COUNT, make_board, put
from tests.organization.factories import access, client_for, make_user

pytestmark = pytest.mark.django_db


def test_a_private_board_does_not_exist_for_others_and_a_shared_one_is_changed_by_who_may_share() -> None:
    rep, manager, other = make_user(), make_user(role="manager"), make_user()
    board = make_board(rep)
    with pytest.raises(NotFound):
        queries.find_board(access(manager, "dashboards.view"), str(board.pk))
    with pytest.raises(Forbidden):
        services.update_board(access(rep, "dashboards.create"), board.pk, visibility="everyone")
    shared = make_board(manager, "团队看板", visibility="roles", role_ids=[Role.objects.get(key="rep").pk])
    assert queries.find_board(access(rep, "dashboards.view"), str(shared.pk)).name == "团队看板"
    with pytest.raises(NotYourDashboard):
        put(other, shared)
    colleague = make_user(role="manager")
    with pytest.raises(NotFound):  # it is for representatives
        services.update_board(access(colleague, "dashboards.create"), shared.pk, name="别人的")
    services.update_board(access(manager, "dashboards.create"), shared.pk, visibility="everyone")
    renamed = services.update_board(access(colleague, "dashboards.create"), shared.pk, name="大家的")
    assert (renamed.name, renamed.owner_id) == ("大家的", manager.pk)
    acts = [entry.action for entry in audit.history("dashboard", shared.pk).items]
    assert acts == ["update", "update", "create"]


def test_of_two_who_arrange_at_once_the_later_is_told() -> None:
    owner = make_user(role="manager")
    board = make_board(owner)
    first, second = put(owner, board), put(owner, board)
    allowed = access(owner, "dashboards.create")
    version = Dashboard.objects.get(pk=board.pk).version
    moved = [{"id": first.pk, "x": 0, "y": 5, "w": 12, "h": 2}]
    services.arrange(allowed, board.pk, moved, version=version)
    with pytest.raises(Stale):
        services.arrange(allowed, board.pk, moved, version=version)
    shown = queries.find_board(access(owner, "dashboards.view"), str(board.pk))
    assert [item.id for item in shown.items] == [second.pk, first.pk]
    assert shown.items[0].place.y == 0
    with pytest.raises(Invalid):
        services.arrange(allowed, board.pk, [{"id": 987654, "x": 0, "y": 0, "w": 1, "h": 1}])


def test_a_widget_that_comes_back_stands_where_it_stood() -> None:
    owner = make_user(role="manager")
    board = make_board(owner)
    top = put(owner, board, place=Place(0, 0, 12, 4))
    under = put(owner, board, place=Place(0, 4, 12, 4))
    allowed = access(owner, "dashboards.create")
    services.remove_widget(allowed, board.pk, top.pk)
    assert under.dashboard.widgets.get(pk=under.pk).y == 0
    services.restore_widget(allowed, board.pk, top.pk)
    places = {one.pk: one.y for one in board.widgets.all()}
    assert places == {top.pk: 0, under.pk: 4}


def test_what_opens_first() -> None:
    admin, rep = make_user(role="admin"), make_user()
    seeing = access(rep, "dashboards.view")
    assert queries.first_board(seeing).key == "rep"
    assert queries.first_board(access(make_user(role="marketing"), "dashboards.view")).key == "marketing"
    assert queries.first_board(access(admin, "dashboards.view")).key == "manager"
    board = make_board(admin, "早会")
    setting, role = access(admin, "dashboards.configure"), Role.objects.get(key="rep")
    with pytest.raises(NotSharedWithRole):
        services.set_role_first(setting, role.pk, str(board.pk))
    services.update_board(access(admin, "dashboards.create"), board.pk, visibility="everyone")
    services.set_role_first(setting, role.pk, str(board.pk))
    assert queries.first_board(seeing).key == str(board.pk)
    services.choose_first(seeing, "manager")
    assert queries.first_board(seeing).key == "manager"
    services.choose_first(seeing, "")
    services.archive_board(access(admin, "dashboards.create"), board.pk)
    assert queries.first_board(seeing).key == "rep"
    services.restore_board(access(admin, "dashboards.create"), board.pk)
    services.update_board(access(admin, "dashboards.create"), board.pk, visibility="private")
    assert queries.first_board(seeing).key == "rep"


def test_a_copy_is_private_and_leaves_behind_what_its_maker_cannot_open() -> None:
    from headwater.insight.services import save_report

    manager, rep = make_user(role="manager"), make_user()
    board = make_board(manager, "团队看板", visibility="everyone")
    report = save_report(access(manager, "reports.view"), {"name": "只有我", "definition": COUNT})
    services.add_widget(access(manager, "dashboards.create"), board.pk, report_id=report)
    put(manager, board, title="线索数")
    made = services.duplicate_board(access(rep, "dashboards.create"), str(board.pk))
    copied = queries.find_board(access(rep, "dashboards.view"), str(made.pk))
    assert (copied.visibility, [str(item.title) for item in copied.items]) == ("private", ["线索数"])
    with pytest.raises(Invalid):
        services.add_widget(access(rep, "dashboards.create"), made.pk, report_id=report)
    system = services.duplicate_board(access(rep, "dashboards.create"), "rep", name="我的经营看板")
    assert system.widgets.count() == len(queries.find_board(access(rep, "dashboards.view"), "rep").items)


def test_shared_boards_of_a_leaver_pass_on_and_come_back() -> None:
    leaver, heir = make_user(role="manager"), make_user(role="manager")
    shared = make_board(leaver, visibility="everyone")
    make_board(leaver, "自用")
    assert count_shared([leaver.pk]) == {leaver.pk: 1}
    holding, acting = SharedDashboards(), system_access("tests")
    assert holding.held(leaver.pk) == [shared.pk]
    (given,) = holding.give(acting, leaver.pk, [Gift(shared.pk, heir.pk)], mark="h1")
    assert (given.code, Dashboard.objects.get(pk=shared.pk).owner_id) == ("", heir.pk)
    back = holding.take_back(acting, leaver.pk, [Lent(shared.pk, heir.pk, None, {})], mark="h1")
    assert (back, Dashboard.objects.get(pk=shared.pk).owner_id) == ({shared.pk: ""}, leaver.pk)


def test_the_api_does_what_the_screens_do() -> None:
    client = client_for(make_user(role="manager"))
    root, sent = "/api/v1/dashboards", {"content_type": "application/json"}
    made = client.post(root, {"name": "早会", "period": "this_month"}, **sent)
    assert made.status_code == 201, made.content
    address = made.headers["Location"]
    first = client.post(f"{address}/widgets", {"definition": COUNT, "title": "线索"}, **sent)
    assert first.status_code == 201, first.content
    place = {"id": first.json()["id"], "x": 6, "y": 3, "w": 3, "h": 2, "position": 4}
    stale = client.put(
        f"{address}/layout", {"widgets": [place]}, headers={"If-Match": made.headers["ETag"]}, **sent
    )
    assert stale.status_code == 412
    tag = client.get(address).headers["ETag"]
    kept = client.put(f"{address}/layout", {"widgets": [place]}, headers={"If-Match": tag}, **sent)
    (widget,) = kept.json()["widgets"]
    assert (widget["x"], widget["y"], widget["position"]) == (6, 0, 4)
    again = client.put(
        f"{address}/layout", {"widgets": [{k: place[k] for k in ["id", "x", "y", "w", "h"]}]}, **sent
    )
    assert again.json()["widgets"][0]["position"] == 4
    results = client.get(f"{address}/results?who=me")
    assert results.status_code == 200, results.content
    (found,) = results.json()["items"]
    assert (found["trouble"], found["result"]["total"]) == (None, [0])
    for bad in ("period=never", "who=x-9", "source=abc", "period=2026-02-30..2026-03-01"):
        assert client.get(f"{address}/results?{bad}").status_code == 422, bad
    assert client.put(f"{root}/first", {"key": "marketing"}, **sent).status_code == 204
    assert client.get(root).json()["first"] == "marketing"
    assert client.put(f"{root}/roles/1/first", {"key": ""}, **sent).status_code == 403
    assert client.delete(address).status_code == 204
    assert client.get(address).status_code == 404
    assert client.post(f"{address}/restore", {}, **sent).status_code == 200
    system = client.post(f"{root}/manager/copy", {}, **sent)
    assert system.status_code == 201
    assert client.get(f"{root}/nothing").status_code == 404
