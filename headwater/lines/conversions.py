"""Other lines at a conversion: which may sell to the customer too, and their opportunities."""

from collections.abc import Mapping
from typing import Any

from headwater.kernel.access import Access
from headwater.kernel.sql import rows, values
from headwater.leads.other_lines import LineOffer
from headwater.lines.content import business_lines
from headwater.lines.queries import active_rules, leads_meant
from headwater.lines.services import spawn_by_hand

_LATEST = 200  # follow-ups in which the rules look for their words


class Lines:
    """What conversions ask of this room; see `leads.other_lines.OtherLines`."""

    def offers(self, access: Access, lead_id: int) -> list[LineOffer]:
        if not access.may("leads.spawn"):
            return []
        taken = set(
            values(
                "SELECT s.line FROM lines_linespawn s JOIN sales_opportunity o ON o.id = s.opportunity_id"
                " WHERE s.lead_id = %s AND o.archived_at IS NULL"
                " UNION ALL SELECT business_line FROM leads_lead WHERE id = %s",
                (lead_id, lead_id),
            )
        )
        by_rule = _lines_by_rule(lead_id)
        offered = [
            LineOffer(str(choice.value), str(choice.label), by_rule.get(str(choice.value), ""))
            for choice in business_lines()
            if str(choice.value) not in taken
        ]
        return sorted(offered, key=lambda offer: not offer.rule)

    def start(
        self,
        access: Access,
        lead_id: int,
        line: str,
        *,
        owner_id: int | None,
        pipeline_id: int | None,
        values: Mapping[str, Any],
    ) -> tuple[int, bool]:
        made = spawn_by_hand(
            access.also("leads.spawn"),
            lead_id,
            line,
            owner_id=owner_id,
            pipeline_id=pipeline_id,
            values=values,
        )
        return made.opportunity_id, made.is_new


def _lines_by_rule(lead_id: int) -> dict[str, str]:
    """The lines whose rules mean this lead, with the name of the rule."""
    rules = active_rules()
    if not rules:
        return {}
    told = rows(
        "SELECT id FROM engagement_activity WHERE record_type = 'lead' AND record_id = %s"
        " AND archived_at IS NULL ORDER BY occurred_at DESC, id DESC LIMIT %s",
        (lead_id, _LATEST),
    )
    said = [row["id"] for row in told]
    found: dict[str, str] = {}
    for rule, content in rules:
        if content.line not in found and leads_meant(content, [lead_id], said):
            found[content.line] = rule.name
    return found
