"""The room's own entries on timelines: follow-ups, finished tasks, comments and files of the record."""

from collections.abc import Sequence
from typing import Any

from headwater.engagement.queries.activities import COLUMNS, ActivityRow, activity_rows
from headwater.engagement.queries.comments import CommentRow, comments_by_id
from headwater.engagement.timeline import Before, Entry, RecordRef, refs
from headwater.kernel import sql
from headwater.kernel.access import Access
from headwater.platform.files.models import StoredFile
from headwater.platform.files.services import files_page


def activity_entries(
    access: Access, subjects: Sequence[RecordRef], before: Before, limit: int
) -> list[Entry]:
    """Follow-ups with their comments, likes and files."""
    rows = sql.rows(
        f"""
        SELECT x.* FROM unnest(%s::text[], %s::bigint[]) s(record_type, record_id) CROSS JOIN LATERAL (
            SELECT {COLUMNS} FROM engagement_activity a
            WHERE a.record_type = s.record_type AND a.record_id = s.record_id AND a.archived_at IS NULL
              AND (a.occurred_at, a.id) < (%s, %s)
            ORDER BY a.occurred_at DESC, a.id DESC LIMIT %s) x
        ORDER BY x.occurred_at DESC, x.id DESC LIMIT %s
        """,
        [*refs(subjects), before.at, before.id, limit, limit],
    )
    return [
        Entry(
            at=row.occurred_at,
            id=row.id,
            source="activity",
            kind=row.kind,
            actor_id=row.author_id,
            record_type=row.record_type,
            record_id=row.record_id,
            data=activity_json(row),
            view=row,
        )
        for row in activity_rows(access, rows, with_records=len(subjects) > 1)
    ]


def task_entries(access: Access, subjects: Sequence[RecordRef], before: Before, limit: int) -> list[Entry]:
    """Finished tasks, by when they were finished; open ones stand above the timeline."""
    rows = sql.rows(
        """
        SELECT t.id, t.title, t.kind, t.done_at, t.done_by_id, t.due_at, t.record_type, t.record_id
        FROM engagement_task t JOIN unnest(%s::text[], %s::bigint[]) s(record_type, record_id)
          ON t.record_type = s.record_type AND t.record_id = s.record_id
        WHERE t.record_id IS NOT NULL AND t.archived_at IS NULL AND t.done_at IS NOT NULL
          AND (t.done_at, t.id) < (%s, %s)
        ORDER BY t.done_at DESC, t.id DESC LIMIT %s
        """,
        [*refs(subjects), before.at, before.id, limit],
    )
    return [
        Entry(
            at=row["done_at"],
            id=row["id"],
            source="task",
            kind="done",
            actor_id=row["done_by_id"],
            record_type=row["record_type"],
            record_id=row["record_id"],
            data={"title": row["title"], "kind": row["kind"], "due_at": row["due_at"]},
        )
        for row in rows
    ]


def comment_entries(access: Access, subjects: Sequence[RecordRef], before: Before, limit: int) -> list[Entry]:
    """Comments on the record itself; those on a follow-up stand beneath it."""
    ids = sql.values(
        """
        SELECT x.id FROM unnest(%s::text[], %s::bigint[]) s(record_type, record_id) CROSS JOIN LATERAL (
            SELECT c.id, c.created_at FROM engagement_comment c
            WHERE c.record_type = s.record_type AND c.record_id = s.record_id AND c.activity_id IS NULL
              AND c.archived_at IS NULL AND (c.created_at, c.id) < (%s, %s)
            ORDER BY c.created_at DESC, c.id DESC LIMIT %s) x
        ORDER BY x.created_at DESC, x.id DESC LIMIT %s
        """,
        [*refs(subjects), before.at, before.id, limit, limit],
    )
    known = comments_by_id(ids)
    return [
        Entry(
            at=row.created_at,
            id=row.id,
            source="comment",
            kind="help" if row.is_help else "",
            actor_id=row.author_id,
            record_type=row.record_type,
            record_id=row.record_id,
            data=comment_json(row),
            view=row,
        )
        for row in (known[key] for key in ids if key in known)
    ]


def file_entries(access: Access, subjects: Sequence[RecordRef], before: Before, limit: int) -> list[Entry]:
    """Files put on the record itself."""
    return [
        Entry(
            at=stored.created_at,
            id=stored.pk,
            source="file",
            actor_id=stored.uploaded_by_id,
            record_type=stored.record_type or "",
            record_id=stored.record_id or 0,
            data=file_json(stored),
            view=stored,
        )
        for stored in files_page([(ref.record_type, ref.record_id) for ref in subjects], before, limit)
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
