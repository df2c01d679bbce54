"""Preset reports by hand: what somebody who knows the tables would write, over the raw ones."""

# By the preset's key. Days are those of the company's zone, as reports count them.
BY_HAND = {
    "person_status": """
SELECT owner_id, status, count(*) FROM leads_lead WHERE archived_at IS NULL AND owner_id IS NOT NULL GROUP BY 1, 2
""",
    "source_rates": """
SELECT l.source_id, count(*), count(*) FILTER (WHERE l.status <> 'invalid'),
  count(*) FILTER (WHERE s.mql_at IS NOT NULL), count(*) FILTER (WHERE s.sql_at IS NOT NULL),
  count(*) FILTER (WHERE s.won_at IS NOT NULL)
FROM leads_lead l JOIN rollups_leadstory s ON s.lead_id = l.id WHERE l.archived_at IS NULL GROUP BY 1
""",
    "lead_trend": """
SELECT date_trunc('month', created_at AT TIME ZONE 'Asia/Shanghai'), source_id, count(*) FROM leads_lead
WHERE archived_at IS NULL
  AND created_at >= date_trunc('month', now() AT TIME ZONE 'Asia/Shanghai') - interval '11 months'
GROUP BY 1, 2 ORDER BY 1
""",
    "stage_conversion": """
SELECT date_trunc('month', l.created_at AT TIME ZONE 'Asia/Shanghai'), count(*),
  count(*) FILTER (WHERE s.mql_at IS NOT NULL), count(*) FILTER (WHERE s.sql_at IS NOT NULL),
  count(*) FILTER (WHERE s.won_at IS NOT NULL)
FROM leads_lead l JOIN rollups_leadstory s ON s.lead_id = l.id WHERE l.archived_at IS NULL GROUP BY 1
""",
    "invalid_reasons": """
SELECT source_id, invalid_reason, count(*) FROM leads_lead
WHERE archived_at IS NULL AND status = 'invalid' GROUP BY 1, 2 ORDER BY 3 DESC LIMIT 200
""",
    "pool_stock": """
SELECT pool_id, count(*), count(*) FILTER (WHERE intent = 'high') FROM leads_lead
WHERE archived_at IS NULL AND status = 'pooled' AND stage <> 'disqualified' GROUP BY 1
""",
    "campaign_opportunities": """
SELECT x.campaign_id, x.leads, x.accounts, y.opportunities, y.amount FROM (
  SELECT l.campaign_id, count(*) AS leads, count(DISTINCT c.account_id) AS accounts
  FROM leads_lead l LEFT JOIN leads_conversion c ON c.lead_id = l.id
  WHERE l.archived_at IS NULL AND l.campaign_id IS NOT NULL GROUP BY 1) x
LEFT JOIN (
  SELECT campaign_id, count(*) AS opportunities, sum(amount) AS amount FROM (
    SELECT DISTINCT l.campaign_id, o.id, o.amount FROM leads_lead l JOIN leads_conversion c ON c.lead_id = l.id
    JOIN sales_opportunity o ON o.id = ANY(c.opportunity_ids) AND o.archived_at IS NULL
    WHERE l.archived_at IS NULL AND l.campaign_id IS NOT NULL) d GROUP BY 1) y USING (campaign_id)
""",
    "return_reasons": """
SELECT reason, count(*), count(DISTINCT lead_id) FROM leads_transfer WHERE why = 'returned' GROUP BY 1
""",
    "follow_up_frequency": """
SELECT a.author_id, count(*), count(DISTINCT l.id), count(*) FILTER (WHERE a.kind = 'call'),
  count(*) FILTER (WHERE a.kind = 'visit')
FROM engagement_activity a LEFT JOIN leads_lead l ON a.record_type = 'lead' AND l.id = a.record_id
  AND l.archived_at IS NULL
WHERE a.archived_at IS NULL AND a.kind <> 'note' AND a.occurred_at >= now() - interval '60 days'
GROUP BY 1, a.occurred_at >= now() - interval '30 days'
""",
}
