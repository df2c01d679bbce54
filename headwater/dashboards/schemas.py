"""Shapes of the JSON API of dashboards."""

from typing import Annotated, Any

from ninja import Field, Schema

from headwater.dashboards.types import COLUMNS, MOST_ROWS, MOST_WIDGETS, TALLEST, Visibility

Id = Annotated[int, Field(ge=1, lt=2**63)]
_PERIOD = "this_month, last_30, 2026-01-01..2026-03-31; empty: every widget its own."


class PlaceIn(Schema):
    x: int = Field(ge=0, lt=COLUMNS)
    y: int = Field(ge=0, lt=MOST_ROWS)
    w: int = Field(ge=1, le=COLUMNS)
    h: int = Field(ge=1, le=TALLEST)


class DashboardIn(Schema):
    name: str = Field(max_length=200)
    visibility: Visibility = Visibility.PRIVATE
    role_ids: list[Id] = Field(default_factory=list, max_length=200)
    period: str = Field("", max_length=30, description=_PERIOD)
    refresh_seconds: int = Field(0, description="0 (off), 60, 300 or 900.")


class DashboardPatch(Schema):
    name: str = Field("", max_length=200)
    visibility: Visibility = Visibility.PRIVATE
    role_ids: list[Id] = Field(default_factory=list, max_length=200)
    period: str = Field("", max_length=30, description=_PERIOD)
    refresh_seconds: int = 0


class CopyIn(Schema):
    name: str = Field("", max_length=200, description="Empty: the name with “(copy)”.")


class WidgetIn(Schema):
    """One of `report`, `preset`, `definition`."""

    report: Id | None = None
    preset: str = Field("", max_length=60)
    definition: dict[str, Any] | None = None
    title: str = Field("", max_length=200)
    note: str = Field("", max_length=400)
    chart: str = Field("", max_length=20, description="Empty: as the report has it.")
    place: PlaceIn | None = Field(None, description="Empty: under all others.")


class WidgetPatch(Schema):
    title: str = Field("", max_length=200)
    note: str = Field("", max_length=400)
    chart: str = Field("", max_length=20)


class PlacedIn(PlaceIn):
    id: Id
    position: int | None = Field(
        None, ge=0, lt=1000, description="Its turn on a phone; null: the reading order of the desk."
    )


class LayoutIn(Schema):
    widgets: list[PlacedIn] = Field(max_length=MOST_WIDGETS)


class FirstIn(Schema):
    key: str = Field(max_length=40, description="A dashboard's key; empty: as the role or the system has it.")


class WidgetOut(Schema):
    key: str
    id: int | None
    report: int | None
    preset: str
    definition: dict[str, Any] | None
    title: str
    note: str
    chart: str
    x: int
    y: int
    w: int
    h: int
    position: int | None


class BoardListedOut(Schema):
    key: str
    id: int | None = Field(description="null: comes with the system.")
    name: str
    owner: str
    is_mine: bool
    visibility: Visibility


class BoardsOut(Schema):
    items: list[BoardListedOut]
    first: str = Field(description="The key of the one that opens first for the caller.")


class DashboardOut(BoardListedOut):
    role_ids: list[int]
    period: str
    refresh_seconds: int
    may_edit: bool
    version: int
    widgets: list[WidgetOut]


class BoardResultsAsked(Schema):
    period: str = Field("", max_length=30, description=_PERIOD)
    who: str = Field("", max_length=30, description="me, person-12, or department-3 with those below.")
    source: str = Field("", max_length=20)
    channel: str = Field("", max_length=20, description="With the channels below it.")
    campaign: str = Field("", max_length=20)


class TroubleOut(Schema):
    code: str
    detail: str
    remedy: str


class WidgetResultOut(Schema):
    key: str
    title: str
    chart: str
    result: dict[str, Any] | None
    trouble: TroubleOut | None
    not_narrowed_by: list[str] = Field(description="Filters that this widget's dataset does not know.")


class BoardResultsOut(Schema):
    items: list[WidgetResultOut]
