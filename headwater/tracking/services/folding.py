"""The visits of identified visitors folded for the timeline: all before the inquiry, then by day."""

from collections.abc import Collection

from django.conf import settings

from headwater.kernel.sql import execute
from headwater.tracking.types import BEFORE

# The fold before the inquiry stands right below it.
_FOLD = f"""
INSERT INTO tracking_leadvisits (lead_id, visitor_id, fold, at, visits, pages, forms, downloads, first_at)
SELECT lead_id, visitor_id, fold,
  CASE WHEN fold = '{BEFORE}' THEN min(identified_at) - interval '1 second' ELSE max(ended_at) END,
  count(*), sum(pages), sum(forms), sum(downloads), min(started_at)
FROM (
  SELECT t.*, o.identified_at, CASE WHEN t.started_at <= o.identified_at THEN '{BEFORE}'
      ELSE ((t.started_at AT TIME ZONE %s)::date)::text END AS fold
  FROM tracking_visitor o JOIN tracking_visit t ON t.visitor_id = o.id AND t.lead_id = o.lead_id
  WHERE o.id = ANY(%s::bigint[])
) v GROUP BY lead_id, visitor_id, fold
ON CONFLICT (lead_id, visitor_id, fold) DO UPDATE SET at = EXCLUDED.at, visits = EXCLUDED.visits,
  pages = EXCLUDED.pages, forms = EXCLUDED.forms, downloads = EXCLUDED.downloads, first_at = EXCLUDED.first_at
"""


def fold(visitor_ids: Collection[int]) -> None:
    """Make the timeline entries of these visitors what their visits say."""
    execute(_FOLD, (settings.TIME_ZONE, sorted(visitor_ids)))
