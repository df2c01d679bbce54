"""What came of leads, for reports: campaigns, conversions, opportunities. Made once a database, then kept."""

from collections.abc import Mapping
from typing import Any

from django.db import transaction

from headwater.acquisition.services import create_campaign
from headwater.kernel.access import system_access
from headwater.kernel.sql import execute, rows, value, values
from headwater.sales.services import create_account, create_opportunity

CAMPAIGNS = 20
LEADS_PER_ACCOUNT = 2

# One lead of five came by a campaign; what of these was converted led to an opportunity.
_CAMPAIGNS = """
UPDATE leads_lead SET campaign_id = (%s::bigint[])[1 + (id / 5) %% %s] WHERE id %% 5 = 0
"""
_CONVERSIONS = """
INSERT INTO leads_conversion (lead_id, account_id, opportunity_id, opportunity_ids, made, before, left_out, at)
SELECT l.id, o.account_id, o.id, ARRAY[o.id], '[]', '{}', '[]', l.created_at + interval '3 days'
FROM (SELECT id, created_at, row_number() OVER (ORDER BY id) AS place FROM leads_lead
      WHERE id %% 5 = 0 AND status = 'converted') l
JOIN unnest(%s::bigint[]) WITH ORDINALITY AS m (id, place) USING (place) JOIN sales_opportunity o ON o.id = m.id
"""


def ensure_journeys() -> int:
    """How many conversions there are."""
    held = int(value("SELECT count(*) FROM leads_conversion"))
    if held:
        return held
    access = system_access("bench")
    with transaction.atomic():
        campaigns = [create_campaign(access, {"name": f"bench {number}"}) for number in range(CAMPAIGNS)]
        execute(_CAMPAIGNS, (campaigns, CAMPAIGNS))
        wanted = value("SELECT count(*) FROM leads_lead WHERE id %% 5 = 0 AND status = 'converted'", ())
        account = create_account(access, {"name": "bench 有限公司"})
        accounts = _copies("sales_account", account, 1 + wanted // LEADS_PER_ACCOUNT, {})
        sold = create_opportunity(access, {"name": "bench", "account": account, "amount": "1000.00"})
        made = _copies(
            "sales_opportunity",
            sold,
            wanted,
            {
                "account_id": "(%(accounts)s::bigint[])[1 + g.i / %(each)s]",
                "amount": "round((10000 * exp(2 * random()))::numeric, 2)",
            },
            {"accounts": accounts, "each": LEADS_PER_ACCOUNT},
        )
        execute(_CONVERSIONS, (made,))
    for table in ("leads_lead", "leads_conversion", "sales_opportunity", "sales_account"):
        execute(f"VACUUM ANALYZE {table}")
    return int(wanted)


def _copies(
    table: str, record_id: int, count: int, changes: Mapping[str, str], given: Mapping[str, Any] | None = None
) -> list[int]:
    """Many rows like one that a service made."""
    names = [
        row["column_name"]
        for row in rows(
            "SELECT column_name FROM information_schema.columns WHERE table_name = %s AND column_name <> 'id'"
            " AND is_generated = 'NEVER' ORDER BY ordinal_position",
            (table,),
        )
    ]
    taken = ", ".join(changes.get(name, f"t.{name}") for name in names)
    text = (
        f"INSERT INTO {table} ({', '.join(names)}) SELECT {taken} FROM {table} t, generate_series(0, %(last)s) g (i)"
        " WHERE t.id = %(record)s RETURNING id"
    )
    return values(text, {**(given or {}), "last": count - 1, "record": record_id})  # type: ignore[arg-type]
