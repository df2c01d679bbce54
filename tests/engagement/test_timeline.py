"""One timeline per record: whole, in order, paged without gaps or doubles, by a fixed number of queries."""

from collections.abc import Collection, Sequence
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from headwater.engagement import cursors
from headwater.engagement import timeline as registry
from headwater.engagement.models import Activity, Comment
from headwater.engagement.queries import timeline, timeline_json
from headwater.engagement.services import (
    comment_on_activity,
    comment_on_record,
    complete_task,
    create_task,
    like_activity,
    link_history,
    move_history,
    move_history_back,
    unlink_history,
)
from headwater.engagement.services.history import Moved
from headwater.engagement.timeline import Entry, Log, RecordRef, log
from headwater.kernel import clock, sql
from headwater.kernel.access import system_access
from headwater.kernel.errors import Invalid
from headwater.platform.files.models import StoredFile
from tests.engagement.things import access, make_activity, make_rep, make_thing

pytestmark = pytest.mark.django_db
START = datetime(2026, 11, 1, tzinfo=UTC)


def keys(page) -> list[str]:
    return [item.key for item in page.entries]


def test_follow_ups_tasks_comments_stand_in_one_order():
    rep = make_rep()
    ref = make_thing(rep)
    old = make_activity(rep, ref, ago=timedelta(days=2))
    said = comment_on_record(access(rep, "comments.create"), ref, content="留意预算")
    task = create_task(
        access(rep, "tasks.create"), {"title": "寄资料", "record_type": "thing", "record_id": ref.record_id}
    )
    complete_task(access(rep, "tasks.edit"), task.pk)
    new = make_activity(rep, ref)
    page = timeline(access(rep, "things.view"), "thing", ref.record_id)
    assert keys(page) == [f"activity-{new}", f"task-{task.pk}", f"comment-{said.pk}", f"activity-{old}"]
    assert page.entries[0].actor == {"id": rep.pk, "name": "张三"}
    assert page.next is None


def test_it_can_be_narrowed_to_groups():
    rep = make_rep()
    ref = make_thing(rep)
    made = make_activity(rep, ref)
    said = comment_on_record(access(rep, "comments.create"), ref, content="留意预算")
    reader = access(rep, "things.view")
    assert keys(timeline(reader, "thing", ref.record_id, groups=["follow_up"])) == [f"activity-{made}"]
    found = timeline_json(reader, "thing", ref.record_id, {"kinds": "comment,task"})
    assert [item["id"] for item in found["items"]] == [said.pk]


def test_withdrawn_follow_ups_are_not_shown():
    rep = make_rep()
    ref = make_thing(rep)
    gone = make_activity(rep, ref)
    Activity.objects.filter(pk=gone).update(archived_at=clock.now())
    assert keys(timeline(access(rep, "things.view"), "thing", ref.record_id)) == []


def test_linked_history_is_reachable_through_several_links_and_can_be_unlinked():
    rep = make_rep()
    lead, account, chance = make_thing(rep), make_thing(rep), make_thing(rep)
    before = make_activity(rep, lead, ago=timedelta(days=1))
    after = make_activity(rep, account)
    job = system_access("tests")
    link_history(job, account, source=lead)
    link_history(job, account, source=lead)
    link_history(job, chance, source=account)
    reader = access(rep, "things.view")
    assert keys(timeline(reader, "thing", chance.record_id)) == [f"activity-{after}", f"activity-{before}"]
    assert keys(timeline(reader, "thing", lead.record_id)) == [f"activity-{before}"]
    assert unlink_history(job, source=lead) == 1
    assert keys(timeline(reader, "thing", account.record_id)) == [f"activity-{after}"]


def test_a_ring_of_links_ends():
    rep = make_rep()
    one, two = make_thing(rep), make_thing(rep)
    link_history(system_access("tests"), one, source=two)
    link_history(system_access("tests"), two, source=one)
    assert keys(timeline(access(rep, "things.view"), "thing", one.record_id)) == []


def test_a_merge_moves_the_history_and_back():
    rep = make_rep()
    kept, gone = make_thing(rep), make_thing(rep)
    made = make_activity(rep, gone)
    comment_on_record(access(rep, "comments.create"), gone, content="x")
    moved = move_history(system_access("tests"), from_=gone, to=kept)
    later = make_activity(rep, kept)
    reader = access(rep, "things.view")
    assert len(timeline(reader, "thing", kept.record_id).entries) == 3
    assert timeline(reader, "thing", gone.record_id).entries == []
    move_history_back(system_access("tests"), Moved.from_json(moved.as_json()))
    assert keys(timeline(reader, "thing", kept.record_id)) == [f"activity-{later}"]
    assert f"activity-{made}" in keys(timeline(reader, "thing", gone.record_id))


@pytest.mark.parametrize("cursor", ["x", "W10", "WyIyMDI2LTExLTAxIiwgMSwgMl0", "bnVsbA", "ey"])
def test_a_foreign_cursor_is_refused(cursor):
    rep = make_rep()
    ref = make_thing(rep)
    with pytest.raises(Invalid):
        timeline(access(rep, "things.view"), "thing", ref.record_id, cursor=cursor)


def queries_for(rep, ref) -> int:
    reader = access(rep, "things.view")
    with CaptureQueriesContext(connection) as seen:
        timeline(reader, "thing", ref.record_id, limit=50)
    return len(seen)


def fewest_queries_for(rep, ref) -> int:
    """Settings and picklists are looked up again every few seconds: that look-up is not counted."""
    return min(queries_for(rep, ref) for _attempt in range(3))


def test_the_number_of_queries_does_not_grow_with_what_is_shown():
    rep, colleague = make_rep(), make_rep("李四")
    ref = make_thing(rep)

    def happen() -> None:
        made = make_activity(rep, ref, participants=(colleague.pk,))
        comment_on_activity(access(rep, "comments.create"), made, content="好")
        like_activity(access(rep, "activities.view"), made)
        comment_on_record(access(rep, "comments.create"), ref, content="x")

    happen()
    queries_for(rep, ref)
    few = fewest_queries_for(rep, ref)
    for _number in range(10):
        happen()
    assert fewest_queries_for(rep, ref) == few


def test_one_query_finds_a_page_and_a_few_more_what_surrounds_it():
    rep, colleague = make_rep(), make_rep("李四")
    ref, source = make_thing(rep), make_thing(rep)
    make_activity(rep, ref)
    comment_on_record(access(rep, "comments.create"), ref, content="x")
    assert fewest_queries_for(rep, ref) == 1
    made = make_activity(rep, ref, participants=(colleague.pk,))
    comment_on_activity(access(rep, "comments.create"), made, content="好")
    like_activity(access(rep, "activities.view"), made)
    StoredFile.objects.create(
        name="a.png", size=1, content_type="image/png", record_type="activity", record_id=made,
        created_at=clock.now(),
    )  # fmt: skip
    assert fewest_queries_for(rep, ref) == 5  # people, comments, files, likes
    link_history(system_access("tests"), ref, source=source)
    assert fewest_queries_for(rep, ref) == 6  # names of the records


@pytest.mark.parametrize("cursor", [None, cursors.encode(START, "activity", 5)])
def test_no_page_reads_a_whole_table(cursor):
    rep = make_rep()
    ref = make_thing(rep)
    reader = access(rep, "things.view")
    with CaptureQueriesContext(connection) as seen:
        timeline(reader, "thing", ref.record_id, cursor=cursor)
    (query,) = (item["sql"] for item in seen if "engagement_activity" in item["sql"])
    with connection.cursor() as database:
        database.execute("SET LOCAL enable_seqscan = off")
        database.execute(f"EXPLAIN {query}")
        plan = [row[0] for row in database.fetchall()]
        database.execute("SET LOCAL enable_seqscan = on")
    assert [line for line in plan if "Seq Scan" in line] == []
    views = set(sql.values("SELECT viewname FROM pg_views"))  # of other records' alone: not even looked at
    for source in registry.sources():
        table = source.log.table
        is_query = table.startswith("(") or table in views
        assert is_query or any(f" on {table} " in line for line in plan)


def test_what_a_reader_may_not_know_shortens_a_page_but_ends_nothing():
    rep = make_rep()
    ref = make_thing(rep)
    secret = made_up(range(9), hidden={2, 3, 4, 5, 6})
    registry.register_timeline_source("secret", secret, label="secret")
    try:
        reader = access(rep, "things.view")
        first = timeline(reader, "thing", ref.record_id, limit=3)
        second = timeline(reader, "thing", ref.record_id, limit=3, cursor=first.next)
    finally:
        registry.forget_timeline_source("secret")
    assert keys(first) == ["secret-9", "secret-8", "secret-7"]
    assert keys(second) == ["secret-1"]  # the page between is all hidden
    assert second.next is None


def made_up(moments: Sequence[int], hidden: Collection[int] = ()) -> Log:
    """A source of the test's own: what happened to every thing, in minutes after the start."""
    rows = ", ".join(
        f"({number + 1}, '{START + timedelta(minutes=moment)}'::timestamptz)"
        for number, moment in enumerate(moments)
    )
    table = f"""(SELECT n.id, n.at, 'thing' AS record_type, t.id AS record_id, NULL::bigint AS actor_id
        FROM test_thing t CROSS JOIN (VALUES (0, NULL::timestamptz){rows and ", "}{rows}) n (id, at)
        WHERE n.at IS NOT NULL)"""
    return log(table, facts={})(
        lambda _reader, found: [row.entry(data=row.facts) for row in found if row.id not in hidden]
    )


MOMENTS = st.lists(st.integers(0, 4), max_size=12)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(first=MOMENTS, own=MOMENTS, last=MOMENTS, limit=st.integers(1, 7))
def test_pages_give_everything_once_in_order(db, first, own, last, limit):
    """Three sources with many entries of one moment; the middle one is the real one of follow-ups."""
    rep = make_rep()
    ref = make_thing(rep)
    for moment in own:
        make_activity(rep, ref, at=START + timedelta(minutes=moment))
    others = {"aaa": made_up(first), "zzz": made_up(last)}
    for name, made in others.items():
        registry.register_timeline_source(name, made, label=name)
    try:
        reader = access(rep, "things.view")
        seen: list[Entry] = []
        cursor = None
        while True:
            page = timeline(reader, "thing", ref.record_id, cursor=cursor, limit=limit)
            assert len(page.entries) <= limit
            seen += [item.entry for item in page.entries]
            cursor = page.next
            if cursor is None:
                break
    finally:
        for name in others:
            registry.forget_timeline_source(name)
    order = [(entry.at, entry.source, entry.id) for entry in seen]
    assert order == sorted(order, reverse=True)
    assert len(set(order)) == len(order) == len(first) + len(own) + len(last)


def test_a_comment_of_another_record_does_not_show(db):
    rep = make_rep()
    one, two = make_thing(rep), make_thing(rep)
    comment_on_record(access(rep, "comments.create"), one, content="x")
    assert Comment.objects.count() == 1
    assert keys(timeline(access(rep, "things.view"), "thing", two.record_id)) == []
    assert RecordRef("thing", one.record_id) == one
