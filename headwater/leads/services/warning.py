"""Warnings before a lead is taken back, and reminders by the rhythm: each once, to its owner."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from headwater.kernel import clock
from headwater.kernel.sql import execute, rows
from headwater.leads.services.deadlines import DEADLINES
from headwater.leads.services.escalating import SINGLY, waiting_time
from headwater.leads.services.wording import moment_text
from headwater.platform.jobs import is_stopping
from headwater.platform.notifications import Notice, escalate, notify_each

CHUNK = 2000

_COMING = (
    """
SELECT l.id, l.name, l.owner_id, l.warn_at, p.name AS pool,
  d.recycle_due_at, d.cause, d.recycle_warn_at, d.follow_due_at
FROM (
  SELECT * FROM leads_lead WHERE warn_at <= %s ORDER BY warn_at LIMIT %s FOR UPDATE SKIP LOCKED
) l LEFT JOIN pools_pool p ON p.id = l.home_pool_id LEFT JOIN LATERAL """
    + DEADLINES
    + """ d ON TRUE
"""
)
_TOLD = """
UPDATE leads_lead l SET warned_until = %s, warn_at = x.next_at
FROM unnest(%s::bigint[], %s::timestamptz[]) AS x (id, next_at) WHERE l.id = x.id
"""


@dataclass(frozen=True, slots=True)
class _Warning:
    kind: str
    lead: dict[str, Any]
    at: datetime


def warn_due() -> int:
    """Give all warnings whose time has come; how many leads they were about."""
    warned = 0
    while not is_stopping():
        found = warn_chunk()
        warned += found
        if found < CHUNK:
            break
    return warned


@transaction.atomic
def warn_chunk() -> int:
    """One chunk in one transaction with its marks, so that nothing is told twice or forgotten."""
    moment = clock.now()
    leads = rows(_COMING, (moment, CHUNK))
    warnings: list[_Warning] = []
    following: list[datetime | None] = []
    for lead in leads:
        candidates = {
            "recycle": (lead["recycle_warn_at"], lead["recycle_due_at"]),
            "follow": (lead["follow_due_at"], lead["follow_due_at"]),
        }
        for kind, (at, due) in candidates.items():
            if at is not None and lead["warn_at"] <= at <= moment and (kind == "follow" or due > moment):
                warnings.append(_Warning(_kind(kind, lead), lead, due))
        following.append(min((at for at, _due in candidates.values() if at and at > moment), default=None))
    _tell(warnings)
    if leads:
        execute(_TOLD, (moment, [lead["id"] for lead in leads], following))
    return len(leads)


def _kind(kind: str, lead: dict[str, Any]) -> str:
    if kind == "follow":
        return "lead.follow_due"
    return "lead.response_soon" if lead["cause"] == "response" else "lead.recycle_soon"


def _tell(warnings: list[_Warning]) -> None:
    grouped: dict[tuple[str, int], list[_Warning]] = {}
    for warning in warnings:
        grouped.setdefault((warning.kind, warning.lead["owner_id"]), []).append(warning)
    notices: dict[str, list[Notice]] = {}
    for (kind, _owner_id), members in grouped.items():
        if len(members) > SINGLY:
            notices.setdefault(f"{kind}_many", []).append(_counted(kind, members))
        else:
            notices.setdefault(kind, []).extend(_notice(warning) for warning in members)
    for kind, ready in notices.items():
        within = waiting_time(kind.removesuffix("_many"))
        if within is None:
            notify_each(ready, kind)
            continue
        for notice in ready:
            escalate(
                notice.recipient_id,
                kind,
                key=notice.dedupe_key or "",
                within=within,
                params=notice.params,
                record_type=notice.record_type,
                record_id=notice.record_id,
                url=notice.url,
            )


def _notice(warning: _Warning) -> Notice:
    lead = warning.lead
    return Notice(
        lead["owner_id"],
        {"name": lead["name"], "pool": lead["pool"] or "", "at": moment_text(warning.at)},
        "lead",
        lead["id"],
        f"/leads/{lead['id']}",
        _key(warning),
    )


def _counted(kind: str, members: list[_Warning]) -> Notice:
    """One for many: it stands for the first to go, and ends with an act on that one."""
    first = min(members, key=lambda warning: warning.at)
    return Notice(
        first.lead["owner_id"],
        {"count": len(members), "at": moment_text(first.at)},
        "lead",
        first.lead["id"] if kind != "lead.follow_due" else None,
        "/leads?view=going" if kind != "lead.follow_due" else "/leads?view=mine",
        _key(first),
    )


def _key(warning: _Warning) -> str:
    lead = warning.lead
    return f"{warning.kind}:{lead['id']}:{lead['owner_id']}:{warning.at.timestamp():.0f}"
