"""What has arrived becomes visitors, visits and figures: a few rows of batches at a time, as sets."""

from typing import Any

from django.conf import settings
from django.db import transaction

from headwater.kernel.access import system_access
from headwater.kernel.sql import execute, rows, values
from headwater.platform.events import emit
from headwater.tracking.events import LeadsVisited
from headwater.tracking.services.folding import fold
from headwater.tracking.services.forgetting import forget_visitors
from headwater.tracking.services.identifying import identify
from headwater.tracking.services.links import lead_of_mark
from headwater.tracking.services.locking import lock_visitors
from headwater.tracking.types import IdentifiedBy

AT_ONCE = 10  # rows, each of up to five thousand events

_ARRIVED = """
FROM (SELECT id, events FROM tracking_batch WHERE id = ANY(%s::bigint[]) ORDER BY id) b
CROSS JOIN LATERAL jsonb_to_recordset(b.events) AS e(s bigint, v uuid, t double precision, k text, p text,
  n text, d text, g text, o jsonb)
"""

# `n` counts a visitor's visits in this set; 0 goes on with the visit that was open before.
_TAKE = f"""
WITH raw AS MATERIALIZED (
  SELECT row_number() OVER () AS place, e.s, e.v, to_timestamp(e.t) AS at, e.k, e.p, COALESCE(e.n, '') AS n,
    COALESCE(e.d, '') AS d, NULLIF(e.g, '') AS g, e.o
  {_ARRIVED}
  WHERE e.k IN ('page', 'form', 'download')
    AND NOT EXISTS (SELECT 1 FROM tracking_visitor f WHERE f.key = e.v AND f.forgotten_at IS NOT NULL)
), gapped AS (
  SELECT r.*, o.id AS known_id, o.visit_id AS open_id, o.first_at AS known_first, o.last_at AS known_last,
    CASE WHEN lag(r.at) OVER w IS NOT NULL THEN r.at - lag(r.at) OVER w > interval '30 minutes'
      ELSE o.visit_id IS NULL OR r.at - o.last_at > interval '30 minutes' END AS opens
  FROM raw r LEFT JOIN tracking_visitor o ON o.key = r.v
  WINDOW w AS (PARTITION BY r.v ORDER BY r.at, r.place)
), numbered AS MATERIALIZED (
  SELECT *, sum(opens::int) OVER (PARTITION BY v ORDER BY at, place) AS visit FROM gapped
), parts AS (
  SELECT v, visit, min(s) AS site_id, min(at) AS started_at, max(at) AS ended_at, min(open_id) AS open_id,
    min(known_first) AS known_first, min(known_last) AS known_last,
    count(*) FILTER (WHERE k = 'page') AS pages, count(*) FILTER (WHERE k = 'form') AS forms,
    count(*) FILTER (WHERE k = 'download') AS downloads,
    (array_agg(p ORDER BY at, place) FILTER (WHERE k = 'page'))[1] AS entry_path,
    (array_agg(n ORDER BY at, place) FILTER (WHERE k = 'page'))[1] AS entry_title,
    (array_agg(p ORDER BY at DESC, place DESC) FILTER (WHERE k = 'page'))[1] AS exit_path,
    (array_agg(g ORDER BY at, place) FILTER (WHERE g IS NOT NULL))[1] AS origin,
    (array_agg(o ORDER BY at, place) FILTER (WHERE g IS NOT NULL))[1] AS touch
  FROM numbered GROUP BY v, visit
), sized AS MATERIALIZED (
  SELECT p.*, (p.started_at AT TIME ZONE %s)::date AS day, (p.known_last AT TIME ZONE %s)::date AS known_day,
    COALESCE(t.origin, p.origin, 'direct') AS from_where,
    CASE WHEN p.visit = 0 THEN p.open_id ELSE nextval('tracking_visit_id_seq') END AS visit_id
  FROM parts p LEFT JOIN tracking_visit t ON p.visit = 0 AND t.id = p.open_id
), visitors AS (
  INSERT INTO tracking_visitor (key, site_id, first_at, last_at, visit_id, visits, pages, first_origin,
    first_touch, last_origin, last_touch, identified_by)
  SELECT v, min(site_id), min(started_at), max(ended_at), (array_agg(visit_id ORDER BY visit DESC))[1],
    count(*) FILTER (WHERE visit > 0), sum(pages), (array_agg(from_where ORDER BY visit))[1],
    COALESCE((array_agg(touch ORDER BY visit))[1], '{{}}'),
    COALESCE((array_agg(origin ORDER BY visit DESC) FILTER (WHERE origin <> 'direct'))[1], ''),
    COALESCE((array_agg(touch ORDER BY visit DESC) FILTER (WHERE origin <> 'direct'))[1], '{{}}'), ''
  FROM sized GROUP BY v ORDER BY v
  ON CONFLICT (key) DO UPDATE SET
    site_id = COALESCE(tracking_visitor.site_id, EXCLUDED.site_id),
    first_at = LEAST(tracking_visitor.first_at, EXCLUDED.first_at),
    last_at = GREATEST(tracking_visitor.last_at, EXCLUDED.last_at),
    visit_id = EXCLUDED.visit_id,
    visits = tracking_visitor.visits + EXCLUDED.visits,
    pages = tracking_visitor.pages + EXCLUDED.pages,
    first_origin = CASE WHEN tracking_visitor.first_at IS NULL THEN EXCLUDED.first_origin
      ELSE tracking_visitor.first_origin END,
    first_touch = CASE WHEN tracking_visitor.first_at IS NULL THEN EXCLUDED.first_touch
      ELSE tracking_visitor.first_touch END,
    last_origin = CASE WHEN EXCLUDED.last_origin = '' THEN tracking_visitor.last_origin
      ELSE EXCLUDED.last_origin END,
    last_touch = CASE WHEN EXCLUDED.last_origin = '' THEN tracking_visitor.last_touch
      ELSE EXCLUDED.last_touch END
  RETURNING id, key, lead_id
), begun AS (
  INSERT INTO tracking_visit (id, site_id, visitor_id, lead_id, started_at, ended_at, pages, forms, downloads,
    origin, touch, entry_path, entry_title, exit_path)
  SELECT z.visit_id, z.site_id, u.id, u.lead_id, z.started_at, z.ended_at, z.pages, z.forms, z.downloads,
    z.from_where, COALESCE(z.touch, '{{}}'), COALESCE(z.entry_path, ''), COALESCE(z.entry_title, ''),
    COALESCE(z.exit_path, '')
  FROM sized z JOIN visitors u ON u.key = z.v WHERE z.visit > 0
), gone_on AS (
  UPDATE tracking_visit t SET ended_at = GREATEST(t.ended_at, z.ended_at), pages = t.pages + z.pages,
    forms = t.forms + z.forms, downloads = t.downloads + z.downloads,
    exit_path = COALESCE(z.exit_path, t.exit_path)
  FROM sized z WHERE z.visit = 0 AND t.id = z.visit_id
), hits AS (
  INSERT INTO tracking_hit (visit_id, at, kind, path, title, detail)
  SELECT z.visit_id, r.at, r.k, r.p, r.n, r.d FROM numbered r JOIN sized z ON z.v = r.v AND z.visit = r.visit
  ORDER BY r.at, r.place
), page_days AS (
  INSERT INTO tracking_pageday (site_id, day, path, title, views)
  SELECT s, (at AT TIME ZONE %s)::date, p, max(n), count(*) FROM numbered WHERE k = 'page' GROUP BY 1, 2, 3
  ON CONFLICT (site_id, day, path) DO UPDATE SET views = tracking_pageday.views + EXCLUDED.views,
    title = COALESCE(NULLIF(EXCLUDED.title, ''), tracking_pageday.title)
), counted AS (
  SELECT *, visit > 0 AND (known_day IS NULL OR known_day < day)
    AND row_number() OVER (PARTITION BY v, day ORDER BY visit) = 1 AS is_first_today FROM sized
), days AS (
  INSERT INTO tracking_day (site_id, day, origin, visits, visitors, newcomers, pages, identified)
  SELECT site_id, day, from_where, count(*) FILTER (WHERE visit > 0), count(*) FILTER (WHERE is_first_today),
    count(*) FILTER (WHERE visit = 1 AND known_first IS NULL), sum(pages), 0
  FROM counted GROUP BY 1, 2, 3
  ON CONFLICT (site_id, day, origin) DO UPDATE SET visits = tracking_day.visits + EXCLUDED.visits,
    visitors = tracking_day.visitors + EXCLUDED.visitors,
    newcomers = tracking_day.newcomers + EXCLUDED.newcomers,
    pages = tracking_day.pages + EXCLUDED.pages
)
SELECT u.id AS visitor_id, u.lead_id, CASE WHEN z.visit > 0 THEN z.visit_id END AS begun
FROM sized z JOIN visitors u ON u.key = z.v WHERE u.lead_id IS NOT NULL ORDER BY z.started_at
"""


@transaction.atomic
def take_arrived() -> bool:
    """Put the next batches in order; whether there were any. One process at a time does."""
    lock_visitors()
    batches = values("SELECT id FROM tracking_batch ORDER BY id LIMIT %s", (AT_ONCE,))
    if not batches:
        return False
    zone = settings.TIME_ZONE
    known = rows(_TAKE, (batches, zone, zone, zone))
    _say(known)
    _follow_links(batches)
    forget_visitors(values(f"SELECT DISTINCT e.v {_ARRIVED} WHERE e.k = 'forget'", (batches,)))
    execute("DELETE FROM tracking_batch WHERE id = ANY(%s::bigint[])", (batches,))
    return True


def _say(known: list[dict[str, Any]]) -> None:
    """Renew the timelines of the leads who were here, and tell the house."""
    if not known:
        return
    fold({row["visitor_id"] for row in known})
    begun = [row for row in known if row["begun"] is not None]
    if begun:
        visited = LeadsVisited(
            lead_ids=[row["lead_id"] for row in begun], visit_ids=[row["begun"] for row in begun]
        )
        emit(visited, system_access("tracking.arrived"))


def _follow_links(batches: list[int]) -> None:
    """Who came by a link that was sent to a lead is that lead."""
    for row in rows(
        f"SELECT DISTINCT ON (e.v) e.v, e.d, to_timestamp(e.t) AS at {_ARRIVED}"
        " WHERE e.k = 'link' ORDER BY e.v, e.t DESC",
        (batches,),
    ):
        lead_id = lead_of_mark(row["d"])
        if lead_id is not None:
            identify(row["v"], lead_id, by=IdentifiedBy.LINK, at=row["at"])
