"""Comments, mentions, help, likes, and correcting a follow-up: who may, and who is told."""

from datetime import timedelta

import pytest

from headwater.engagement.errors import ActivityLocked, NotYours
from headwater.engagement.models import Comment
from headwater.engagement.queries import get_row, versions_of
from headwater.engagement.services import (
    archive_activities,
    archive_comment,
    comment_on_activity,
    comment_on_record,
    edit_activity,
    edit_comment,
    like_activity,
    resolve_help,
    restore_activities,
    unlike_activity,
)
from headwater.kernel import clock
from headwater.kernel.errors import Invalid, NotFound, Stale
from headwater.platform.audit import history
from headwater.platform.events import drain
from headwater.platform.notifications import latest
from tests.engagement.things import access, make_activity, make_rep, make_thing
from tests.organization.factories import make_department, make_user

pytestmark = pytest.mark.django_db


def notices(user) -> list[str]:
    drain()
    return [item.kind for item in latest(user.pk).items]


@pytest.fixture
def team():
    class Team:
        def __init__(self) -> None:
            self.sales = make_department()
            self.boss = make_user("王经理", role="manager", department=self.sales)
            self.rep = make_rep("张三", department=self.sales, manager=self.boss)
            self.peer = make_rep("李四", department=self.sales)
            self.thing = make_thing(self.rep, "小米科技")
            self.call = make_activity(self.rep, self.thing, content="谈了价格")

    return Team()


def say(user, activity_id, content, **values):
    return comment_on_activity(access(user, "comments.create"), activity_id, content=content, **values)


def test_a_managers_comment_tells_the_rep_who_answers(team):
    say(team.boss, team.call, "价格先别松口")
    assert notices(team.rep) == ["comment.added"]
    (notice,) = latest(team.rep.pk).items
    assert (notice.params["by"], notice.params["name"]) == ("王经理", "小米科技")
    assert notice.url.startswith(f"/work?activity={team.call}")
    say(team.rep, team.call, "好的")
    assert notices(team.boss) == ["comment.added"]
    assert notices(team.rep) == ["comment.added"]


def test_a_mention_tells_the_person_once_and_lets_them_see(team):
    with pytest.raises(NotFound):
        get_row(access(team.peer, "activities.view"), team.call)
    say(team.boss, team.call, f"@[李四](user:{team.peer.pk}) 上次怎么谈的？", mentions=[team.peer.pk])
    assert notices(team.peer) == ["comment.mentioned"]
    row = get_row(access(team.peer, "activities.view"), team.call)
    assert row.comments[0].mentions == (team.peer.pk,)
    say(team.peer, team.call, "按九折")
    assert notices(team.rep).count("comment.added") == 2


def test_asking_for_help_without_a_name_asks_the_manager(team):
    made = say(team.rep, team.call, "客户要见技术，谁能支持？", is_help=True)
    assert notices(team.boss) == ["comment.help"]
    assert resolve_help(access(team.boss, "comments.create"), made.pk).resolved_at is not None
    assert resolve_help(access(team.rep, "comments.create"), made.pk, resolved=False).resolved_at is None


def test_a_comment_on_a_record_tells_its_owner(team):
    comment_on_record(access(team.boss, "comments.create"), team.thing, content="本周要有进展")
    assert notices(team.rep) == ["comment.added"]
    with pytest.raises(NotFound):
        comment_on_record(access(team.peer, "comments.create"), team.thing, content="x")


@pytest.mark.parametrize("content", ["", "   ", "x" * 5001])
def test_an_empty_or_endless_comment_is_refused(team, content):
    with pytest.raises(Invalid):
        say(team.rep, team.call, content)


def test_people_who_left_or_never_were_are_not_mentioned(team):
    made = say(team.rep, team.call, "@[鬼](user:99999999) 在吗", mentions=[888888])
    assert made.mentions == []


def test_out_of_reach_nothing_can_be_said_or_liked(team):
    with pytest.raises(NotFound):
        say(team.peer, team.call, "x")
    with pytest.raises(NotFound):
        like_activity(access(team.peer, "activities.view"), team.call)


def test_only_the_author_edits_a_comment_and_its_former_text_is_kept(team):
    made = say(team.rep, team.call, "第一版")
    with pytest.raises(NotYours):
        edit_comment(access(team.boss, "comments.edit"), made.pk, content="x")
    changed = edit_comment(
        access(team.rep, "comments.edit"),
        made.pk,
        content=f"@[王经理](user:{team.boss.pk}) 第二版",
        version=1,
    )
    assert changed.version == 2
    assert [version.content for version in changed.versions.all()] == ["第一版"]
    assert notices(team.boss) == ["comment.mentioned"]
    with pytest.raises(Stale):
        edit_comment(access(team.rep, "comments.edit"), made.pk, content="第三版", version=1)


def test_a_manager_withdraws_a_comment_a_colleague_may_not(team):
    made = say(team.rep, team.call, "x")
    say(team.boss, team.call, f"@[李四](user:{team.peer.pk})")
    with pytest.raises(NotYours):
        archive_comment(access(team.peer, "comments.delete"), made.pk)
    archive_comment(access(team.boss, "comments.delete"), made.pk)
    assert Comment.objects.get(pk=made.pk).archived_at is not None
    assert len(get_row(access(team.rep, "activities.view"), team.call).comments) == 1


def test_a_like_counts_once_and_tells_the_author_once(team):
    view = access(team.boss, "activities.view")
    assert like_activity(view, team.call) is True
    assert like_activity(view, team.call) is False
    row = get_row(view, team.call)
    assert (row.likes, row.is_liked, row.likers) == (1, True, ("王经理",))
    assert unlike_activity(view, team.call) is True
    assert unlike_activity(view, team.call) is False
    like_activity(view, team.call)
    assert notices(team.rep) == ["activity.liked"]
    like_activity(access(team.rep, "activities.view"), team.call)
    assert notices(team.rep) == ["activity.liked"]


def test_an_edit_keeps_what_was_said_before(team):
    edit = access(team.rep, "activities.edit")
    changed = edit_activity(
        edit, team.call, {"content": "谈了价格，要九折", "outcome": "interested"}, version=1
    )
    assert (changed.version, changed.outcome) == (2, "interested")
    assert changed.edited_at is not None
    (before,) = versions_of(team.call)
    assert (before.version, before.content, before.outcome) == (1, "谈了价格", None)
    assert before.replaced_by == team.rep
    assert [entry.action for entry in history("activity", team.call).items] == ["update", "create"]
    with pytest.raises(Stale):
        edit_activity(edit, team.call, {"content": "x"}, version=1)
    assert edit_activity(edit, team.call, {"outcome": "interested"}).version == 2


def test_an_edit_may_not_empty_a_follow_up(team):
    with pytest.raises(Invalid):
        edit_activity(access(team.rep, "activities.edit"), team.call, {"content": ""})


def test_the_author_edits_for_a_day_the_manager_always_a_colleague_never(team):
    with clock.freeze(clock.now() + timedelta(hours=25)):
        with pytest.raises(ActivityLocked) as refusal:
            edit_activity(access(team.rep, "activities.edit"), team.call, {"content": "晚了"})
        assert refusal.value.facts["hours"] == 24
        assert (
            edit_activity(access(team.boss, "activities.edit"), team.call, {"content": "更正"}).version == 2
        )
    with pytest.raises(NotFound):
        edit_activity(access(team.peer, "activities.edit"), team.call, {"content": "x"})
    on_peers = make_activity(team.peer, team.thing)
    with pytest.raises(NotYours):
        edit_activity(access(team.rep, "activities.edit"), on_peers, {"content": "x"})


def test_a_manager_withdraws_and_restores_a_follow_up(team):
    assert archive_activities(access(team.boss, "activities.delete"), [team.call]) == 1
    with pytest.raises(NotFound):
        get_row(access(team.rep, "activities.view"), team.call)
    assert restore_activities(access(team.boss, "activities.delete"), [team.call]) == 1
    assert get_row(access(team.rep, "activities.view"), team.call).id == team.call
    other = make_activity(make_rep("外人"), make_thing(None))
    with pytest.raises(NotFound):
        archive_activities(access(team.boss, "activities.delete"), [other])
