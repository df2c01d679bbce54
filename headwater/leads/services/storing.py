"""A lead's row, written and read again: with its touch and its transfer when it is new.

Own SQL, because this is what every form, hook and program waits for; the ORM would cost most of it.
"""

from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any

import orjson

from headwater.kernel.models import OrjsonField
from headwater.kernel.sql import execute, rows, value
from headwater.leads.models import Lead
from headwater.leads.types import Spot, Why

_INSERT = """
WITH made AS (
  INSERT INTO leads_lead ({columns}) SELECT {columns} FROM jsonb_populate_record(NULL::leads_lead, %s::jsonb)
  ON CONFLICT DO NOTHING RETURNING id
), touch AS (
  INSERT INTO leads_touch (lead_id, at, door, source_id, channel_id, campaign_id, is_first, utm, keyword,
    landing_page, actor_id)
  SELECT id, %s::timestamptz, %s, %s::bigint, %s::bigint, %s::bigint, TRUE, %s::jsonb, %s, %s, %s::bigint
  FROM made
), ledger AS (
  INSERT INTO leads_transfer (lead_id, at, why, spot, to_owner_id, to_pool_id, to_status, actor_id,
    reason, note, rule, over_cap)
  SELECT id, %s::timestamptz, %s, %s, %s::bigint, %s::bigint, %s, %s::bigint, '', '', '', FALSE FROM made
)
SELECT id FROM made
"""


def insert_lead(
    attributes: Mapping[str, Any], *, why: Why, door: str, touch: Mapping[str, Any], actor_id: int | None
) -> int | None:
    """Write the lead of these model attributes (by attname; the rest are defaults), its touch and transfer.

    Its id; None when a lead with the same contact method exists, or came a moment before.
    """
    moment, owner_id = attributes["created_at"], attributes["owner_id"]
    made: int | None = value(
        _statement(),
        (
            # One JSON text: the driver splits a statement of so many places anew each time.
            orjson.dumps(_defaults() | dict(attributes), default=str).decode(),
            moment,
            door,
            attributes.get("source_id"),
            attributes.get("channel_id"),
            attributes.get("campaign_id"),
            orjson.dumps(touch.get("utm", {})).decode(),
            touch.get("keyword", ""),
            touch.get("landing_page", ""),
            actor_id,
            moment,
            why.value,
            (Spot.POOL if owner_id is None else Spot.OWNER).value,
            owner_id,
            attributes["pool_id"],
            attributes["status"],
            actor_id,
        ),
    )
    return made


def read_lead(lead_id: int, names: Iterable[str]) -> dict[str, Any]:
    """Attributes of a lead by attname."""
    wanted = list(dict.fromkeys(names))
    found = rows(f"SELECT {', '.join(wanted)} FROM leads_lead WHERE id = %s", (lead_id,))[0]
    for name in _json_columns().intersection(wanted):
        found[name] = orjson.loads(found[name])
    return found


def write_lead(lead_id: int, attributes: Mapping[str, Any]) -> None:
    """Change these attributes (by attname) and nothing else, as a new version of the locked lead."""
    changes = ", ".join(f"{name} = %s" for name in attributes)
    execute(
        f"UPDATE leads_lead SET {changes}, version = version + 1 WHERE id = %s",
        (*(_as_stored(name, given) for name, given in attributes.items()), lead_id),
    )


def _columns() -> list[Any]:
    return [column for column in Lead._meta.concrete_fields if not column.primary_key]


@cache
def _statement() -> str:
    return _INSERT.format(columns=", ".join(column.column for column in _columns()))


@cache
def _defaults() -> dict[str, Any]:
    return {column.attname: column.get_default() for column in _columns()}


@cache
def _json_columns() -> frozenset[str]:
    return frozenset(column.attname for column in _columns() if isinstance(column, OrjsonField))


def _as_stored(name: str, given: Any) -> Any:
    return orjson.dumps(given).decode() if name in _json_columns() and given is not None else given
