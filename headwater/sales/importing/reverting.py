"""Taking an import back: records nobody built on since are archived, changed values restored."""

from collections.abc import Sequence
from typing import Any

from headwater.kernel import clock
from headwater.kernel.access import Access
from headwater.kernel.catalogue.values import to_json
from headwater.kernel.sql import execute, rows, values
from headwater.platform import audit
from headwater.platform.events import emit
from headwater.platform.imports.slots import Slot, from_json, is_json
from headwater.platform.imports.types import Done, Outcome, Undone, Work
from headwater.sales.importing.matching import load_slots
from headwater.sales.importing.products import take_products_back
from headwater.sales.importing.saving import save_changed
from headwater.sales.importing.shapes import PRODUCT, Shape
from headwater.sales.importing.stages import is_in_use
from headwater.sales.services.sets import chunks

# Whatever somebody does to a record leaves an audit row; follow-ups, tasks and comments stand beside it.
_UNTOUCHED = """
SELECT t.id FROM {table} t WHERE t.id = ANY(%s::bigint[]) AND t.archived_at IS NULL
  AND NOT EXISTS (SELECT 1 FROM platform_audit a WHERE a.record_type = %s AND a.record_id = t.id
    AND NOT (a.action IN ('import', 'import_update', 'import_revert') AND a.changes->'import'->>1 = %s))
  AND NOT EXISTS (SELECT 1 FROM engagement_activity e
    WHERE e.record_type = %s AND e.record_id = t.id AND e.archived_at IS NULL)
  AND NOT EXISTS (SELECT 1 FROM engagement_task e WHERE e.record_type = %s AND e.record_id = t.id)
  AND NOT EXISTS (SELECT 1 FROM engagement_comment e WHERE e.record_type = %s AND e.record_id = t.id)
  {holds_nothing}
ORDER BY t.id FOR UPDATE
"""
_HOLDS_NOTHING = {
    "account": "AND NOT EXISTS"
    " (SELECT 1 FROM sales_contact c WHERE c.account_id = t.id AND c.archived_at IS NULL)"
    " AND NOT EXISTS (SELECT 1 FROM sales_opportunity o WHERE o.account_id = t.id AND o.archived_at IS NULL)",
    "contact": "AND NOT EXISTS (SELECT 1 FROM sales_opportunitycontact r WHERE r.contact_id = t.id)",
    "opportunity": "",
}


def revert(access: Access, work: Work, shape: Shape, done: Sequence[Done]) -> list[Undone]:
    """Undo rows, the last of the file first; the code says why one could not be undone."""
    undone = _restore(access, work, shape, [one for one in done if one.outcome == Outcome.UPDATED])
    undone += _archive(access, work, shape, [one for one in done if one.outcome == Outcome.CREATED])
    return undone


def _archive(access: Access, work: Work, shape: Shape, done: Sequence[Done]) -> list[Undone]:
    ids = [one.record_id for one in done]
    if not ids:
        return []
    text = _UNTOUCHED.format(table=shape.kind.table, holds_nothing=_HOLDS_NOTHING[shape.key])
    found = rows(text, (ids, shape.key, str(work.job_id), shape.key, shape.key, shape.key))
    free = sorted(row["id"] for row in found)
    moment = clock.now()
    execute(
        f"UPDATE {shape.kind.table} SET archived_at = %s, version = version + 1, updated_at = %s"
        " WHERE id = ANY(%s::bigint[])",
        (moment, moment, free),
    )
    changes: dict[str, list[Any]] = {"archived": [False, True], "import": [None, work.job_id]}
    audit.record_many(access, shape.key, "archive", audit.same_changes(free, changes))
    for piece in chunks(free):
        emit(shape.kind.archived(ids=piece), access)
    archived = f"SELECT id FROM {shape.kind.table} WHERE id = ANY(%s::bigint[]) AND archived_at IS NOT NULL"
    gone, taken = set(values(archived, (ids,))), set(free)
    return [Undone(one.number, _why_kept(one.record_id, taken, gone)) for one in done]


def _why_kept(record_id: int, free: set[int], gone: set[int]) -> str:
    if record_id in free:
        return ""
    return "import.archived_already" if record_id in gone else "import.touched_since"


def _restore(access: Access, work: Work, shape: Shape, done: Sequence[Done]) -> list[Undone]:
    if not done:
        return []
    ids = sorted({one.record_id for one in done})
    slots = {slot.id: slot for slot in load_slots(access, shape, ids, lock=True)}
    taken = _taken(shape, done)
    undone = []
    for one in done:  # the last row first: its "before" is what the row before it left
        known = slots.get(one.record_id)
        code = "import.gone" if known is None else _put_back(shape, known, one.changes or {}, taken)
        undone.append(Undone(one.number, code))
    save_changed(access, work, shape, list(slots.values()), action="import_revert")
    return undone


def _taken(shape: Shape, done: Sequence[Done]) -> dict[tuple[str, str], int]:
    """Who has the values now that would go back."""
    found: dict[tuple[str, str], int] = {}
    for name in shape.identities:
        wanted = [(one.changes or {})[name][0] for one in done if (one.changes or {}).get(name, [None])[0]]
        for row in rows(
            f"SELECT id, {name} AS value FROM {shape.kind.table}"
            f" WHERE {name} = ANY(%s::varchar[]) AND archived_at IS NULL",
            (wanted,),
        ):
            found[name, row["value"]] = row["id"]
    return found


def _put_back(shape: Shape, slot: Slot, changes: dict[str, Any], taken: dict[tuple[str, str], int]) -> str:
    """Restore the fields that still hold what the import wrote; why not all, if so."""
    code = ""
    if "stage_id" in changes and to_json(slot.values["stage_id"]) != changes["stage_id"][1]:
        return "import.changed_since"  # it moved on: what a stage decides belongs together
    if "stage_id" in changes and not is_in_use(changes["stage_id"][0]):
        return "import.stage_gone"
    for field, (before, after) in changes.items():
        if field == PRODUCT:
            code = code or take_products_back(slot.id or 0, before, after)
            continue
        is_custom = field.startswith("custom.")
        place = slot.custom if is_custom else slot.values
        name = field.removeprefix("custom.")
        if to_json(place.get(name)) != after:
            code = "import.changed_since"
            continue
        if name in shape.identities and before and taken.get((name, before)) not in (None, slot.id):
            code = "import.value_taken"
            continue
        if is_custom:
            place[name] = before
            if before is None:
                del place[name]
        else:
            place[name] = _from_json(shape, name, before)
        slot.dirty.add("custom" if is_custom else name)
        slot.changes[field] = [after, before]
    return code


def _from_json(shape: Shape, attribute: str, value: Any) -> Any:
    """A value of an audit row as the column takes it."""
    if value is None:
        return None
    kept = {field.attname: field for field in shape.kind.model._meta.concrete_fields}[attribute]
    return from_json(value) if is_json(shape.kind.model, attribute) else kept.to_python(value)
