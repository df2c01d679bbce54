"""Taking an import back: leads nobody touched since are archived, changed values restored."""

from collections.abc import Sequence
from typing import Any

from headwater.kernel.access import Access
from headwater.kernel.catalogue.values import to_json
from headwater.kernel.sql import rows
from headwater.leads.importing.matching import Index, Slot, load_slots, matching_ids
from headwater.leads.importing.reading import key_of
from headwater.leads.importing.saving import save_changed
from headwater.leads.models import Lead
from headwater.leads.services.releasing import shelve
from headwater.leads.types import IDENTITIES
from headwater.platform.imports.slots import from_json
from headwater.platform.imports.types import Done, Outcome, Undone, Work

# Whatever somebody does to a lead leaves an audit row; follow-ups, tasks and comments stand beside it.
_UNTOUCHED = """
SELECT l.id FROM leads_lead l WHERE l.id = ANY(%s::bigint[]) AND l.archived_at IS NULL
  AND l.last_activity_at IS NULL AND l.status IN ('pooled', 'assigned')
  AND NOT EXISTS (SELECT 1 FROM platform_audit a WHERE a.record_type = 'lead' AND a.record_id = l.id
    AND NOT (a.action IN ('import', 'import_update', 'import_revert') AND a.changes->'import'->>1 = %s))
  AND NOT EXISTS (SELECT 1 FROM engagement_activity e WHERE e.record_type = 'lead' AND e.record_id = l.id)
  AND NOT EXISTS (SELECT 1 FROM engagement_task e WHERE e.record_type = 'lead' AND e.record_id = l.id)
  AND NOT EXISTS (SELECT 1 FROM engagement_comment e WHERE e.record_type = 'lead' AND e.record_id = l.id)
ORDER BY l.id FOR UPDATE
"""


def revert(access: Access, work: Work, done: Sequence[Done]) -> list[Undone]:
    """Undo rows, the last of the file first; the code says why one could not be undone."""
    undone = _restore(access, work, [one for one in done if one.outcome == Outcome.UPDATED])
    undone += _archive(access, work, [one for one in done if one.outcome == Outcome.CREATED])
    return undone


def _archive(access: Access, work: Work, done: Sequence[Done]) -> list[Undone]:
    ids = [one.record_id for one in done]
    if not ids:
        return []
    free = {row["id"] for row in rows(_UNTOUCHED, (ids, str(work.job_id)))}
    shelve(sorted(free), access, archive=True)
    archived = "SELECT id FROM leads_lead WHERE id = ANY(%s::bigint[]) AND archived_at IS NOT NULL"
    gone = {row["id"] for row in rows(archived, (ids,))}
    return [Undone(one.number, _why_kept(one.record_id, free, gone)) for one in done]


def _why_kept(lead_id: int, free: set[int], gone: set[int]) -> str:
    if lead_id in free:
        return ""
    return "lead.archived_already" if lead_id in gone else "lead.touched_since"


def _restore(access: Access, work: Work, done: Sequence[Done]) -> list[Undone]:
    if not done:
        return []
    ids = sorted({one.record_id for one in done})
    slots: dict[int | None, Slot] = {slot.id: slot for slot in load_slots(access, ids, lock=True)}
    wanted = [
        key_of(field, pair[0])
        for one in done
        for field, pair in (one.changes or {}).items()
        if field in IDENTITIES and pair[0]
    ]
    index = Index()
    for slot in load_slots(access, matching_ids(wanted), lock=False):
        known = slots.get(slot.id, slot)
        index.add(known, known.identities)
    undone = []
    for one in done:  # the last row first: its "before" is what the row before it left
        held = slots.get(one.record_id)
        if held is None:
            undone.append(Undone(one.number, "lead.gone"))
        else:
            undone.append(Undone(one.number, _put_back(held, one.changes or {}, index)))
    save_changed(access, work, {slot.id or 0: slot for slot in slots.values()}, action="import_revert")
    return undone


def _put_back(slot: Slot, changes: dict[str, Any], index: Index) -> str:
    """Restore the fields that still hold what the import wrote; why not all, if so."""
    code = ""
    for field, (before, after) in changes.items():
        is_custom = field.startswith("custom.")
        place = slot.custom if is_custom else slot.values
        name = field.removeprefix("custom.")
        if to_json(place.get(name)) != after:
            code = "lead.changed_since"
            continue
        if field in IDENTITIES:
            if before and index.slots.get(key_of(field, before)) not in (None, slot):
                code = "lead.contact_taken"
                continue
            others = any(slot.values.get(key) for key in IDENTITIES if key != field)
            if not before and not others:
                code = "lead.no_contact"
                continue
        place[name] = before if is_custom else _from_json(name, before)
        if is_custom and before is None:
            del place[name]
        slot.dirty.add("custom" if is_custom else name)
        slot.changes[field] = [after, before]
    return code


def _from_json(attribute: str, value: Any) -> Any:
    """A value of an audit row as the column takes it."""
    if value is None:
        return None
    kept = {field.attname: field for field in Lead._meta.concrete_fields}[attribute]
    return from_json(value) if attribute == "tags" else kept.to_python(value)
