"""Leads that rules took back from a person: what went, when, by which rule and where to."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from headwater.kernel import clock, listing
from headwater.kernel.access import Access
from headwater.kernel.catalogue import record_type
from headwater.kernel.sql import rows

DAYS = 14
SHOWN = 8

_TAKEN = """
SELECT t.lead_id, l.name, l.company, t.at, t.rule, p.name AS pool, count(*) OVER () AS n
FROM leads_transfer t JOIN leads_lead l ON l.id = t.lead_id LEFT JOIN pools_pool p ON p.id = t.to_pool_id
WHERE t.from_owner_id = %s AND t.why = 'recycled' AND t.at >= %s AND l.archived_at IS NULL
ORDER BY t.at DESC, t.id DESC LIMIT %s
"""


@dataclass(frozen=True, slots=True)
class TakenBack:
    """One lead that went; `url` is empty once the person may not see it any more."""

    name: str
    company: str
    at: datetime
    rule: str
    pool: str
    url: str


def taken_back_from(access: Access) -> tuple[list[TakenBack], int]:
    """The latest ones of the last fourteen days that the actor lost to a rule, and how many there were."""
    since = clock.now() - timedelta(days=DAYS)
    found = rows(_TAKEN, (access.user_id or 0, since, SHOWN))
    seen = (
        listing.ids_within(access, record_type("lead"), [row["lead_id"] for row in found]) if found else set()
    )
    taken = [
        TakenBack(
            row["name"],
            row["company"],
            row["at"],
            row["rule"],
            row["pool"] or "",
            f"/leads/{row['lead_id']}" if row["lead_id"] in seen else "",
        )
        for row in found
    ]
    return taken, found[0]["n"] if found else 0
