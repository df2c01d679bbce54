"""Approval: asked of somebody above whose limits suffice, never given to oneself."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from headwater.kernel import clock
from headwater.kernel.access import Access
from headwater.kernel.catalogue import Field, FieldType
from headwater.kernel.catalogue.values import BadValue, parse
from headwater.kernel.errors import Invalid
from headwater.platform import audit
from headwater.quotes.errors import NobodyMayApprove, NothingOffered, NotYourApproval
from headwater.quotes.events import QuoteApprovalAsked, QuoteApprovalDecided
from headwater.quotes.models import ApprovalLimit, Quote, QuoteApproval, QuoteLine, QuoteVersion
from headwater.quotes.queries.limits import (
    Limit,
    Reason,
    approver_for,
    limits_of,
    reasons_against,
    role_limits,
)
from headwater.quotes.services.writing import close, lock_quote, move, note_step, require, version_of
from headwater.quotes.types import Decision, Happening, QuoteState

_PERCENT = Field("discount_percent", "", FieldType.PERCENT, minimum=0, maximum=100, decimals=2)
_AMOUNT = Field("amount", "", FieldType.MONEY, minimum=0, decimals=2)


def reasons_for(access: Access, version: QuoteVersion) -> list[Reason]:
    """Which limits of the one who acts a version passes; the house itself has none."""
    if access.user_id is None:
        return []
    return reasons_against(version, limits_of([access.user_id])[access.user_id], clock.today())


@transaction.atomic
def ask_approval(access: Access, quote_id: int, *, note: str = "", version: int | None = None) -> int | None:
    """Ask for approval of the draft; who is to decide. None: it lies within one's own limits and is approved.

    Refuses `WrongState`, `NothingOffered`, and `NobodyMayApprove`.
    """
    quote = lock_quote(access, quote_id, version=version)
    draft = version_of(quote)
    require(draft, QuoteState.DRAFT)
    refuse_empty(draft)
    reasons = reasons_for(access, draft)
    asker = access.user_id
    if not reasons or asker is None:
        move(draft, QuoteState.APPROVED, among=[QuoteState.DRAFT])
        note_step(access, draft, Happening.APPROVED)
        close(access, quote, "approve", {"state": [QuoteState.DRAFT, QuoteState.APPROVED]})
        return None
    approver_id = approver_for(draft, asker, clock.today())
    if approver_id is None:
        raise NobodyMayApprove
    move(draft, QuoteState.WAITING, among=[QuoteState.DRAFT])
    asked = QuoteApproval.objects.create(
        version=draft,
        asked_by_id=asker,
        asked_at=clock.now(),
        approver_id=approver_id,
        reasons=reasons,
        note=note.strip()[:500],
    )
    note_step(access, draft, Happening.ASKED, note=asked.note)
    event = QuoteApprovalAsked(
        quote_id=quote.pk, version_id=draft.pk, approval_id=asked.pk, approver_id=approver_id
    )
    changes: dict[str, list[Any]] = {
        "state": [QuoteState.DRAFT, QuoteState.WAITING],
        "approver": [None, approver_id],
    }
    close(access, quote, "ask_approval", changes, event)
    return approver_id


def refuse_empty(draft: QuoteVersion) -> None:
    """A quote offers something."""
    if not QuoteLine.objects.filter(version=draft).exists():
        raise NothingOffered


@transaction.atomic
def approve(access: Access, quote_id: int, *, note: str = "", version: int | None = None) -> None:
    """Let a version go out as it is. See `_decide` for the refusals."""
    _decide(access, quote_id, note=note, version=version, is_approved=True)


@transaction.atomic
def reject(access: Access, quote_id: int, *, note: str = "", version: int | None = None) -> None:
    """Send a version back to be changed; the note says what should change and is needed."""
    if not note.strip():
        raise Invalid.one("note", "value.required", _("Say what should change."))
    _decide(access, quote_id, note=note, version=version, is_approved=False)


def _decide(access: Access, quote_id: int, *, note: str, version: int | None, is_approved: bool) -> None:
    """Refuses `NotFound`, `Stale`, `WrongState`, and `NotYourApproval`: one's own, or beyond one's limits."""
    quote = lock_quote(access, quote_id, version=version)
    waiting = version_of(quote)
    require(waiting, QuoteState.WAITING)
    asked = QuoteApproval.objects.select_for_update().get(version=waiting, decision=None)
    refuse_own(access, waiting, asked)
    to = QuoteState.APPROVED if is_approved else QuoteState.DRAFT
    move(waiting, to, among=[QuoteState.WAITING])
    asked.decision = Decision.APPROVED if is_approved else Decision.REJECTED
    asked.decided_by_id = access.user_id
    asked.decided_at = clock.now()
    asked.answer = note.strip()[:500]
    asked.save(update_fields=["decision", "decided_by_id", "decided_at", "answer"])
    note_step(access, waiting, Happening.APPROVED if is_approved else Happening.REJECTED, note=asked.answer)
    event = QuoteApprovalDecided(
        quote_id=quote.pk,
        version_id=waiting.pk,
        approval_id=asked.pk,
        asked_by_id=asked.asked_by_id,
        is_approved=is_approved,
    )
    changes: dict[str, list[Any]] = {"state": [QuoteState.WAITING, to]}
    if asked.answer:
        changes["note"] = [None, asked.answer]
    close(access, quote, "approve" if is_approved else "reject", changes, event)


def refuse_own(access: Access, version: QuoteVersion, asked: QuoteApproval) -> None:
    """Refuse `NotYourApproval` to who asked or wrote it, and to who may not go so far."""
    if access.user_id in (asked.asked_by_id, version.created_by_id):
        raise NotYourApproval(reason=_("nobody approves a quote of their own."))
    if access.user_id is None or reasons_for(access, version):
        raise NotYourApproval(reason=_("it passes your limits too."))


def may_decide(access: Access, quote: Quote, version: QuoteVersion) -> bool:
    """Whether the reader could decide now; for the buttons."""
    if version.state != QuoteState.WAITING or not access.may("quotes.approve"):
        return False
    asked = QuoteApproval.objects.filter(version=version, decision=None).first()
    try:
        if asked is not None:
            refuse_own(access, version, asked)
    except NotYourApproval:
        return False
    return asked is not None


@transaction.atomic
def set_limits(access: Access, wanted: Sequence[Mapping[str, Any]]) -> None:
    """Set the limits of roles: [{"role", "discount_percent", "amount"}], None for without end.

    Roles that are not named keep theirs. Refuses `Invalid` with all complaints.
    """
    known = {one.role_id: one.limit for one in role_limits()}
    complaints: dict[str, dict[str, str]] = {}
    chosen: dict[int, Limit] = {}
    for index, one in enumerate(wanted):
        role = one.get("role")
        if not isinstance(role, int) or role not in known:
            detail = _("There is no such role.")
            complaints[f"limits.{index}.role"] = {"code": "relation.not_found", "detail": detail}
            continue
        values: dict[str, Decimal | None] = {}
        for field in (_PERCENT, _AMOUNT):
            try:
                values[field.key] = parse(field, one.get(field.key))
            except BadValue as bad:
                complaints[f"limits.{index}.{field.key}"] = {"code": bad.code, "detail": bad.detail}
                values[field.key] = None
        chosen[role] = Limit(values["discount_percent"], values["amount"])
    if complaints:
        raise Invalid(fields=complaints)
    for role, limit in chosen.items():
        if limit == known[role]:
            continue
        ApprovalLimit.objects.update_or_create(
            role_id=role, defaults={"discount_percent": limit.discount_percent, "amount": limit.amount}
        )
        before = known[role]
        changes = {
            "discount_percent": [_said(before.discount_percent), _said(limit.discount_percent)],
            "amount": [_said(before.amount), _said(limit.amount)],
        }
        audit.record(access, "quote_limit", role, "update", changes)


def _said(value: Decimal | None) -> str | None:
    return None if value is None else format(value, "f")
