"""Leads become members by themselves: who inquires under a campaign, and who stands in a file of one."""

from collections.abc import Sequence

from headwater.kernel import clock
from headwater.kernel.access import Access
from headwater.kernel.sql import rows
from headwater.memberships.picklists import first_status, reacted_status
from headwater.memberships.services.writing import told_added
from headwater.memberships.types import UNHEARD, How, Joining

# A removed member comes back by what happens later; who was only targeted has reacted now.
_JOIN = """
INSERT INTO memberships_member AS k (campaign_id, lead_id, status, how, joined_at, responded_at, note,
  created_at, updated_at, version, custom)
SELECT DISTINCT ON (x.campaign_id, x.lead_id) x.campaign_id, x.lead_id, %s, %s, x.at,
  CASE WHEN %s THEN x.at END, '', %s, %s, 1, '{}'
FROM unnest(%s::bigint[], %s::bigint[], %s::timestamptz[]) AS x (lead_id, campaign_id, at)
JOIN leads_lead l ON l.id = x.lead_id
ORDER BY x.campaign_id, x.lead_id, x.at
ON CONFLICT (campaign_id, lead_id) DO UPDATE SET
  archived_at = NULL,
  joined_at = CASE WHEN k.archived_at IS NULL THEN k.joined_at ELSE excluded.joined_at END,
  how = CASE WHEN k.archived_at IS NULL THEN k.how ELSE excluded.how END,
  status = CASE WHEN k.archived_at IS NOT NULL OR k.status = ANY(%s::text[]) THEN excluded.status
           ELSE k.status END,
  responded_at = CASE WHEN k.archived_at IS NULL THEN COALESCE(k.responded_at, excluded.responded_at)
                 ELSE excluded.responded_at END,
  updated_at = excluded.updated_at, version = k.version + 1
WHERE k.archived_at < excluded.joined_at
  OR (k.archived_at IS NULL AND k.responded_at IS NULL AND excluded.responded_at IS NOT NULL)
RETURNING k.id, k.campaign_id, k.lead_id, k.contact_id, k.status
"""


def join(access: Access, joining: Sequence[Joining], how: How) -> int:
    """Make these leads members, or take note that they reacted; how many rows were written.

    The caller's transaction; repeating it changes nothing.
    """
    if not joining:
        return 0
    has_reacted = how is How.INQUIRED
    moment = clock.now()
    written = rows(
        _JOIN,
        (
            reacted_status() if has_reacted else first_status(),
            how.value,
            has_reacted,
            moment,
            moment,
            [one.lead_id for one in joining],
            [one.campaign_id for one in joining],
            [one.at for one in joining],
            sorted(UNHEARD),
        ),
    )
    told_added(access, written)
    return len(written)
