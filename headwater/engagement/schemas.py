"""Shapes of the JSON API beyond the fields of records, which the catalogue describes."""

from datetime import datetime
from typing import Any

from ninja import Field, Schema

_MOMENT: dict[str, Any] = {"format": "date-time"}


class MessageIn(Schema):
    sender: str = Field(max_length=200)
    at: str | None = Field(None, json_schema_extra=_MOMENT)
    text: str
    side: str | None = Field(None, description="us or them: who of the two speaks.")


class ChatIn(Schema):
    """A chat as it was copied or exported."""

    record_type: str = Field(max_length=40)
    record_id: int = Field(ge=1, lt=2**63)
    kind: str = Field(description="wechat or qq.")
    text: str = ""
    file_ids: list[int] = Field(
        [], max_length=20, description="Your own uploads: text, HTML, MHT or ZIP exports, pictures."
    )
    us: list[str] = Field([], max_length=100, description="Which of the senders are of the house.")


class ChatSenderOut(Schema):
    name: str
    count: int
    is_us: bool = Field(description="As far as can be guessed by the names of people of the house.")


class ChatPreviewOut(Schema):
    """What would be written."""

    new: int
    known: int = Field(description="Messages that stand on the record already.")
    pictures: int
    first_at: datetime | None
    last_at: datetime | None
    senders: list[ChatSenderOut]
    messages: list[dict[str, Any]] = Field(description="The first hundred of the new ones.")


class FollowUpIn(Schema):
    """A follow-up on a record that the address names."""

    kind: str | None = Field(
        None, description="call, visit, meeting, wechat, qq, email, sms, note or other; needed."
    )
    outcome: str | None = Field(None, description="A value of the picklist activity_outcome.")
    content: str | None = ""
    occurred_at: str | None = Field(
        None, description="By default now; not in the future.", json_schema_extra=_MOMENT
    )
    duration_seconds: int | None = None
    next_at: str | None = Field(
        None, description="Makes a task with a reminder for the author.", json_schema_extra=_MOMENT
    )
    next_title: str | None = Field("", max_length=200)
    file_ids: list[int] = Field([], max_length=100, description="Your own uploads not yet on a record.")
    participants: list[int] = Field([], max_length=100, description="Colleagues who were there.")
    messages: list[MessageIn] = Field([], max_length=5000, description="Of a chat with the customer.")


class ActivityIn(FollowUpIn):
    record_type: str = Field(description="lead, account, contact, opportunity ...")
    record_id: int


class TaskIn(Schema):
    title: str | None = None
    kind: str | None = None
    note: str | None = None
    owner: int | None = Field(None, description="By default yourself; others need tasks.assign.")
    due_at: str | None = Field(None, json_schema_extra=_MOMENT)
    remind_at: str | None = Field(
        None, description="By default some minutes before it is due.", json_schema_extra=_MOMENT
    )
    repeat: str | None = Field(None, description="daily, workdays, weekly or monthly.")
    priority: str | None = Field(None, description="low, normal or high.")
    record_type: str | None = None
    record_id: int | None = None


class PostponeIn(Schema):
    """One of the two."""

    to: datetime | None = Field(None, description="The new due time.")
    days: float | None = Field(
        None, gt=0, le=3650, description="Later by so many days, from now when overdue."
    )


class IdsIn(Schema):
    ids: list[int] = Field(max_length=1000)


class BulkPostponeIn(IdsIn, PostponeIn):
    pass


class CommentIn(Schema):
    content: str
    mentions: list[int] = Field(
        [], max_length=100, description="People to tell, besides those named as @[name](user:id) in the text."
    )
    is_help: bool = Field(False, description="Ask for help: without a name the author's manager is asked.")


class RecordCommentIn(CommentIn):
    record_type: str
    record_id: int


class CommentEdit(Schema):
    content: str


class ResolveIn(Schema):
    resolved: bool = True


class Who(Schema):
    id: int
    name: str


class AttachedFileOut(Schema):
    id: int
    name: str
    size: int
    content_type: str


class CommentOut(Schema):
    id: int
    activity_id: int | None
    record_type: str
    record_id: int
    content: str
    mentions: list[int]
    is_help: bool
    resolved_at: datetime | None
    author: Who
    version: int
    created_at: datetime
    edited_at: datetime | None


class CommentsOut(Schema):
    items: list[CommentOut]


class RecordOut(Schema):
    id: int
    name: str
    url: str


class FollowUpOut(Schema):
    """A follow-up with its discussion, as timelines and the feed give it."""

    id: int
    record_type: str
    record_id: int
    record: RecordOut | None
    kind: str
    outcome: str | None
    content: str
    occurred_at: datetime
    duration_seconds: int | None
    next_at: datetime | None
    author: Who | None
    participants: list[Who]
    messages: list[dict[str, Any]]
    files: list[AttachedFileOut]
    comments: list[CommentOut]
    likes: int
    is_liked: bool
    version: int
    created_at: datetime
    edited_at: datetime | None


class FeedOut(Schema):
    items: list[FollowUpOut]
    next: str | None
    newest_id: int = Field(description="Send it as `after` to /feed/news.")


class NewsOut(Schema):
    count: int


class TimelineOut(Schema):
    items: list[dict[str, Any]]
    next: str | None


class VersionOut(Schema):
    version: int
    kind: str
    outcome: str | None
    content: str
    occurred_at: datetime
    replaced_at: datetime
    replaced_by: Who | None


class VersionsOut(Schema):
    items: list[VersionOut]


class LikesOut(Schema):
    likes: int
    is_liked: bool


class ResultOut(Schema):
    id: int
    ok: bool
    code: str
    detail: str
    facts: dict[str, Any]


class BulkOut(Schema):
    results: list[ResultOut]


class CountsOut(Schema):
    overdue: int
    today: int
    upcoming: int
    done_today: int


class CalendarFeedOut(Schema):
    url: str = Field(description="Shown once: whoever knows it can read your tasks.")


class FeedParams(Schema):
    person: int | None = None
    department: int | None = None
    kind: str = Field("", max_length=12)
    outcome: str = Field("", max_length=80)
    since: datetime | None = None
    until: datetime | None = None
    mine: bool = Field(False, description="Only those on records I own.")
    mentioned: bool = Field(False, description="Only those whose discussion names me.")
    help: bool = Field(False, description="Only those with an open request for help.")


class FeedPageParams(FeedParams):
    cursor: str | None = Field(None, max_length=500)
    limit: int = Field(20, ge=1, le=100)


class NewsParams(FeedParams):
    after: int = Field(ge=0, lt=2**63)


class TimelineParams(Schema):
    record_type: str = Field(max_length=40)
    record_id: int = Field(ge=1, lt=2**63)
    cursor: str | None = Field(None, max_length=500)
    limit: int = Field(20, ge=1, le=100)
    kinds: str = Field(
        "", max_length=200, description="follow_up, task, comment, file, touch, change ... by commas."
    )


class RecordParams(Schema):
    record_type: str = Field(max_length=40)
    record_id: int = Field(ge=1, lt=2**63)
