"""JSON API of follow-ups, tasks, comments, feed and timelines: what the screens do, by the same services."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.http import HttpResponse
from django.utils import timezone
from ninja import Query, Router

from headwater.engagement import queries, schemas, services
from headwater.engagement.chat_api import chats
from headwater.engagement.queries import FeedFilter
from headwater.engagement.queries.comments import comments_by_id, comments_of_record, get_comment
from headwater.engagement.queries.sources import activity_json, comment_json
from headwater.engagement.services.calendars import close_calendar, open_calendar
from headwater.engagement.subjects import check_visible, subject
from headwater.engagement.types import BulkResult, RecordRef
from headwater.kernel import listing
from headwater.kernel.access import Access, FieldRule, permit, system_access
from headwater.kernel.catalogue import record_type
from headwater.kernel.errors import NotFound
from headwater.platform.api import (
    ApiRequest,
    Problem,
    RecordId,
    check_version,
    created_response,
    empty_response,
    idempotent,
    json_response,
    record_router,
    record_schema,
)
from headwater.platform.api.records import OneParams, parse_fields

_ACTIVITY, _TASK = record_type("activity"), record_type("task")
activities = record_router("activity", create=False, get=False)
tasks = record_router("task", create=False)
comments = Router(tags=["Comments"])
feed_router = Router(tags=["Feed"])
timelines = Router(tags=["Timelines"])
calendar = Router(tags=["Tasks"])


def results(outcomes: Sequence[BulkResult]) -> HttpResponse:
    """A result for every row."""
    rows = [
        {"id": one.id, "ok": one.ok, "code": one.code, "detail": one.detail, "facts": dict(one.facts)}
        for one in outcomes
    ]
    return json_response({"results": rows})


# --- follow-ups


def _activity(access: Access, activity_id: int, fields: list[str] | None = None) -> dict[str, Any]:
    """The catalogue's row of a follow-up the reader may see, also by its record or a mention."""
    try:
        return listing.get(access, _ACTIVITY, activity_id, fields=fields)
    except NotFound:
        queries.get_activity(access, activity_id)
    shown = [
        field.key
        for field in listing.choose_fields(fields, _ACTIVITY, access)
        if access.field_rule("activity", field.key) != FieldRule.MASKED
    ]
    return listing.get(system_access("activities.read"), _ACTIVITY, activity_id, fields=shown)


@activities.get("/{record_id}", operation_id="activity_get", summary="Get a follow-up",
                response={200: record_schema(_ACTIVITY), 404: Problem})  # fmt: skip
def activity_get(request: ApiRequest, record_id: RecordId, params: Query[OneParams]) -> HttpResponse:
    access = permit(request, "activities.view")
    row = _activity(access, record_id, parse_fields(params.fields))
    return json_response(row, version=row["version"])


@activities.post(
    "",
    operation_id="activity_create",
    summary="Record a follow-up",
    response={201: record_schema(_ACTIVITY), 404: Problem, 409: Problem, 422: Problem},
)
@idempotent
def activity_create(request: ApiRequest, body: schemas.ActivityIn) -> HttpResponse:
    return recorded(request, body.record_type, body.record_id, body)


def recorded(
    request: ApiRequest, record_type_key: str, record_id: int, body: schemas.FollowUpIn
) -> HttpResponse:
    """Record a follow-up by the record's own door and answer it: rooms use it for their own addresses."""
    access = permit(request, "activities.create")
    values = body.dict(include=set(schemas.FollowUpIn.model_fields))
    made = services.follow_up(access, record_type_key, record_id, **values)
    row = {"id": made.pk}
    if access.may("activities.view"):
        row = _activity(access.also("activities.view"), made.pk)
    return created_response(row, location=f"/api/v1/activities/{made.pk}", version=made.version)


@activities.get("/{record_id}/versions", operation_id="activity_versions", response=schemas.VersionsOut,
                summary="What a follow-up said before its edits")  # fmt: skip
def activity_versions(request: ApiRequest, record_id: RecordId) -> HttpResponse:
    queries.get_activity(permit(request, "activities.view"), record_id)
    items = [
        {
            "version": item.version,
            "kind": item.kind,
            "outcome": item.outcome,
            "content": item.content,
            "occurred_at": item.occurred_at,
            "replaced_at": item.replaced_at,
            "replaced_by": item.replaced_by and {"id": item.replaced_by.pk, "name": item.replaced_by.name},
        }
        for item in queries.versions_of(record_id)
    ]
    return json_response({"items": items})


@activities.post("/{record_id}/restore", operation_id="activity_restore",
                 response={204: None, 404: Problem}, summary="Restore a deleted follow-up")  # fmt: skip
def activity_restore(request: ApiRequest, record_id: RecordId) -> HttpResponse:
    if not services.restore_activities(permit(request, "activities.delete"), [record_id]):
        raise NotFound(record="activity", id=record_id)
    return empty_response()


@activities.get("/{record_id}/comments", operation_id="activity_comments", response=schemas.CommentsOut,
                summary="The discussion of a follow-up")  # fmt: skip
def activity_comments(request: ApiRequest, record_id: RecordId) -> HttpResponse:
    access = permit(request, "comments.view")
    row = queries.get_row(access.also("activities.view"), record_id)
    return json_response({"items": [comment_json(comment) for comment in row.comments]})


@activities.post("/{record_id}/comments", operation_id="activity_comment", summary="Comment on a follow-up",
                 response={201: schemas.CommentOut, 404: Problem, 422: Problem})  # fmt: skip
@idempotent
def activity_comment(request: ApiRequest, record_id: RecordId, body: schemas.CommentIn) -> HttpResponse:
    made = services.comment_on_activity(permit(request, "comments.create"), record_id, **body.dict())
    return _comment(made.pk, 201)


def _likes(access: Access, activity_id: int) -> HttpResponse:
    row = queries.get_row(access, activity_id)
    return json_response({"likes": row.likes, "is_liked": row.is_liked})


@activities.post("/{record_id}/likes", operation_id="activity_like", response=schemas.LikesOut,
                 summary="Like a follow-up; liking it again changes nothing")  # fmt: skip
def activity_like(request: ApiRequest, record_id: RecordId) -> HttpResponse:
    access = permit(request, "activities.view")
    services.like_activity(access, record_id)
    return _likes(access, record_id)


@activities.delete("/{record_id}/likes", operation_id="activity_unlike", response=schemas.LikesOut,
                   summary="Take a like back")  # fmt: skip
def activity_unlike(request: ApiRequest, record_id: RecordId) -> HttpResponse:
    access = permit(request, "activities.view")
    services.unlike_activity(access, record_id)
    return _likes(access, record_id)


# --- comments


def _comment(comment_id: int, status: int = 200) -> HttpResponse:
    row = comments_by_id([comment_id])[comment_id]
    if status == 201:
        return created_response(
            comment_json(row), location=f"/api/v1/comments/{comment_id}", version=row.version
        )
    return json_response(comment_json(row), version=row.version)


@comments.get("", operation_id="comment_list", response=schemas.CommentsOut,
              summary="Comments on a record itself, newest first")  # fmt: skip
def comment_list(request: ApiRequest, params: Query[schemas.RecordParams]) -> HttpResponse:
    access = permit(request, "comments.view")
    ref = RecordRef(params.record_type, params.record_id)
    check_visible(access, ref)
    return json_response({"items": [comment_json(row) for row in comments_of_record(ref)]})


@comments.post("", operation_id="comment_create", summary="Comment on a record",
               response={201: schemas.CommentOut, 404: Problem, 422: Problem})  # fmt: skip
@idempotent
def comment_create(request: ApiRequest, body: schemas.RecordCommentIn) -> HttpResponse:
    access = permit(request, "comments.create")
    values = body.dict(include=set(schemas.CommentIn.model_fields))
    made = services.comment_on_record(access, RecordRef(body.record_type, body.record_id), **values)
    return _comment(made.pk, 201)


@comments.get("/{record_id}", operation_id="comment_get", summary="Get a comment",
              response={200: schemas.CommentOut, 404: Problem})  # fmt: skip
def comment_get(request: ApiRequest, record_id: RecordId) -> HttpResponse:
    get_comment(permit(request, "comments.view"), record_id)
    return _comment(record_id)


@comments.patch("/{record_id}", operation_id="comment_update", summary="Change your comment",
                response={200: schemas.CommentOut, 403: Problem, 404: Problem, 412: Problem})  # fmt: skip
def comment_update(request: ApiRequest, record_id: RecordId, body: schemas.CommentEdit) -> HttpResponse:
    access = permit(request, "comments.edit")
    services.edit_comment(access, record_id, content=body.content, version=check_version(request))
    return _comment(record_id)


@comments.delete("/{record_id}", operation_id="comment_delete", summary="Delete a comment",
                 response={204: None, 403: Problem, 404: Problem})  # fmt: skip
def comment_delete(request: ApiRequest, record_id: RecordId) -> HttpResponse:
    services.archive_comment(permit(request, "comments.delete"), record_id)
    return empty_response()


@comments.post("/{record_id}/resolve", operation_id="comment_resolve", response=schemas.CommentOut,
               summary="Mark a request for help as answered, or open again")  # fmt: skip
def comment_resolve(request: ApiRequest, record_id: RecordId, body: schemas.ResolveIn) -> HttpResponse:
    services.resolve_help(permit(request, "comments.create"), record_id, resolved=body.resolved)
    return _comment(record_id)


# --- feed and timelines


def _aware(moment: datetime | None) -> datetime | None:
    return timezone.make_aware(moment) if moment is not None and moment.tzinfo is None else moment


def _filter(params: schemas.FeedParams) -> FeedFilter:
    return FeedFilter(
        person=params.person,
        department=params.department,
        kind=params.kind,
        outcome=params.outcome,
        since=_aware(params.since),
        until=_aware(params.until),
        mine=params.mine,
        mentioned=params.mentioned,
        help=params.help,
    )


@feed_router.get("", operation_id="feed", response=schemas.FeedOut,
                 summary="Follow-ups within your data scope, newest first")  # fmt: skip
def feed(request: ApiRequest, params: Query[schemas.FeedPageParams]) -> HttpResponse:
    access = permit(request, "activities.view")
    page = queries.feed(access, _filter(params), cursor=params.cursor or None, limit=params.limit)
    items = [activity_json(row) for row in page.rows]
    return json_response({"items": items, "next": page.next, "newest_id": page.newest_id})


@feed_router.get("/news", operation_id="feed_news", response=schemas.NewsOut,
                 summary="How many came in since a page was read, at most 99")  # fmt: skip
def feed_news(request: ApiRequest, params: Query[schemas.NewsParams]) -> HttpResponse:
    access = permit(request, "activities.view")
    return json_response({"count": queries.feed_news(access, params.after, _filter(params))})


@timelines.get("", operation_id="timeline", response=schemas.TimelineOut,
               summary="Everything that happened to a record, newest first")  # fmt: skip
def timeline(request: ApiRequest, params: Query[schemas.TimelineParams]) -> HttpResponse:
    subject(params.record_type)
    access = permit(request, record_type(params.record_type).permission("view"))
    check_visible(access, RecordRef(params.record_type, params.record_id))
    return json_response(queries.timeline_json(access, params.record_type, params.record_id, params.dict()))


# --- tasks


def _task(access: Access, task_id: int) -> HttpResponse:
    row = listing.get(access, _TASK, task_id)
    return json_response(row, version=row["version"])


@tasks.post("", operation_id="task_create", summary="Make a task",
            response={201: record_schema(_TASK), 403: Problem, 404: Problem, 422: Problem})  # fmt: skip
@idempotent
def task_create(request: ApiRequest, body: schemas.TaskIn) -> HttpResponse:
    access = permit(request, "tasks.create")
    made = services.create_task(access, body.dict(exclude_unset=True))
    row: dict[str, Any] = {"id": made.pk}
    if access.may("tasks.view"):
        row = listing.get(access.also("tasks.view"), _TASK, made.pk)
    return created_response(row, location=f"/api/v1/tasks/{made.pk}", version=made.version)


@tasks.get("/counts/mine", operation_id="task_counts", response=schemas.CountsOut,
           summary="How many of your tasks are overdue, due today, later")  # fmt: skip
def task_counts(request: ApiRequest) -> HttpResponse:
    counts = queries.task_counts(permit(request, "tasks.view").user_id or 0)
    return json_response(
        {
            "overdue": counts.overdue,
            "today": counts.today,
            "upcoming": counts.upcoming,
            "done_today": counts.done_today,
        }
    )


@tasks.post("/bulk/complete", operation_id="task_bulk_complete", response=schemas.BulkOut,
            summary="Finish tasks")  # fmt: skip
def task_bulk_complete(request: ApiRequest, body: schemas.IdsIn) -> HttpResponse:
    return results(services.complete_tasks(permit(request, "tasks.edit"), body.ids))


@tasks.post("/bulk/reopen", operation_id="task_bulk_reopen", response=schemas.BulkOut,
            summary="Reopen tasks")  # fmt: skip
def task_bulk_reopen(request: ApiRequest, body: schemas.IdsIn) -> HttpResponse:
    return results(services.reopen_tasks(permit(request, "tasks.edit"), body.ids))


def _later(body: schemas.PostponeIn) -> dict[str, Any]:
    return {"to": _aware(body.to), "by": None if body.days is None else timedelta(days=body.days)}


@tasks.post("/bulk/postpone", operation_id="task_bulk_postpone", response=schemas.BulkOut,
            summary="Postpone tasks")  # fmt: skip
def task_bulk_postpone(request: ApiRequest, body: schemas.BulkPostponeIn) -> HttpResponse:
    return results(services.postpone_tasks(permit(request, "tasks.edit"), body.ids, **_later(body)))


@tasks.post("/{record_id}/complete", operation_id="task_complete", response=record_schema(_TASK),
            summary="Finish a task; finishing it again changes nothing")  # fmt: skip
def task_complete(request: ApiRequest, record_id: RecordId) -> HttpResponse:
    access = permit(request, "tasks.edit")
    services.complete_task(access, record_id)
    return _task(access, record_id)


@tasks.post("/{record_id}/reopen", operation_id="task_reopen", response=record_schema(_TASK),
            summary="Reopen a task")  # fmt: skip
def task_reopen(request: ApiRequest, record_id: RecordId) -> HttpResponse:
    access = permit(request, "tasks.edit")
    services.reopen_task(access, record_id)
    return _task(access, record_id)


@tasks.post("/{record_id}/postpone", operation_id="task_postpone", summary="Postpone a task",
            response={200: record_schema(_TASK), 409: Problem, 422: Problem})  # fmt: skip
def task_postpone(request: ApiRequest, record_id: RecordId, body: schemas.PostponeIn) -> HttpResponse:
    access = permit(request, "tasks.edit")
    services.postpone_task(access, record_id, **_later(body))
    return _task(access, record_id)


@tasks.post("/{record_id}/restore", operation_id="task_restore", summary="Restore a deleted task",
            response={204: None, 404: Problem})  # fmt: skip
def task_restore(request: ApiRequest, record_id: RecordId) -> HttpResponse:
    if not services.restore_tasks(permit(request, "tasks.delete"), [record_id]):
        raise NotFound(record="task", id=record_id)
    return empty_response()


@calendar.post("", operation_id="calendar_open", response=schemas.CalendarFeedOut,
               summary="A secret iCalendar address of your tasks; it ends the one before")  # fmt: skip
def calendar_open(request: ApiRequest) -> HttpResponse:
    secret = open_calendar(permit(request, "tasks.view"))
    return json_response({"url": f"{settings.PUBLIC_URL.rstrip('/')}/calendar/{secret}.ics"})


@calendar.delete(
    "", operation_id="calendar_close", response={204: None}, summary="End your iCalendar address"
)
def calendar_close(request: ApiRequest) -> HttpResponse:
    close_calendar(permit(request, "tasks.view"))
    return empty_response()


ROUTERS = {
    "/activities": activities,
    "/chats": chats,
    "/comments": comments,
    "/feed": feed_router,
    "/timeline": timelines,
    "/tasks": tasks,
    "/calendar": calendar,
}
