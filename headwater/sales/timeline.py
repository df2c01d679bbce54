"""What the room adds to the timeline of a record: moves between stages, changes of owner, edits of fields."""

from collections.abc import Sequence
from typing import Any

import orjson
from django.utils.translation import gettext as _

from headwater.customization.queries import picklist_label
from headwater.engagement.timeline import Before, Entry, ids_of
from headwater.engagement.types import RecordRef
from headwater.kernel.access import Access
from headwater.kernel.catalogue import record_type
from headwater.kernel.sql import rows
from headwater.sales.shown import lines_of
from headwater.sales.types import Owned, Why

Row = dict[str, Any]


def stage_moves(access: Access, subjects: Sequence[RecordRef], before: Before, limit: int) -> list[Entry]:
    """Every step of an opportunity along its pipeline."""
    ids = ids_of(subjects, "opportunity")
    if not ids:
        return []
    found = rows(
        "SELECT x.*, f.name AS from_name, t.name AS to_name, t.color FROM unnest(%s::bigint[]) AS s (id)"
        " CROSS JOIN LATERAL (SELECT * FROM sales_stagemove m WHERE m.opportunity_id = s.id"
        "  AND (m.at, m.id) < (%s, %s) ORDER BY m.at DESC, m.id DESC LIMIT %s) x"
        " LEFT JOIN sales_stage f ON f.id = x.from_stage_id JOIN sales_stage t ON t.id = x.to_stage_id"
        " ORDER BY x.at DESC, x.id DESC LIMIT %s",
        (ids, before.at, before.id, limit, limit),
    )
    return [
        Entry(
            at=row["at"],
            id=row["id"],
            source="stage_move",
            kind="move",
            actor_id=row["by_id"],
            record_type="opportunity",
            record_id=row["opportunity_id"],
            data={
                "text": _move(row),
                "from": row["from_name"],
                "to": row["to_name"],
                "amount": None if row["amount"] is None else str(row["amount"]),
                "lost_reason": row["lost_reason"],
            },
        )
        for row in found
    ]


def _move(row: Row) -> str:
    if row["from_name"] is None:
        first = _("Begins at “%(to)s”") % {"to": row["to_name"]}
    else:
        first = f"{row['from_name']} → {row['to_name']}"
    if row["lost_reason"]:
        first += f" · {picklist_label('lost_reason', row['lost_reason'])}"
    return f"{first}\n{row['note']}" if row["note"] else first


def owner_changes(access: Access, subjects: Sequence[RecordRef], before: Before, limit: int) -> list[Entry]:
    """Every owner a record had, from the first on."""
    ours = [ref for ref in subjects if ref.record_type in Owned.values]
    if not ours:
        return []
    found = rows(
        "SELECT x.*, f.name AS from_owner, t.name AS to_owner"
        " FROM unnest(%s::text[], %s::bigint[]) AS s (record_type, record_id)"
        " CROSS JOIN LATERAL (SELECT * FROM sales_ownerchange c WHERE c.record_type = s.record_type"
        "  AND c.record_id = s.record_id AND (c.at, c.id) < (%s, %s)"
        "  ORDER BY c.at DESC, c.id DESC LIMIT %s) x"
        " LEFT JOIN organization_user f ON f.id = x.from_owner_id"
        " LEFT JOIN organization_user t ON t.id = x.to_owner_id"
        " ORDER BY x.at DESC, x.id DESC LIMIT %s",
        (
            [ref.record_type for ref in ours],
            [ref.record_id for ref in ours],
            before.at,
            before.id,
            limit,
            limit,
        ),
    )
    return [
        Entry(
            at=row["at"],
            id=row["id"],
            source="owner_change",
            kind=row["why"],
            actor_id=row["by_id"],
            record_type=row["record_type"],
            record_id=row["record_id"],
            data={
                "text": _owner(row),
                "why": row["why"],
                "from_owner": row["from_owner"],
                "to_owner": row["to_owner"],
                "note": row["note"],
            },
        )
        for row in found
    ]


def _owner(row: Row) -> str:
    why = str(Why(row["why"]).label)
    if row["from_owner"]:
        text = f"{why} · {row['from_owner']} → {row['to_owner'] or '—'}"
    elif row["to_owner"]:
        text = why + " · " + _("Owner: %(name)s") % {"name": row["to_owner"]}
    else:
        text = why
    return f"{text}\n{row['note']}" if row["note"] else text


def field_edits(access: Access, subjects: Sequence[RecordRef], before: Before, limit: int) -> list[Entry]:
    """Edits of fields with their values before and after, out of the audit."""
    ours = [ref for ref in subjects if ref.record_type in Owned.values]
    if not ours:
        return []
    found = rows(
        "SELECT x.id, x.at, x.actor_id, x.record_type, x.record_id, x.changes::text AS changes"
        " FROM unnest(%s::text[], %s::bigint[]) AS s (record_type, record_id)"
        " CROSS JOIN LATERAL (SELECT * FROM platform_audit a WHERE a.record_type = s.record_type"
        "  AND a.record_id = s.record_id AND a.action = 'update' AND (a.at, a.id) < (%s, %s)"
        "  ORDER BY a.at DESC, a.id DESC LIMIT %s) x"
        " ORDER BY x.at DESC, x.id DESC LIMIT %s",
        (
            [ref.record_type for ref in ours],
            [ref.record_id for ref in ours],
            before.at,
            before.id,
            limit,
            limit,
        ),
    )
    told: dict[int, list[str]] = {}
    for key in {row["record_type"] for row in found}:
        mine = [row for row in found if row["record_type"] == key]
        lines = lines_of(access, record_type(key), [orjson.loads(row["changes"]) for row in mine])
        told |= {row["id"]: lines for row, lines in zip(mine, lines, strict=True)}
    return [
        Entry(
            at=row["at"],
            id=row["id"],
            source="field_edit",
            kind="update",
            actor_id=row["actor_id"],
            record_type=row["record_type"],
            record_id=row["record_id"],
            data={"text": "\n".join(told[row["id"]]), "lines": told[row["id"]]},
        )
        for row in found
        if told[row["id"]]
    ]
