"""What followed each change of place of a lead: how fast somebody who got it responded, and how it left them.

One statement for the subscriber, the filling, the check and the tests alike; what each value means stands
in docs/adr/rollups.md.
"""

from collections.abc import Sequence

from headwater.kernel.sql import Fragment

SPELL_COLUMNS = (
    "id", "lead_id", "at", "why", "from_owner_id", "to_owner_id", "reason", "is_living", "answered_at",
    "response_seconds", "left_at", "ended_by",
)  # fmt: skip

# Follow-ups are typed to the minute: one of the minute of the change is after it. Both sides are single rows
# by their make, so a statement that asks for neither reads neither.
_SPELLS = """
SELECT x.id, x.lead_id, x.at, x.why, x.from_owner_id, x.to_owner_id, x.reason,
  l.archived_at IS NULL AS is_living, a.at AS answered_at,
  extract(epoch FROM a.at - x.at)::bigint AS response_seconds, n.at AS left_at, n.why AS ended_by
FROM leads_transfer x JOIN leads_lead l ON l.id = x.lead_id
LEFT JOIN LATERAL (
  SELECT min(y.id) AS id FROM leads_transfer y
  WHERE x.to_owner_id IS NOT NULL AND y.lead_id = x.lead_id AND y.id > x.id
    AND y.to_owner_id IS DISTINCT FROM x.to_owner_id
) next ON TRUE
LEFT JOIN leads_transfer n ON n.id = next.id
LEFT JOIN LATERAL (
  SELECT CASE WHEN min(y.occurred_at) IS NOT NULL THEN greatest(min(y.occurred_at), x.at) END AS at
  FROM engagement_activity y
  WHERE x.to_owner_id IS NOT NULL AND y.record_type = 'lead' AND y.record_id = x.lead_id
    AND y.occurred_at >= date_trunc('minute', x.at) AND y.kind <> 'note' AND y.archived_at IS NULL
    AND y.occurred_at < coalesce(n.at, 'infinity')
) a ON TRUE
"""


def spells(lead_ids: Sequence[int]) -> Fragment:
    """A query with SPELL_COLUMNS for the changes of place of these leads."""
    return Fragment(f"{_SPELLS}WHERE x.lead_id = ANY(%s::bigint[])", (list(lead_ids),))


def spells_text() -> str:
    """The same for all leads, without parameters."""
    return _SPELLS
