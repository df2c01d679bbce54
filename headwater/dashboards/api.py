"""JSON API of dashboards: what the screens do, with the same services and queries."""

from typing import Any

from django.http import HttpResponse
from ninja import Query, Router

from headwater.dashboards import queries, schemas, services
from headwater.dashboards.errors import ComesWithTheSystem
from headwater.dashboards.filters import read_filters
from headwater.dashboards.models import Widget
from headwater.dashboards.shapes import Board, Item
from headwater.dashboards.types import Place
from headwater.kernel.access import Access, permit
from headwater.kernel.errors import NotFound
from headwater.kernel.text import whole
from headwater.platform.api import (
    ApiRequest,
    Problem,
    RecordId,
    check_version,
    created_response,
    empty_response,
    idempotent,
    json_response,
)

dashboards = Router(tags=["Dashboards"])
_REFUSALS = {403: Problem, 404: Problem, 409: Problem, 422: Problem}
_STALE = {412: Problem}


def _listed(board: queries.Listed) -> dict[str, Any]:
    return {
        "key": board.key,
        "id": board.id,
        "name": board.name,
        "owner": board.owner_name,
        "is_mine": board.is_mine,
        "visibility": board.visibility,
    }


def _number(access: Access, key: str) -> int:
    """The id of a dashboard that can be changed; those of the system have none."""
    if not key.isdecimal():
        raise ComesWithTheSystem(name=queries.find_board(access, key).name)
    number = whole(key)
    if number is None:
        raise NotFound(record="dashboard", id=key[:40])
    return number


def _item(item: Item) -> dict[str, Any]:
    place = item.place
    return {
        "key": item.key,
        "id": item.id,
        "report": item.report_id,
        "preset": item.preset,
        "definition": item.definition,
        "title": item.title,
        "note": item.note,
        "chart": item.chart,
        "x": place.x,
        "y": place.y,
        "w": place.w,
        "h": place.h,
        "position": item.position,
    }


def _shown(access: Access, key: str, status: int = 200) -> HttpResponse:
    board = queries.find_board(access, key)
    if status == 201:
        location = f"/api/v1/dashboards/{board.key}"
        return created_response(_board(board), location=location, version=board.version)
    return json_response(_board(board), version=board.version)


def _board(board: Board) -> dict[str, Any]:
    return {
        "key": board.key,
        "id": board.id,
        "name": board.name,
        "owner": board.owner_name,
        "is_mine": board.is_mine,
        "visibility": board.visibility,
        "role_ids": board.role_ids,
        "period": board.period,
        "refresh_seconds": board.refresh_seconds,
        "may_edit": board.may_edit,
        "version": board.version,
        "widgets": [_item(one) for one in board.items],
    }


def _widget(access: Access, widget: Widget, status: int = 200) -> HttpResponse:
    board = queries.find_board(access, str(widget.dashboard_id))
    item = board.item(str(widget.pk))
    assert item is not None
    return json_response(_item(item), status=status, version=board.version)


@dashboards.get("", operation_id="dashboard_list", response=schemas.BoardsOut,
                summary="The dashboards that the caller may open")  # fmt: skip
def list_boards(request: ApiRequest) -> HttpResponse:
    access = permit(request, "dashboards.view")
    items = [_listed(one) for one in queries.boards_of(access)]
    return json_response({"items": items, "first": queries.first_board(access).key})


@dashboards.post("", operation_id="dashboard_create", response={201: schemas.DashboardOut, **_REFUSALS},
                 summary="Make an empty dashboard")  # fmt: skip
@idempotent
def create(request: ApiRequest, body: schemas.DashboardIn) -> HttpResponse:
    """Private unless shared; sharing needs `dashboards.share`."""
    access = permit(request, "dashboards.create")
    row = services.create_board(access, **body.model_dump())
    return _shown(access, str(row.pk), 201)


@dashboards.put("/first", operation_id="dashboard_choose_first", response={204: None, **_REFUSALS},
                summary="Choose what opens first for oneself")  # fmt: skip
def choose_first(request: ApiRequest, body: schemas.FirstIn) -> HttpResponse:
    services.choose_first(permit(request, "dashboards.view"), body.key)
    return empty_response()


@dashboards.put("/roles/{role_id}/first", operation_id="dashboard_set_role_first",
                response={204: None, **_REFUSALS}, summary="Set what opens first for a role")  # fmt: skip
def set_role_first(request: ApiRequest, role_id: RecordId, body: schemas.FirstIn) -> HttpResponse:
    services.set_role_first(permit(request, "dashboards.configure"), role_id, body.key)
    return empty_response()


@dashboards.get("/{key}", operation_id="dashboard_get", response={200: schemas.DashboardOut, **_REFUSALS},
                summary="A dashboard with its widgets")  # fmt: skip
def get_board(request: ApiRequest, key: str) -> HttpResponse:
    return _shown(permit(request, "dashboards.view"), key)


@dashboards.get("/{key}/results", operation_id="dashboard_results",
                response={200: schemas.BoardResultsOut, **_REFUSALS},
                summary="The figures of all widgets, under filters")  # fmt: skip
def results(request: ApiRequest, key: str, asked: Query[schemas.BoardResultsAsked]) -> HttpResponse:
    """Those of the last five minutes are given again; what is wrong with one widget stays with it."""
    access = permit(request, "dashboards.view")
    board = queries.find_board(access, key)
    filters = read_filters(asked.model_dump(), period=board.period)
    return json_response({"items": [_outcome(one) for one in queries.outcomes(access, board, filters)]})


def _outcome(found: queries.Outcome) -> dict[str, Any]:
    trouble = found.trouble
    return {
        "key": found.item.key,
        "title": found.title,
        "chart": found.chart,
        "result": found.result and found.result.as_json(),
        "trouble": trouble and {"code": trouble.code, "detail": trouble.text, "remedy": trouble.advice},
        "not_narrowed_by": found.missing,
    }


@dashboards.post("/{key}/copy", operation_id="dashboard_copy",
                 response={201: schemas.DashboardOut, **_REFUSALS},
                 summary="Copy a dashboard into one of one's own")  # fmt: skip
@idempotent
def copy(request: ApiRequest, key: str, body: schemas.CopyIn) -> HttpResponse:
    access = permit(request, "dashboards.create")
    row = services.duplicate_board(access, key, name=body.name)
    return _shown(access, str(row.pk), 201)


@dashboards.patch("/{key}", operation_id="dashboard_update",
                  response={200: schemas.DashboardOut, **_REFUSALS, **_STALE},
                  summary="Change name, sharing, period or refreshing")  # fmt: skip
def update(request: ApiRequest, key: str, body: schemas.DashboardPatch) -> HttpResponse:
    access = permit(request, "dashboards.create")
    changes = body.model_dump(exclude_unset=True)
    services.update_board(access, _number(access, key), version=check_version(request), **changes)
    return _shown(access, key)


@dashboards.delete("/{key}", operation_id="dashboard_archive",
                   response={204: None, **_REFUSALS, **_STALE}, summary="Archive a dashboard")  # fmt: skip
def archive(request: ApiRequest, key: str) -> HttpResponse:
    access = permit(request, "dashboards.create")
    services.archive_board(access, _number(access, key), version=check_version(request))
    return empty_response()


@dashboards.post("/{key}/restore", operation_id="dashboard_restore",
                 response={200: schemas.DashboardOut, **_REFUSALS}, summary="Bring it back")  # fmt: skip
def restore(request: ApiRequest, key: str) -> HttpResponse:
    access = permit(request, "dashboards.create")
    services.restore_board(access, _number(access, key))
    return _shown(access, key)


@dashboards.put("/{key}/layout", operation_id="dashboard_arrange",
                response={200: schemas.DashboardOut, **_REFUSALS, **_STALE},
                summary="Place all widgets in one go")  # fmt: skip
def arrange(request: ApiRequest, key: str, body: schemas.LayoutIn) -> HttpResponse:
    """With `If-Match`: 412 when somebody changed the dashboard in between. Overlaps are moved down."""
    access = permit(request, "dashboards.create")
    places = [one.model_dump(exclude_unset=True) for one in body.widgets]
    services.arrange(access, _number(access, key), places, version=check_version(request))
    return _shown(access, key)


@dashboards.post("/{key}/widgets", operation_id="widget_add",
                 response={201: schemas.WidgetOut, **_REFUSALS},
                 summary="Put a report, a preset or a definition on a dashboard")  # fmt: skip
@idempotent
def add_widget(request: ApiRequest, key: str, body: schemas.WidgetIn) -> HttpResponse:
    access = permit(request, "dashboards.create")
    values = body.model_dump(exclude={"report", "place"})
    place = Place(**body.place.model_dump()) if body.place else None
    widget = services.add_widget(access, _number(access, key), report_id=body.report, place=place, **values)
    return _widget(access, widget, 201)


@dashboards.patch("/{key}/widgets/{widget_id}", operation_id="widget_update",
                  response={200: schemas.WidgetOut, **_REFUSALS},
                  summary="Change a widget's words or chart")  # fmt: skip
def update_widget(
    request: ApiRequest, key: str, widget_id: RecordId, body: schemas.WidgetPatch
) -> HttpResponse:
    access = permit(request, "dashboards.create")
    changes = body.model_dump(exclude_unset=True)
    return _widget(access, services.update_widget(access, _number(access, key), widget_id, **changes))


@dashboards.delete("/{key}/widgets/{widget_id}", operation_id="widget_remove",
                   response={204: None, **_REFUSALS}, summary="Take a widget off")  # fmt: skip
def remove_widget(request: ApiRequest, key: str, widget_id: RecordId) -> HttpResponse:
    access = permit(request, "dashboards.create")
    services.remove_widget(access, _number(access, key), widget_id)
    return empty_response()


@dashboards.post("/{key}/widgets/{widget_id}/restore", operation_id="widget_restore",
                 response={200: schemas.WidgetOut, **_REFUSALS}, summary="Put it back")  # fmt: skip
def restore_widget(request: ApiRequest, key: str, widget_id: RecordId) -> HttpResponse:
    access = permit(request, "dashboards.create")
    return _widget(access, services.restore_widget(access, _number(access, key), widget_id))


ROUTERS = [("/dashboards", dashboards)]
