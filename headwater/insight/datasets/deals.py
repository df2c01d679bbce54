"""What came of a lead, as tables: the one definition that every dataset shares.

A lead's opportunities are those that its conversion made. Whoever converts first and opens the opportunity a
week later loses nothing: an opportunity at the account that no conversion names belongs to the lead that was
converted into the account last before it was opened. A lead's orders are those of its opportunities, and
orders without opportunity in the same way, by the day they were ordered on.
"""

from headwater.insight.datasets.parts import day

# Each conversion, and when the next one into the same account happened.
_SPANS = (
    "(SELECT c.lead_id, c.account_id, c.at, lead(c.at) OVER (PARTITION BY c.account_id ORDER BY c.at, c.id)"
    " AS until FROM leads_conversion c)"
)
_NAMED = "(SELECT DISTINCT unnest(c.opportunity_ids) AS id FROM leads_conversion c)"

# lead_id, opportunity_id: an opportunity comes of several leads where several conversions name it.
LEAD_OPPORTUNITIES = (
    "(SELECT DISTINCT c.lead_id, x.id AS opportunity_id FROM leads_conversion c"
    " CROSS JOIN LATERAL unnest(c.opportunity_ids) AS x (id)"
    " UNION ALL"
    " SELECT s.lead_id, o.id FROM sales_opportunity o"
    f" LEFT JOIN {_NAMED} n ON n.id = o.id"
    f" JOIN {_SPANS} s ON s.account_id = o.account_id AND o.created_at >= s.at"
    " AND (s.until IS NULL OR o.created_at < s.until)"
    " WHERE n.id IS NULL)"
)

# lead_id, opportunity_id, order_id: an opportunity with each of its orders, and orders of no opportunity.
LEAD_DEALS = (
    "(SELECT d.lead_id, d.opportunity_id, o.id AS order_id"
    f" FROM {LEAD_OPPORTUNITIES} d LEFT JOIN orders_order o ON o.opportunity_id = d.opportunity_id"
    " UNION ALL"
    " SELECT s.lead_id, NULL, o.id FROM orders_order o"
    f" JOIN {_SPANS} s ON s.account_id = o.account_id AND o.ordered_on >= {day('s.at')}"
    f" AND (s.until IS NULL OR o.ordered_on < {day('s.until')})"
    " WHERE o.opportunity_id IS NULL)"
)
