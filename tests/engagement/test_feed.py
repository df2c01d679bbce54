"""The feed: who sees which follow-ups, in what order, and how it finds them among many."""

from datetime import UTC, datetime, timedelta
from importlib import import_module

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from headwater.engagement.models import Activity
from headwater.engagement.queries import FeedFilter, feed, feed_news
from headwater.engagement.services import comment_on_activity
from headwater.kernel import clock
from headwater.kernel.errors import Invalid
from tests.engagement.things import access, make_activity, make_rep, make_thing
from tests.organization.factories import make_department, make_user

pytestmark = pytest.mark.django_db


def ids(user, **chosen) -> list[int]:
    return [row.id for row in feed(access(user, "activities.view"), FeedFilter(**chosen)).rows]


@pytest.fixture
def company():
    class Company:
        def __init__(self) -> None:
            self.sales, self.other = make_department(), make_department()
            self.boss = make_user("王经理", role="manager", department=self.sales)
            self.rep = make_rep("张三", department=self.sales)
            self.peer = make_rep("李四", department=self.sales)
            self.stranger = make_rep("外人", department=self.other)
            self.admin = make_user("管理员", role="admin")
            hour = timedelta(hours=1)
            self.own = make_activity(
                self.rep, make_thing(self.rep), ago=hour, kind="visit", outcome="interested"
            )
            self.peers = make_activity(self.peer, make_thing(self.peer), ago=2 * hour)
            self.strangers = make_activity(self.stranger, make_thing(self.stranger), ago=3 * hour)
            self.peers_on_mine = make_activity(self.peer, make_thing(self.rep), ago=4 * hour)

    return Company()


def test_each_sees_what_their_scope_covers_newest_first(company):
    assert ids(company.rep) == [company.own, company.peers_on_mine]
    assert ids(company.peer) == [company.peers, company.peers_on_mine]
    assert ids(company.boss) == [company.own, company.peers, company.peers_on_mine]
    assert ids(company.stranger) == [company.strangers]
    assert ids(company.admin) == [company.own, company.peers, company.strangers, company.peers_on_mine]


def test_it_can_be_narrowed_by_person_department_kind_outcome_and_date(company):
    assert ids(company.admin, person=company.peer.pk) == [company.peers, company.peers_on_mine]
    assert ids(company.rep, person=company.peer.pk) == [company.peers_on_mine]
    assert ids(company.boss, person=company.stranger.pk) == []
    assert ids(company.admin, department=company.other.pk) == [company.strangers]
    assert ids(company.boss, kind="visit") == [company.own]
    assert ids(company.boss, outcome="interested") == [company.own]
    assert ids(company.boss, since=clock.now() - timedelta(minutes=90)) == [company.own]
    assert ids(company.boss, until=clock.now() - timedelta(minutes=90)) == [
        company.peers,
        company.peers_on_mine,
    ]
    assert ids(company.rep, mine=True) == [company.own, company.peers_on_mine]


def test_who_is_mentioned_finds_it_under_mentions(company):
    comment_on_activity(
        access(company.boss, "comments.create"),
        company.own,
        content=f"@[外人](user:{company.stranger.pk}) 帮忙看看",
        is_help=True,
    )
    assert ids(company.stranger) == [company.strangers]
    assert ids(company.stranger, mentioned=True) == [company.own]
    assert ids(company.rep, mentioned=True) == []
    assert ids(company.boss, help=True) == [company.own]
    assert ids(company.peer, help=True) == []


def test_pages_go_on_without_gaps(company):
    moment = datetime(2026, 11, 1, tzinfo=UTC)
    thing = make_thing(company.rep)
    made = [make_activity(company.rep, thing, at=moment) for _number in range(7)]
    for reader in (company.rep, company.boss, company.admin):
        seen, cursor = [], None
        while True:
            page = feed(access(reader, "activities.view"), cursor=cursor, limit=2)
            seen += [row.id for row in page.rows]
            cursor = page.next
            if cursor is None:
                break
        assert len(seen) == len(set(seen))
        assert seen[-7:] == sorted(made, reverse=True)


def test_a_search_looks_at_a_bounded_number_and_goes_on_from_there(company, monkeypatch):
    module = import_module("headwater.engagement.queries.feed")
    monkeypatch.setattr(module, "LOOKS_AT", 3)
    monkeypatch.setattr(module, "FEW_PEOPLE", 0)
    thing = make_thing(company.rep)
    for number in range(10):
        make_activity(company.rep, thing, ago=timedelta(minutes=number))
    for reader, wanted in (
        (company.boss, [company.own]),
        (company.admin, [company.own]),
        (company.stranger, []),
    ):
        seen, sizes, cursor = [], [], None
        while True:
            page = feed(access(reader, "activities.view"), FeedFilter(outcome="interested"), cursor=cursor)
            seen += [row.id for row in page.rows]
            sizes.append(len(page.rows))
            cursor = page.next
            if cursor is None:
                break
        assert seen == wanted
        assert len(sizes) >= 5


def test_a_foreign_cursor_is_refused(company):
    with pytest.raises(Invalid):
        feed(access(company.rep, "activities.view"), cursor="bm9wZQ")


def test_withdrawn_follow_ups_are_gone(company):
    Activity.objects.filter(pk=company.own).update(archived_at=clock.now())
    assert company.own not in ids(company.boss)


def test_news_counts_what_others_wrote_since(company):
    reader = access(company.boss, "activities.view")
    newest = feed(reader).newest_id
    assert feed_news(reader, newest) == 0
    make_activity(company.boss, make_thing(company.boss))
    make_activity(company.stranger, make_thing(company.stranger))
    assert feed_news(reader, newest) == 0
    make_activity(company.rep, make_thing(company.rep), kind="visit")
    assert feed_news(reader, newest) == 1
    assert feed_news(reader, newest, FeedFilter(kind="call")) == 0
    assert feed_news(access(company.stranger, "activities.view"), newest) == 0


def test_the_number_of_queries_does_not_grow(company):
    def count() -> int:
        with CaptureQueriesContext(connection) as seen:
            feed(access(company.boss, "activities.view"), limit=50)
        return len(seen)

    def fewest() -> int:
        return min(count() for _attempt in range(3))

    few = fewest()
    for number in range(12):
        made = make_activity(company.rep, make_thing(company.rep, f"客户{number}"))
        comment_on_activity(access(company.boss, "comments.create"), made, content="好")
    assert fewest() == few


def scans(user, **chosen) -> list[str]:
    """Nodes of the plans that read the whole table of follow-ups."""
    with CaptureQueriesContext(connection) as seen:
        feed(access(user, "activities.view"), FeedFilter(**chosen))
    queries = [item["sql"] for item in seen if "FROM engagement_activity a" in item["sql"]]
    assert queries
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        plan: list[str] = []
        for query in queries:
            cursor.execute(f"EXPLAIN {query}")
            plan += [row[0] for row in cursor.fetchall()]
        cursor.execute("SET LOCAL enable_seqscan = on")
    return [line for line in plan if "Seq Scan on engagement_activity" in line]


@pytest.mark.parametrize("chosen", [{}, {"kind": "call"}, {"mine": True}])
def test_no_page_reads_the_whole_table(company, chosen):
    for reader in (company.rep, company.boss, company.admin):
        assert scans(reader, **chosen) == []
