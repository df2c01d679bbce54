"""Asking for a lead that a look-up found; its owner, or who may assign their leads, answers."""

from typing import Any

from django.db import IntegrityError, transaction

from headwater.handover.errors import AlreadyAnswered, AlreadyAsked, CannotTakeOver
from headwater.handover.events import TakeOverAnswered, TakeOverAsked
from headwater.handover.models import LookUp, TakeOver
from headwater.handover.services.looking_up import requestable
from headwater.handover.types import Answer
from headwater.kernel import clock, sql
from headwater.kernel.access import Access
from headwater.kernel.errors import NotFound
from headwater.leads.errors import Inactive
from headwater.leads.services import lock_books
from headwater.leads.services.claiming import cap_refusal
from headwater.leads.services.moving import move
from headwater.leads.types import Place, Why
from headwater.platform import audit
from headwater.platform.events import emit
from headwater.pools.queries import pools_by_id

_LEAD = (
    "SELECT id, name, status, owner_id, home_pool_id FROM leads_lead"
    " WHERE id = %s AND archived_at IS NULL FOR UPDATE"
)


@transaction.atomic
def ask_for(access: Access, look_up_id: int, number: int, *, note: str = "") -> int:
    """Ask for hit `number` of one's own look-up; the request's id. Owner and their manager are told.

    Refuses with `NotFound`, `CannotTakeOver` and `AlreadyAsked`.
    """
    looked = LookUp.objects.filter(pk=look_up_id, user_id=access.user_id or 0).first()
    if looked is None or not 0 <= number < len(looked.hits):
        raise NotFound(record="look_up", id=look_up_id)
    lead_id = looked.hits[number][1]
    lead = _lock_lead(lead_id)
    if lead is None or not requestable(access, lead):
        raise CannotTakeOver
    try:
        with transaction.atomic():
            made = TakeOver.objects.create(
                lead_id=lead_id,
                owner_id=lead["owner_id"],
                asked_by_id=looked.user_id,
                asked_at=clock.now(),
                note=note.strip()[:2000],
            )
    except IntegrityError as clash:
        if "take_over_asked_once" not in str(clash):
            raise
        raise AlreadyAsked from None
    audit.record(access, "lead", lead_id, "take_over_asked", {"asked_by": [None, access.user_id]})
    emit(TakeOverAsked(take_over_id=made.pk), access)
    return made.pk


def _lock_lead(lead_id: int) -> dict[str, Any] | None:
    found = sql.rows(_LEAD, (lead_id,))
    return found[0] if found else None


def may_answer(access: Access, request: TakeOver) -> bool:
    """The lead's owner, or who may assign the owner's leads."""
    if request.owner_id == access.user_id:
        return True
    return access.may("leads.assign") and access.also("leads.assign").reach.covers(request.owner_id)


def get_take_over(access: Access, request_id: int, *, lock: bool = False) -> TakeOver:
    """A request that the reader made or may answer; `NotFound` otherwise."""
    found = TakeOver.objects.select_for_update() if lock else TakeOver.objects
    request = found.filter(pk=request_id).first()
    if request is None or not (request.asked_by_id == access.user_id or may_answer(access, request)):
        raise NotFound(record="take_over", id=request_id)
    return request


@transaction.atomic
def answer(access: Access, request_id: int, *, accept: bool, reply: str = "") -> TakeOver:
    """Give the lead to who asked, within their caps, or decline. The same answer again changes nothing.

    Refuses with `NotFound`, `AlreadyAnswered`, `Inactive`, `CapReached` or `PoolCapReached`.
    """
    request = get_take_over(access, request_id, lock=True)
    if not may_answer(access, request):
        raise NotFound(record="take_over", id=request_id)
    wanted = Answer.ACCEPTED if accept else Answer.DECLINED
    if request.answer == wanted:
        return request
    if request.answer != Answer.WAITING:
        raise AlreadyAnswered(label=Answer(request.answer).label)
    if accept and not _give(access, request):
        wanted = Answer.VOID  # it changed hands since: there is nothing left to give
    request.answer, request.answered_by_id, request.answered_at = wanted, access.user_id, clock.now()
    request.reply = reply.strip()[:2000]
    request.save()
    emit(TakeOverAnswered(take_over_id=request.pk), access)
    audit.record(access, "lead", request.lead_id, "take_over_answered", {"answer": ["waiting", wanted.value]})
    return request


def _give(access: Access, request: TakeOver) -> bool:
    """Move the lead, books first; False when it is no longer the asked owner's."""
    book = lock_books([request.asked_by_id])[request.asked_by_id]
    lead = _lock_lead(request.lead_id)
    if lead is None or lead["owner_id"] != request.owner_id or lead["status"] in ("converted", "invalid"):
        return False
    if not book.is_active:
        raise Inactive(owner_id=book.user_id, owner=book.name)
    full = cap_refusal(book, pools_by_id([lead["home_pool_id"] or 0]).get(lead["home_pool_id"]))
    if full is not None:
        raise full
    move({request.lead_id: Place.of_owner(book.user_id)}, access, why=Why.TRANSFERRED, note=request.note)
    return True
