"""Leads that the rows of a chunk speak of: found in the table, or made by rows before them."""

from collections.abc import Iterable, Sequence
from typing import Any

from headwater.kernel.access import Access
from headwater.kernel.sql import rows, values
from headwater.leads.importing.reading import key_of
from headwater.leads.models import Lead
from headwater.leads.queries import lead_scope
from headwater.leads.types import IDENTITIES
from headwater.platform.imports import slots
from headwater.platform.imports.cells import Key
from headwater.platform.imports.slots import from_json

# What an import may change; the rest of a lead belongs to its verbs.
CHANGEABLE = tuple(
    field.attname
    for field in Lead._meta.concrete_fields
    if field.name
    in {
        "name", "company", "title", *IDENTITIES, "region", "address", "industry", "company_size", "website",
        "intent", "requirement", "budget", "tags", "business_line", "source", "channel", "campaign",
        "designated_rep", "consent_basis", "consent_at", "consent_evidence", "do_not_call", "do_not_email",
    }
)  # fmt: skip
JSON = frozenset({"tags", "custom", "contact_as_typed"})


class Slot(slots.Slot):
    """One lead."""

    __slots__ = ()

    @property
    def identities(self) -> list[Key]:
        return [key_of(field, self.values[field]) for field in IDENTITIES if self.values.get(field)]


class Index(slots.Index[Slot]):
    """Who has which identity."""


def matching_ids(identities: Iterable[Key]) -> list[int]:
    """Leads that have any of the identities; one index probe each."""
    wanted: dict[str, list[str]] = {}
    for kind, value in identities:
        wanted.setdefault(kind, []).append(value)
    found: set[int] = set()
    for kind, given in wanted.items():
        for column in ("mobile", "phone") if kind == "number" else (kind,):
            found.update(  # one text travels faster than an array of ten thousand
                values(
                    f"SELECT l.id FROM unnest(string_to_array(%s, E'\\x01')) AS x (value)"
                    f" JOIN leads_lead l ON l.{column} = x.value"
                    f" WHERE l.{column} IS NOT NULL AND NOT l.may_duplicate AND l.archived_at IS NULL",
                    ("\x01".join(given),),
                )
            )
    return sorted(found)


def load_slots(access: Access, ids: Sequence[int], *, lock: bool) -> list[Slot]:
    """Leads of the table as slots, oldest first; locked in the order of their ids."""
    if not ids:
        return []
    seen, changed = lead_scope(access.also("leads.view"), "t"), lead_scope(access, "t")
    if access.may("leads.edit"):
        changed = lead_scope(access.also("leads.edit"), "t")
    columns = ", ".join(f"t.{name}" for name in CHANGEABLE)
    found = rows(
        f"SELECT t.id, t.status, {columns}, t.custom, ({seen.text}) IS TRUE AS visible,"
        f" ({changed.text}) IS TRUE AS mine FROM leads_lead t"
        " WHERE t.id = ANY(%s::bigint[]) AND t.archived_at IS NULL AND NOT t.may_duplicate ORDER BY t.id"
        f" {'FOR NO KEY UPDATE OF t' if lock else ''}",
        (*seen.params, *changed.params, list(ids)),
    )
    return [_slot(row) for row in found]


def _slot(row: dict[str, Any]) -> Slot:
    slot = Slot(row["id"], 0)
    slot.values = {name: from_json(row[name]) if name in JSON else row[name] for name in CHANGEABLE}
    slot.custom = from_json(row["custom"])
    slot.status, slot.name = row["status"], row["name"]
    slot.visible, slot.mine = row["visible"], row["mine"]
    return slot
