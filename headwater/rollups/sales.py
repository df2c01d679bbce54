"""Which sales came of which lead: its opportunities and orders.

A lead's opportunities are those that its conversion made. Whoever converts first and opens the opportunity a
week later loses nothing: an opportunity at the account that no conversion names belongs to the lead that was
converted into the account last before it was opened. A lead's orders are those of its opportunities, and
orders without opportunity in the same way, by the day they were ordered on.
"""

from collections.abc import Sequence

from headwater.kernel.sql import Fragment

SALE_COLUMNS = ("lead_id", "opportunity_id", "order_id")

# Of the conversion `c`. Archived ones are told too: whether they count is for reports to say.
OPPORTUNITIES = """
SELECT x.id FROM unnest(c.opportunity_ids) AS x (id)
UNION
SELECT o.id FROM sales_opportunity o
WHERE o.account_id = c.account_id AND o.created_at >= c.at
  AND NOT EXISTS (SELECT 1 FROM leads_conversion d WHERE d.account_id = c.account_id
    AND (d.at, d.id) > (c.at, c.id) AND d.at <= o.created_at)
  AND NOT EXISTS (SELECT 1 FROM leads_conversion d WHERE d.opportunity_id = o.id)
  AND NOT EXISTS (SELECT 1 FROM lines_linespawn p JOIN leads_conversion d ON d.lead_id = p.lead_id
    WHERE p.opportunity_id = o.id AND o.id = ANY(d.opportunity_ids))
"""

# An opportunity with each of its orders, and orders of no opportunity.
_SALES = f"""
SELECT c.lead_id, x.id AS opportunity_id, r.id AS order_id
FROM leads_conversion c CROSS JOIN LATERAL ({OPPORTUNITIES}) x
LEFT JOIN orders_order r ON r.opportunity_id = x.id
{{of}}
UNION ALL
SELECT c.lead_id, NULL, r.id
FROM leads_conversion c JOIN orders_order r ON r.account_id = c.account_id AND r.opportunity_id IS NULL
  AND r.ordered_on >= (c.at AT TIME ZONE {{zone}})::date
  AND NOT EXISTS (SELECT 1 FROM leads_conversion d WHERE d.account_id = c.account_id
    AND (d.at, d.id) > (c.at, c.id) AND (d.at AT TIME ZONE {{zone}})::date <= r.ordered_on)
{{of}}
"""


def sales(zone: str, lead_ids: Sequence[int]) -> Fragment:
    """A query with SALE_COLUMNS for these leads; `zone` is where days are counted."""
    ids = list(lead_ids)
    text = _SALES.format(of="WHERE c.lead_id = ANY(%s::bigint[])", zone="%s")
    return Fragment(text, (ids, zone, zone, ids))


def sales_text(zone: str) -> str:
    """The same for all leads, without parameters."""
    return _SALES.format(of="", zone=f"'{zone}'")
