"""Dead letters: tried again after the mapping was mended, or put aside with a reason."""

from datetime import timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from headwater.hooks.errors import NotFailed
from headwater.hooks.events import HookRetryAsked
from headwater.hooks.models import Delivery
from headwater.hooks.queries import delivery_of, hook_by_id, waiting
from headwater.hooks.services.capturing import capture_kept
from headwater.hooks.types import State
from headwater.kernel import clock
from headwater.kernel.access import Access
from headwater.kernel.errors import Invalid
from headwater.kernel.sql import execute, values
from headwater.platform import audit
from headwater.platform.events import emit

_AT_ONCE = 200
_AT_MOST = 5000


def retry(access: Access, hook_id: int, delivery_id: int) -> State:
    """Try one again now, with the present mapping; what became of it. Refuses `NotFound`, `NotFailed`.

    It is the same delivery with the same key, so trying twice makes nothing twice.
    """
    with transaction.atomic():
        delivery = _failed(access, hook_id, delivery_id)
        _keep_again([delivery.pk])
        audit.record(access, "hook", hook_id, "retry_delivery", {"delivery": [None, delivery_id]})
    capture_kept(delivery_id)
    return State(delivery_of(access, hook_id, delivery_id).state)


@transaction.atomic
def retry_all(access: Access, hook_id: int) -> int:
    """Let the worker try all dead letters of a hook again; how many. Called again it finds none left."""
    hook_by_id(access, hook_id)
    ids = values(
        "SELECT id FROM hooks_delivery WHERE hook_id = %s AND state = 'failed' AND body IS NOT NULL"
        " ORDER BY id FOR NO KEY UPDATE SKIP LOCKED",
        (hook_id,),
    )
    if ids:
        _keep_again(ids)
        audit.record(access, "hook", hook_id, "retry_deliveries", {"deliveries": [None, len(ids)]})
        emit(HookRetryAsked(hook_id=hook_id, count=len(ids)), access)
    return len(ids)


@transaction.atomic
def discard(access: Access, hook_id: int, delivery_id: int, reason: str) -> None:
    """Nothing will be made of it; the reason stays. Refuses `NotFound`, `NotFailed`, `Invalid`."""
    reason = reason.strip()[:500]
    if not reason:
        raise Invalid.one("reason", "value.required", _("Please fill this in."))
    delivery = _failed(access, hook_id, delivery_id)
    delivery.state, delivery.detail, delivery.done_at = State.DISCARDED, reason, clock.now()
    delivery.save(update_fields=["state", "detail", "done_at"])
    changes: dict[str, list[Any]] = {"delivery": [None, delivery_id], "reason": [None, reason]}
    audit.record(access, "hook", hook_id, "discard_delivery", changes)


def capture_waiting(older_than: timedelta, *, hook_id: int | None = None) -> int:
    """Make leads of what waits, oldest first; how many were looked at."""
    done, last = 0, 0
    while done < _AT_MOST:
        ids = waiting(older_than, after=last, limit=_AT_ONCE, hook_id=hook_id)
        if not ids:
            return done
        for delivery_id in ids:
            capture_kept(delivery_id)
        done, last = done + len(ids), ids[-1]
    return done


def forget_bodies(older_than: timedelta) -> int:
    """Empty what is done and old. The rows stay: they are what a replay is recognised by."""
    return execute(
        "UPDATE hooks_delivery SET body = NULL WHERE body IS NOT NULL AND state NOT IN ('failed', 'kept')"
        " AND at < %s",
        (clock.now() - older_than,),
    )


def _failed(access: Access, hook_id: int, delivery_id: int) -> Delivery:
    delivery_of(access, hook_id, delivery_id)
    delivery = Delivery.objects.select_for_update(no_key=True).get(pk=delivery_id)
    if delivery.state != State.FAILED:
        raise NotFailed(state=delivery.state, label=State(delivery.state).label)
    return delivery


def _keep_again(ids: list[int]) -> None:
    execute(
        "UPDATE hooks_delivery SET state = 'kept', tries = 0, done_at = NULL WHERE id = ANY(%s::bigint[])",
        (ids,),
    )
