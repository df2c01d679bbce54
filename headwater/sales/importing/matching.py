"""Records that the rows of a chunk speak of: found in the table, or made by rows before them."""

from collections.abc import Iterable, Sequence
from typing import Any

from headwater.kernel import text
from headwater.kernel.access import Access
from headwater.kernel.sql import rows, values
from headwater.platform.imports.cells import Draft, Key
from headwater.platform.imports.slots import Slot, from_json, is_json
from headwater.sales.importing.shapes import Shape, name_key

TWIN = "twin"  # the kind of key that is no identity: what a record is called, and at whom
_KEPT = frozenset(
    {"id", "created_at", "updated_at", "created_by_id", "version", "archived_at", "last_activity_at",
     "name_key", "name_pieces"}
)  # fmt: skip


def columns_of(shape: Shape) -> tuple[str, ...]:
    """What an import may write of a known record."""
    return tuple(name for name in shape.attributes.values() if name not in _KEPT and name != "custom")


def keys_of(shape: Shape, given: dict[str, Any]) -> list[Key]:
    """By what a record with these values is found."""
    found = [(name, given[name]) for name in shape.identities if given.get(name)]
    twin = shape.twin_of(given)
    return [*found, (TWIN, twin)] if twin else found


def matching_ids(shape: Shape, drafts: Sequence[Draft]) -> list[int]:
    """Living records that any of the rows may mean; one index probe each."""
    found: set[int] = set()
    for name in shape.identities:
        wanted = sorted({value for draft in drafts for kind, value in draft.keys if kind == name})
        if wanted:
            found.update(
                values(
                    f"SELECT t.id FROM unnest(%s::varchar[]) AS x (value) JOIN {shape.kind.table} t"
                    f" ON t.{name} = x.value WHERE t.{name} IS NOT NULL AND t.archived_at IS NULL",
                    (wanted,),
                )
            )
    twins = [draft for draft in drafts if shape.twin_of(draft.columns)]
    if twins:
        found.update(_twin_ids(shape, twins))
    return sorted(found)


def _twin_ids(shape: Shape, drafts: Sequence[Draft]) -> Iterable[int]:
    if shape.key == "account":
        keys = sorted({name_key(draft.columns["name"]) for draft in drafts})
        wanted = {text.fold(draft.columns["name"]) for draft in drafts}
        found = rows(
            "SELECT t.id, t.name FROM sales_account t WHERE t.name_key = ANY(%s::varchar[])"
            " AND t.archived_at IS NULL",
            (keys,),
        )
        return [row["id"] for row in found if text.fold(row["name"]) in wanted]
    accounts = sorted({draft.columns["account_id"] for draft in drafts})
    wanted = {shape.twin_of(draft.columns) for draft in drafts}
    found = rows(
        "SELECT t.id, t.name, t.account_id FROM sales_opportunity t WHERE t.account_id = ANY(%s::bigint[])"
        " AND t.archived_at IS NULL",
        (accounts,),
    )
    return [row["id"] for row in found if shape.twin_of(row) in wanted]


def load_slots(access: Access, shape: Shape, ids: Sequence[int], *, lock: bool) -> list[Slot]:
    """Records of the table as slots, oldest first; locked in the order of their ids."""
    if not ids:
        return []
    kind = shape.kind.record_type
    seen = kind.scope(access.also(kind.permission("view")), "t")
    changed = kind.scope(
        access.also(kind.permission("edit")) if access.may(kind.permission("edit")) else access, "t"
    )
    names = columns_of(shape)
    found = rows(
        f"SELECT t.id, {', '.join(f't.{name}' for name in names)}, t.custom,"
        f" ({seen.text}) IS TRUE AS visible, ({changed.text}) IS TRUE AS mine FROM {shape.kind.table} t"
        " WHERE t.id = ANY(%s::bigint[]) AND t.archived_at IS NULL ORDER BY t.id"
        f" {'FOR NO KEY UPDATE OF t' if lock else ''}",
        (*seen.params, *changed.params, list(ids)),
    )
    return [_slot(shape, row, names) for row in found]


def _slot(shape: Shape, row: dict[str, Any], names: Sequence[str]) -> Slot:
    slot = Slot(row["id"], 0)
    model = shape.kind.model
    slot.values = {name: from_json(row[name]) if is_json(model, name) else row[name] for name in names}
    slot.custom = from_json(row["custom"])
    slot.name = row["name"]
    slot.visible, slot.mine = row["visible"], row["mine"]
    return slot
