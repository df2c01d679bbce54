"""Decisions and waiting leads, read."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson

from headwater.kernel import listing
from headwater.kernel.access import Access
from headwater.kernel.catalogue import record_type
from headwater.kernel.errors import NotFound
from headwater.kernel.sql import rows
from headwater.leads.queries import lead_scope
from headwater.organization.queries import names_of
from headwater.routing.types import Strategy, Unfit

PAGE = 50
_LINK = re.compile(r"/no-mail/\S+")
_DECISION = (
    "d.id, d.lead_id, d.at, d.trigger, d.outcome, d.rule_id, d.rule_name, d.rule_version, d.strategy,"
    " d.owner_id, d.pool_id, d.detail::text AS detail_text, u.name AS owner, p.name AS pool, l.name AS lead,"
    " m.state AS mail_state, m.reason AS mail_reason, m.subject AS mail_subject, m.text AS mail_text,"
    " m.settled_at AS mail_settled_at"
)
_JOINS = (
    "JOIN leads_lead l ON l.id = d.lead_id LEFT JOIN organization_user u ON u.id = d.owner_id"
    " LEFT JOIN pools_pool p ON p.id = d.pool_id"
    " LEFT JOIN routing_customermail m ON (m.lead_id, m.decision_id) = (d.lead_id, d.id)"
)


def get_decision(access: Access, decision_id: int) -> dict[str, Any]:
    """A decision on a lead that the reader may see; `NotFound` otherwise."""
    found = rows(f"SELECT {_DECISION} FROM routing_decision d {_JOINS} WHERE d.id = %s", (decision_id,))
    if not found or not listing.ids_within(access, record_type("lead"), [found[0]["lead_id"]]):
        raise NotFound(record="decision", id=decision_id)
    return _told(found[0])


def decisions(
    access: Access, *, lead_id: int | None = None, rule_id: int | None = None, before: int | None = None
) -> list[dict[str, Any]]:
    """The latest decisions on leads within reach, of one lead or one rule where named; fifty at a time."""
    scope = lead_scope(access, "l")
    found = rows(
        f"SELECT {_DECISION} FROM routing_decision d {_JOINS} WHERE ({scope.text})"
        " AND (%s::bigint IS NULL OR d.lead_id = %s) AND (%s::bigint IS NULL OR d.rule_id = %s)"
        " AND (%s::bigint IS NULL OR d.id < %s) ORDER BY d.id DESC LIMIT %s",
        (*scope.params, lead_id, lead_id, rule_id, rule_id, before, before, PAGE),
    )
    return [_told(row) for row in found]


def _told(row: dict[str, Any]) -> dict[str, Any]:
    """The decision; `detail` is what was weighed, `mail` the mail to the customer that followed, or None."""
    mail = {key: row.pop(f"mail_{key}") for key in ("state", "reason", "subject", "text", "settled_at")}
    if mail["text"]:  # who reads of the mail is not the customer, and may not end it in their name
        mail["text"] = _LINK.sub("/no-mail/…", mail["text"])
    return {key: item for key, item in row.items() if key != "detail_text"} | {
        "detail": orjson.loads(row["detail_text"]),
        "mail": mail if mail["state"] else None,
    }


@dataclass(frozen=True, slots=True)
class Candidate:
    """Somebody who was in question; `reasons` say why they were out."""

    user_id: int
    name: str
    is_chosen: bool
    reasons: tuple[str, ...] = ()


def candidates_of(decision: Mapping[str, Any]) -> list[Candidate]:
    """Everybody who was in question, the chosen one first, then who was in, then who was out and why."""
    kept = decision["detail"].get("candidates", {})
    why: dict[int, list[str]] = {user_id: [] for user_id in kept.get("in", [])}
    for reason, people in kept.get("out", {}).items():
        for user_id in people:
            why.setdefault(user_id, []).append(str(Unfit(reason).label))
    for step in kept.get("steps", []):
        if "user" in step:
            text = f"{Strategy(step['key']).label}: {Unfit(step['unfit']).label}"
            why.setdefault(step["user"], []).append(text)
    chosen = decision["owner_id"]
    if chosen is not None:
        why.setdefault(chosen, [])
    names = names_of(why)
    found = [
        Candidate(user_id, names.get(user_id, str(user_id)), user_id == chosen, tuple(reasons))
        for user_id, reasons in why.items()
    ]
    return sorted(found, key=lambda one: (not one.is_chosen, len(one.reasons) > 0, one.user_id))


@dataclass(frozen=True, slots=True)
class Waiting:
    """A lead that waits for something, and since when."""

    lead_id: int
    lead: str
    pool: str
    waits_for: str
    since: datetime
    due_at: datetime | None
    rule: str
    reasons: tuple[str, ...]


def waiting_leads(access: Access, *, waits_for: str = "", limit: int = 200) -> list[Waiting]:
    """What lies in pools within reach and waits for opening, completion or a person; the oldest first."""
    scope = lead_scope(access, "l")
    found = rows(
        "SELECT w.lead_id, l.name AS lead, p.name AS pool, w.waits_for, w.since, w.due_at, r.name AS rule,"
        " w.reasons::text AS reasons FROM routing_waitinglead w JOIN leads_lead l ON l.id = w.lead_id"
        " JOIN pools_pool p ON p.id = l.pool_id LEFT JOIN routing_routingrule r ON r.id = w.rule_id"
        f" WHERE w.waits_for <> 'turn' AND (%s = '' OR w.waits_for = %s) AND ({scope.text})"
        " ORDER BY w.since, w.id LIMIT %s",
        (waits_for, waits_for, *scope.params, limit),
    )

    return [
        Waiting(**row | {"rule": row["rule"] or "", "reasons": tuple(orjson.loads(row["reasons"]))})
        for row in found
    ]


def count_waiting() -> dict[str, int]:
    """How many leads wait, by what for."""
    found = rows(
        "SELECT w.waits_for, count(*) AS n FROM routing_waitinglead w"
        " JOIN leads_lead l ON l.id = w.lead_id AND l.pool_id IS NOT NULL GROUP BY w.waits_for"
    )
    return {row["waits_for"]: row["n"] for row in found}


def decided_since(rule_ids: Iterable[int], since: datetime) -> dict[int, int]:
    """How many leads each rule dispatched or moved since a moment."""
    found = rows(
        "SELECT rule_id, count(*) AS n FROM routing_decision WHERE at >= %s AND rule_id = ANY(%s::bigint[])"
        " AND outcome IN ('dispatched', 'moved', 'fallback') GROUP BY rule_id",
        (since, list(rule_ids)),
    )
    return {row["rule_id"]: row["n"] for row in found}
