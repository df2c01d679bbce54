"""A kept delivery becomes a lead or a dead letter: once, whoever does it and however often it is begun."""

import logging
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from headwater.hooks import mapping
from headwater.hooks.events import HookDelivered, HookFailed
from headwater.hooks.models import Delivery, Hook
from headwater.hooks.types import State
from headwater.kernel import clock
from headwater.kernel.access import Access, system_access
from headwater.kernel.catalogue import record_type
from headwater.kernel.errors import DomainError, Invalid
from headwater.kernel.sql import execute, value
from headwater.leads.services import Captured, capture_lead, read_origin
from headwater.platform.events import emit
from headwater.platform.notifications import notify

log = logging.getLogger("headwater.hooks")

DOOR = "hook"
KIND = "hook.failed"
MOST_TRIES = 5
_TELL_AGAIN = timedelta(hours=1)


def capture_kept(delivery_id: int) -> State | None:
    """Make of it what it is; None when somebody else has it or it is done.

    What the mapping or the lead refuses is a dead letter. A fault of ours leaves it kept, for the worker to
    try again; `MOST_TRIES` faults make it a dead letter too.
    """
    try:
        return _capture(delivery_id)
    except Exception:  # whatever is broken, the delivery is kept and its sender has been answered
        log.exception("delivery", extra={"delivery_id": delivery_id})
        return _count_fault(delivery_id)


@transaction.atomic
def _capture(delivery_id: int) -> State | None:
    held = Delivery.objects.select_for_update(no_key=True, skip_locked=True)
    delivery = held.filter(pk=delivery_id, state=State.KEPT).first()
    if delivery is None:
        return None
    hook = Hook.objects.get(pk=delivery.hook_id)
    access = system_access("hooks.capture")
    try:
        with transaction.atomic(), translation.override(settings.LANGUAGE_CODE):
            captured = capture(
                access, hook, mapping.read(hook.mapping), delivery.body, key=f"hook:{delivery.pk}"
            )
    except DomainError as refusal:
        return _fail(access, delivery, refusal.code, words_of(refusal))
    assert captured.lead_id is not None
    assert captured.touch_id is not None
    delivery.state, delivery.done_at, delivery.code, delivery.detail = State.CAPTURED, clock.now(), "", ""
    delivery.lead_id, delivery.touch_id, delivery.is_new = (
        captured.lead_id,
        captured.touch_id,
        captured.is_new,
    )
    delivery.save()
    emit(
        HookDelivered(
            hook_id=hook.pk,
            delivery_id=delivery.pk,
            lead_id=captured.lead_id,
            touch_id=captured.touch_id,
            is_new=captured.is_new,
        ),
        access,
    )
    return State.CAPTURED


def capture(access: Access, hook: Hook, rules: Sequence[mapping.Rule], body: Any, *, key: str) -> Captured:
    """A lead of what the rules find in the body, with what the hook adds. Refuses as `capture_lead`."""
    found = mapping.apply(rules, body)
    return capture_lead(access, read_origin(_origin(hook) | found), door=DOOR, key=key)


def words_of(refusal: DomainError) -> str:
    """Why, in one text of the active language: complaints of fields by their labels."""
    if not isinstance(refusal, Invalid) or not refusal.fields:
        return refusal.detail
    labels = record_type("lead").all_fields
    told = {
        str(one.get("detail", "")): [
            str(labels[key].label) for key, item in refusal.fields.items() if key in labels and item == one
        ]
        for one in refusal.fields.values()
    }
    # One complaint of many fields names them itself.
    return " ".join(f"{names[0]}: {detail}" if len(names) == 1 else detail for detail, names in told.items())


@transaction.atomic
def _count_fault(delivery_id: int) -> State | None:
    tries = value(
        "UPDATE hooks_delivery SET tries = tries + 1 WHERE id = %s AND state = 'kept' RETURNING tries",
        (delivery_id,),
    )
    if tries is None or tries < MOST_TRIES:
        return None
    delivery = Delivery.objects.select_for_update(no_key=True).get(pk=delivery_id)
    with translation.override(settings.LANGUAGE_CODE):
        words = _("It could not be read in %(tries)s tries; an administrator finds the reason in the log.")
        return _fail(system_access("hooks.capture"), delivery, "hook.fault", words % {"tries": tries})


def _fail(access: Access, delivery: Delivery, code: str, words: str) -> State:
    delivery.state, delivery.done_at = State.FAILED, clock.now()
    delivery.code, delivery.detail = code[:60], words[:2000]
    delivery.save(update_fields=["state", "done_at", "code", "detail"])
    emit(HookFailed(hook_id=delivery.hook_id, delivery_id=delivery.pk, failure=code), access)
    _tell_owner(delivery)
    return State.FAILED


def _tell_owner(delivery: Delivery) -> None:
    """Whoever looks after the hook hears of it, but not more often than once an hour."""
    moment = clock.now()
    told = execute(
        "UPDATE hooks_hook SET failure_told_at = %s WHERE id = %s"
        " AND (failure_told_at IS NULL OR failure_told_at < %s)",
        (moment, delivery.hook_id, moment - _TELL_AGAIN),
    )
    hook = Hook.objects.get(pk=delivery.hook_id)
    if told and hook.owner_id:
        params: Mapping[str, Any] = {"hook": hook.name, "why": delivery.detail[:200]}
        url = f"/hooks/{hook.pk}/deliveries?state=failed"
        notify([hook.owner_id], KIND, params=params, record_type="hook", record_id=hook.pk, url=url)


def _origin(hook: Hook) -> dict[str, Any]:
    found = {
        "source": hook.source_id,
        "channel": hook.channel_id,
        "campaign": hook.campaign_id,
        "pool": hook.pool_id,
        "business_line": hook.business_line or None,
    }
    return {key: item for key, item in found.items() if item is not None}
