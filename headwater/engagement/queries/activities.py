"""Follow-ups within reach, and what a screen or the API shows of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import orjson
from markupsafe import Markup

from headwater.engagement.models import Activity, ActivityVersion, Comment
from headwater.engagement.queries.comments import CommentRow, comments_of
from headwater.engagement.queries.people import Colleague, colleagues
from headwater.engagement.queries.rights import may_edit
from headwater.engagement.subjects import cards, may_see, owned_by
from headwater.engagement.types import ActivityKind, RecordRef, SubjectCard
from headwater.engagement.wording import outcome_tag, said
from headwater.kernel import sql
from headwater.kernel.access import Access
from headwater.kernel.errors import NotFound
from headwater.kernel.sql import FALSE, TRUE, Fragment
from headwater.platform.files.models import StoredFile
from headwater.platform.files.services import files_of_many
from headwater.ui.pages import Tag

COLUMNS = (
    "a.id, a.record_type, a.record_id, a.kind, a.outcome, a.content, a.occurred_at, a.duration_seconds,"
    " a.author_id, a.participants, a.messages, a.next_at, a.version, a.created_at, a.edited_at"
)


SHOWN_MESSAGES = 8  # of a chat without being asked


@dataclass(frozen=True, slots=True)
class ChatLine:
    """One message of a pasted chat."""

    sender: str
    at: datetime | None
    text: str
    side: str = ""  # us or them, where somebody said so
    pictures: tuple[int, ...] = ()  # files of the follow-up


@dataclass(frozen=True, slots=True)
class ActivityRow:
    """One follow-up with everything around it."""

    id: int
    record_type: str
    record_id: int
    kind: str
    outcome: str | None
    content: str
    occurred_at: datetime
    duration_seconds: int | None
    author_id: int
    author: Colleague | None
    participants: tuple[Colleague, ...]
    messages: tuple[Mapping[str, Any], ...]
    next_at: datetime | None
    version: int
    created_at: datetime
    edited_at: datetime | None
    record: SubjectCard | None = None
    files: tuple[StoredFile, ...] = ()
    comments: tuple[CommentRow, ...] = ()
    likes: int = 0
    likers: tuple[str, ...] = ()
    is_liked: bool = False
    may_edit: bool = False
    may_archive: bool = False
    reader_id: int | None = None

    @property
    def said(self) -> Markup:
        """The content as markup, mentioned people set off."""
        return said(self.content)

    @property
    def chat(self) -> list[ChatLine]:
        """The messages of a pasted chat."""
        return [
            ChatLine(
                item["sender"],
                item["at"] and datetime.fromisoformat(item["at"]),
                item["text"],
                item.get("side", ""),
                tuple(item.get("pictures", ())),
            )
            for item in self.messages
        ]

    @property
    def is_long_chat(self) -> bool:
        """Whether a timeline shows but the end of the chat until somebody asks for all of it."""
        return len(self.messages) > SHOWN_MESSAGES

    @property
    def last_lines(self) -> list[ChatLine]:
        """The end of the chat."""
        return replace(self, messages=self.messages[-3:]).chat

    @property
    def loose_files(self) -> tuple[StoredFile, ...]:
        """Files that stand in no message."""
        shown = {picture for item in self.messages for picture in item.get("pictures", ())}
        return tuple(stored for stored in self.files if stored.pk not in shown)

    @property
    def outcome_tag(self) -> Tag | None:
        return outcome_tag(self.outcome)

    @property
    def shown_kind(self) -> ActivityKind:
        return ActivityKind(self.kind)

    @property
    def ref(self) -> RecordRef:
        return RecordRef(self.record_type, self.record_id)


def activities_scope(access: Access, alias: str) -> Fragment:
    """The condition over the catalogue's table: written by somebody in reach, or on a record of one's own."""
    if access.reach.everyone:
        return TRUE
    people = sorted(access.reach.people)
    mine = Fragment(f"{alias}.author_id = ANY(%s::bigint[])", (people,)) if people else FALSE
    return mine | owned_by(access.user_id, alias)


def get_activity(access: Access, activity_id: int, *, lock: bool = False) -> Activity:
    """The follow-up; `NotFound` unless its author is in reach, its record is seen or one was mentioned."""
    found = Activity.objects.filter(pk=activity_id, archived_at__isnull=True)
    if lock:
        found = found.select_for_update(no_key=True)
    activity = found.first()
    if activity is None or not is_visible(access, activity):
        raise NotFound(record="activity", id=activity_id)
    return activity


def is_visible(access: Access, activity: Activity) -> bool:
    """Whether the reader may see the follow-up; being asked about it opens it too."""
    return (
        access.reach.covers(activity.author_id)
        or may_see(access, RecordRef(activity.record_type, activity.record_id))
        or Comment.objects.filter(
            activity=activity, mentions__contains=[access.user_id or 0], archived_at__isnull=True
        ).exists()
    )


def versions_of(activity_id: int) -> list[ActivityVersion]:
    """What the follow-up said before, newest first. The caller has checked that it may be seen."""
    return list(
        ActivityVersion.objects.filter(activity_id=activity_id)
        .select_related("replaced_by")
        .order_by("-version")
    )


def activity_rows(
    access: Access, rows: Sequence[Mapping[str, Any]], *, with_records: bool
) -> list[ActivityRow]:
    """Raw rows (`COLUMNS`) with people, files, comments, likes and records; a fixed number of queries.

    A row may say that there are none of these (`has_comments`, ...) and the name of its author.
    """
    if not rows:
        return []
    people = _people(rows)
    comments = comments_of(_having("comments", rows))
    files = files_of_many("activity", _having("files", rows))
    likes = _likes(_having("likes", rows), access.user_id)
    records = cards(RecordRef(row["record_type"], row["record_id"]) for row in rows) if with_records else {}
    edit = access.also("activities.edit") if access.may("activities.edit") else None
    delete = access.also("activities.delete") if access.may("activities.delete") else None
    made: list[ActivityRow] = []
    for row in rows:
        messages = row["messages"]
        count, names, liked = likes.get(row["id"], (0, (), False))
        made.append(
            ActivityRow(
                **{key: row[key] for key in _PLAIN},
                author=people.get(row["author_id"]),
                participants=tuple(people[p] for p in row["participants"] if p in people),
                messages=tuple(orjson.loads(messages) if isinstance(messages, str) else messages or ()),
                record=records.get(RecordRef(row["record_type"], row["record_id"])),
                files=tuple(files.get(row["id"], ())),
                comments=tuple(comments.get(row["id"], ())),
                likes=count,
                likers=names,
                is_liked=liked,
                may_edit=edit is not None and may_edit(edit, row["author_id"], row["created_at"]),
                may_archive=delete is not None and delete.reach.covers(row["author_id"]),
                reader_id=access.user_id,
            )
        )
    return made


_PLAIN = (
    "id",
    "record_type",
    "record_id",
    "kind",
    "outcome",
    "content",
    "occurred_at",
    "duration_seconds",
    "author_id",
    "next_at",
    "version",
    "created_at",
    "edited_at",
)


def _having(what: str, rows: Sequence[Mapping[str, Any]]) -> list[int]:
    """The ids of rows that have comments, files or likes, or may have."""
    return [row["id"] for row in rows if row.get(f"has_{what}", True)]


def _people(rows: Sequence[Mapping[str, Any]]) -> dict[int, Colleague]:
    known = {
        row["author_id"]: Colleague(row["author_id"], row["author_name"])
        for row in rows
        if "author_name" in row
    }
    wanted = {row["author_id"] for row in rows} | {p for row in rows for p in row["participants"]}
    return known | colleagues(wanted - known.keys())


def _likes(ids: Sequence[int], user_id: int | None) -> dict[int, tuple[int, tuple[str, ...], bool]]:
    if not ids:
        return {}
    rows = sql.rows(
        """
        SELECT l.activity_id, count(*) AS likes, (array_agg(u.name ORDER BY l.id))[1:5] AS names,
               bool_or(l.user_id = %s) AS liked
        FROM engagement_like l JOIN organization_user u ON u.id = l.user_id
        WHERE l.activity_id = ANY(%s::bigint[]) GROUP BY l.activity_id
        """,
        [user_id or 0, list(ids)],
    )
    return {row["activity_id"]: (row["likes"], tuple(row["names"]), row["liked"]) for row in rows}


def get_row(access: Access, activity_id: int) -> ActivityRow:
    """One follow-up as shown; `NotFound` like `get_activity`."""
    get_activity(access, activity_id)
    rows = sql.rows(f"SELECT {COLUMNS} FROM engagement_activity a WHERE a.id = %s", [activity_id])
    return activity_rows(access, rows, with_records=True)[0]


def last_activities(record_type: str, ids: Sequence[int]) -> dict[int, dict[str, Any]]:
    """The newest follow-up of each record: kind, outcome, content, occurred_at, author_id."""
    rows = sql.rows(
        """
        SELECT s.id AS record_id, x.* FROM unnest(%s::bigint[]) s(id) CROSS JOIN LATERAL (
            SELECT a.id, a.kind, a.outcome, left(a.content, 200) AS content, a.occurred_at, a.author_id
            FROM engagement_activity a
            WHERE a.record_type = %s AND a.record_id = s.id AND a.archived_at IS NULL
            ORDER BY a.occurred_at DESC, a.id DESC LIMIT 1) x
        """,
        [list(ids), record_type],
    )
    return {row["record_id"]: row for row in rows}
