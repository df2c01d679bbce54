"""Comments on follow-ups and records, mentions, requests for help, likes."""

from collections.abc import Iterable, Sequence

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from headwater.engagement.errors import NotYours
from headwater.engagement.events import ActivityLiked, CommentAdded
from headwater.engagement.models import Comment, CommentVersion, Like
from headwater.engagement.queries.activities import get_activity
from headwater.engagement.queries.comments import get_comment
from headwater.engagement.queries.rights import has_hand_over
from headwater.engagement.subjects import check_visible
from headwater.engagement.types import RecordRef
from headwater.engagement.wording import mentioned_in
from headwater.kernel import clock, text
from headwater.kernel.access import Access
from headwater.kernel.errors import Invalid, Stale
from headwater.organization.queries import active_ids
from headwater.platform import audit
from headwater.platform.events import emit

MAX_LENGTH = 5000
MAX_MENTIONS = 30


def _checked_content(raw: str) -> str:
    content = text.tidy(raw)
    if not content:
        raise Invalid.one("content", "value.required", _("This is required."))
    if len(content) > MAX_LENGTH:
        raise Invalid.one(
            "content",
            "value.too_long",
            _("At most %(limit)s characters; this has %(length)s.")
            % {"limit": MAX_LENGTH, "length": len(content)},
        )
    return content


def _people(content: str, mentions: Iterable[int]) -> list[int]:
    named = list(dict.fromkeys([*mentioned_in(content), *mentions]))
    if len(named) > MAX_MENTIONS:
        raise Invalid.one(
            "mentions", "value.too_many", _("At most %(limit)s people.") % {"limit": MAX_MENTIONS}
        )
    present = active_ids(named) if named else frozenset()
    return [person for person in named if person in present]


@transaction.atomic
def comment_on_activity(
    access: Access, activity_id: int, *, content: str, mentions: Sequence[int] = (), is_help: bool = False
) -> Comment:
    """Remark on a follow-up one may see, under `comments.create`. Mentions of people who left are dropped."""
    activity = get_activity(access.also("activities.view"), activity_id)
    ref = RecordRef(activity.record_type, activity.record_id)
    return _add(access, ref, activity.pk, content, mentions, is_help)


@transaction.atomic
def comment_on_record(
    access: Access, ref: RecordRef, *, content: str, mentions: Sequence[int] = (), is_help: bool = False
) -> Comment:
    """Remark on a record one may see, under `comments.create`."""
    check_visible(access, ref)
    return _add(access, ref, None, content, mentions, is_help)


def _add(
    access: Access, ref: RecordRef, activity_id: int | None, raw: str, mentions: Sequence[int], is_help: bool
) -> Comment:
    if access.user_id is None:
        raise ValueError("a comment needs an author")
    content = _checked_content(raw)
    comment = Comment.objects.create(
        activity_id=activity_id,
        record_type=ref.record_type,
        record_id=ref.record_id,
        content=content,
        mentions=_people(content, mentions),
        is_help=is_help,
        author_id=access.user_id,
        created_at=clock.now(),
    )
    audit.record(
        access, "comment", comment.pk, "create", {"record": [None, f"{ref.record_type}:{ref.record_id}"]}
    )
    emit(
        CommentAdded(
            comment_id=comment.pk,
            record_type=ref.record_type,
            record_id=ref.record_id,
            activity_id=activity_id,
            mentions=comment.mentions,
            is_help=is_help,
        ),
        access,
    )
    return comment


@transaction.atomic
def edit_comment(access: Access, comment_id: int, *, content: str, version: int | None = None) -> Comment:
    """Change one's own comment, under `comments.edit`; the former text is kept. New mentions are told."""
    comment = get_comment(access, comment_id, lock=True)
    if comment.author_id != access.user_id:
        raise NotYours(record="comment", id=comment_id)
    if version is not None and version != comment.version:
        raise Stale(version=comment.version)
    checked = _checked_content(content)
    if checked == comment.content:
        return comment
    now = clock.now()
    CommentVersion.objects.create(
        comment=comment, version=comment.version, content=comment.content, replaced_at=now
    )
    named = _people(checked, ())
    added = [person for person in named if person not in comment.mentions]
    audit.record(access, "comment", comment.pk, "update", {"content": [comment.content, checked]})
    comment.content, comment.mentions = checked, named
    comment.version, comment.edited_at = comment.version + 1, now
    comment.save(update_fields=["content", "mentions", "version", "edited_at"])
    if added:
        emit(
            CommentAdded(
                comment_id=comment.pk,
                record_type=comment.record_type,
                record_id=comment.record_id,
                activity_id=comment.activity_id,
                mentions=added,
                is_help=comment.is_help,
            ),
            access,
        )
    return comment


@transaction.atomic
def archive_comment(access: Access, comment_id: int) -> None:
    """Withdraw a comment, under `comments.delete`: one's own, or a manager's hand over the author's."""
    comment = get_comment(access, comment_id, lock=True)
    mine = comment.author_id == access.user_id
    if not mine and not has_hand_over(access, comment.author_id):
        raise NotYours(record="comment", id=comment_id)
    Comment.objects.filter(pk=comment_id).update(archived_at=clock.now(), version=F("version") + 1)
    audit.record(access, "comment", comment_id, "archive", {"archived": [False, True]})


@transaction.atomic
def resolve_help(access: Access, comment_id: int, *, resolved: bool = True) -> Comment:
    """Mark a request for help as answered or open again, under `comments.create`; repeatable."""
    comment = get_comment(access, comment_id, lock=True)
    if not comment.is_help or (comment.resolved_at is not None) == resolved:
        return comment
    comment.resolved_at = clock.now() if resolved else None
    comment.version += 1
    comment.save(update_fields=["resolved_at", "version"])
    audit.record(access, "comment", comment_id, "update", {"resolved": [not resolved, resolved]})
    return comment


@transaction.atomic
def like_activity(access: Access, activity_id: int) -> bool:
    """Like a follow-up one may see, under `activities.view`; False when it was liked already."""
    if access.user_id is None:
        raise ValueError("a like needs a person")
    get_activity(access, activity_id)
    made = Like.objects.bulk_create(
        [Like(activity_id=activity_id, user_id=access.user_id, created_at=clock.now())], ignore_conflicts=True
    )
    fresh = (
        bool(made)
        and Like.objects.filter(
            activity_id=activity_id, user_id=access.user_id, created_at=made[0].created_at
        ).exists()
    )
    if fresh:
        emit(ActivityLiked(activity_id=activity_id, user_id=access.user_id), access)
    return fresh


@transaction.atomic
def unlike_activity(access: Access, activity_id: int) -> bool:
    """Take the like back; False when there was none."""
    get_activity(access, activity_id)
    if access.user_id is None:
        return False
    removed, _by_model = Like.objects.filter(activity_id=activity_id, user_id=access.user_id).delete()
    return removed > 0
