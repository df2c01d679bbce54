"""Recording follow-ups: what is written, what follows, what is refused."""

from datetime import timedelta

import pytest
from django.db import transaction

from headwater.engagement.models import Activity, Task
from headwater.engagement.services import follow_up, record_activities, record_activity
from headwater.engagement.services.chats import parse_chat
from headwater.engagement.types import NewActivity
from headwater.kernel import clock
from headwater.kernel.access import system_access
from headwater.kernel.errors import Forbidden, Invalid, NotFound
from headwater.platform.audit import history
from tests.engagement.things import access, heard, make_activity, make_rep, make_thing
from tests.organization.factories import make_role, make_user

pytestmark = pytest.mark.django_db


def record(user, ref, **values):
    values = {"kind": "call", "content": "对方有兴趣"} | values
    return follow_up(access(user, "activities.create"), ref.record_type, ref.record_id, **values)


def test_a_follow_up_is_written_audited_and_told_to_the_records_room():
    rep = make_rep()
    ref = make_thing(rep)
    heard.clear()
    made = record(rep, ref, outcome="interested", duration_seconds="95", participants=[rep.pk])
    assert (made.kind, made.outcome, made.duration_seconds) == ("call", "interested", 95)
    assert made.author_id == rep.pk
    assert made.participants == [rep.pk]
    assert [item.id for item in heard] == [made.pk]
    assert heard[0].is_contact
    assert [entry.action for entry in history("activity", made.pk).items] == ["create"]


def test_the_next_step_becomes_a_task_with_a_reminder_and_ends_the_one_before():
    rep = make_rep()
    ref = make_thing(rep)
    tomorrow = clock.now() + timedelta(days=1)
    record(rep, ref, next_at=tomorrow.isoformat())
    first = Task.objects.get()
    assert first.due_at == tomorrow
    assert first.remind_at == tomorrow - timedelta(minutes=15)
    assert (first.record_type, first.record_id, first.owner_id) == ("thing", ref.record_id, rep.pk)
    record(rep, ref, next_at=tomorrow + timedelta(days=3), next_title="约演示")
    first.refresh_from_db()
    assert first.done_at is not None
    (open_one,) = Task.objects.filter(done_at__isnull=True)
    assert open_one.title == "约演示"


def test_a_note_leaves_the_open_next_step_and_others_tasks_alone():
    rep, colleague = make_rep(), make_rep("李四")
    ref = make_thing(rep)
    record(rep, ref, next_at=clock.now() + timedelta(days=1))
    theirs = make_activity(colleague, ref)
    Task.objects.create(
        title="别人的",
        owner=colleague,
        record_type="thing",
        record_id=ref.record_id,
        activity_id=theirs,
        created_at=clock.now(),
        updated_at=clock.now(),
    )
    record(rep, ref, kind="note")
    assert Task.objects.filter(done_at__isnull=True).count() == 2
    record(rep, ref, kind="wechat")
    assert [task.title for task in Task.objects.filter(done_at__isnull=True)] == ["别人的"]


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"kind": "telepathy"}, "kind"),
        ({"kind": None}, "kind"),
        ({"outcome": "no_such_outcome"}, "outcome"),
        ({"content": "", "outcome": None}, "content"),
        ({"content": "x" * 20_001}, "content"),
        ({"occurred_at": "yesterday-ish"}, "occurred_at"),
        ({"occurred_at": "2999-01-01T00:00:00Z"}, "occurred_at"),
        ({"next_at": "2001-01-01T00:00:00Z"}, "next_at"),
        ({"duration_seconds": "-3"}, "duration_seconds"),
        ({"participants": [987654321]}, "participants"),
        ({"messages": [{"sender": "a"}]}, "messages"),
    ],
)
def test_what_cannot_be_taken_is_named_and_nothing_is_written(values, field):
    rep = make_rep()
    ref = make_thing(rep)
    with pytest.raises(Invalid) as refusal, transaction.atomic():
        record(rep, ref, **values)
    assert field in refusal.value.fields
    assert not Activity.objects.exists()


def test_an_outcome_alone_is_enough():
    rep = make_rep()
    assert record(rep, make_thing(rep), content="", outcome="no_answer").content == ""


def test_a_record_out_of_reach_does_not_exist():
    rep, other = make_rep(), make_rep("李四")
    with pytest.raises(NotFound):
        record(rep, make_thing(other))


def test_who_may_not_record_is_refused():
    onlooker = make_user("看客", role=make_role(grants={"things.view": "all"}))
    with pytest.raises(Forbidden):
        record_activity(
            system_like(onlooker), "thing", make_thing(onlooker).record_id, kind="call", content="x"
        )


def system_like(user):
    return access(user, "things.view")


def test_many_are_written_in_order_with_one_statement(django_assert_max_num_queries):
    rep = make_rep()
    things = [make_thing(rep, f"客户{n}") for n in range(50)]
    rows = [
        NewActivity("thing", ref.record_id, kind="call", content=f"第{n}次 {{'\"", author_id=rep.pk)
        for n, ref in enumerate(things)
    ]
    heard.clear()
    with django_assert_max_num_queries(5), transaction.atomic():
        ids = record_activities(system_access("imports.run"), rows)
    assert ids == sorted(ids)
    assert [Activity.objects.get(pk=made).content for made in ids] == [row.content for row in rows]
    assert [item.record_id for item in heard] == [ref.record_id for ref in things]


def test_a_pasted_qq_chat_becomes_its_messages():
    pasted = (
        "2026-11-20 10:03:11 张三(123456)\n您好，想了解一下\n价格\n"
        "2026-11-20 10:04:02 小李<li@qq.com>\n好的，稍后发您"
    )
    messages = parse_chat(pasted)
    assert [(item["sender"], item["text"]) for item in messages] == [
        ("张三", "您好，想了解一下\n价格"),
        ("小李", "好的，稍后发您"),
    ]
    assert messages[0]["at"].startswith("2026-11-20T10:03:11")


def test_a_pasted_wechat_chat_becomes_its_messages_and_plain_text_does_not():
    assert [item["sender"] for item in parse_chat("王总 10:03\n可以\n小李 10:05\n收到")] == ["王总", "小李"]
    assert parse_chat("今天 10:30 去拜访了王总\n聊得不错") == []
    assert parse_chat("") == []
