"""A handover begins, or is taken back: decided and written down at once, done in the background."""

from collections.abc import Sequence
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from headwater.handover.errors import AlreadyRunning, NotUndoable, UndoTooLate
from headwater.handover.events import HandoverStarted
from headwater.handover.models import Handover
from headwater.handover.queries import get_handover
from headwater.handover.services.planning import leaver_of, plan
from headwater.handover.services.working import start_work
from headwater.handover.types import (
    UNDO_DAYS,
    UNDO_FOR,
    WORKING,
    Account,
    Order,
    Part,
    Planned,
    State,
    Status,
)
from headwater.kernel import clock, sql
from headwater.kernel.access import Access
from headwater.kernel.errors import Invalid
from headwater.organization.errors import NotYourself
from headwater.organization.models import User
from headwater.organization.services import deactivate_user
from headwater.platform import audit
from headwater.platform.events import emit

_PIECE = 5000


@transaction.atomic
def start_handover(access: Access, order: Order) -> int:
    """Write the plan down, close the leaver's account where asked, and let a worker go; the handover's id.

    Refuses with `NotFound`, `Invalid`, `AlreadyRunning`, `NotYourself`, `MoreThanYourOwn` and whatever
    deactivating refuses.
    """
    leaver = leaver_of(access, order.leaver_id)
    if order.account != Account.KEEP and leaver.pk == access.user_id:
        raise NotYourself
    handover = _begin(access, order, leaver)
    if order.account == Account.NOW and leaver.deactivated_at is None:
        # First the account, then the count: nothing new reaches the leaver between the two.
        left = deactivate_user(access, leaver.pk)
        handover.has_deactivated = True
        handover.sessions_ended, handover.tokens_ended = left.sessions, left.tokens
    planned = plan(access, order)
    if not planned and order.account == Account.KEEP:
        raise Invalid.one("parts", "handover.nothing", _("There is nothing to hand over."))
    handover.total = len(planned)
    handover.save()
    _write_items(handover.pk, planned)
    facts: dict[str, list[Any]] = {
        "leaver": [None, leaver.pk],
        "records": [None, len(planned)],
        "account": [None, order.account.value],
    }
    audit.record(access, "handover", handover.pk, "create", facts)
    emit(HandoverStarted(handover_id=handover.pk, leaver_id=leaver.pk), access)
    start_work(handover.pk)
    return handover.pk


def _begin(access: Access, order: Order, leaver: User) -> Handover:
    moment = clock.now()
    try:
        with transaction.atomic():
            return Handover.objects.create(
                leaver=leaver,
                account=order.account,
                note=order.note.strip()[:2000],
                plan=[_as_asked(part) for part in order.parts],
                started_by_id=access.user_id,
                started_at=moment,
                worked_at=moment,
            )
    except IntegrityError as clash:
        if "handover_one_at_a_time" not in str(clash):
            raise
        raise _running(leaver) from None


def _running(leaver: User) -> AlreadyRunning:
    other = Handover.objects.filter(leaver=leaver, status__in=WORKING).first()
    return AlreadyRunning(name=leaver.name, handover=None if other is None else other.pk)


def _as_asked(part: Part) -> dict[str, object]:
    return {
        "kind": part.kind,
        "mode": part.mode.value,
        "people": [{"id": user_id, "weight": weight} for user_id, weight in part.people],
        "pool": part.pool_id,
        "where": part.where,
    }


def _write_items(handover_id: int, planned: Sequence[Planned]) -> None:
    for start in range(0, len(planned), _PIECE):
        piece = planned[start : start + _PIECE]
        sql.execute(
            "INSERT INTO handover_handoveritem (handover_id, kind, record_id, part, to_owner_id, to_pool_id,"
            " state, code, over_cap, before, undone, undo_code)"
            " SELECT %s, x.kind, x.id, x.part, x.owner_id, x.pool_id, %s, '', FALSE, '{}', '', ''"
            " FROM unnest(%s::text[], %s::bigint[], %s::int[], %s::bigint[], %s::bigint[])"
            " AS x (kind, id, part, owner_id, pool_id)",
            (
                handover_id,
                State.WAITING.value,
                [one.kind for one in piece],
                [one.record_id for one in piece],
                [one.part for one in piece],
                [one.owner_id for one in piece],
                [one.pool_id for one in piece],
            ),
        )


@transaction.atomic
def undo_handover(access: Access, handover_id: int) -> Handover:
    """Take a finished handover back, within seven days; asking twice changes nothing.

    Each record comes back that still is where the handover put it; the others are listed. The leaver's
    account stays as it is. Refuses with `NotFound`, `NotUndoable`, `UndoTooLate` and `AlreadyRunning`.
    """
    handover = get_handover(access, handover_id, lock=True)
    if handover.status in (Status.UNDOING, Status.UNDONE):
        return handover
    status = Status(handover.status)
    if status != Status.DONE or handover.finished_at is None:
        raise NotUndoable(status=status.value, label=status.label)
    moment = clock.now()
    if moment > handover.finished_at + UNDO_FOR:
        raise UndoTooLate(days=UNDO_DAYS)
    handover.status = Status.UNDOING
    handover.undo_by_id, handover.undo_at, handover.worked_at = access.user_id, moment, moment
    handover.version += 1
    try:
        with transaction.atomic():
            handover.save()
    except IntegrityError as clash:
        if "handover_one_at_a_time" not in str(clash):
            raise
        raise _running(handover.leaver) from None
    audit.record(access, "handover", handover.pk, "undo", {"status": [Status.DONE, Status.UNDOING]})
    start_work(handover.pk)
    return handover
