"""What a leaver looked at and took along in the last days: contacts shown to them, lists exported."""

from datetime import timedelta

from headwater.handover.services.planning import leaver_of
from headwater.handover.types import FOOTPRINT_DAYS, Footprint
from headwater.kernel import clock, sql
from headwater.kernel.access import Access
from headwater.kernel.catalogue import record_types
from headwater.platform import audit

MOST = 200


def footprints_of(access: Access, user_id: int) -> list[Footprint]:
    """Reveals and exports of the last 30 days, newest first, at most 200 of each."""
    leaver_of(access, user_id)
    since = clock.now() - timedelta(days=FOOTPRINT_DAYS)
    revealed = sql.rows(
        "SELECT r.at, r.lead_id, l.name FROM leads_reveal r JOIN leads_lead l ON l.id = r.lead_id"
        " WHERE r.user_id = %s AND r.at >= %s ORDER BY r.at DESC LIMIT %s",
        (user_id, since, MOST),
    )
    steps = [Footprint(row["at"], "reveal", row["name"], f"/leads/{row['lead_id']}") for row in revealed]
    labels = {kind.key: str(kind.label_plural) for kind in record_types()}
    for entry in audit.acts_of(user_id, "export", since=since, limit=MOST):
        facts = {key: pair[1] for key, pair in entry.changes.items() if len(pair) == 2}
        steps.append(
            Footprint(entry.at, "export", labels.get(entry.record_type, entry.record_type), facts=facts)
        )
    return sorted(steps, key=lambda step: step.at, reverse=True)
