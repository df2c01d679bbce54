"""Keeping a lead from being taken back until a day, within a quota per person."""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from headwater.kernel import clock
from headwater.kernel.access import Access
from headwater.kernel.errors import Invalid
from headwater.kernel.sql import execute, rows, value
from headwater.leads.errors import NotOwned, ProtectionQuota
from headwater.leads.events import LeadsChanged
from headwater.leads.queries import lock_lead
from headwater.leads.services.books import lock_books
from headwater.leads.services.escalating import acted_on
from headwater.leads.services.wording import moment_text
from headwater.leads.settings import PROTECT_DAYS, PROTECTIONS
from headwater.leads.types import Status
from headwater.platform import audit
from headwater.platform.events import emit

REASON = 200


@transaction.atomic
def protect_lead(access: Access, lead_id: int, until: datetime, *, reason: str) -> None:
    """No rule takes the lead back before `until`; protecting it again moves the day.

    It counts against its owner's quota, and ends when the lead gets another owner. Refuses with `NotFound`,
    `NotYours`, `NotOwned`, `Invalid` (no reason, a day past, too far or no gain) and `ProtectionQuota`, which
    whoever sets up leads may exceed.
    """
    owner_id = value("SELECT owner_id FROM leads_lead WHERE id = %s", (lead_id,))
    if owner_id is not None:
        lock_books([owner_id])  # orders the count under concurrency; books come before leads
    lead = lock_lead(access, lead_id)
    if not Status(lead["status"]).is_owned:
        raise NotOwned(id=lead_id, status=lead["status"])
    moment = clock.now()
    _check(until, moment, reason)
    if lead["owner_id"] != owner_id:
        owner_id = lead["owner_id"]  # it changed hands a moment ago; the quota is that of whoever has it
    limit, used = PROTECTIONS.get(), protections_used(owner_id, but_not=lead_id)
    if used >= limit and not access.may("leads.configure"):
        raise ProtectionQuota(limit=limit, used=used)
    (now,) = rows("SELECT protected_until, recycle_due_at FROM leads_lead WHERE id = %s", (lead_id,))
    before, due = now["protected_until"], now["recycle_due_at"]
    if due is not None and until <= due and (before is None or before <= moment):
        stays = _("It stays until %(at)s without protection; choose a later day.") % {"at": moment_text(due)}
        raise Invalid.one("until", "lead.protected_anyway", stays)
    execute(
        "UPDATE leads_lead SET protected_until = %s, protected_by_id = %s, updated_at = %s,"
        " version = version + 1 WHERE id = %s",
        (until, access.user_id, moment, lead_id),
    )
    acted_on(access, [lead_id])
    changes = {"protected_until": [before, until], "reason": [None, reason.strip()]}
    audit.record(access, "lead", lead_id, "protect", changes)
    emit(LeadsChanged(lead_ids=[lead_id], fields=["protected_until"]), access)


@transaction.atomic
def unprotect_lead(access: Access, lead_id: int) -> None:
    """Let the rules have the lead again; without a protection it does nothing."""
    lock_lead(access, lead_id)
    before = value("SELECT protected_until FROM leads_lead WHERE id = %s", (lead_id,))
    if before is None:
        return
    execute(
        "UPDATE leads_lead SET protected_until = NULL, protected_by_id = NULL, updated_at = %s,"
        " version = version + 1 WHERE id = %s",
        (clock.now(), lead_id),
    )
    audit.record(access, "lead", lead_id, "unprotect", {"protected_until": [before, None]})
    emit(LeadsChanged(lead_ids=[lead_id], fields=["protected_until"]), access)


def protections_used(owner_id: int, *, but_not: int | None = None) -> int:
    """How many of a person's leads are protected now; read along their own book."""
    return int(
        value(
            "SELECT count(*) FROM leads_lead WHERE owner_id = %s AND status IN ('assigned', 'following')"
            " AND archived_at IS NULL AND protected_until > %s AND id <> %s",
            (owner_id, clock.now(), but_not or 0),
        )
        or 0
    )


def _check(until: datetime, moment: datetime, reason: str) -> None:
    if not reason.strip() or len(reason) > REASON or "\x00" in reason:
        raise Invalid.one(
            "reason", "value.required", _("Say why, in at most %(n)s characters.") % {"n": REASON}
        )
    days = PROTECT_DAYS.get()
    if until <= moment:
        raise Invalid.one("until", "value.past", _("Choose a day to come."))
    if until > moment + timedelta(days=days):
        raise Invalid.one("until", "value.too_far", _("At most %(days)s days from now.") % {"days": days})
