"""What runs in the background, and what was set aside, over the API."""

from dataclasses import asdict
from datetime import datetime
from typing import Any

from django.http import HttpResponse
from ninja import Router, Schema

from headwater.kernel.access import permit
from headwater.platform import events
from headwater.platform.api import ApiRequest, Problem, RecordId, empty_response, json_response
from headwater.platform.jobs.failures import failed_jobs, retry_failed_job
from headwater.platform.jobs.workers import queue_length, workers_seen

router = Router(tags=["Background work"])


class WorkerOut(Schema):
    id: int
    last_heartbeat: datetime


class FailedJobOut(Schema):
    id: int
    task: str
    queue: str
    arguments: dict[str, Any]
    attempts: int
    error: str
    failed_at: datetime | None


class SetAsideOut(Schema):
    id: int
    subscriber: str
    event_id: int
    event_name: str
    attempts: int
    error: str
    set_aside_at: datetime
    next_try_at: datetime | None


class Background(Schema):
    workers: list[WorkerOut]
    waiting: int
    failed_jobs: list[FailedJobOut]
    set_aside_events: list[SetAsideOut]


@router.get(
    "",
    operation_id="background_state",
    summary="Workers, waiting and failed work",
    response={200: Background},
)
def background_state(request: ApiRequest) -> HttpResponse:
    permit(request, "jobs.configure")
    return json_response(
        {
            "workers": [asdict(one) for one in workers_seen()],
            "waiting": queue_length(),
            "failed_jobs": [asdict(one) for one in failed_jobs()],
            "set_aside_events": [asdict(one) for one in events.set_aside_events()],
        }
    )


@router.post(
    "/jobs/{job_id}/retry",
    operation_id="job_retry",
    summary="Try a failed job again",
    response={204: None, 404: Problem},
)
def retry_job(request: ApiRequest, job_id: RecordId) -> HttpResponse:
    retry_failed_job(permit(request, "jobs.configure"), job_id)
    return empty_response()


@router.post(
    "/events/{set_aside_id}/retry",
    operation_id="event_retry",
    summary="Deliver a set-aside event again",
    response={204: None, 404: Problem, 409: Problem},
)
def retry_event(request: ApiRequest, set_aside_id: RecordId) -> HttpResponse:
    permit(request, "jobs.configure")
    events.retry_one(set_aside_id)
    return empty_response()


ROUTERS = [("/background", router)]
