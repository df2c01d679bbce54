"""A delivery at the door: is it the sender's, is it in time, is it new. What passes is kept in one INSERT."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import orjson

from headwater.hooks import paths, signing
from headwater.hooks.bodies import read_body
from headwater.hooks.models import Hook
from headwater.hooks.presets import is_ping
from headwater.hooks.services.hooks import secrets_of
from headwater.hooks.signing import Incoming
from headwater.hooks.types import Signing, State
from headwater.kernel import clock
from headwater.kernel.sql import execute, value

_MOST_NUMBER = 100


@dataclass(frozen=True, slots=True)
class Kept:
    """The delivery; `is_new` is False for a repetition."""

    delivery_id: int
    is_new: bool
    state: State


@dataclass(frozen=True, slots=True)
class Read:
    """A delivery that was found good: its number and its body."""

    number: str
    body: Mapping[str, Any] | Sequence[Any]


def read_delivery(hook: Hook, incoming: Incoming) -> Read:
    """Check and read; nothing is written. Refuses `Unsigned`, `Expired`, `Unreadable`, `Tangled`."""
    number = signing.verify(Signing(hook.signing), secrets_of(hook), incoming, clock.now())
    body = read_body(incoming.content_type, incoming.body)
    return Read(_number(hook, number, incoming.body, body), body)


def keep(hook: Hook, read: Read) -> Kept:
    """Put it into the table, once for each number."""
    state = State.PING if is_ping(hook.preset, read.body) else State.KEPT
    moment = clock.now()
    made = value(
        "INSERT INTO hooks_delivery (hook_id, number, at, body, state, tries, code, detail, is_new, done_at)"
        " VALUES (%s, %s, %s, %s::jsonb, %s, 0, '', '', FALSE, %s) ON CONFLICT DO NOTHING RETURNING id",
        (
            hook.pk,
            read.number,
            moment,
            orjson.dumps(read.body).decode(),
            state,
            moment if state == State.PING else None,
        ),
    )
    if made is not None:
        return Kept(made, is_new=True, state=state)
    known = "SELECT id FROM hooks_delivery WHERE hook_id = %s AND number = %s"
    return Kept(value(known, (hook.pk, read.number)), is_new=False, state=state)


def count_refused(hook_id: int, code: str) -> None:
    """Somebody was turned away; the hook's page says how often and why the last time."""
    moment = clock.now()
    execute(
        "INSERT INTO hooks_hookday (hook_id, day, refused, last_code, last_at) VALUES (%s, %s, 1, %s, %s)"
        " ON CONFLICT (hook_id, day) DO UPDATE SET refused = hooks_hookday.refused + 1,"
        " last_code = EXCLUDED.last_code, last_at = EXCLUDED.last_at",
        (hook_id, clock.today(), code[:60], moment),
    )


def _number(hook: Hook, signed: str | None, raw: bytes, body: Any) -> str:
    """What tells this delivery from others: the signed number, that in the body, or the body itself."""
    if signed is not None:
        return _short("id", signed)
    found = paths.find(body, paths.read(hook.id_path)) if hook.id_path else None
    if isinstance(found, str | int) and str(found).strip():
        return _short("body", str(found).strip())
    return f"sha256:{hashlib.sha256(raw).hexdigest()}"


def _short(kind: str, text: str) -> str:
    text = text.replace("\x00", "")
    if len(text) > _MOST_NUMBER:
        text = hashlib.sha256(text.encode()).hexdigest()
    return f"{kind}:{text}"
