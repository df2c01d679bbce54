"""Boards for tests, without any record behind their figures."""

from typing import Any

from headwater.dashboards import services
from headwater.dashboards.models import Dashboard, Widget
from headwater.dashboards.types import Place
from headwater.organization.models import User
from tests.organization.factories import access

COUNT: dict[str, Any] = {"dataset": "leads", "measures": [{"agg": "count", "of": "lead"}]}
BY_SOURCE = COUNT | {"groupings": [{"field": "lead.source"}], "chart": {"kind": "bar"}}


def make_board(owner: User, name: str = "我的看板", **settings: Any) -> Dashboard:
    return services.create_board(access(owner, "dashboards.create"), name=name, **settings)


def put(
    owner: User,
    board: Dashboard,
    definition: dict[str, Any] = COUNT,
    place: Place | None = None,
    **words: Any,
) -> Widget:
    """A widget with a definition of its own."""
    allowed = access(owner, "dashboards.create")
    return services.add_widget(allowed, board.pk, definition=definition, place=place, **words)
