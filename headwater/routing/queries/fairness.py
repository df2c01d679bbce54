"""Who got how much by the rules, of what quality, and what became of it."""

from dataclasses import dataclass
from datetime import datetime

from headwater.kernel.access import Access
from headwater.kernel.sql import rows


@dataclass(frozen=True, slots=True)
class Share:
    """One person under one rule over a period."""

    rule_id: int
    rule: str
    user_id: int
    name: str
    leads: int
    share: float  # of the rule's leads, 0 to 1
    high: int
    medium: int
    low: int
    responded: int  # first follow-up done
    response_minutes: float | None  # the median
    converted: int
    given_back: int  # returned or recycled

    @property
    def conversion(self) -> float:
        return self.converted / self.leads if self.leads else 0.0


_FAIRNESS = """
WITH given AS (
  SELECT d.rule_id, d.owner_id, d.lead_id, d.at, l.intent,
    (SELECT min(a.occurred_at) FROM engagement_activity a WHERE a.record_type = 'lead'
      AND a.record_id = d.lead_id AND a.occurred_at >= d.at AND a.author_id = d.owner_id
      AND a.archived_at IS NULL) AS first_at,
    EXISTS (SELECT 1 FROM leads_conversion c WHERE c.lead_id = d.lead_id AND c.at >= d.at
      AND l.owner_id = d.owner_id) AS converted,
    EXISTS (SELECT 1 FROM leads_transfer t WHERE t.lead_id = d.lead_id AND t.at >= d.at
      AND t.from_owner_id = d.owner_id AND t.why IN ('returned', 'recycled')) AS given_back
  FROM routing_decision d JOIN leads_lead l ON l.id = d.lead_id
  WHERE d.at >= %s AND d.at < %s AND d.outcome = 'dispatched' AND d.owner_id IS NOT NULL
    AND (%s::bigint IS NULL OR d.rule_id = %s)
)
SELECT g.rule_id, r.name AS rule, g.owner_id AS user_id, u.name, count(*) AS leads,
  count(*)::float8 / sum(count(*)) OVER (PARTITION BY g.rule_id) AS share,
  count(*) FILTER (WHERE g.intent = 'high') AS high,
  count(*) FILTER (WHERE g.intent = 'medium') AS medium,
  count(*) FILTER (WHERE g.intent = 'low') AS low,
  count(g.first_at) AS responded,
  (percentile_cont(0.5) WITHIN GROUP (ORDER BY extract(epoch FROM g.first_at - g.at)) / 60)::float8
    AS response_minutes,
  count(*) FILTER (WHERE g.converted) AS converted,
  count(*) FILTER (WHERE g.given_back) AS given_back
FROM given g JOIN routing_routingrule r ON r.id = g.rule_id JOIN organization_user u ON u.id = g.owner_id
GROUP BY g.rule_id, r.name, r.position, g.owner_id, u.name
ORDER BY r.position, g.rule_id, count(*) DESC, g.owner_id
"""


def fairness(access: Access, since: datetime, until: datetime, *, rule_id: int | None = None) -> list[Share]:
    """The people of each rule with what they got from `since` to `until`, most first."""
    return [Share(**row) for row in rows(_FAIRNESS, (since, until, rule_id, rule_id))]
