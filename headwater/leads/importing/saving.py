"""Leads and their history written as sets: COPY for new ones, one UPDATE for changed ones."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta
from typing import Any

import orjson

from headwater.customization.services import fill_auto_numbers
from headwater.kernel import clock
from headwater.kernel.access import Access
from headwater.kernel.sql import Fragment, execute, value, values
from headwater.leads.events import LeadsChanged, LeadsCreated, LeadsMoved
from headwater.leads.importing.matching import JSON, Slot, type_of
from headwater.leads.importing.placing import Placing, Spot
from headwater.leads.importing.reading import Draft
from headwater.leads.models import Lead
from headwater.leads.types import Stage, Status, Why
from headwater.platform import audit
from headwater.platform.events import emit
from headwater.platform.imports.results import cell, copy_lines
from headwater.platform.imports.types import RowResult, Work

EVENT_CHUNK = 2000
DOOR = "import"
_COLUMNS = tuple(field.attname for field in Lead._meta.concrete_fields)
_PLACE = {name: index for index, name in enumerate(_COLUMNS)}


def save_created(
    access: Access,
    work: Work,
    slots: Sequence[Slot],
    drafts: Mapping[int, Draft],
    placing: Placing,
    results: Mapping[int, RowResult],
) -> None:
    """Write new leads with their touch, transfer, audit and events."""
    if not slots:
        return
    moment = clock.now()
    fill_auto_numbers("lead", [slot.custom for slot in slots])
    defaults = {f"{key}_id": work.options[key] for key in ("source", "campaign") if work.options[key]}
    for slot, lead_id in zip(slots, _ids(len(slots)), strict=True):
        slot.id = lead_id
        for attribute, default in defaults.items():
            slot.values.setdefault(attribute, default)
    spots = [placing.place(drafts[slot.number]) for slot in slots]
    for slot, spot in zip(slots, spots, strict=True):
        if spot.note and not results[slot.number].code:
            results[slot.number].code, results[slot.number].detail = "lead.no_room", spot.note
    holds = {pool.pk: pool.hold_hours for pool in placing.pools.values()}
    base = _base(access, moment)
    copy_lines(
        "leads_lead",
        _COLUMNS,
        [
            _lead_line(base, slot, spot, drafts[slot.number], holds[spot.pool_id], moment)
            for slot, spot in zip(slots, spots, strict=True)
        ],
    )
    _touches(access, work, slots, moment, first=True)
    _transfers(access, slots, spots, moment)
    ids = [slot.id or 0 for slot in slots]
    audit.record_select(
        access,
        "lead",
        "import",
        Fragment(
            "SELECT id, jsonb_build_object('import', jsonb_build_array(NULL, %s::bigint))"
            " FROM unnest(%s::bigint[]) AS made (id)",
            (work.job_id, ids),
        ),
    )
    for start in range(0, len(ids), EVENT_CHUNK):
        emit(LeadsCreated(lead_ids=ids[start : start + EVENT_CHUNK], door=DOOR), access)
    _tell_owners(access, slots, spots)


def _ids(count: int) -> list[int]:
    """Numbers of the table's own sequence, taken at once so that the whole history can be written by COPY."""
    sequence = value("SELECT pg_get_serial_sequence('leads_lead', 'id')")
    return values("SELECT nextval(%s::regclass) FROM generate_series(1, %s)", (sequence, count))


def _base(access: Access, moment: Any) -> list[str]:
    """A row of defaults in COPY's text form; most cells of most leads stay as they are here."""
    row: list[Any] = []
    for field in Lead._meta.concrete_fields:
        default = field.get_default() if not field.primary_key else None
        row.append(orjson.dumps(default).decode() if field.attname in JSON else default)
    for name in ("created_at", "updated_at", "stage_at", "placed_at"):
        row[_PLACE[name]] = moment
    row[_PLACE["created_by_id"]] = access.user_id
    row[_PLACE["stage"]] = Stage.UQL.value
    row[_PLACE["status"]] = Status.POOLED.value
    return [cell(default) for default in row]


def _lead_line(base: list[str], slot: Slot, spot: Spot, draft: Draft, hold_hours: int, moment: Any) -> str:
    row = base.copy()
    for name, given in slot.values.items():
        plain = given.__class__ is str and given.isprintable() and "\\" not in given
        row[_PLACE[name]] = given if plain else cell(orjson.dumps(given).decode() if name in JSON else given)
    row[_PLACE["id"]] = str(slot.id)
    if slot.custom:
        row[_PLACE["custom"]] = cell(orjson.dumps(slot.custom).decode())
    if draft.typed:
        row[_PLACE["contact_as_typed"]] = cell(orjson.dumps(draft.typed).decode())
    row[_PLACE["home_pool_id"]] = str(spot.pool_id)
    if spot.owner_id is None:
        row[_PLACE["pool_id"]] = str(spot.pool_id)
        if hold_hours:
            row[_PLACE["claimable_at"]] = cell(moment + timedelta(hours=hold_hours))
    else:
        row[_PLACE["status"]] = Status.ASSIGNED.value
        row[_PLACE["owner_id"]] = str(spot.owner_id)
        row[_PLACE["assigned_at"]] = cell(moment)
    return "\t".join(row)


def _touches(access: Access, work: Work, slots: Iterable[Slot], moment: Any, *, first: bool) -> None:
    head = "\t".join(map(cell, (moment, DOOR, first, "{}", "", "", work.job_id, access.user_id)))
    lines = []
    for slot in slots:
        given = slot.values
        source, channel, campaign = given.get("source_id"), given.get("channel_id"), given.get("campaign_id")
        lines.append(f"{head}\t{slot.id}\t{cell(source)}\t{cell(channel)}\t{cell(campaign)}")
    columns = (
        "at", "door", "is_first", "utm", "keyword", "landing_page", "import_id", "actor_id",
        "lead_id", "source_id", "channel_id", "campaign_id",
    )  # fmt: skip
    copy_lines("leads_touch", columns, lines)


def _transfers(access: Access, slots: Sequence[Slot], spots: Sequence[Spot], moment: Any) -> None:
    head = "\t".join(map(cell, (moment, "", "", "", False, access.user_id)))
    ends = {
        spot: "\t".join(
            map(
                cell,
                (spot.why.value, "pool", None, spot.pool_id, Status.POOLED.value)
                if spot.owner_id is None
                else (spot.why.value, "owner", spot.owner_id, None, Status.ASSIGNED.value),
            )
        )
        for spot in set(spots)
    }
    columns = (
        "at", "reason", "note", "rule", "over_cap", "actor_id",
        "lead_id", "why", "spot", "to_owner_id", "to_pool_id", "to_status",
    )  # fmt: skip
    lines = [f"{head}\t{slot.id}\t{ends[spot]}" for slot, spot in zip(slots, spots, strict=True)]
    copy_lines("leads_transfer", columns, lines)


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
    *,
    touches: bool = False,
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
    if touches and captured:
        _touches(access, work, captured, clock.now(), first=False)


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
    held = slot.values.get(attribute)
    return orjson.dumps(held).decode() if attribute in JSON else held
