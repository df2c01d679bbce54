"""Notifications as people meet them: preferences, group bots, the inbox, and who stands above whom."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, time, timedelta
from typing import Any

import pytest

from headwater.kernel import clock, sql
from headwater.kernel.access import system_access
from headwater.kernel.errors import Forbidden
from headwater.organization import notices, services
from headwater.platform import outgoing
from headwater.platform.notifications import (
    Channel,
    Preference,
    bots,
    escalate,
    latest,
    notify,
    preference_of,
    register_kind,
    set_preference,
    set_switch,
    switches_of,
    tasks,
)
from headwater.platform.notifications import kinds as registry
from headwater.platform.notifications.escalations import step_up_due
from tests.organization.factories import access, client_for, make_department, make_user
from tests.platform.receivers import Robot, robot

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}


@pytest.fixture(autouse=True)
def _own_kinds() -> Iterator[None]:
    before = dict(registry._kinds)
    register_kind("test.slow", label="Slow leads", text="%(name)s waits", group="Test")
    yield
    registry._kinds.clear()
    registry._kinds.update(before)


@pytest.fixture
def group(monkeypatch: pytest.MonkeyPatch) -> Iterator[Robot]:
    monkeypatch.setattr(outgoing, "_opened", ["127.0.0.1"])
    with robot() as made:
        yield made


def test_a_person_chooses_channels_rhythm_and_quiet_hours() -> None:
    person = make_user()
    client = client_for(person)
    page = client.get("/settings/notifications").content.decode()
    assert "Slow leads" in page
    assert 'value="bot"' not in page  # no bots: no column
    given = {
        "mail": "daily",
        "digest_hour": "18",
        "digest_weekday": "5",
        "quiet_from": "22:00",
        "quiet_until": "7:30",
    }
    assert client.post("/settings/notifications/when", given, headers=HTMX).status_code == 204
    chosen = preference_of(person.pk)
    assert (chosen.mail, chosen.digest_hour, f"{chosen.quiet_until:%H:%M}") == ("daily", 18, "07:30")
    assert 'value="22:00"' in client.get("/settings/notifications").content.decode()
    refused = client.post("/settings/notifications/when", given | {"quiet_until": ""}, headers=HTMX)
    assert refused.status_code == 422
    client.post(
        "/settings/notifications/switch",
        {"kind": "test.slow", "channel": "email", "is_on": "true"},
        headers=HTMX,
    )
    (slow,) = [item for item in switches_of(person.pk) if item.kind.key == "test.slow"]
    assert (slow.in_app, slow.email, slow.bot) == (True, True, True)


def test_the_same_over_the_api() -> None:
    client = client_for(make_user())
    path = "/api/v1/notifications/preferences"
    assert client.get(path).json() == {
        "mail": "at_once", "digest_hour": 9, "digest_weekday": 1, "quiet_from": None, "quiet_until": None
    }  # fmt: skip

    def patch(body: dict[str, Any]) -> Any:
        return client.patch(path, json.dumps(body), content_type="application/json")

    assert patch({"mail": "weekly", "quiet_from": "22:00", "quiet_until": "08:00"}).json()["mail"] == "weekly"
    assert patch({"digest_hour": 7}).json()["quiet_from"] == "22:00"
    assert patch({"quiet_from": None, "quiet_until": None}).json()["quiet_from"] is None
    assert patch({"quiet_from": "22:00"}).json()["facts"]["fields"]["quiet_until"]["code"] == "value.required"
    assert patch({"nothing": 1}).status_code == 422
    switches = client.get("/api/v1/me/notification-switches").json()["items"]
    assert next(item for item in switches if item["kind"] == "test.slow")["bot"] is True


def test_the_bell_brings_news_but_not_in_quiet_hours() -> None:
    person = make_user()
    client = client_for(person)
    first = client.get("/notifications/unread.json")
    assert first.json() == {"unread": 0, "newest": None}
    notify([person.pk], "test.slow", params={"name": "华为"})
    tag = {"If-None-Match": first["ETag"]}
    second = client.get("/notifications/unread.json", headers=tag)
    assert second.json()["newest"]["text"] == "华为 waits"
    assert (
        client.get("/notifications/unread.json", headers={"If-None-Match": second["ETag"]}).status_code == 304
    )
    with clock.freeze(datetime(2026, 11, 23, 15, 0, tzinfo=UTC)):
        set_preference(person.pk, Preference(quiet_from=time(22), quiet_until=time(8)))
        assert client.get("/notifications/unread.json").json() == {"unread": 1, "newest": None}


def test_what_only_went_by_mail_can_be_followed_but_is_not_listed() -> None:
    person = make_user()
    set_switch(person.pk, "test.slow", Channel.IN_APP, is_on=False)
    set_switch(person.pk, "test.slow", Channel.EMAIL, is_on=True)
    notify([person.pk], "test.slow", params={"name": "华为"}, url="/tasks")
    client = client_for(person)
    assert client.get("/notifications/unread.json").json()["unread"] == 0
    (mine,) = sql.values("SELECT id FROM platform_notification WHERE recipient_id = %s", (person.pk,))
    assert client.get(f"/notifications/{mine}")["Location"] == "/tasks"
    assert client_for(make_user()).get(f"/notifications/{mine}")["Location"] == "/notifications"


def test_an_administrator_sets_up_a_bot_and_it_speaks(group: Robot) -> None:
    admin, rep = make_user(role="admin"), make_user("李四", department=make_department("华北"))
    client = client_for(admin)
    assert "/settings/bots/new" in client.get("/settings/bots").content.decode()
    given = {
        "name": "华北群", "kind": "dingtalk", "url": group.url, "secret": "SEC1", "kinds": ["test.slow"],
        "department_ids": [str(rep.department_id)], "language": "en", "is_active": "true",
    }  # fmt: skip
    assert client.post("/settings/bots/new", given, headers=HTMX).status_code == 204
    (bot,) = bots.bots()
    shown = client.get("/settings/bots").content.decode()
    assert "华北群" in shown
    assert "SEC1" not in shown + client.get(f"/settings/bots/{bot.pk}/edit").content.decode()
    assert "0123456789" not in shown
    assert client.post(f"/settings/bots/{bot.pk}/test", headers=HTMX).status_code == 204
    assert "sign=" in group.calls[0][0]
    notify([rep.pk, admin.pk], "test.slow", params={"name": "华为"}, url="/leads/1")
    tasks.carry(channel="bot")
    assert "李四: 华为 waits" in group.texts[1]
    edit = {**given, "url": "", "secret": "", "name": "华北", "version": "1", "unsigned": "true"}
    assert client.post(f"/settings/bots/{bot.pk}/edit", edit, headers=HTMX).status_code == 204
    bot.refresh_from_db()
    assert (bot.name, bots.door_of(bot)) == ("华北", bots.Door(group.url, ""))
    assert client.post(f"/settings/bots/{bot.pk}/edit", edit, headers=HTMX).status_code == 412
    group.answers = [(200, {"errcode": 310000, "errmsg": "sign not match"})]
    told = client.post(f"/settings/bots/{bot.pk}/test", headers=HTMX)
    assert "sign not match" in told["HX-Trigger"]
    assert "sign not match" in client.get("/settings/bots").content.decode()
    assert 'value="bot"' in client_for(rep).get("/settings/notifications").content.decode()
    assert client_for(rep).get("/settings/bots").status_code == 403
    assert client_for(rep).post(f"/settings/bots/{bot.pk}/test").status_code == 403
    assert client.post(f"/settings/bots/{bot.pk}/remove", headers=HTMX).status_code == 204
    assert bots.bots() == []


def test_bots_over_the_api(group: Robot) -> None:
    client = client_for(make_user(role="admin"))
    base = "/api/v1/notification-groups"

    def send(method: str, path: str, body: Any = None, **headers: str) -> Any:
        return client.generic(
            method, base + path, json.dumps(body or {}), content_type="application/json", headers=headers
        )

    made = send("POST", "/bots", {"name": "G", "kind": "wecom", "url": group.url, "kinds": ["test.slow"]})
    assert made.status_code == 201
    bot = made.json()
    assert (bot["is_signed"], bot["version"], "url" in bot) == (False, 1, False)
    assert send("POST", "/bots", {"name": "H", "kind": "wecom", "url": "http://10.0.0.1/"}).status_code == 422
    assert send("PATCH", f"/bots/{bot['id']}", {"name": "G2"}, **{"If-Match": '"9"'}).status_code == 412
    assert send("PATCH", f"/bots/{bot['id']}", {"name": "G2"}, **{"If-Match": '"1"'}).json()["name"] == "G2"
    assert send("POST", f"/bots/{bot['id']}/test").json() == {"ok": True, "error": ""}
    group.answers = [(500, b"")]
    assert send("POST", f"/bots/{bot['id']}/test").json()["ok"] is False
    assert [item["name"] for item in client.get(f"{base}/bots").json()["items"]] == ["G2"]
    assert client.get(f"{base}/failed").json() == {"items": []}
    assert send("POST", "/failed/retry").json() == {"retried": 0}
    assert send("POST", "/failed/77/retry").status_code == 404
    assert send("DELETE", f"/bots/{bot['id']}").status_code == 204
    assert client.get(f"{base}/bots/{bot['id']}").status_code == 404


def test_who_stands_above_whom() -> None:
    boss, head, gone, manager = (make_user(name) for name in ("总", "部门长", "走了", "经理"))
    top = make_department(leader=boss)
    team = make_department(parent=top, leader=head)
    rep = make_user("小王", department=team, manager=gone)
    system = system_access("tests")
    make_user(role="admin")  # a company keeps one
    services.update_user(system, gone.pk, manager=manager.pk)
    services.deactivate_user(system, gone.pk)
    told = [rep.pk]
    for expected in (manager.pk, head.pk, boss.pk, None):
        above = notices.next_up(rep.pk, told)
        assert above == expected
        if above is not None:
            told.append(above)
    assert notices.next_up(make_user().pk, []) is None
    addresses = notices.addresses([rep.pk, gone.pk])
    assert list(addresses) == [rep.pk]
    assert addresses[rep.pk].department_ids == {top.pk, team.pk}


def test_an_escalation_from_rep_to_manager_in_working_time_and_its_end() -> None:
    manager = make_user("经理", role="manager")
    rep = make_user("小王", manager=manager)
    friday = datetime(2026, 11, 27, 8, 30, tzinfo=UTC)  # 16:30 in Shanghai
    with clock.freeze(friday):
        escalate(
            rep.pk, "test.slow", key="k", within=timedelta(hours=4), params={"name": "华为"}, url="/leads/1"
        )
        clock.advance(timedelta(days=2))
        assert step_up_due() == 0  # the week-end does not count
        clock.advance(timedelta(days=1))
        assert step_up_due() == 1
        client = client_for(manager)
        page = client.get("/notifications").content.decode()
        assert "小王" in page
        (item,) = client.get("/api/v1/notifications/escalations").json()["items"]
        assert item["told"] == [rep.pk, manager.pk]
        assert f"/notifications/escalations/{item['id']}" in page
        stranger = client_for(make_user())
        assert stranger.post(f"/api/v1/notifications/escalations/{item['id']}/acknowledge").status_code == 404
        assert client.post(f"/notifications/escalations/{item['id']}", headers=HTMX).status_code == 204
        assert client.get("/api/v1/notifications/escalations").json() == {"items": []}
        assert latest(manager.pk).items[0].escalation_id is None


def test_nobody_without_the_permission_sets_up_bots() -> None:
    for role in ("rep", "manager", "marketing"):
        with pytest.raises(Forbidden):
            access(make_user(role=role), "bots.configure")
