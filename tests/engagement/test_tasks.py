"""Tasks: whose they are, finishing once, repeating, postponing, reminding."""

import threading
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connections
from django.utils import timezone

from headwater.engagement.errors import RecordOfTaskFixed, TaskDone
from headwater.engagement.events import TasksCompleted
from headwater.engagement.models import Task
from headwater.engagement.queries import my_tasks, open_tasks, task_counts
from headwater.engagement.services import (
    archive_tasks,
    close_tasks,
    complete_task,
    complete_tasks,
    create_task,
    follow_up,
    hand_over_tasks,
    postpone_task,
    postpone_tasks,
    reopen_task,
    restore_tasks,
    update_task,
)
from headwater.engagement.services.reminders import remind_due
from headwater.engagement.services.repeating import next_due
from headwater.kernel import clock
from headwater.kernel.access import system_access
from headwater.kernel.errors import Forbidden, Invalid, NotFound, Stale
from headwater.platform.events import drain
from headwater.platform.events.models import StoredEventRow as EventRow
from headwater.platform.notifications import latest
from tests.engagement.things import TABLE, access, make_rep, make_thing
from tests.organization.factories import make_department, make_user

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 11, 18, 4, tzinfo=UTC)  # Wednesday, 12:00 in Shanghai


def task_of(user, **values):
    return create_task(access(user, "tasks.create"), {"title": "回电"} | values)


def test_a_task_is_ones_own_and_reminds_before_it_is_due():
    rep = make_rep()
    due = clock.now() + timedelta(hours=3)
    task = task_of(rep, due_at=due.isoformat(), priority="high")
    assert (task.owner_id, task.created_by_id, task.priority) == (rep.pk, rep.pk, "high")
    assert task.remind_at == due - timedelta(minutes=15)


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"title": ""}, "title"),
        ({"title": "x" * 201}, "title"),
        ({"due_at": "soon"}, "due_at"),
        ({"repeat": "weekly"}, "due_at"),
        ({"repeat": "hourly"}, "repeat"),
        ({"priority": "extreme"}, "priority"),
        ({"record_type": "thing"}, "record_id"),
        ({"record_type": "thing", "record_id": "1; drop"}, "record_id"),
        ({"surprise": 1}, "surprise"),
    ],
)
def test_bad_values_are_named(values, field):
    with pytest.raises(Invalid) as refusal:
        task_of(make_rep(), **values)
    assert field in refusal.value.fields


def test_a_record_out_of_reach_cannot_get_a_task():
    rep, other = make_rep(), make_rep("李四")
    ref = make_thing(other)
    with pytest.raises(NotFound):
        task_of(rep, record_type="thing", record_id=ref.record_id)


def test_tasks_for_others_need_the_permission_and_the_reach():
    sales, elsewhere = make_department(), make_department()
    boss = make_user("王经理", role="manager", department=sales)
    rep, stranger = make_rep(department=sales), make_rep("外人", department=elsewhere)
    with pytest.raises(Forbidden):
        task_of(rep, owner=boss.pk)
    with pytest.raises(Forbidden):
        task_of(boss, owner=stranger.pk)
    task = task_of(boss, owner=rep.pk)
    drain()
    assert [item.kind for item in latest(rep.pk).items] == ["task.assigned"]
    complete_task(access(rep, "tasks.edit"), task.pk)
    assert task_of(boss).owner_id == boss.pk


def test_somebody_elses_task_does_not_exist():
    rep, other = make_rep(), make_rep("李四")
    task = task_of(other)
    edit = access(rep, "tasks.edit")
    for act in (
        lambda: complete_task(edit, task.pk),
        lambda: reopen_task(edit, task.pk),
        lambda: postpone_task(edit, task.pk, by=timedelta(days=1)),
        lambda: update_task(edit, task.pk, {"title": "x"}),
        lambda: archive_tasks(access(rep, "tasks.delete"), [task.pk]),
    ):
        with pytest.raises(NotFound):
            act()


def test_finishing_twice_is_finishing_once():
    rep = make_rep()
    task = task_of(rep)
    edit = access(rep, "tasks.edit")
    first = complete_task(edit, task.pk)
    assert complete_task(edit, task.pk).done_at == first.done_at
    assert EventRow.objects.filter(name=TasksCompleted.name).count() == 1
    again = reopen_task(edit, task.pk)
    assert (again.done_at, again.done_by_id) == (None, None)


def test_finishing_many_says_what_became_of_each():
    rep, other = make_rep(), make_rep("李四")
    mine, theirs = task_of(rep), task_of(other)
    results = complete_tasks(access(rep, "tasks.edit"), [mine.pk, theirs.pk, 10**12])
    assert [(item.ok, item.code) for item in results] == [
        (True, ""),
        (False, "record.not_found"),
        (False, "record.not_found"),
    ]
    theirs.refresh_from_db()
    assert theirs.done_at is None


def test_a_repeated_task_comes_again_and_reopening_takes_the_untouched_one_back():
    rep = make_rep()
    edit = access(rep, "tasks.edit")
    with clock.freeze(NOON):
        task = task_of(rep, due_at=(NOON + timedelta(hours=1)).isoformat(), repeat="weekly")
        complete_task(edit, task.pk)
        (following,) = Task.objects.filter(previous=task)
        assert following.due_at == task.due_at + timedelta(days=7)
        assert following.remind_at == task.remind_at + timedelta(days=7)
        reopen_task(edit, task.pk)
        assert Task.objects.count() == 1
        complete_task(edit, task.pk)
        update_task(edit, Task.objects.get(previous=task).pk, {"title": "改过"})
        reopen_task(edit, task.pk)
        complete_task(edit, task.pk)
        assert Task.objects.filter(previous=task).count() == 1


@pytest.mark.parametrize(
    ("repeat", "due", "now", "expected"),
    [
        ("daily", "2026-11-18 09:30", "2026-11-18 10:00", "2026-11-19 09:30"),
        ("daily", "2026-11-10 09:30", "2026-11-18 10:00", "2026-11-19 09:30"),
        ("daily", "2026-11-18 09:30", "2026-11-17 10:00", "2026-11-19 09:30"),
        ("workdays", "2026-11-20 09:30", "2026-11-20 10:00", "2026-11-23 09:30"),
        ("weekly", "2026-11-18 09:30", "2026-11-18 10:00", "2026-11-25 09:30"),
        ("monthly", "2026-01-31 09:30", "2026-02-01 10:00", "2026-02-28 09:30"),
        ("monthly", "2026-01-31 09:30", "2026-03-01 10:00", "2026-03-31 09:30"),
        ("monthly", "2026-12-15 09:30", "2026-12-15 10:00", "2027-01-15 09:30"),
    ],
)
def test_when_it_comes_again(repeat, due, now, expected):
    def at(text: str) -> datetime:
        return timezone.make_aware(datetime.fromisoformat(text))

    assert next_due(at(due), repeat, at(now)) == at(expected)


def test_postponing_counts_from_now_when_overdue_and_moves_the_reminder():
    rep = make_rep()
    edit = access(rep, "tasks.edit")
    with clock.freeze(NOON):
        late = task_of(rep, due_at=(NOON - timedelta(days=3)).isoformat())
        ahead = task_of(rep, due_at=(NOON + timedelta(days=3)).isoformat(), remind_at=NOON.isoformat())
        postpone_tasks(edit, [late.pk, ahead.pk], by=timedelta(days=1))
        late.refresh_from_db()
        ahead.refresh_from_db()
        assert late.due_at == NOON + timedelta(days=1)
        assert ahead.due_at == NOON + timedelta(days=4)
        assert ahead.remind_at == NOON + timedelta(days=1)
        complete_task(edit, ahead.pk)
        with pytest.raises(TaskDone):
            postpone_task(edit, ahead.pk, by=timedelta(days=1))
        (result,) = postpone_tasks(edit, [ahead.pk], by=timedelta(days=1))
        assert (result.ok, result.code) == (False, "task.done")
        with pytest.raises(Invalid):
            postpone_task(edit, late.pk, to=NOON - timedelta(days=1))


def test_changing_keeps_the_version_and_refuses_a_stale_one():
    rep = make_rep()
    edit = access(rep, "tasks.edit")
    due = clock.now() + timedelta(days=1)
    task = task_of(rep)
    changed = update_task(edit, task.pk, {"due_at": due.isoformat(), "title": "去拜访"}, version=1)
    assert (changed.version, changed.title) == (2, "去拜访")
    assert changed.remind_at == due - timedelta(minutes=15)
    with pytest.raises(Stale):
        update_task(edit, task.pk, {"title": "x"}, version=1)
    assert update_task(edit, task.pk, {"title": "去拜访"}).version == 2
    with pytest.raises(RecordOfTaskFixed):
        update_task(edit, task.pk, {"record_type": "thing", "record_id": 5})


def test_groups_and_counts_by_urgency():
    rep = make_rep()
    with clock.freeze(NOON):
        task_of(rep, title="晚了", due_at=(NOON - timedelta(hours=1)).isoformat())
        task_of(rep, title="今天", due_at=(NOON + timedelta(hours=11)).isoformat())
        task_of(rep, title="明天", due_at=(NOON + timedelta(hours=13)).isoformat())
        task_of(rep, title="有空")
        done = task_of(rep, title="做完")
        complete_task(access(rep, "tasks.edit"), done.pk)
        groups = my_tasks(access(rep, "tasks.view"))
        counts = task_counts(rep.pk)
    titles = [[row.title for row in group] for group in (groups.overdue, groups.today, groups.upcoming)]
    assert titles == [["晚了"], ["今天"], ["明天"]]
    assert [row.title for row in groups.someday + groups.done] == ["有空", "做完"]
    assert (counts.overdue, counts.today, counts.upcoming, counts.done_today) == (1, 1, 2, 1)


def test_a_reminder_comes_once_and_again_when_moved():
    rep = make_rep()
    ref = make_thing(rep, "小米")
    with clock.freeze(NOON):
        task = task_of(
            rep,
            due_at=(NOON + timedelta(hours=1)).isoformat(),
            record_type="thing",
            record_id=ref.record_id,
        )
        assert remind_due() == 0
        clock.advance(timedelta(minutes=45))
        assert remind_due() == 1
        assert remind_due() == 0
        (notice,) = latest(rep.pk).items
        assert "回电" in notice.text
        assert notice.url == f"/things/{ref.record_id}"
        postpone_task(access(rep, "tasks.edit"), task.pk, by=timedelta(hours=1))
        clock.advance(timedelta(hours=1))
        assert remind_due() == 1


def test_done_and_removed_tasks_do_not_remind():
    rep = make_rep()
    with clock.freeze(NOON):
        done = task_of(rep, due_at=NOON.isoformat())
        complete_task(access(rep, "tasks.edit"), done.pk)
        removed = task_of(rep, due_at=NOON.isoformat())
        archive_tasks(access(rep, "tasks.delete"), [removed.pk])
        assert remind_due() == 0
        assert restore_tasks(access(rep, "tasks.delete"), [removed.pk]) == 1
        assert remind_due() == 1


def test_closing_a_record_ends_next_steps_and_a_handover_moves_open_tasks():
    rep, heir = make_rep(), make_rep("李四")
    ref = make_thing(rep)
    follow_up(
        access(rep, "activities.create"),
        "thing",
        ref.record_id,
        kind="call",
        content="x",
        next_at=clock.now() + timedelta(days=1),
    )
    task_of(rep, title="另一件", record_type="thing", record_id=ref.record_id)
    reader = access(rep, "things.view")
    assert len(open_tasks(reader, "thing", ref.record_id)) == 2
    assert hand_over_tasks(system_access("tests"), "thing", [ref.record_id], heir.pk) == 2
    assert {row.owner_id for row in open_tasks(reader, "thing", ref.record_id)} == {heir.pk}
    assert close_tasks(system_access("tests"), "thing", [ref.record_id]) == 1
    assert [row.title for row in open_tasks(reader, "thing", ref.record_id)] == ["另一件"]


@pytest.mark.django_db(transaction=True)
def test_eight_people_finish_one_repeated_task_at_once():
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(TABLE)
    rep = make_rep()
    task = task_of(rep, due_at=(clock.now() + timedelta(hours=1)).isoformat(), repeat="daily")
    edit = access(rep, "tasks.edit")
    gate, failures = threading.Barrier(8), []

    def finish() -> None:
        try:
            gate.wait()
            complete_task(edit, task.pk)
        except Exception as error:
            failures.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=finish) for _number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert Task.objects.filter(previous=task).count() == 1
    assert EventRow.objects.filter(name=TasksCompleted.name).count() == 1
    assert Task.objects.get(pk=task.pk).version == 2
