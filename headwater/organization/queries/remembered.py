"""People and their rights, remembered between requests for as long as nothing about the company changes.

One number in the database (`organization_stamp`) changes with every change of people, departments, roles,
grants and field rules, in whichever process; triggers see to it. What was read under a number is good for as
long as that number stands, so a right that is taken away is gone with the next click. Its values never
repeat, not even after a rollback.
"""

from collections import OrderedDict
from collections.abc import Callable, Hashable
from threading import Lock
from typing import Any, TypeVar

from django.db import connection

from headwater.kernel import sql
from headwater.kernel.access import Actor

T = TypeVar("T")
Stamp = tuple[str, int]
LIMIT = 512  # things kept: two for a person who is about

_lock = Lock()
_kept: OrderedDict[Hashable, Any] = OrderedDict()
_kept_under: list[Stamp] = []


def company_stamp() -> Stamp:
    """The number now, with the database it belongs to."""
    value = sql.value("SELECT value FROM organization_stamp")
    return str(connection.settings_dict["NAME"]), int(value)


def remembered(stamp: Stamp, key: Hashable, make: Callable[[], T]) -> T:
    """What `make` gave for `key` under this stamp; made now when it is not known.

    `stamp` must have been read before `make` reads: newer facts under an older number do no harm.
    """
    with _lock:
        if _kept_under != [stamp]:
            _kept.clear()
            _kept_under[:] = [stamp]
        if key in _kept:
            _kept.move_to_end(key)
            found: T = _kept[key]
            return found
    made = make()
    with _lock:
        if _kept_under == [stamp]:
            _kept[key] = made
            while len(_kept) > LIMIT:
                _kept.popitem(last=False)
    return made


def remembered_of(actor: Actor, what: str, make: Callable[[], T]) -> T:
    """What `make` gives about an actor, remembered under the state that their rights are of.

    For facts whose tables renew the number too, by a trigger of their own.
    """
    if actor.stamp is None or actor.id is None:
        return make()
    return remembered(actor.stamp, (what, actor.id, actor.token_id), make)


def remembered_now(key: Hashable, make: Callable[[], T]) -> tuple[T, Stamp]:
    """What `make` gives for `key` at the present stamp, and that stamp."""
    stamp = company_stamp()
    return remembered(stamp, key, make), stamp
