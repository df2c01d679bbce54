"""Recording follow-ups, one from a composer or a hundred thousand from a file, by the same statement."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta
from typing import Any

import orjson
from django.db import transaction
from django.utils.translation import gettext as _

from headwater.engagement.events import ActivityRecorded
from headwater.engagement.models import Activity
from headwater.engagement.services.chats import chat_messages
from headwater.engagement.services.next_steps import close_next_steps, make_next_step
from headwater.engagement.subjects import subject
from headwater.engagement.types import NewActivity, Recorded
from headwater.kernel import catalogue, clock, sql
from headwater.kernel.access import Access
from headwater.kernel.errors import Invalid
from headwater.organization.queries import people_by_id
from headwater.platform import audit
from headwater.platform.events import emit
from headwater.platform.files.services import attach

CHUNK = 2000
MAX_PARTICIPANTS = 50
MAX_FILES = 20
AHEAD = timedelta(minutes=10)  # clocks of phones differ; what lies further ahead is a task


@transaction.atomic
def follow_up(access: Access, record_type: str, record_id: int, **values: Any) -> Activity:
    """Record a follow-up through the generic door: the record's own room is asked first, then told."""
    subject(record_type).check(access, record_id, True)
    return record_activity(access, record_type, record_id, **values)


@transaction.atomic
def record_activity(
    access: Access,
    record_type: str,
    record_id: int,
    *,
    kind: str,
    outcome: str | None = None,
    content: str | None = "",
    occurred_at: Any = None,
    duration_seconds: Any = None,
    next_at: Any = None,
    next_title: str | None = "",
    file_ids: Sequence[int] = (),
    participants: Sequence[int] = (),
    messages: Sequence[Mapping[str, Any]] = (),
) -> Activity:
    """Write down one contact and what came of it; values may be raw, as a form or the API gave them.

    The caller has checked that the record may be followed up. A next step becomes a task with a reminder;
    the author's earlier open next step on this record is done by this. Raises `Invalid` naming the fields.
    """
    access.also("activities.create")
    new = _checked(
        access,
        record_type,
        record_id,
        {
            "kind": kind,
            "outcome": outcome,
            "content": content,
            "occurred_at": occurred_at,
            "duration_seconds": duration_seconds,
            "next_at": next_at,
        },
        participants=participants,
        messages=messages,
        has_files=bool(file_ids),
    )
    (activity_id,) = record_activities(access, [new])
    if file_ids:
        if len(file_ids) > MAX_FILES:
            raise Invalid.one(
                "file_ids", "value.too_many", _("At most %(limit)s files.") % {"limit": MAX_FILES}
            )
        attach(access, file_ids, record_type="activity", record_id=activity_id)
    activity = Activity.objects.get(pk=activity_id)
    if kind != "note":
        close_next_steps(access, activity)
    if activity.next_at is not None:
        make_next_step(access, activity, title=next_title or "")
    return activity


def record_activities(access: Access, rows: Sequence[NewActivity], *, recorded: bool = True) -> list[int]:
    """Write many checked follow-ups; their ids in the order given. No next-step tasks are made.

    With `recorded` the rooms that own the records are told in this transaction; an import that sets
    deadlines itself passes False.
    """
    ids: list[int] = []
    for start in range(0, len(rows), CHUNK):
        chunk = rows[start : start + CHUNK]
        written = _insert(access, chunk)
        ids.extend(item.id for item in written)
        audit.record_many(
            access,
            "activity",
            "create",
            [(item.id, {"record": [None, f"{item.record_type}:{item.record_id}"]}) for item in written],
        )
        for record_type in dict.fromkeys(item.record_type for item in written):
            mine = [item for item in written if item.record_type == record_type]
            if recorded:
                subject(record_type).recorded(access, mine)
            emit(
                ActivityRecorded(
                    record_type=record_type,
                    activity_ids=[item.id for item in mine],
                    record_ids=[item.record_id for item in mine],
                ),
                access,
            )
    return ids


def _insert(access: Access, rows: Sequence[NewActivity]) -> list[Recorded]:
    now = clock.now()
    authors = [row.author_id if row.author_id is not None else access.user_id for row in rows]
    if None in authors:
        raise ValueError("a follow-up needs an author: the system writes none of its own")
    moments = [row.occurred_at or now for row in rows]
    ids = sql.values(
        """
        INSERT INTO engagement_activity (record_type, record_id, kind, outcome, content, occurred_at,
            duration_seconds, author_id, participants, messages, next_at, version, created_at)
        SELECT g.record_type, g.record_id, g.kind, g.outcome, g.content, g.occurred_at, g.duration,
               g.author_id, g.participants::bigint[], g.messages::jsonb, g.next_at, 1, %s
        FROM unnest(%s::text[], %s::bigint[], %s::text[], %s::text[], %s::text[], %s::timestamptz[],
                    %s::int[], %s::bigint[], %s::text[], %s::text[], %s::timestamptz[])
             WITH ORDINALITY AS g (record_type, record_id, kind, outcome, content, occurred_at, duration,
                                   author_id, participants, messages, next_at, place)
        ORDER BY g.place
        RETURNING id
        """,
        [
            now,
            [row.record_type for row in rows],
            [row.record_id for row in rows],
            [str(row.kind) for row in rows],
            [row.outcome for row in rows],
            [row.content for row in rows],
            moments,
            [row.duration_seconds for row in rows],
            authors,
            ["{" + ",".join(str(int(person)) for person in row.participants) + "}" for row in rows],
            [orjson.dumps(list(row.messages)).decode() if row.messages else None for row in rows],
            [row.next_at for row in rows],
        ],
    )
    return [
        Recorded(
            id=activity_id,
            record_type=row.record_type,
            record_id=row.record_id,
            kind=str(row.kind),
            outcome=row.outcome,
            occurred_at=moment,
            author_id=author or 0,
            next_at=row.next_at,
        )
        for activity_id, row, moment, author in zip(ids, rows, moments, authors, strict=True)
    ]


def _checked(
    access: Access,
    record_type: str,
    record_id: int,
    values: Mapping[str, Any],
    *,
    participants: Sequence[int],
    messages: Sequence[Mapping[str, Any]],
    has_files: bool,
) -> NewActivity:
    given = {key: value for key, value in values.items() if value not in (None, "")}
    cleaned = catalogue.clean(catalogue.record_type("activity"), given, access, partial=True).fields
    if "kind" not in cleaned:
        raise Invalid.one("kind", "value.required", _("This is required."))
    chat = chat_messages(messages)
    content = cleaned.get("content") or ""
    if not (content or cleaned.get("outcome") or chat or has_files):
        raise Invalid.one("content", "activity.empty", _("Write what happened, or choose an outcome."))
    check_moments(cleaned)
    duration = cleaned.get("duration_seconds")
    return NewActivity(
        record_type=record_type,
        record_id=record_id,
        kind=cleaned["kind"],
        outcome=cleaned.get("outcome"),
        content=content,
        occurred_at=cleaned.get("occurred_at"),
        duration_seconds=None if duration is None else int(duration),
        next_at=cleaned.get("next_at"),
        participants=checked_people(participants),
        messages=chat,
    )


def check_moments(cleaned: Mapping[str, Any]) -> None:
    """A contact lies behind us, the next step ahead."""
    now = clock.now()
    occurred, following = cleaned.get("occurred_at"), cleaned.get("next_at")
    if occurred is not None and occurred > now + AHEAD:
        raise Invalid.one(
            "occurred_at", "activity.in_future", _("This lies ahead: plan it as a task instead.")
        )
    if following is not None and following < now - AHEAD:
        raise Invalid.one("next_at", "activity.next_in_past", _("The next step lies in the past."))


def checked_people(ids: Iterable[int]) -> tuple[int, ...]:
    """Ids of existing people, each once; raises `Invalid`."""
    wanted = list(dict.fromkeys(ids))
    if len(wanted) > MAX_PARTICIPANTS or set(wanted) - set(people_by_id(wanted)):
        raise Invalid.one("participants", "value.unknown_person", _("There is no such person."))
    return tuple(wanted)
