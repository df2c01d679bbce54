"""JSON API of sources, channels and campaigns: the common endpoints, order and restoring."""

from collections.abc import Callable, Sequence

from django.http import HttpResponse
from ninja import Router

from headwater.acquisition import services
from headwater.acquisition.schemas import OrderIn
from headwater.kernel.access import Access, permit
from headwater.kernel.errors import NotFound
from headwater.platform.api import ApiRequest, Problem, RecordId, empty_response, record_router

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

ROUTERS = [("/sources", sources), ("/channels", channels), ("/campaigns", campaigns)]
