"""Of the reports that somebody asks for one after another at one place, only the newest is computed.

While a report is being built each change asks for a preview, and the one before may still be read. Such
reports are read over a connection of their own, opened for the one report and closed after it, which bears
the name of who asks where, and when. Whoever asks anew there ends older connections of that name: nobody
else's work, and nothing else of the same person, is ever on one of them.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from django.db import OperationalError, connections

from headwater.insight.errors import ReportOvertaken
from headwater.kernel.access import Access

_OWN = "reports_of_one"  # the alias of the connection while it is open, in its thread alone
_OLDER = (
    " FROM pg_stat_activity WHERE datname = current_database() AND usename = current_user"
    ' AND starts_with(application_name, %s) AND application_name COLLATE "C" < %s'
)


@dataclass(frozen=True, slots=True)
class _Turn:
    """One asking: `seat` is the same for all that follow each other, `name` rises from one to the next."""

    seat: str
    name: str


_turn: ContextVar[_Turn | None] = ContextVar("turn_of_reports", default=None)


@contextmanager
def newest_only(access: Access, place: str) -> Iterator[None]:
    """What is computed within is given up with `ReportOvertaken` once the same person asks anew at `place`.

    `place` is any text of the caller's, one for each page that asks; without one nothing is given up.
    """
    token = _turn.set(_made(access, place))
    try:
        yield
    finally:
        _turn.reset(token)


def may_be_overtaken() -> bool:
    """Whether what is computed here is given up once the same is asked anew."""
    return _turn.get() is not None


def leave(access: Access, place: str, alias: str) -> int:
    """End what is still being computed for somebody who left `place`; how many."""
    turn = _made(access, place)
    if turn is None or not _is_possible(alias):
        return 0
    return _end_older(alias, turn)


def _made(access: Access, place: str) -> _Turn | None:
    if not place or access.user_id is None:
        return None
    seat = "headwater " + sha256(f"{access.user_id} {place}".encode()).hexdigest()[:24] + " "
    return _Turn(seat, f"{seat}{time.time_ns() // 1000:016d}")


@contextmanager
def connected(alias: str) -> Iterator[str]:
    """The alias of the connection to read over: the usual one, or one that may be ended from elsewhere.

    Older ones of the same seat are ended. Raises `ReportOvertaken` when there is a newer one already.
    """
    turn = _turn.get()
    own = _opened(alias, turn) if turn is not None and _is_possible(alias) else None
    if turn is None or own is None:
        yield alias
        return
    connections[_OWN] = own
    try:
        with own.cursor() as cursor:
            later = _OLDER.replace("<", ">")
            cursor.execute(f"SELECT EXISTS (SELECT{later})", (turn.seat, turn.name))
            if cursor.fetchone()[0]:
                raise ReportOvertaken
        _end_older(_OWN, turn)
        yield _OWN
    finally:
        own.close()
        del connections[_OWN]


def _opened(alias: str, turn: _Turn) -> Any:
    """A connection beside the pool that bears the name of the turn; None when the server takes no more."""
    own = connections[alias].copy(_OWN)
    own.settings_dict["OPTIONS"].pop("pool", None)
    own.settings_dict["OPTIONS"]["application_name"] = turn.name
    try:
        own.ensure_connection()
    except OperationalError:
        return None
    return own


def _is_possible(alias: str) -> bool:
    """Not within a transaction, whose rows a second connection does not see; and not behind a pooler that
    gives sessions to whoever comes next.
    """
    usual: Any = connections[alias]
    return not usual.in_atomic_block and not usual.settings_dict["DISABLE_SERVER_SIDE_CURSORS"]


def _end_older(alias: str, turn: _Turn) -> int:
    with connections[alias].cursor() as cursor:
        cursor.execute(f"SELECT count(pg_terminate_backend(pid)){_OLDER}", (turn.seat, turn.name))
        return int(cursor.fetchone()[0])
