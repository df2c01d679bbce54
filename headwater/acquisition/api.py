"""JSON API of sources, channels and campaigns: the common endpoints, order and restoring."""

from collections.abc import Callable, Sequence
from dataclasses import asdict
from typing import Any

from django.http import HttpResponse
from ninja import Query, Router

from headwater.acquisition import services
from headwater.acquisition.cost_fields import COST
from headwater.acquisition.queries import CostEntry, channel_costs, cost_entry
from headwater.acquisition.schemas import CampaignTimelineParams, ChannelCostOut, ChannelCostsOut, OrderIn
from headwater.acquisition.timeline import check_campaign
from headwater.engagement.queries import timeline_json
from headwater.engagement.schemas import TimelineOut
from headwater.kernel.access import Access, permit
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
    read_object,
    record_router,
)
from headwater.platform.api.schemas import body, input_schema

sources = record_router("source")
channels = record_router("channel")
campaigns = record_router("campaign")


def _add_order(router: Router, record: str) -> None:
    @router.post(
        "/bulk/order", operation_id=f"{record}_order", response={204: None}, summary="Bring into order"
    )
    def order(request: ApiRequest, body: OrderIn) -> HttpResponse:
        services.order_records(permit(request, f"{record}s.edit"), record, body.ids)
        return empty_response()


def _add_restore(router: Router, record: str, restore: Callable[[Access, Sequence[int]], int]) -> None:
    @router.post(
        "/{record_id}/restore",
        operation_id=f"{record}_restore",
        response={204: None, 404: Problem, 422: Problem},
        summary="Bring back what was archived",
    )
    def bring_back(request: ApiRequest, record_id: RecordId) -> HttpResponse:
        if not restore(permit(request, f"{record}s.delete"), [record_id]):
            raise NotFound(record=record, id=record_id)
        return empty_response()


_add_order(sources, "source")
_add_order(channels, "channel")
_add_restore(sources, "source", services.restore_sources)
_add_restore(channels, "channel", services.restore_channels)
_add_restore(campaigns, "campaign", services.restore_campaigns)


@campaigns.get(
    "/{record_id}/timeline",
    operation_id="campaign_timeline",
    response={200: TimelineOut, 404: Problem},
    summary="What happened to a campaign, newest first",
    description="Changes, members who joined, responded or left, notes, comments, tasks and files."
    " `kinds` narrows it to groups (`member`, `change`, `comment`, `task`, `file`) or sources.",
)
def timeline(request: ApiRequest, record_id: RecordId, params: Query[CampaignTimelineParams]) -> HttpResponse:
    access = permit(request, "campaigns.view")
    check_campaign(access, record_id, False)
    return json_response(timeline_json(access, "campaign", record_id, params.dict()))


def _cost(channel_id: int, entry: CostEntry) -> dict[str, Any]:
    shown = asdict(entry) | {"channel_id": channel_id}
    by, name = shown.pop("created_by_id"), shown.pop("created_by_name")
    return shown | {"created_by": None if by is None else {"id": by, "name": name}}


@channels.get(
    "/{record_id}/costs",
    operation_id="channel_cost_list",
    response={200: ChannelCostsOut, 404: Problem},
    summary="What a channel cost, with the total of this year",
)
def list_costs(request: ApiRequest, record_id: RecordId) -> HttpResponse:
    sheet = channel_costs(permit(request, "channels.edit"), record_id)
    return json_response(
        {
            "year": sheet.year,
            "total": sheet.total,
            "unpriced": sheet.unpriced,
            "currency": sheet.currency,
            "items": [_cost(record_id, entry) for entry in sheet.entries],
        }
    )


@channels.post(
    "/{record_id}/costs",
    operation_id="channel_cost_create",
    response={201: ChannelCostOut, 404: Problem, 422: Problem},
    summary="Write what a channel cost in a period",
    openapi_extra=body(input_schema(COST, partial=False)),
)
@idempotent
def add_cost(request: ApiRequest, record_id: RecordId) -> HttpResponse:
    access = permit(request, "channels.edit")
    made = services.add_channel_cost(access, record_id, read_object(request))
    entry = cost_entry(access, record_id, made)
    location = f"/api/v1/channels/{record_id}/costs/{made}"
    return created_response(_cost(record_id, entry), location=location, version=entry.version)


@channels.get(
    "/{record_id}/costs/{cost_id}",
    operation_id="channel_cost_get",
    response={200: ChannelCostOut, 404: Problem},
    summary="One cost of a channel",
)
def get_cost(request: ApiRequest, record_id: RecordId, cost_id: RecordId) -> HttpResponse:
    entry = cost_entry(permit(request, "channels.edit"), record_id, cost_id)
    return json_response(_cost(record_id, entry), version=entry.version)


@channels.patch(
    "/{record_id}/costs/{cost_id}",
    operation_id="channel_cost_update",
    response={200: ChannelCostOut, 404: Problem, 412: Problem, 422: Problem},
    summary="Correct a cost of a channel",
    description="Only the fields given are changed. With `If-Match` a newer version answers 412.",
    openapi_extra=body(input_schema(COST, partial=True)),
)
def change_cost(request: ApiRequest, record_id: RecordId, cost_id: RecordId) -> HttpResponse:
    access = permit(request, "channels.edit")
    services.change_channel_cost(
        access, record_id, cost_id, read_object(request), version=check_version(request)
    )
    entry = cost_entry(access, record_id, cost_id)
    return json_response(_cost(record_id, entry), version=entry.version)


@channels.delete(
    "/{record_id}/costs/{cost_id}",
    operation_id="channel_cost_archive",
    response={204: None, 404: Problem},
    summary="Archive a cost of a channel: it counts no more",
)
def archive_cost(request: ApiRequest, record_id: RecordId, cost_id: RecordId) -> HttpResponse:
    services.archive_channel_cost(permit(request, "channels.edit"), record_id, cost_id)
    return empty_response()


@channels.post(
    "/{record_id}/costs/{cost_id}/restore",
    operation_id="channel_cost_restore",
    response={204: None, 404: Problem},
    summary="Count an archived cost of a channel again",
)
def restore_cost(request: ApiRequest, record_id: RecordId, cost_id: RecordId) -> HttpResponse:
    services.restore_channel_cost(permit(request, "channels.edit"), record_id, cost_id)
    return empty_response()


ROUTERS = [("/sources", sources), ("/channels", channels), ("/campaigns", campaigns)]
