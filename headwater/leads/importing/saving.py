"""Leads and their history written as sets: COPY for new ones, one UPDATE for changed ones."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from itertools import repeat
from typing import Any

import orjson
from django.db.models import ForeignKey

from headwater.customization.services import fill_auto_numbers
from headwater.kernel import clock
from headwater.kernel.access import Access
from headwater.kernel.copying import cell, copy_lines, holding_references
from headwater.kernel.sql import value, values
from headwater.leads.events import LeadsChanged, LeadsCreated, LeadsListed, LeadsMoved
from headwater.leads.importing.matching import JSON, Slot
from headwater.leads.importing.placing import Placing, Spot
from headwater.leads.importing.reading import Draft
from headwater.leads.models import Lead
from headwater.leads.types import Stage, Status, Why
from headwater.platform import audit
from headwater.platform.events import emit
from headwater.platform.imports.slots import LINES_TOGETHER, column_cells, write_values
from headwater.platform.imports.types import RowResult, Work

EVENT_CHUNK = 2000
DOOR = "import"
_COLUMNS = tuple(field.attname for field in Lead._meta.concrete_fields)
_REFERENCES = {
    field.attname: field.related_model._meta.db_table
    for field in Lead._meta.concrete_fields
    if isinstance(field, ForeignKey)
}
_PLACE = ("home_pool_id", "pool_id", "status", "owner_id", "assigned_at", "claimable_at")


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
    parents = _parents(access, slots, spots)
    with holding_references(["leads_lead"], parents):
        lines = _lead_lines(_base(access, moment), slots, spots, drafts, holds, moment)
        copy_lines("leads_lead", _COLUMNS, lines)
    with holding_references(["leads_touch", "leads_transfer"], parents):
        _touches(access, work, slots, moment, first=True)
        _transfers(access, slots, spots, moment)
    ids = [slot.id or 0 for slot in slots]
    audit.record_alike(access, "lead", "import", ids, {"import": [None, work.job_id]})
    for start in range(0, len(ids), EVENT_CHUNK):
        emit(LeadsCreated(lead_ids=ids[start : start + EVENT_CHUNK], door=DOOR), access)
    _tell_owners(access, slots, spots)


def _parents(access: Access, slots: Sequence[Slot], spots: Sequence[Spot]) -> dict[str, set[int]]:
    """Every row of another table that the new leads and their first touches refer to."""
    found: dict[str, set[int]] = {}
    for attribute, table in _REFERENCES.items():
        ids: set[Any] = {slot.values.get(attribute) for slot in slots}
        found.setdefault(table, set()).update(ids - {None})
    people, places = set(spots), found[_REFERENCES["pool_id"]]
    found[_REFERENCES["owner_id"]] |= {spot.owner_id for spot in people if spot.owner_id}
    found[_REFERENCES["owner_id"]] |= {access.user_id} if access.user_id else set()
    places |= {spot.pool_id for spot in people}
    return found


def _ids(count: int) -> list[int]:
    """Numbers of the table's own sequence, taken at once so that the whole history can be written by COPY."""
    sequence = value("SELECT pg_get_serial_sequence('leads_lead', 'id')")
    return values("SELECT nextval(%s::regclass) FROM generate_series(1, %s)", (sequence, count))


def _base(access: Access, moment: datetime) -> dict[str, str]:
    """Defaults in COPY's text form; most cells of most leads stay as they are here."""
    row: dict[str, Any] = {}
    for field in Lead._meta.concrete_fields:
        default = field.get_default() if not field.primary_key else None
        row[field.attname] = orjson.dumps(default).decode() if field.attname in JSON else default
    for name in ("created_at", "updated_at", "stage_at", "placed_at"):
        row[name] = moment
    row |= {"created_by_id": access.user_id, "stage": Stage.UQL.value, "status": Status.POOLED.value}
    return {name: cell(default) for name, default in row.items()}


def _lead_lines(
    base: dict[str, str],
    slots: Sequence[Slot],
    spots: Sequence[Spot],
    drafts: Mapping[int, Draft],
    holds: Mapping[int, int],
    moment: datetime,
) -> Iterator[str]:
    """Leads as lines, some hundred at a time and column by column: a loop a column, not a call a cell."""
    for start in range(0, len(slots), LINES_TOGETHER):
        part = slots[start : start + LINES_TOGETHER]
        filled = _placed(spots[start : start + LINES_TOGETHER], holds, moment)
        filled["id"] = [str(slot.id) for slot in part]
        filled["custom"] = [
            cell(orjson.dumps(slot.custom).decode()) if slot.custom else "{}" for slot in part
        ]
        typed = [drafts[slot.number].typed for slot in part]
        filled["contact_as_typed"] = [
            cell(orjson.dumps(dict(one)).decode()) if one else "{}" for one in typed
        ]
        for name in set().union(*(slot.values for slot in part)):
            filled[name] = column_cells(
                [slot.values.get(name) for slot in part], base[name], as_json=name in JSON
            )
        columns = [filled[name] if name in filled else repeat(base[name], len(part)) for name in _COLUMNS]
        yield from map("\t".join, zip(*columns, strict=True))


def _placed(spots: Sequence[Spot], holds: Mapping[int, int], moment: datetime) -> dict[str, list[str]]:
    """The columns that say where each lead lies."""
    made = {spot: _place(spot, holds[spot.pool_id], moment) for spot in set(spots)}
    rows = [made[spot] for spot in spots]
    return dict(zip(_PLACE, map(list, zip(*rows, strict=True)), strict=True))


def _place(spot: Spot, hold_hours: int, moment: datetime) -> list[str]:
    """The cells of `_PLACE`."""
    row: tuple[Any, ...]
    if spot.owner_id is not None:
        row = (spot.pool_id, None, Status.ASSIGNED.value, spot.owner_id, moment, None)
    else:
        until = moment + timedelta(hours=hold_hours) if hold_hours else None
        row = (spot.pool_id, spot.pool_id, Status.POOLED.value, None, None, until)
    return [cell(value) for value in row]


def _touches(access: Access, work: Work, slots: Sequence[Slot], moment: datetime, *, first: bool) -> None:
    head = "\t".join(map(cell, (moment, DOOR, first, "{}", "", "", work.job_id, access.user_id)))
    ends: dict[tuple[Any, ...], str] = {}
    for key in {_origin(slot) for slot in slots}:
        ends[key] = "\t".join(map(cell, key))
    columns = (
        "at", "door", "is_first", "utm", "keyword", "landing_page", "import_id", "actor_id",
        "lead_id", "source_id", "channel_id", "campaign_id",
    )  # fmt: skip
    copy_lines("leads_touch", columns, (f"{head}\t{slot.id}\t{ends[_origin(slot)]}" for slot in slots))


def _origin(slot: Slot) -> tuple[Any, Any, Any]:
    given = slot.values.get
    return given("source_id"), given("channel_id"), given("campaign_id")


def _transfers(access: Access, slots: Sequence[Slot], spots: Sequence[Spot], moment: datetime) -> None:
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
    lines = (f"{head}\t{slot.id}\t{ends[spot]}" for slot, spot in zip(slots, spots, strict=True))
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
    write_values(Lead, changed)
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


def tell_listed(access: Access, work: Work, listed: Sequence[tuple[int, int]]) -> None:
    """Say which leads (lead, campaign) a file named under a campaign."""
    pairs = sorted(set(listed))
    for start in range(0, len(pairs), EVENT_CHUNK):
        part = pairs[start : start + EVENT_CHUNK]
        emit(
            LeadsListed(
                lead_ids=[lead_id for lead_id, _campaign in part],
                campaign_ids=[campaign_id for _lead, campaign_id in part],
                import_id=work.job_id,
            ),
            access,
        )
