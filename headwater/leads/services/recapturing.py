"""Capture from doors where a known contact is no mistake but somebody who inquires again."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db import models, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from headwater.kernel import listing
from headwater.kernel.access import Access
from headwater.kernel.catalogue import clean, flatten, record_type
from headwater.kernel.errors import Invalid, NotFound
from headwater.kernel.sql import value
from headwater.leads.errors import Duplicate
from headwater.leads.events import LeadVisitorNamed
from headwater.leads.queries import lead_scope
from headwater.leads.services.capturing import ORIGIN, create_lead, known_relations, touch_values
from headwater.leads.services.duplicates import first_duplicate
from headwater.leads.services.waking import Inquiry, Reinquiry, wake
from headwater.leads.types import CONTACT_METHODS, IDENTITIES
from headwater.platform.events import emit
from headwater.sales.checking import blocked_rows

_TRIES = 3
_TELLING = ("name", "company", "address", "region", "website")
_LEFT = ("name", "company", *CONTACT_METHODS)
MOST_KEY = 120
_VISITOR = re.compile("[0-9a-f]{32}")


class OnDuplicate(models.TextChoices):
    """What a capture does with a contact that is known."""

    REFUSE = "refuse", gettext_lazy("Refuse it")
    REINQUIRE = "reinquire", gettext_lazy("Record it as another inquiry of the known lead")


@dataclass(frozen=True, slots=True)
class Captured:
    """The lead that was made or met; `lead_id` is None when it lies out of the actor's sight."""

    lead_id: int | None
    is_new: bool
    touch_id: int | None = None
    is_woken: bool = False
    is_repeated: bool = False


@transaction.atomic
def capture_lead(access: Access, values: Mapping[str, Any], *, door: str, key: str | None = None) -> Captured:
    """A new lead, or a touch on the one that has this contact, which wakes it.

    A new lead of an existing customer goes to that customer's owner while there is room. Of captures of
    one number at once one makes the lead and the others inquire again. `key` makes a repetition the same
    touch; `visitor` among the values names who it is among the visitors of our website. Refuses as
    `create_lead`, but for `Duplicate`.
    """
    key = checked_key(key)
    visitor = checked_visitor(values.get("visitor"))
    values = {name: value for name, value in values.items() if name != "visitor"}
    meant = _looks_like(access, values)
    again = [] if meant is None else _wake(access, meant, _told_again(values), door, key)
    if again:
        _name_visitor(access, again[0].lead_id, visitor)
        return _told(access, again[0])
    for attempt in range(_TRIES):
        try:
            with transaction.atomic():
                lead_id = create_lead(access, values, door=door, to_customer_owner=True)
            _name_visitor(access, lead_id, visitor)
            return Captured(lead_id, is_new=True, touch_id=_first_touch(lead_id, key))
        except Duplicate:
            flat = flatten(values)
            cleaned = clean(record_type("lead"), _contacts(flat), access, partial=True)
            known = first_duplicate({name: cleaned.fields.get(name) for name in IDENTITIES})
            given = {name: flat[name] for name in (*ORIGIN, "requirement") if name in flat}
            found = [] if known is None else _wake(access, known, given | _touch_part(flat), door, key)
            if found:
                _name_visitor(access, known, visitor)
                return _told(access, found[0])
            if attempt == _TRIES - 1:
                raise
    raise AssertionError("unreachable")


@transaction.atomic
def inquire_again(
    access: Access, lead_id: int, values: Mapping[str, Any], *, door: str, key: str | None = None
) -> Reinquiry:
    """Another inquiry of a lead within sight; see `waking.wake`. Refuses `NotFound`, `Invalid`."""
    kind = record_type("lead")
    if not listing.ids_within(access.also("leads.view"), kind, [lead_id]):
        raise NotFound(record="lead", id=lead_id)
    found = _wake(access, lead_id, values, door, checked_key(key))
    if not found:
        raise NotFound(record="lead", id=lead_id)
    return found[0]


def checked_key(key: str | None) -> str | None:
    """The caller's key of a touch; blank is none."""
    if key is None or not key.strip():
        return None
    if len(key) > MOST_KEY or not key.isprintable():
        raise Invalid.one("key", "value.too_long", _("At most %(limit)s characters.") % {"limit": MOST_KEY})
    return key.strip()


def checked_visitor(given: Any) -> str:
    """A visitor's key, empty for none. Refuses `Invalid`."""
    if given in (None, ""):
        return ""
    plain = str(given).replace("-", "").lower()
    if not _VISITOR.fullmatch(plain):
        raise Invalid.one("visitor", "value.type", _("A visitor is named by 32 hexadecimal digits."))
    return plain


def _name_visitor(access: Access, lead_id: int | None, visitor: str) -> None:
    if lead_id is not None and visitor:
        emit(LeadVisitorNamed(lead_id=lead_id, visitor=visitor), access)


def _wake(
    access: Access, lead_id: int, values: Mapping[str, Any], door: str, key: str | None
) -> list[Reinquiry]:
    kind = record_type("lead")
    flat = flatten(values)
    touch = touch_values(flat)
    note = str(flat.pop("note", None) or flat.pop("requirement", None) or "")
    cleaned = clean(kind, flat, access, partial=True)
    known_relations(kind, cleaned, access)
    inquiry = Inquiry(
        source_id=cleaned.fields.get("source"),
        channel_id=cleaned.fields.get("channel"),
        campaign_id=cleaned.fields.get("campaign"),
        note=note[:10_000],
        key=key,
        **touch,
    )
    return wake(access, [(lead_id, inquiry)], door=door)


def _looks_like(access: Access, values: Mapping[str, Any]) -> int | None:
    """The lead that a blocking rule takes this for; whose contact method it has is found without a rule."""
    flat = flatten(values)
    try:
        telling = {name: flat[name] for name in (*IDENTITIES, *_TELLING) if name in flat}
        cleaned = clean(record_type("lead"), telling, access, partial=True)
    except Invalid:
        return None  # refused where the lead is made
    blocked = blocked_rows(access, "lead", {0: cleaned.fields}).get(0)
    if blocked is None or blocked.record != "lead":
        return None
    known = first_duplicate({name: cleaned.fields.get(name) for name in IDENTITIES})
    return blocked.record_id if known is None else None


def _told_again(values: Mapping[str, Any]) -> dict[str, Any]:
    """An inquiry of somebody who only looks like the lead: what they left stands in its note."""
    flat = flatten(values)
    said = [flat.get("requirement"), " · ".join(str(flat[name]) for name in _LEFT if flat.get(name))]
    given = {name: flat[name] for name in ORIGIN if name in flat} | _touch_part(flat)
    return given | {"note": "\n".join(str(text) for text in said if text)}


def _first_touch(lead_id: int, key: str | None) -> int:
    named = "UPDATE leads_touch SET key = %s WHERE lead_id = %s AND is_first RETURNING id"
    found = "SELECT id FROM leads_touch WHERE lead_id = %s AND is_first"
    touch_id: int = value(found, (lead_id,)) if key is None else value(named, (key, lead_id))
    return touch_id


def _contacts(flat: Mapping[str, Any]) -> dict[str, Any]:
    return {name: flat[name] for name in IDENTITIES if name in flat}


def _touch_part(flat: Mapping[str, Any]) -> dict[str, Any]:
    return {name: flat[name] for name in ("keyword", "landing_page", "utm") if name in flat}


def _told(access: Access, found: Reinquiry) -> Captured:
    """What of it the actor may know."""
    if not access.may("leads.view"):
        return Captured(None, is_new=False, is_repeated=found.is_repeated)
    scope = lead_scope(access.also("leads.view"), "t")
    seen = value(
        f"SELECT t.id FROM leads_lead t WHERE t.id = %s AND ({scope.text})", (found.lead_id, *scope.params)
    )
    return Captured(
        lead_id=seen,
        is_new=False,
        touch_id=None if seen is None else found.touch_id,
        is_woken=seen is not None and found.is_woken,
        is_repeated=found.is_repeated,
    )
