"""The screens of the room, through HTTP: what they show, what their buttons do, who is refused."""

from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import translation

from headwater.engagement.models import Activity, Comment, Like, Task
from headwater.engagement.screens import composer, record_actions, tasks_card, timeline_page
from headwater.engagement.services import comment_on_activity, create_task, edit_activity
from headwater.kernel import clock
from headwater.platform.files.services import files_of
from tests.engagement.things import access, make_activity, make_rep, make_thing
from tests.organization.factories import client_for, make_department, make_role, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def team():
    class Team:
        def __init__(self) -> None:
            self.sales = make_department()
            self.boss = make_user("王经理", role="manager", department=self.sales)
            self.rep = make_rep("张三", department=self.sales)
            self.outsider = make_rep("外人", department=make_department())
            self.thing = make_thing(self.rep, "小米科技")
            self.activity = make_activity(self.rep, self.thing, content="谈了<价格>", outcome="interested")

        def task(self, **values: Any) -> Task:
            return create_task(access(self.rep, "tasks.create"), {"title": "回电"} | values)

    return Team()


def htmx(client: Client, method: str, path: str, data: Any = None, target: str = "") -> Any:
    headers = {"HX-Request": "true", "HX-Target": target}
    return getattr(client, method)(path, data or {}, headers=headers)


def test_the_feed_shows_what_the_reader_may_see(team):
    page = client_for(team.boss).get("/work").content.decode()
    assert "谈了&lt;价格&gt;" in page
    assert "小米科技" in page
    assert "有意向" in page
    assert "小米科技" not in client_for(team.outsider).get("/work").content.decode()
    assert client_for(team.outsider).get(f"/work?activity={team.activity}").status_code == 404


def test_the_feed_reads_in_english_too(team):
    client = client_for(team.boss)
    type(team.boss).objects.filter(pk=team.boss.pk).update(language="en")
    page = client.get("/work", headers={"Accept-Language": "en"}).content.decode()
    assert "Needs help" in page
    assert "Interested" in page
    translation.activate("zh-hans")


@pytest.mark.parametrize(
    "query",
    [
        "?show=mine",
        "?show=mentions",
        "?show=help",
        "?kind=call&outcome=interested&dates=2026-01-01+-+2026-12-31",
        "?person=abc&department=99999999999&kind=%00&dates=x",
        "?person=99999999999999999999&dates=9999-12-31+-+9999-12-31",
    ],
)
def test_any_address_of_the_feed_opens(team, query):
    assert client_for(team.boss).get(f"/work{query}").status_code == 200


def test_the_next_page_of_the_feed_is_a_fragment(team):
    for _number in range(25):
        make_activity(team.rep, team.thing)
    client = client_for(team.rep)
    page = client.get("/work").content.decode()
    more = page.split('id="hw-feed-more" hx-get="')[1].split('"')[0].replace("&amp;", "&")
    part = htmx(client, "get", more, target="hw-feed-more").content.decode()
    assert "<html" not in part
    assert part.count("hw-feed-item") == 6


def test_news_tell_how_many_came_in(team):
    client = client_for(team.boss)
    make_activity(team.rep, team.thing)
    part = htmx(client, "get", f"/work/news?after={team.activity}&show=", target="hw-news").content.decode()
    assert "1 条新跟进" in part
    assert client.get("/work/news").status_code == 404


def test_the_composer_records_with_files_and_a_next_step(team):
    client = client_for(team.rep)
    upload = SimpleUploadedFile("方案.txt", "内容".encode(), content_type="text/plain")
    tomorrow = (clock.now() + timedelta(days=1)).strftime("%Y-%m-%d 09:30")
    answer = htmx(
        client,
        "post",
        f"/follow-ups/thing/{team.thing.record_id}",
        {"kind": "call", "text": "约了明天", "outcome": "connected", "next_at": tomorrow, "files": [upload]},
    )
    assert answer.status_code == 204
    assert "hw-refresh" in answer["HX-Trigger"]
    made = Activity.objects.get(content="约了明天")
    assert [file.name for file in files_of("activity", made.pk)] == ["方案.txt"]
    assert Task.objects.filter(activity=made).count() == 1


def test_a_chat_pasted_into_the_composer_becomes_messages(team):
    client = client_for(team.rep)
    text = "王总 10:03\n可以\n小李 10:05\n收到"
    htmx(client, "post", f"/follow-ups/thing/{team.thing.record_id}", {"kind": "wechat", "text": text})
    made = Activity.objects.latest("pk")
    assert [message["sender"] for message in made.messages] == ["王总", "小李"]
    page = client.get(f"/timeline/thing/{team.thing.record_id}").content.decode()
    assert "2 条消息" in page


def test_the_composer_is_refused_beside_its_field_and_nothing_is_kept(team):
    client = client_for(team.rep)
    answer = htmx(client, "post", f"/follow-ups/thing/{team.thing.record_id}", {"kind": "call", "text": ""})
    assert answer.status_code == 422
    assert list(answer.json()["facts"]["fields"]) == ["text"]
    assert Activity.objects.count() == 1
    out = htmx(
        client_for(team.outsider), "post", f"/follow-ups/thing/{team.thing.record_id}", {"kind": "call"}
    )
    assert out.status_code == 404


def test_a_timeline_pages_and_narrows(team):
    for _number in range(25):
        make_activity(team.rep, team.thing)
    client = client_for(team.rep)
    path = f"/timeline/thing/{team.thing.record_id}"
    part = htmx(client, "get", path, target="hw-timeline").content.decode()
    assert part.count("hw-activity-acts") == 20
    more = part.split('hx-get="/timeline')[1].split('"')[0].replace("&amp;", "&")
    assert htmx(client, "get", "/timeline" + more).content.decode().count("hw-activity-acts") == 6
    assert "谈了" not in htmx(client, "get", f"{path}?kinds=comment").content.decode()
    assert client_for(team.outsider).get(path).status_code == 404
    assert client.get("/timeline/user/1").status_code == 404


def test_liking_and_commenting_answer_with_the_follow_up(team):
    client = client_for(team.boss)
    liked = htmx(client, "post", f"/follow-ups/{team.activity}/like", {"on": "1"}).content.decode()
    assert 'aria-pressed="true"' in liked
    assert Like.objects.count() == 1
    htmx(client, "post", f"/follow-ups/{team.activity}/like", {"on": "0"})
    assert Like.objects.count() == 0
    assert "<form" in htmx(client, "get", f"/follow-ups/{team.activity}/comment").content.decode()
    said = htmx(
        client,
        "post",
        f"/follow-ups/{team.activity}/comment",
        {"content": f"@[张三](user:{team.rep.pk}) <b>好</b>", "is_help": "1"},
    ).content.decode()
    assert '<span class="hw-mention">@张三</span> &lt;b&gt;好&lt;/b&gt;' in said
    assert "求助中" in said
    comment = Comment.objects.get()
    assert "已解决" in htmx(client, "post", f"/comments/{comment.pk}/resolve", {"on": "1"}).content.decode()
    assert "<textarea" in htmx(client, "get", f"/comments/{comment.pk}/edit").content.decode()
    assert htmx(client, "post", f"/comments/{comment.pk}/edit", {"content": "改"}).status_code == 204
    assert "改" not in htmx(client, "post", f"/comments/{comment.pk}/archive").content.decode()


def test_without_scripts_the_buttons_lead_back_to_pages(team):
    client = client_for(team.boss)
    answer = client.post(f"/follow-ups/{team.activity}/comment", {"content": "好"})
    assert (answer.status_code, answer["Location"]) == (303, f"/work?activity={team.activity}")
    assert client.get(f"/follow-ups/{team.activity}/comment").status_code == 200


def test_an_edit_shows_its_versions_and_an_untouched_time_is_no_change(team):
    client = client_for(team.rep)
    form = htmx(client, "get", f"/follow-ups/{team.activity}/edit", target="hw-dialog").content.decode()
    assert "谈了&lt;价格&gt;" in form
    before = Activity.objects.get(pk=team.activity).occurred_at
    shown = form.split('name="occurred_at" ')[1].split('value="')[1].split('"')[0]
    answer = htmx(
        client,
        "post",
        f"/follow-ups/{team.activity}/edit",
        {"kind": "call", "outcome": "refused", "content": "不要了", "occurred_at": shown, "version": "1"},
    )
    assert answer.status_code == 204
    after = Activity.objects.get(pk=team.activity)
    assert (after.content, after.outcome, after.occurred_at, after.version) == (
        "不要了",
        "refused",
        before,
        2,
    )
    page = client.get(f"/follow-ups/{team.activity}/versions").content.decode()
    assert "谈了&lt;价格&gt;" in page
    assert client_for(team.outsider).get(f"/follow-ups/{team.activity}/versions").status_code == 404


def test_a_manager_deletes_a_follow_up_and_takes_it_back(team):
    client = client_for(team.boss)
    answer = htmx(client, "post", f"/follow-ups/{team.activity}/archive")
    assert f"/follow-ups/{team.activity}/restore" in answer["HX-Trigger"]
    assert "谈了" not in client.get("/work").content.decode()
    htmx(client, "post", f"/follow-ups/{team.activity}/restore")
    assert "谈了" in client.get("/work").content.decode()
    assert htmx(client_for(team.rep), "post", f"/follow-ups/{team.activity}/archive").status_code == 403


def test_tasks_are_ticked_undone_postponed_and_edited(team):
    client = client_for(team.rep)
    task = team.task(due_at=(clock.now() - timedelta(hours=1)).isoformat())
    page = client.get("/tasks").content.decode()
    assert "已逾期" in page
    answer = htmx(client, "post", f"/tasks/{task.pk}/finish")
    assert f"/tasks/{task.pk}/reopen" in answer["HX-Trigger"]
    task.refresh_from_db()
    assert task.done_at is not None
    htmx(client, "post", f"/tasks/{task.pk}/reopen")
    assert htmx(client, "post", f"/tasks/{task.pk}/postpone?to=monday").status_code == 204
    assert htmx(client, "post", f"/tasks/{task.pk}/postpone?to=someday").status_code == 422
    task.refresh_from_db()
    assert task.due_at is not None
    assert task.due_at > clock.now()
    form = htmx(client, "get", f"/tasks/{task.pk}/edit", target="hw-dialog").content.decode()
    assert "回电" in form
    htmx(client, "post", f"/tasks/{task.pk}/edit", {"title": "改期", "version": str(task.version)})
    task.refresh_from_db()
    assert task.title == "改期"
    htmx(client, "post", f"/tasks/{task.pk}/archive")
    assert "改期" not in client.get("/tasks").content.decode()
    htmx(client, "post", f"/tasks/{task.pk}/restore")
    assert "改期" in client.get("/tasks").content.decode()


def test_a_task_is_made_in_the_dialog_about_a_record(team):
    client = client_for(team.rep)
    about = f"record_type=thing&record_id={team.thing.record_id}"
    assert "小米科技" in htmx(client, "get", f"/tasks/new?{about}", target="hw-dialog").content.decode()
    answer = htmx(
        client,
        "post",
        "/tasks/new",
        {
            "title": "寄资料",
            "due_at": "2099-01-05 09:30",
            "record_type": "thing",
            "record_id": str(team.thing.record_id),
        },
    )
    assert answer.status_code == 204
    task = Task.objects.get(title="寄资料")
    assert task.record_id == team.thing.record_id
    assert task.remind_at is not None
    assert htmx(client, "post", "/tasks/new", {"title": ""}).status_code == 422
    card = tasks_card(access(team.rep, "things.view"), "thing", team.thing.record_id)
    assert [row.cells[0].text for row in card.rows] == ["寄资料"]


def test_the_team_view_is_for_those_with_a_team(team):
    team.task(title="组员的事")
    assert "组员的事" in client_for(team.boss).get("/tasks?whose=team").content.decode()
    assert "组员的事" not in client_for(team.boss).get("/tasks").content.decode()
    assert "组员的事" not in client_for(team.outsider).get("/tasks?whose=team").content.decode()


def test_the_calendar_dialog_gives_an_address_once(team):
    client = client_for(team.rep)
    assert ".ics" not in client.get("/tasks/calendar").content.decode()
    page = client.post("/tasks/calendar").content.decode()
    path = "/calendar/" + page.split("/calendar/")[1].split(".ics")[0] + ".ics"
    assert Client().get(path).status_code == 200
    client.post("/tasks/calendar/close")
    assert Client().get(path).status_code == 404


def test_parts_for_record_pages_are_made_without_a_request(team):
    reader = access(team.rep, "things.view")
    comment_on_activity(access(team.boss, "comments.create"), team.activity, content="好")
    edit_activity(access(team.rep, "activities.edit"), team.activity, {"content": "改"})
    page = timeline_page(reader, "thing", team.thing.record_id)
    (day,) = page.days
    assert [event.key for event in day.events] == [f"activity-{team.activity}"]
    assert [tool.icon for tool in day.events[0].tools] == ["pencil", "history"]
    made = composer("thing", team.thing.record_id)
    assert made.url == f"/follow-ups/thing/{team.thing.record_id}"
    assert not next(kind for kind in made.kinds if kind.value == "note").outcomes


def test_a_record_can_be_commented_on_from_its_page(team):
    client = client_for(team.boss)
    path = f"/comments/thing/{team.thing.record_id}"
    assert "<textarea" in htmx(client, "get", path, target="hw-dialog").content.decode()
    assert htmx(client, "post", path, {"content": "本周要有进展"}).status_code == 204
    assert "本周要有进展" in client.get(f"/timeline/thing/{team.thing.record_id}").content.decode()
    assert htmx(client_for(team.outsider), "post", path, {"content": "x"}).status_code == 404
    actions = record_actions(access(team.boss, "things.view"), "thing", team.thing.record_id)
    assert [action.icon for action in actions] == [
        "message-square",
        "hand",
        "messages-square",
        "list-checks",
    ]


PAGES = ["/work", "/work/news?after=0", "/tasks", "/tasks/new", "/tasks/calendar"]


@pytest.mark.parametrize("path", PAGES)
def test_guests_sign_in_and_people_without_the_grant_are_refused(team, path):
    assert Client().get(path).status_code == 302
    powerless = make_user("无权", role=make_role(grants={"users.view": "all"}))
    assert client_for(powerless).get(path).status_code == 403
