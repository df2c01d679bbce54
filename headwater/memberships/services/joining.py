"""People become members by themselves: who inquires under a campaign, and who stands in a file of one."""

from collections.abc import Sequence

from headwater.kernel import clock
from headwater.kernel.access import Access
from headwater.kernel.sql import rows
from headwater.memberships.picklists import first_status, reacted_status
from headwater.memberships.services.writing import member_as_other, told_added
from headwater.memberships.types import OF, UNHEARD, How, Joining, Of

_TABLES: dict[Of, str] = {"lead": "leads_lead", "contact": "sales_contact"}


def _joining(of: Of, how: How) -> str:
    # Who inquires is asked for by this record; whom a file names may be in as the other one.
    others = f"WHERE NOT EXISTS ({member_as_other(of, 'x.campaign_id')})" if how is How.IMPORTED else ""
    # A removed member comes back by what happens later; who was only targeted has reacted now.
    return f"""
INSERT INTO memberships_member AS k (campaign_id, {of}_id, status, how, joined_at, responded_at, import_id,
  note, created_at, updated_at, version, custom)
SELECT DISTINCT ON (x.campaign_id, x.id) x.campaign_id, x.id, %s, %s, x.at,
  CASE WHEN %s THEN x.at END, x.import_id, '', %s, %s, 1, '{{}}'
FROM unnest(%s::bigint[], %s::bigint[], %s::timestamptz[], %s::bigint[])
  AS x (id, campaign_id, at, import_id)
JOIN {_TABLES[of]} r ON r.id = x.id
{others}
ORDER BY x.campaign_id, x.id, x.at
ON CONFLICT (campaign_id, {of}_id) DO UPDATE SET
  archived_at = NULL,
  joined_at = CASE WHEN k.archived_at IS NULL THEN k.joined_at ELSE excluded.joined_at END,
  how = CASE WHEN k.archived_at IS NULL THEN k.how ELSE excluded.how END,
  import_id = CASE WHEN k.archived_at IS NULL THEN k.import_id ELSE excluded.import_id END,
  status = CASE WHEN k.archived_at IS NOT NULL OR k.status = ANY(%s::text[]) THEN excluded.status
           ELSE k.status END,
  responded_at = CASE WHEN k.archived_at IS NULL THEN COALESCE(k.responded_at, excluded.responded_at)
                 ELSE excluded.responded_at END,
  updated_at = excluded.updated_at, version = k.version + 1
WHERE k.archived_at < excluded.joined_at
  OR (k.archived_at IS NULL AND k.responded_at IS NULL AND excluded.responded_at IS NOT NULL)
RETURNING k.id, k.campaign_id, k.lead_id, k.contact_id, k.status
"""


def join(access: Access, joinings: Sequence[Joining], how: How) -> int:
    """Make these leads and contacts members, or take note that they reacted; how many rows were written.

    The caller's transaction; repeating it changes nothing.
    """
    return sum(_join(access, of, [one for one in joinings if one.of == of], how) for of in OF)


def _join(access: Access, of: Of, joinings: Sequence[Joining], how: How) -> int:
    if not joinings:
        return 0
    has_reacted = how is How.INQUIRED
    moment = clock.now()
    written = rows(
        _joining(of, how),
        (
            reacted_status() if has_reacted else first_status(),
            how.value,
            has_reacted,
            moment,
            moment,
            [one.record_id for one in joinings],
            [one.campaign_id for one in joinings],
            [one.at for one in joinings],
            [one.import_id for one in joinings],
            sorted(UNHEARD),
        ),
    )
    told_added(access, written)
    return len(written)
