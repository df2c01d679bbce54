"""The room's own entries on timelines: follow-ups, finished tasks, comments and files of the record."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from headwater.engagement.queries.activities import ActivityRow, activity_rows
from headwater.engagement.queries.comments import CommentRow
from headwater.engagement.timeline import Entry, Found, log, moment
from headwater.kernel.access import Access
from headwater.platform.files.models import StoredFile


@log(
    "engagement_activity",
    at="occurred_at",
    actor="author_id",
    where="e.archived_at IS NULL",
    facts={
        name: f"e.{name}"
        for name in (
            "kind",
            "outcome",
            "content",
            "duration_seconds",
            "participants",
            "messages",
            "next_at",
            "version",
            "created_at",
            "edited_at",
        )
    }
    | {
        "author_name": "author.name",
        # Scalar on purpose: EXISTS may be answered by hashing the whole table.
        "has_comments": "(SELECT TRUE FROM engagement_comment c"
        " WHERE c.activity_id = e.id AND c.archived_at IS NULL LIMIT 1)",
        "has_files": "(SELECT TRUE FROM platform_file f"
        " WHERE f.record_type = 'activity' AND f.record_id = e.id AND f.archived_at IS NULL LIMIT 1)",
        "has_likes": "(SELECT TRUE FROM engagement_like l WHERE l.activity_id = e.id LIMIT 1)",
    },
    joins="JOIN organization_user author ON author.id = e.author_id",
)
def activity_entries(access: Access, found: Sequence[Found]) -> list[Entry]:
    """Follow-ups with their comments, likes and files."""
    rows = [_activity(row) for row in found]
    made = activity_rows(access, rows, with_records=any(row.is_linked for row in found))
    return [
        row.entry(kind=activity.kind, data=activity_json(activity), view=activity)
        for row, activity in zip(found, made, strict=True)
    ]


def _activity(row: Found) -> dict[str, Any]:
    facts = row.facts
    return facts | {
        "id": row.id,
        "record_type": row.record_type,
        "record_id": row.record_id,
        "author_id": row.actor_id,
        "occurred_at": row.at,
        "next_at": moment(facts["next_at"]),
        "created_at": moment(facts["created_at"]),
        "edited_at": moment(facts["edited_at"]),
    }


@log(
    "engagement_task",
    at="done_at",
    actor="done_by_id",
    where="e.record_id IS NOT NULL AND e.archived_at IS NULL AND e.done_at IS NOT NULL",
    facts={"title": "e.title", "kind": "e.kind", "due_at": "e.due_at"},
)
def task_entries(access: Access, found: Sequence[Found]) -> list[Entry]:
    """Finished tasks, by when they were finished; open ones stand above the timeline."""
    return [row.entry(kind="done", data=row.facts | {"due_at": moment(row.facts["due_at"])}) for row in found]


@log(
    "engagement_comment",
    at="created_at",
    actor="author_id",
    where="e.activity_id IS NULL AND e.archived_at IS NULL",
    facts={
        name: f"e.{name}"
        for name in ("content", "mentions", "is_help", "resolved_at", "version", "edited_at")
    }
    | {"author_name": "author.name"},
    joins="JOIN organization_user author ON author.id = e.author_id",
)
def comment_entries(access: Access, found: Sequence[Found]) -> list[Entry]:
    """Comments on the record itself; those on a follow-up stand beneath it."""
    entries = []
    for row in found:
        comment = _comment(row)
        kind = "help" if comment.is_help else ""
        entries.append(row.entry(kind=kind, data=comment_json(comment), view=comment))
    return entries


def _comment(row: Found) -> CommentRow:
    facts = row.facts
    return CommentRow(
        id=row.id,
        activity_id=None,
        record_type=row.record_type,
        record_id=row.record_id,
        content=facts["content"],
        mentions=tuple(facts["mentions"]),
        is_help=facts["is_help"],
        resolved_at=moment(facts["resolved_at"]),
        author_id=row.actor_id or 0,
        author_name=facts["author_name"],
        version=facts["version"],
        created_at=row.at,
        edited_at=moment(facts["edited_at"]),
    )


@dataclass(frozen=True, slots=True)
class FileLine:
    """A file as its line on a screen shows it."""

    pk: int
    name: str
    size: int
    content_type: str


@log(
    "platform_file",
    at="created_at",
    actor="uploaded_by_id",
    where="e.archived_at IS NULL",
    facts={"name": "e.name", "size": "e.size", "content_type": "e.content_type"},
)
def file_entries(access: Access, found: Sequence[Found]) -> list[Entry]:
    """Files put on the record itself."""
    return [
        row.entry(data={"id": row.id} | row.facts, view=FileLine(pk=row.id, **row.facts)) for row in found
    ]


def person_json(person: Any) -> dict[str, Any] | None:
    return None if person is None else {"id": person.id, "name": person.name}


def file_json(stored: StoredFile) -> dict[str, Any]:
    return {"id": stored.pk, "name": stored.name, "size": stored.size, "content_type": stored.content_type}


def comment_json(row: CommentRow) -> dict[str, Any]:
    """A comment as the API gives it."""
    return {
        "id": row.id,
        "activity_id": row.activity_id,
        "record_type": row.record_type,
        "record_id": row.record_id,
        "content": row.content,
        "mentions": list(row.mentions),
        "is_help": row.is_help,
        "resolved_at": row.resolved_at,
        "author": {"id": row.author_id, "name": row.author_name},
        "version": row.version,
        "created_at": row.created_at,
        "edited_at": row.edited_at,
    }


def activity_json(row: ActivityRow) -> dict[str, Any]:
    """A follow-up with what surrounds it, as timelines and the feed give it."""
    record = row.record
    return {
        "id": row.id,
        "record_type": row.record_type,
        "record_id": row.record_id,
        "record": None
        if record is None
        else {"id": record.record_id, "name": record.title, "url": record.url},
        "kind": row.kind,
        "outcome": row.outcome,
        "content": row.content,
        "occurred_at": row.occurred_at,
        "duration_seconds": row.duration_seconds,
        "next_at": row.next_at,
        "author": person_json(row.author),
        "participants": [person_json(person) for person in row.participants],
        "messages": list(row.messages),
        "files": [file_json(stored) for stored in row.files],
        "comments": [comment_json(comment) for comment in row.comments],
        "likes": row.likes,
        "is_liked": row.is_liked,
        "version": row.version,
        "created_at": row.created_at,
        "edited_at": row.edited_at,
    }
