"""Sites, the figures of their days, and the visits of a lead."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from headwater.kernel import clock, listing
from headwater.kernel.access import Access
from headwater.kernel.catalogue import record_type
from headwater.kernel.errors import NotFound
from headwater.kernel.sql import rows, value
from headwater.tracking.models import Site

DAYS = (7, 30, 90)
MOST_LINES = 20


def open_sites() -> list[dict[str, Any]]:
    """What takes events: id, key, domains, name."""
    return rows(
        "SELECT id, key, domains, name FROM tracking_site WHERE is_active AND archived_at IS NULL"
        " ORDER BY name, id"
    )


def site_by_id(access: Access, site_id: int) -> Site:
    """A site, archived ones too; sites are seen by everybody who may see sites."""
    site = Site.objects.filter(pk=site_id).first()
    if site is None:
        raise NotFound(record="tracking_site", id=site_id)
    return site


def site_by_key(key: str) -> Site | None:
    """The living site of a public key, switched off or not."""
    return Site.objects.filter(key=key[:24], archived_at=None).first()


@dataclass(frozen=True, slots=True)
class Figures:
    """What happened in a span of days; visitors count once."""

    visitors: int
    visits: int
    pages: int
    identified: int


@dataclass(frozen=True, slots=True)
class DayFigures:
    day: date
    visits: int
    visitors: int
    newcomers: int
    pages: int
    identified: int


@dataclass(frozen=True, slots=True)
class Overview:
    """The last days of one site or of all."""

    total: Figures
    days: list[DayFigures]  # newest first, empty ones too
    pages: list[dict[str, Any]]  # path, title, views
    origins: list[dict[str, Any]]  # origin, visits, pages, identified


_DAY_FIGURES = """
SELECT d::date AS day, COALESCE(sum(t.visits), 0)::int AS visits,
  COALESCE(sum(t.visitors), 0)::int AS visitors,
  COALESCE(sum(t.newcomers), 0)::int AS newcomers, COALESCE(sum(t.pages), 0)::int AS pages,
  COALESCE(sum(t.identified), 0)::int AS identified
FROM generate_series(%s::date, %s::date, interval '1 day') d
LEFT JOIN tracking_day t ON t.day = d::date AND (%s::bigint IS NULL OR t.site_id = %s)
GROUP BY 1 ORDER BY 1 DESC
"""


def overview(access: Access, *, site_id: int | None = None, days: int = 30) -> Overview:
    """Figures of the last `days`, today included."""
    today = clock.today()
    since = today - timedelta(days=max(1, min(days, 366)) - 1)
    by_day = [DayFigures(**row) for row in rows(_DAY_FIGURES, (since, today, site_id, site_id))]
    start = clock.now() - timedelta(days=(today - since).days + 1)
    visitors = value(
        "SELECT count(*) FROM tracking_visitor WHERE last_at >= %s AND (%s::bigint IS NULL OR site_id = %s)",
        (start, site_id, site_id),
    )
    pages = rows(
        "SELECT path, max(title) AS title, sum(views)::int AS views FROM tracking_pageday"
        " WHERE day >= %s AND (%s::bigint IS NULL OR site_id = %s) GROUP BY path"
        " ORDER BY views DESC, path LIMIT %s",
        (since, site_id, site_id, MOST_LINES),
    )
    origins = rows(
        "SELECT origin, sum(visits)::int AS visits, sum(pages)::int AS pages,"
        " sum(identified)::int AS identified"
        " FROM tracking_day WHERE day >= %s AND (%s::bigint IS NULL OR site_id = %s) GROUP BY origin"
        " HAVING sum(visits) + sum(identified) > 0 ORDER BY visits DESC, origin LIMIT %s",
        (since, site_id, site_id, MOST_LINES),
    )
    total = Figures(
        visitors,
        sum(one.visits for one in by_day),
        sum(one.pages for one in by_day),
        sum(one.identified for one in by_day),
    )
    return Overview(total, by_day, pages, origins)


def latest_hits(access: Access, site_id: int, *, limit: int = MOST_LINES) -> list[dict[str, Any]]:
    """What came in last from a site, to check its installation. Nothing of who it was."""
    return rows(
        "SELECT h.id, h.at, h.kind, h.path, h.title, h.detail, t.origin FROM"
        " (SELECT id, origin FROM tracking_visit WHERE site_id = %s ORDER BY started_at DESC LIMIT 40) t"
        " JOIN tracking_hit h ON h.visit_id = t.id ORDER BY h.at DESC, h.id DESC LIMIT %s",
        (site_id, limit),
    )


@dataclass(frozen=True, slots=True)
class LeadVisit:
    """One visit of a lead, with what was done in it where that was asked for."""

    id: int
    site: str
    started_at: datetime
    ended_at: datetime
    pages: int
    forms: int
    downloads: int
    origin: str
    entry_path: str
    entry_title: str
    exit_path: str
    hits: list[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class LeadHistory:
    """All visits of a lead in figures, the newest of them one by one."""

    count: int
    pages: int
    first_at: datetime | None
    last_at: datetime | None
    first_origin: str
    visits: list[LeadVisit]


def lead_history(access: Access, lead_id: int, *, limit: int = 20, with_hits: bool = False) -> LeadHistory:
    """What a lead did on our pages. Refuses `NotFound` for a lead out of sight."""
    if not listing.ids_within(access, record_type("lead"), [lead_id]):
        raise NotFound(record="lead", id=lead_id)
    return visits_of(lead_id, limit=limit, with_hits=with_hits)


def visits_of(lead_id: int, *, limit: int, with_hits: bool = False) -> LeadHistory:
    """The same for a lead that the caller has checked."""
    total = rows(
        "SELECT count(*) AS count, COALESCE(sum(pages), 0)::int AS pages, min(started_at) AS first_at,"
        " max(ended_at) AS last_at, (array_agg(origin ORDER BY started_at))[1] AS first_origin"
        " FROM tracking_visit WHERE lead_id = %s",
        (lead_id,),
    )[0]
    found = rows(
        "SELECT t.id, COALESCE(s.name, '') AS site, t.started_at, t.ended_at, t.pages, t.forms, t.downloads,"
        " t.origin, t.entry_path, t.entry_title, t.exit_path FROM tracking_visit t"
        " LEFT JOIN tracking_site s ON s.id = t.site_id WHERE t.lead_id = %s"
        " ORDER BY t.started_at DESC LIMIT %s",
        (lead_id, max(1, min(limit, 200))),
    )
    hits: dict[int, list[dict[str, Any]]] = {}
    if with_hits and found:
        for row in rows(
            "SELECT h.* FROM unnest(%s::bigint[]) AS v (id) CROSS JOIN LATERAL (SELECT visit_id, at, kind,"
            " path, title, detail FROM tracking_hit WHERE visit_id = v.id ORDER BY at, id LIMIT 50) h",
            ([row["id"] for row in found],),
        ):
            hits.setdefault(row.pop("visit_id"), []).append(row)
    visits = [LeadVisit(**row, hits=hits.get(row["id"], [])) for row in found]
    return LeadHistory(**(total | {"first_origin": total["first_origin"] or ""}), visits=visits)


def waiting() -> list[tuple[dict[str, str], float]]:
    """Batches that no worker has taken up, for the gauges."""
    return [({}, float(value("SELECT count(*) FROM tracking_batch")))]
