"""What a person has looked over becomes a lead, or another inquiry of a known one."""

from collections.abc import Mapping
from typing import Any

from django.db import transaction

from headwater.kernel.access import Access
from headwater.leads.services import Captured, capture_lead, create_lead, inquire_again, similar_to
from headwater.platform.files.services import attach

CARD, PASTE = "card", "paste"
DOORS = (CARD, PASTE)


@transaction.atomic
def save_read(
    access: Access,
    values: Mapping[str, Any],
    *,
    door: str,
    reinquire: bool = False,
    known: int | None = None,
    confirmed: bool = False,
    picture: int | None = None,
) -> Captured:
    """Save one card or text. A known contact is refused (`Duplicate`) unless `reinquire` says it is another
    inquiry; with `known` it is one of that lead. `picture` is one's own loose file and goes on the lead.

    Refuses as creating a lead does; one that looks like a known one needs `confirmed` where a rule warns.
    """
    if known is not None:
        inquiry = {name: values[name] for name in _TOUCHED if values.get(name)}
        woken = inquire_again(access, known, inquiry, door=door)
        captured = Captured(known, is_new=False, touch_id=woken.touch_id, is_woken=woken.is_woken)
    elif reinquire:
        captured = capture_lead(access, values, door=door)
    else:
        telling = {name: value for name, value in values.items() if name not in ("owner", "pool")}
        similar_to(access, telling, confirmed=confirmed)
        captured = Captured(create_lead(access, values, door=door), is_new=True)
    if picture is not None and captured.lead_id is not None and access.may("files.create"):
        attach(access, [picture], record_type="lead", record_id=captured.lead_id)
    return captured


_TOUCHED = ("source", "channel", "campaign", "requirement")
