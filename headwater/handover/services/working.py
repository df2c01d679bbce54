"""The work of a worker on one handover: chunk after chunk, each one transaction with its results.

A chunk commits its records, their history and events, and what became of each, or nothing. So a killed
worker loses and doubles nothing; whoever takes the handover up goes on where the last commit was.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import orjson
import structlog
from django.db import InterfaceError, OperationalError, connection, transaction

from headwater.handover.events import HandoverFinished, HandoverUndone
from headwater.handover.models import Handover
from headwater.handover.services.planning import deal
from headwater.handover.types import Account, State, Status, Undone
from headwater.kernel import clock, sql
from headwater.kernel.access import Access, load_actor, permit, system_access
from headwater.kernel.errors import DomainError
from headwater.organization.belongings import Belonging, Gift, Given, Lent, transferable
from headwater.organization.queries import active_ids
from headwater.organization.services import deactivate_user
from headwater.platform import audit
from headwater.platform.events import emit
from headwater.platform.jobs import defer, is_stopping, task

CHUNK = 1000

log = structlog.get_logger(__name__)
Step = Callable[[Handover, int], bool]


@task("handover.work", queue="long", retries=3)
def work_in_background(*, handover_id: int) -> None:
    """Move on with a handover, or with taking it back."""
    work_on(handover_id)


def start_work(handover_id: int) -> None:
    """Have a worker move on with it."""
    defer(work_in_background, handover_id=handover_id)


def work_on(handover_id: int) -> None:
    """Bring a handover to its end. Safe to call any number of times, anywhere, at once."""
    limit = CHUNK
    while True:
        if is_stopping():
            start_work(handover_id)
            return
        try:
            if not _one_chunk(handover_id, limit):
                return
            limit = CHUNK
        except (OperationalError, InterfaceError):
            raise  # the database is away: the job is tried again
        except Exception as failure:
            if connection.connection is None or connection.connection.closed:
                raise
            log.exception("handover.chunk_failed", handover=handover_id, limit=limit, error=repr(failure))
            if limit == 1:
                _set_aside(handover_id)
            limit = max(1, limit // 10)


@transaction.atomic
def _one_chunk(handover_id: int, limit: int) -> bool:
    """The next chunk; whether there may be more."""
    # A worker that died holds nothing; one that lives is waited for, so chunks come one after another.
    handover = Handover.objects.select_for_update().filter(pk=handover_id).first()
    if handover is None or not Status(handover.status).is_working:
        return False
    step: Step = _give if handover.status == Status.RUNNING else _take_back
    more = step(handover, limit)
    handover.worked_at = clock.now()
    handover.save()
    return more


def _access(user_id: int | None) -> Access:
    """In the name of who ordered it, with what they may do now; by the system when they left meanwhile."""
    try:
        if user_id is not None:
            return permit(load_actor(user_id), "handover.run")
    except DomainError:
        log.info("handover.ordered_by_somebody_gone", user_id=user_id)
    return system_access("handover.run")


def mark_of(handover_id: int) -> str:
    """How the ledger names a handover."""
    return f"handover:{handover_id}"


def _rows(handover: Handover, condition: str, limit: int) -> list[dict[str, Any]]:
    """The next rows of one kind."""
    return sql.rows(
        "SELECT id, kind, record_id, part, to_owner_id, to_pool_id, before::text AS before"
        f" FROM handover_handoveritem WHERE handover_id = %s AND {condition} AND kind = (SELECT kind"
        f"  FROM handover_handoveritem WHERE handover_id = %s AND {condition} ORDER BY id LIMIT 1)"
        " ORDER BY id LIMIT %s",
        (handover.pk, handover.pk, limit),
    )


def _kind(key: str) -> Belonging | None:
    return next((kind for kind in transferable() if kind.key == key), None)


# --- handing over

_WAITING = "state = 'waiting'"


def _give(handover: Handover, limit: int) -> bool:
    rows = _rows(handover, _WAITING, limit)
    access = _access(handover.started_by_id)
    if not rows:
        _finish(handover, access)
        return False
    kind = _kind(rows[0]["kind"])
    gifts = _gifts(handover, rows)
    if kind is None or kind.holding is None:  # a room that is gone keeps what it had
        given = [Given(gift.record_id, "unexpected") for gift in gifts]
    else:
        given = kind.holding.give(access, handover.leaver_id, gifts, mark=mark_of(handover.pk))
    _keep(rows, gifts, given)
    handover.done_count += sum(not one.code for one in given)
    handover.kept_count += sum(bool(one.code) for one in given)
    handover.over_cap_count += sum(one.over_cap for one in given)
    return True


def _gifts(handover: Handover, rows: Sequence[Mapping[str, Any]]) -> list[Gift]:
    """As planned; what was meant for somebody who left meanwhile is dealt among the others of its part."""
    wanted = {row["to_owner_id"] for row in rows if row["to_owner_id"] is not None}
    gone = wanted - active_ids(wanted)
    moved: dict[int, int] = {}
    for part in {row["part"] for row in rows if row["to_owner_id"] in gone}:
        people = [(one["id"], one["weight"]) for one in handover.plan[part]["people"]]
        present = active_ids({user_id for user_id, _weight in people})
        orphans = [row["id"] for row in rows if row["part"] == part and row["to_owner_id"] in gone]
        others = [(user_id, weight) for user_id, weight in people if user_id in present]
        moved |= dict(zip(orphans, deal(len(orphans), others), strict=False))
    return [
        Gift(row["record_id"], moved.get(row["id"], row["to_owner_id"]), row["to_pool_id"]) for row in rows
    ]


def _keep(rows: Sequence[Mapping[str, Any]], gifts: Sequence[Gift], given: Sequence[Given]) -> None:
    results = {one.record_id: one for one in given}
    owners = {gift.record_id: gift.owner_id for gift in gifts}
    ordered = [results[row["record_id"]] for row in rows]
    sql.execute(
        "UPDATE handover_handoveritem i SET state = CASE WHEN x.code = '' THEN %s ELSE %s END, code = x.code,"
        " over_cap = x.over_cap, before = x.before, to_owner_id = x.owner_id"
        " FROM unnest(%s::bigint[], %s::text[], %s::boolean[], %s::jsonb[], %s::bigint[])"
        " AS x (id, code, over_cap, before, owner_id) WHERE i.id = x.id",
        (
            State.DONE.value,
            State.KEPT.value,
            [row["id"] for row in rows],
            [one.code for one in ordered],
            [one.over_cap for one in ordered],
            [orjson.dumps(dict(one.before)).decode() for one in ordered],
            [owners[row["record_id"]] for row in rows],
        ),
    )


def _finish(handover: Handover, access: Access) -> None:
    if handover.account == Account.AFTER:
        try:
            with transaction.atomic():
                left = deactivate_user(access, handover.leaver_id)
                handover.has_deactivated = True
                handover.sessions_ended, handover.tokens_ended = left.sessions, left.tokens
        except DomainError as refusal:  # the records have gone; the account is then a matter of its own
            log.warning("handover.account_kept", handover=handover.pk, code=refusal.code)
    handover.status, handover.finished_at = Status.DONE, clock.now()
    handover.version += 1
    counts = {"done": [0, handover.done_count], "kept": [0, handover.kept_count]}
    audit.record(access, "handover", handover.pk, "finish", counts)
    emit(HandoverFinished(handover_id=handover.pk, leaver_id=handover.leaver_id), access)


# --- taking back

_TO_RETURN = "state = 'done' AND undone = ''"


def _take_back(handover: Handover, limit: int) -> bool:
    rows = _rows(handover, _TO_RETURN, limit)
    access = _access(handover.undo_by_id)
    if not rows:
        handover.status, handover.undone_at = Status.UNDONE, clock.now()
        handover.version += 1
        counts = {"back": [0, handover.back_count], "left": [0, handover.left_count]}
        audit.record(access, "handover", handover.pk, "undone", counts)
        emit(HandoverUndone(handover_id=handover.pk, leaver_id=handover.leaver_id), access)
        return False
    lent = [
        Lent(row["record_id"], row["to_owner_id"], row["to_pool_id"], orjson.loads(row["before"]))
        for row in rows
    ]
    kind = _kind(rows[0]["kind"])
    if kind is None or kind.holding is None:
        codes = {one.record_id: "unexpected" for one in lent}
    else:
        codes = kind.holding.take_back(access, handover.leaver_id, lent, mark=mark_of(handover.pk))
    sql.execute(
        "UPDATE handover_handoveritem i SET undone = CASE WHEN x.code = '' THEN %s ELSE %s END,"
        " undo_code = x.code FROM unnest(%s::bigint[], %s::text[]) AS x (id, code) WHERE i.id = x.id",
        (
            Undone.BACK.value,
            Undone.LEFT.value,
            [row["id"] for row in rows],
            [codes[row["record_id"]] for row in rows],
        ),
    )
    handover.back_count += sum(not code for code in codes.values())
    handover.left_count += sum(bool(code) for code in codes.values())
    return True


@transaction.atomic
def _set_aside(handover_id: int) -> None:
    """One record that the database refuses must not hold up the others: it stays, and is listed."""
    handover = Handover.objects.select_for_update().get(pk=handover_id)
    if handover.status == Status.RUNNING:
        rows = _rows(handover, _WAITING, 1)
        _keep(
            rows,
            [Gift(row["record_id"], row["to_owner_id"], row["to_pool_id"]) for row in rows],
            [Given(row["record_id"], "unexpected") for row in rows],
        )
        handover.kept_count += len(rows)
    else:
        rows = _rows(handover, _TO_RETURN, 1)
        sql.execute(
            "UPDATE handover_handoveritem SET undone = %s, undo_code = 'unexpected'"
            " WHERE id = ANY(%s::bigint[])",
            (Undone.LEFT.value, [row["id"] for row in rows]),
        )
        handover.left_count += len(rows)
    handover.save()
