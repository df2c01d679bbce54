"""What asks for an act and is not acted on goes to the next person up the reporting line.

The line and the working time are the organization's: it plugs both in. Without a line an escalation ends with
the person asked first; without working time seconds are natural ones.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import orjson
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from headwater.kernel import clock, sql
from headwater.kernel.access import Access, system_access
from headwater.kernel.errors import NotFound
from headwater.platform import audit
from headwater.platform.events import emit
from headwater.platform.notifications.events import EscalationMoved
from headwater.platform.notifications.kinds import addresses, kind_of, register_kind
from headwater.platform.notifications.sending import Notice, notify_each
from headwater.platform.notifications.types import EscalationState

NextUp = Callable[[int, Collection[int]], int | None]
WorkingDue = Callable[[int, datetime, int], datetime]

_COLUMNS = (
    "id, key, kind, params::text AS params, record_type, record_id, url, within_seconds, max_steps,"
    " reading_is_enough, told::text AS told, state, due_at, created_at, ended_at, ended_by_id"
)


def _natural(_user_id: int, moment: datetime, seconds: int) -> datetime:
    return moment + timedelta(seconds=seconds)


def _nobody(_user_id: int, _told: Collection[int]) -> int | None:
    return None


_line: list[NextUp] = [_nobody]
_working_due: list[WorkingDue] = [_natural]


def register_reporting_line(next_up: NextUp) -> None:
    """Who stands above a person and was not told yet, or None at the top; inactive people are passed over."""
    _line[:] = [next_up]


def register_working_due(working_due: WorkingDue) -> None:
    """The moment that lies so many of a person's working seconds after another."""
    _working_due[:] = [working_due]


@dataclass(frozen=True, slots=True)
class Escalated:
    """An escalation as it stands; `told` begins with the person asked first."""

    id: int
    key: str
    kind: str
    params: dict[str, Any]
    record_type: str
    record_id: int | None
    url: str
    within_seconds: int
    max_steps: int
    reading_is_enough: bool
    told: list[int]
    state: EscalationState
    due_at: datetime
    created_at: datetime
    ended_at: datetime | None
    ended_by_id: int | None

    @property
    def holder_id(self) -> int:
        """Whom it waits for now."""
        return self.told[-1]


def _read(row: dict[str, Any]) -> Escalated:
    params, told = orjson.loads(row["params"]), orjson.loads(row["told"])
    return Escalated(**row | {"params": params, "told": told, "state": EscalationState(row["state"])})


@transaction.atomic
def escalate(
    recipient_id: int,
    kind: str,
    *,
    key: str,
    within: timedelta,
    params: Mapping[str, Any] | None = None,
    record_type: str = "",
    record_id: int | None = None,
    url: str = "",
    max_steps: int = 2,
    reading_is_enough: bool = False,
) -> int:
    """Ask a person for an act, and those above one after the other until somebody acts; the escalation's id.

    Each has `within` of their working time. `max_steps` is how often it goes up (2: manager, then director).
    It ends by `acknowledge`, by `acknowledge_record`, or with `reading_is_enough` when the person it waits
    for has read it. The same `key` again changes and tells nothing.
    """
    if kind_of(kind) is None:
        raise LookupError(f"unknown notification kind {kind!r}: register it")
    now, seconds = clock.now(), int(within.total_seconds())
    made = sql.values(
        "INSERT INTO platform_escalation (key, kind, params, record_type, record_id, url, within_seconds,"
        " max_steps, reading_is_enough, told, due_at, created_at)"
        " VALUES (%s, %s, %s::jsonb, %s, %s, %s, %s, %s, %s, %s::jsonb, %s, %s)"
        " ON CONFLICT (key) DO NOTHING RETURNING id",
        (
            key,
            kind,
            orjson.dumps(dict(params or {}), default=str).decode().replace("\\u0000", ""),
            record_type,
            record_id,
            url,
            seconds,
            max_steps,
            reading_is_enough,
            orjson.dumps([recipient_id]).decode(),
            _working_due[0](recipient_id, now, seconds),
            now,
        ),
    )
    if not made:
        return int(sql.value("SELECT id FROM platform_escalation WHERE key = %s", (key,)))
    notice = Notice(recipient_id, params or {}, record_type, record_id, url, _dedupe(made[0], 0), made[0])
    notify_each([notice], kind)
    return int(made[0])


def _dedupe(escalation_id: int, step: int) -> str:
    return f"escalation:{escalation_id}:{step}"


def acknowledge(access: Access, key: str) -> bool:
    """Somebody acted: it goes no further. False when it had ended, or there is none of this key."""
    return _acknowledge(access, access.user_id, "key = %s", (key,)) > 0


def acknowledge_record(access: Access, record_type: str, record_id: int, *, kind: str = "") -> int:
    """Somebody acted on the record: everything open about it (of one kind) goes no further; how many."""
    where = "record_type = %s AND record_id = %s AND (%s = '' OR kind = %s)"
    return _acknowledge(access, access.user_id, where, (record_type, record_id, kind, kind))


def acknowledge_records(
    access: Access, record_type: str, record_ids: Sequence[int], *, kinds: Collection[str]
) -> int:
    """Somebody acted on many records: everything open about them of these kinds goes no further; how many."""
    where = "record_type = %s AND record_id = ANY(%s::bigint[]) AND kind = ANY(%s)"
    return _acknowledge(access, access.user_id, where, (record_type, list(record_ids), list(kinds)))


def acknowledge_mine(user_id: int, escalation_id: int) -> None:
    """Take it on oneself: only who was told may; `NotFound` otherwise. Again does nothing."""
    found = sql.rows(f"SELECT {_COLUMNS} FROM platform_escalation WHERE id = %s", (escalation_id,))
    if not found or user_id not in _read(found[0]).told:
        raise NotFound(record="escalation", id=escalation_id)
    _acknowledge(system_access("escalations.acknowledge"), user_id, "id = %s", (escalation_id,))


@transaction.atomic
def _acknowledge(access: Access, by: int | None, where: str, params: tuple[Any, ...]) -> int:
    ended = sql.rows(
        "UPDATE platform_escalation SET state = 'acknowledged', ended_at = %s, ended_by_id = %s"
        f" WHERE state = 'open' AND {where} RETURNING {_COLUMNS}",
        (clock.now(), by, *params),
    )
    for row in ended:
        _moved(access, _read(row), "acknowledge")
    return len(ended)


def _moved(access: Access, now: Escalated, action: str) -> None:
    changes: dict[str, list[Any]] = {"state": ["open", now.state.value], "told": [None, now.told]}
    if now.ended_by_id is not None:
        changes["ended_by"] = [None, now.ended_by_id]
    audit.record(access, "escalation", now.id, action, changes)
    emit(
        EscalationMoved(
            id=now.id,
            key=now.key,
            state=now.state.value,
            told=now.told,
            record_type=now.record_type,
            record_id=now.record_id,
        ),
        access,
    )


def open_escalations(user_id: int) -> list[Escalated]:
    """Those that the person was told of and nobody took care of, the oldest first."""
    found = sql.rows(
        f"SELECT {_COLUMNS} FROM platform_escalation WHERE state = 'open' AND told @> %s::jsonb ORDER BY id",
        (orjson.dumps([user_id]).decode(),),
    )
    return [_read(row) for row in found]


def step_up_due(*, limit: int = 500) -> int:
    """Take what was not acted on in time one step up; how many were looked at. Safe with several workers."""
    seen = 0
    while seen < limit and _step_one():
        seen += 1
    return seen


@transaction.atomic
def _step_one() -> bool:
    found = sql.rows(
        f"SELECT {_COLUMNS} FROM platform_escalation WHERE state = 'open' AND due_at <= %s"
        " ORDER BY due_at LIMIT 1 FOR UPDATE SKIP LOCKED",
        (clock.now(),),
    )
    if not found:
        return False
    present = _read(found[0])
    if present.reading_is_enough and _was_read(present):
        _end(present, EscalationState.ACKNOWLEDGED, present.holder_id)
        return True
    steps = len(present.told) - 1
    above = _line[0](present.holder_id, present.told) if steps < present.max_steps else None
    if above is None or above in present.told:
        _end(present, EscalationState.UNANSWERED, None)
    else:
        _tell(present, above)
    return True


def _was_read(present: Escalated) -> bool:
    return bool(
        sql.values(
            "SELECT 1 FROM platform_notification"
            " WHERE recipient_id = %s AND dedupe_key = %s AND read_at IS NOT NULL",
            (present.holder_id, _dedupe(present.id, len(present.told) - 1)),
        )
    )


def _end(present: Escalated, state: EscalationState, by: int | None) -> None:
    ended = sql.rows(
        "UPDATE platform_escalation SET state = %s, ended_at = %s, ended_by_id = %s WHERE id = %s"
        f" RETURNING {_COLUMNS}",
        (str(state), clock.now(), by, present.id),
    )
    _moved(system_access("escalations.step"), _read(ended[0]), "end")


def _tell(present: Escalated, above: int) -> None:
    """The next one up hears who has not acted, on what; the clock starts anew for them."""
    now, told = clock.now(), [*present.told, above]
    moved = sql.rows(
        f"UPDATE platform_escalation SET told = %s::jsonb, due_at = %s WHERE id = %s RETURNING {_COLUMNS}",
        (orjson.dumps(told).decode(), _working_due[0](above, now, present.within_seconds), present.id),
    )
    names = addresses(present.told)
    passed = [names[person].name for person in present.told if person in names and names[person].name]
    params = {"names": passed, "kind": present.kind, "params": present.params}
    key = _dedupe(present.id, len(told) - 1)
    notice = Notice(
        above, params, present.record_type, present.record_id, present.url, key, escalation_id=present.id
    )
    notify_each([notice], KIND)
    _moved(system_access("escalations.step"), _read(moved[0]), "step")


KIND = "escalation.raised"


def register_escalation_kind() -> None:
    """Make the kind known that reaches the people up the line."""
    register_kind(
        KIND,
        label=_("Somebody did not act in time"),
        text=_("%(names)s did not act in time: %(text)s"),
        icon="triangle-alert",
        group=_("Escalations"),
        email=True,
        compose=_words,
    )


def _words(params: Mapping[str, Any]) -> str:
    """The sentence that the first one read, and who read it in vain."""
    kind = kind_of(str(params.get("kind", "")))
    known, inner = kind_of(KIND), params.get("params")
    text = kind.words(inner) if kind and isinstance(inner, dict) else str(params.get("kind", ""))
    names = "、".join(params.get("names") or []) or "—"
    return str(known.text) % {"names": names, "text": text} if known else text
