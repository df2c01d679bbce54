"""Leads and their history written as sets: COPY for new ones, one UPDATE for changed ones."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta
from typing import Any

import orjson

from headwater.customization.services import fill_auto_numbers
from headwater.kernel import clock
from headwater.kernel.access import Access
from headwater.kernel.sql import execute, values
from headwater.leads.events import LeadsChanged, LeadsCreated, LeadsMoved
from headwater.leads.importing.matching import JSON, Slot, type_of
from headwater.leads.importing.placing import Placing, Spot
from headwater.leads.importing.reading import Draft
from headwater.leads.models import Lead
from headwater.leads.services.indexing import index_leads
from headwater.leads.types import IDENTITIES, Stage, Status, Why
from headwater.platform import audit
from headwater.platform.events import emit
from headwater.platform.imports.results import copy_rows
from headwater.platform.imports.types import RowResult, Work

EVENT_CHUNK = 2000
DOOR = "import"
_COLUMNS = tuple(field.attname for field in Lead._meta.concrete_fields)
_PLACE = {name: index for index, name in enumerate(_COLUMNS)}
_SEARCHED = frozenset({"name", "company", *IDENTITIES})


def save_created(
    access: Access,
    work: Work,
    slots: Sequence[Slot],
    drafts: Mapping[int, Draft],
    placing: Placing,
    results: Mapping[int, RowResult],
) -> None:
    """Write new leads with their touch, transfer, audit, search entry and events."""
    if not slots:
        return
    moment = clock.now()
    fill_auto_numbers("lead", [slot.custom for slot in slots])
    for slot, lead_id in zip(slots, _ids(len(slots)), strict=True):
        slot.id = lead_id
        for relation in ("source", "campaign"):
            if work.options[relation] and not slot.values.get(f"{relation}_id"):
                slot.values[f"{relation}_id"] = work.options[relation]
    spots = [placing.place(drafts[slot.number]) for slot in slots]
    for slot, spot in zip(slots, spots, strict=True):
        if spot.note and not results[slot.number].code:
            results[slot.number].code, results[slot.number].detail = "lead.no_room", spot.note
    holds = {pool.pk: pool.hold_hours for pool in placing.pools.values()}
    base = _base(access, moment)
    copy_rows(
        "leads_lead",
        _COLUMNS,
        (
            _lead_row(base, slot, spot, drafts[slot.number], holds[spot.pool_id], moment)
            for slot, spot in zip(slots, spots, strict=True)
        ),
    )
    _touches(access, work, slots, moment, first=True)
    _transfers(access, slots, spots, moment)
    audit.record_many(
        access,
        "lead",
        "import",
        [(slot.id or 0, {"import": [None, work.job_id], "name": [None, slot.name]}) for slot in slots],
    )
    ids = [slot.id or 0 for slot in slots]
    for start in range(0, len(ids), EVENT_CHUNK):
        emit(LeadsCreated(lead_ids=ids[start : start + EVENT_CHUNK], door=DOOR), access)
    _tell_owners(access, slots, spots)
    index_leads(ids)


def _ids(count: int) -> list[int]:
    return values(
        "SELECT nextval(pg_get_serial_sequence('leads_lead', 'id')) FROM generate_series(1, %s)", (count,)
    )


def _base(access: Access, moment: Any) -> list[Any]:
    """A row of defaults."""
    row: list[Any] = []
    for field in Lead._meta.concrete_fields:
        default = field.get_default() if not field.primary_key else None
        row.append(orjson.dumps(default).decode() if field.attname in JSON else default)
    for name in ("created_at", "updated_at", "stage_at", "placed_at"):
        row[_PLACE[name]] = moment
    row[_PLACE["created_by_id"]] = access.user_id
    row[_PLACE["stage"]] = Stage.UQL.value
    row[_PLACE["status"]] = Status.POOLED.value
    return row


def _lead_row(
    base: list[Any], slot: Slot, spot: Spot, draft: Draft, hold_hours: int, moment: Any
) -> list[Any]:
    row = base.copy()
    for name, value in slot.values.items():
        row[_PLACE[name]] = orjson.dumps(value).decode() if name in JSON else value
    row[_PLACE["id"]] = slot.id
    if slot.custom:
        row[_PLACE["custom"]] = orjson.dumps(slot.custom).decode()
    if draft.typed:
        row[_PLACE["contact_as_typed"]] = orjson.dumps(draft.typed).decode()
    row[_PLACE["home_pool_id"]] = spot.pool_id
    if spot.owner_id is None:
        row[_PLACE["pool_id"]] = spot.pool_id
        if hold_hours:
            row[_PLACE["claimable_at"]] = moment + timedelta(hours=hold_hours)
    else:
        row[_PLACE["status"]] = Status.ASSIGNED.value
        row[_PLACE["owner_id"]] = spot.owner_id
        row[_PLACE["assigned_at"]] = moment
    return row


def _touches(access: Access, work: Work, slots: Iterable[Slot], moment: Any, *, first: bool) -> None:
    copy_rows(
        "leads_touch",
        (
            "lead_id", "at", "door", "source_id", "channel_id", "campaign_id", "is_first", "utm", "keyword",
            "landing_page", "import_id", "actor_id",
        ),
        (
            (
                slot.id,
                moment,
                DOOR,
                slot.values.get("source_id"),
                slot.values.get("channel_id"),
                slot.values.get("campaign_id"),
                first,
                "{}",
                "",
                "",
                work.job_id,
                access.user_id,
            )
            for slot in slots
        ),
    )  # fmt: skip


def _transfers(access: Access, slots: Sequence[Slot], spots: Sequence[Spot], moment: Any) -> None:
    copy_rows(
        "leads_transfer",
        (
            "lead_id", "at", "why", "spot", "to_owner_id", "to_pool_id", "to_status", "reason", "note",
            "rule", "over_cap", "actor_id",
        ),
        (
            (
                slot.id,
                moment,
                spot.why.value,
                "pool" if spot.owner_id is None else "owner",
                spot.owner_id,
                spot.pool_id if spot.owner_id is None else None,
                Status.POOLED.value if spot.owner_id is None else Status.ASSIGNED.value,
                "",
                "",
                "",
                False,
                access.user_id,
            )
            for slot, spot in zip(slots, spots, strict=True)
        ),
    )  # fmt: skip


def _tell_owners(access: Access, slots: Sequence[Slot], spots: Sequence[Spot]) -> None:
    """Who was given leads hears of it like of any other assignment."""
    given = [(slot.id or 0, spot) for slot, spot in zip(slots, spots, strict=True) if spot.owner_id]
    for start in range(0, len(given), EVENT_CHUNK):
        part = given[start : start + EVENT_CHUNK]
        emit(
            LeadsMoved(
                lead_ids=[lead_id for lead_id, _spot in part],
                why=Why.ASSIGNED.value,
                from_owner_ids=[None] * len(part),
                to_owner_ids=[spot.owner_id for _lead_id, spot in part],
                reason=DOOR,
            ),
            access,
        )


def save_changed(
    access: Access,
    work: Work,
    slots: Mapping[int, Slot],
    drafts: Mapping[int, Draft] | None = None,
    *,
    action: str = "import_update",
) -> None:
    """Write leads that rows changed, with audit and one event for all."""
    changed = [slot for slot in slots.values() if slot.dirty]
    if not changed:
        return
    write_values(changed)
    audit.record_many(
        access,
        "lead",
        action,
        [
            (
                slot.id or 0,
                {_name(key): pair for key, pair in slot.changes.items()} | {"import": [None, work.job_id]},
            )
            for slot in changed
        ],
    )
    fields = sorted({_name(key) for slot in changed for key in slot.changes})
    ids = [slot.id or 0 for slot in changed]
    for start in range(0, len(ids), EVENT_CHUNK):
        emit(LeadsChanged(lead_ids=ids[start : start + EVENT_CHUNK], fields=fields), access)
    captured = [slot for slot in changed if slot.dirty & {"source_id", "campaign_id"}]
    if drafts is not None and captured:
        _touches(access, work, captured, clock.now(), first=False)
    renamed = [slot.id or 0 for slot in changed if slot.dirty & _SEARCHED]
    if renamed:
        index_leads(renamed)


def _name(attribute: str) -> str:
    return attribute.removesuffix("_id") if attribute != "external_id" else attribute


def write_values(slots: Sequence[Slot]) -> None:
    """One UPDATE that sets every column any of the leads changed."""
    attributes = sorted({name for slot in slots for name in slot.dirty})
    sets, columns, params = [], [], []
    for attribute in attributes:
        kind = type_of(attribute)
        travels = "text" if attribute in JSON or kind.startswith("varchar") else kind.split("(")[0]
        cast = "::jsonb" if attribute in JSON else ""
        sets.append(f"{attribute} = x.{attribute}{cast}")
        columns.append(f"%s::{travels}[]")
        params.append([_travelling(slot, attribute) for slot in slots])
    names = ", ".join(["id", *attributes])
    execute(
        f"UPDATE leads_lead l SET {', '.join(sets)}, version = l.version + 1, updated_at = %s"
        f" FROM unnest(%s::bigint[], {', '.join(columns)}) AS x ({names}) WHERE l.id = x.id",
        (clock.now(), [slot.id for slot in slots], *params),
    )


def _travelling(slot: Slot, attribute: str) -> Any:
    if attribute == "custom":
        return orjson.dumps(slot.custom).decode()
    value = slot.values.get(attribute)
    return orjson.dumps(value).decode() if attribute in JSON else value
