"""Shapes of the JSON API of web tracking."""

import datetime

from ninja import Field, Schema

from headwater.tracking.types import HitKind


class TrackedEventOut(Schema):
    """Something done in a visit."""

    at: datetime.datetime
    kind: HitKind
    path: str
    title: str
    detail: str = Field(description="The file of a download, the name of a form.")


class LastHitOut(TrackedEventOut):
    id: int
    origin: str = Field(description="Where the visit came from: baidu_ads, baidu, utm:…, ref:…, direct.")


class Installation(Schema):
    """What to put into the pages, and what came in last."""

    snippet: str
    script_url: str
    collect_url: str
    last_events: list[LastHitOut]


class FiguresOut(Schema):
    visitors: int
    visits: int
    pages: int
    identified: int = Field(description="Visitors who became known leads.")


class DayOut(FiguresOut):
    day: datetime.date
    newcomers: int


class PageOut(Schema):
    path: str
    title: str
    views: int


class OriginOut(Schema):
    origin: str
    label: str
    visits: int
    pages: int
    identified: int


class OverviewIn(Schema):
    site: int | None = Field(None, ge=1, le=2**63 - 1, description="One site; all by default.")
    days: int = Field(30, ge=1, le=366)


class OverviewOut(Schema):
    """The last days, newest first."""

    total: FiguresOut
    days: list[DayOut]
    pages: list[PageOut]
    origins: list[OriginOut]


class VisitsIn(Schema):
    limit: int = Field(20, ge=1, le=200)


class VisitOut(Schema):
    id: int
    site: str
    started_at: datetime.datetime
    ended_at: datetime.datetime
    pages: int
    forms: int
    downloads: int
    origin: str
    entry_path: str
    entry_title: str
    exit_path: str
    hits: list[TrackedEventOut]


class LeadVisitsOut(Schema):
    """All visits of a lead in figures, the newest one by one."""

    count: int
    pages: int
    first_at: datetime.datetime | None
    last_at: datetime.datetime | None
    first_origin: str
    visits: list[VisitOut]


class ErasedOut(Schema):
    erased: int


class LinkIn(Schema):
    url: str = Field(max_length=1000, description="A page of a tracked site.")


class LinkOut(Schema):
    url: str
    days: int = Field(description="How long it works.")
