"""Comments as screens and the API show them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from markupsafe import Markup

from headwater.engagement.models import Comment, CommentVersion
from headwater.engagement.types import RecordRef
from headwater.engagement.wording import said
from headwater.kernel import sql
from headwater.kernel.access import Access
from headwater.kernel.errors import NotFound


@dataclass(frozen=True, slots=True)
class CommentRow:
    id: int
    activity_id: int | None
    record_type: str
    record_id: int
    content: str
    mentions: tuple[int, ...]
    is_help: bool
    resolved_at: datetime | None
    author_id: int
    author_name: str
    version: int
    created_at: datetime
    edited_at: datetime | None

    @property
    def said(self) -> Markup:
        """The content as markup, mentioned people set off."""
        return said(self.content)


_SELECT = """
    SELECT c.id, c.activity_id, c.record_type, c.record_id, c.content, c.mentions, c.is_help, c.resolved_at,
           c.author_id, u.name AS author_name, c.version, c.created_at, c.edited_at
    FROM engagement_comment c JOIN organization_user u ON u.id = c.author_id
"""


def comments_of(activity_ids: Sequence[int]) -> dict[int, list[CommentRow]]:
    """Comments by follow-up, oldest first."""
    if not activity_ids:
        return {}
    rows = sql.rows(
        f"{_SELECT} WHERE c.activity_id = ANY(%s::bigint[]) AND c.archived_at IS NULL ORDER BY c.id",
        [list(activity_ids)],
    )
    found: dict[int, list[CommentRow]] = {}
    for row in rows:
        found.setdefault(row["activity_id"], []).append(_row(row))
    return found


def comments_of_record(ref: RecordRef, limit: int = 200) -> list[CommentRow]:
    """Comments on the record itself, newest first."""
    rows = sql.rows(
        f"{_SELECT} WHERE c.record_type = %s AND c.record_id = %s AND c.activity_id IS NULL"
        " AND c.archived_at IS NULL ORDER BY c.created_at DESC, c.id DESC LIMIT %s",
        [ref.record_type, ref.record_id, limit],
    )
    return [_row(row) for row in rows]


def comments_by_id(ids: Sequence[int]) -> dict[int, CommentRow]:
    """Comments by their ids, withdrawn ones left out."""
    rows = sql.rows(f"{_SELECT} WHERE c.id = ANY(%s::bigint[]) AND c.archived_at IS NULL", [list(ids)])
    return {row["id"]: _row(row) for row in rows}


def _row(row: dict[str, object]) -> CommentRow:
    mentions = row.pop("mentions")
    return CommentRow(mentions=tuple(mentions), **row)  # type: ignore[arg-type]


def get_comment(access: Access, comment_id: int, *, lock: bool = False) -> Comment:
    """The comment; `NotFound` unless what it is about may be seen."""
    from headwater.engagement.queries.activities import is_visible
    from headwater.engagement.subjects import may_see

    found = Comment.objects.select_related("activity").filter(pk=comment_id, archived_at__isnull=True)
    if lock:
        found = found.select_for_update(no_key=True, of=("self",))
    comment = found.first()
    if comment is None:
        raise NotFound(record="comment", id=comment_id)
    if comment.activity is None:
        seen = comment.author_id == access.user_id or may_see(
            access, RecordRef(comment.record_type, comment.record_id)
        )
    else:
        seen = comment.activity.archived_at is None and is_visible(
            access.also("activities.view"), comment.activity
        )
    if not seen:
        raise NotFound(record="comment", id=comment_id)
    return comment


def comment_versions(comment_id: int) -> list[CommentVersion]:
    """What the comment said before, newest first."""
    return list(CommentVersion.objects.filter(comment_id=comment_id).order_by("-version"))


def thread_people(activity_id: int | None, record_type: str, record_id: int) -> frozenset[int]:
    """Who has commented on the follow-up (or on the record itself) so far."""
    found = Comment.objects.filter(archived_at__isnull=True)
    if activity_id is not None:
        found = found.filter(activity_id=activity_id)
    else:
        found = found.filter(activity__isnull=True, record_type=record_type, record_id=record_id)
    return frozenset(found.values_list("author_id", flat=True))
