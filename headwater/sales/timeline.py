"""What the room adds to the timeline of a record: moves between stages, changes of owner, edits of fields."""

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _

from headwater.customization.queries import picklist_label
from headwater.engagement.changes import lines_of
from headwater.engagement.timeline import Entry, Found, log
from headwater.kernel import sql
from headwater.kernel.access import Access
from headwater.kernel.catalogue import record_type
from headwater.sales.shown_parties import party_lines
from headwater.sales.types import Owned, Why

Facts = dict[str, Any]


@log(
    "sales_stagemove",
    of="opportunity",
    key="opportunity_id",
    actor="by_id",
    facts={
        "from": "f.name",
        "to": "t.name",
        "amount": "e.amount::text",
        "lost_reason": "e.lost_reason",
        "note": "e.note",
    },
    joins="LEFT JOIN sales_stage f ON f.id = e.from_stage_id JOIN sales_stage t ON t.id = e.to_stage_id",
)
def stage_moves(access: Access, found: Sequence[Found]) -> list[Entry]:
    """Every step of an opportunity along its pipeline."""
    entries = []
    for row in found:
        data = {"text": _move(row.facts)} | row.facts
        del data["note"]  # stands in the text
        entries.append(row.entry(kind="move", data=data))
    return entries


def _move(facts: Facts) -> str:
    if facts["from"] is None:
        first = _("Begins at “%(to)s”") % {"to": facts["to"]}
    else:
        first = f"{facts['from']} → {facts['to']}"
    if facts["lost_reason"]:
        first += f" · {picklist_label('lost_reason', facts['lost_reason'])}"
    return f"{first}\n{facts['note']}" if facts["note"] else first


_OWNED = ", ".join(f"'{value}'" for value in Owned.values)


@log(
    "sales_ownerchange",
    actor="by_id",
    facts={"why": "e.why", "from_owner": "f.name", "to_owner": "t.name", "note": "e.note"},
    joins="LEFT JOIN organization_user f ON f.id = e.from_owner_id"
    " LEFT JOIN organization_user t ON t.id = e.to_owner_id",
)
def owner_changes(access: Access, found: Sequence[Found]) -> list[Entry]:
    """Every owner a record had, from the first on."""
    return [row.entry(kind=row.facts["why"], data={"text": _owner(row.facts)} | row.facts) for row in found]


def _owner(facts: Facts) -> str:
    why = str(Why(facts["why"]).label)
    if facts["from_owner"]:
        text = f"{why} · {facts['from_owner']} → {facts['to_owner'] or '—'}"
    elif facts["to_owner"]:
        text = why + " · " + _("Owner: %(name)s") % {"name": facts["to_owner"]}
    else:
        text = why
    return f"{text}\n{facts['note']}" if facts["note"] else text


@log(
    "platform_audit",
    where=f"e.action = 'update' AND e.record_type IN ({_OWNED})",
    facts={"changes": "e.changes"},
)
def field_edits(access: Access, found: Sequence[Found]) -> list[Entry]:
    """Edits with what was before and after, out of the audit: fields, team, competitors, ties.

    What is hidden from the reader is left out.
    """
    by_type: dict[str, list[Found]] = {}
    for row in found:
        by_type.setdefault(row.record_type, []).append(row)
    entries = []
    for key, rows in by_type.items():
        changes = [row.facts["changes"] for row in rows]
        around = party_lines(access, changes)
        fields = lines_of(access, record_type(key), changes, _currencies(key, rows))
        told = [one + others for one, others in zip(fields, around, strict=True)]
        entries += [
            row.entry(kind="update", data={"text": "\n".join(lines), "lines": lines})
            for row, lines in zip(rows, told, strict=True)
            if lines
        ]
    return entries


def _currencies(key: str, rows: Sequence[Found]) -> list[str]:
    """What the amounts of changed records are in now; blank where they are in the company's."""
    if key != "opportunity":
        return [""] * len(rows)
    found = sql.rows(
        "SELECT id, currency FROM sales_opportunity WHERE id = ANY(%s::bigint[])",
        ([row.record_id for row in rows],),
    )
    known = {one["id"]: one["currency"] for one in found}
    return [known.get(row.record_id, "") for row in rows]
