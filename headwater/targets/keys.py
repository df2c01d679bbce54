"""What addresses and the API call seats of the tree and rows of results."""

from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from headwater.kernel.errors import Invalid, NotFound
from headwater.kernel.text import whole
from headwater.targets.types import Dimension, Holder

_DAYS = {Dimension.MONTH, Dimension.QUARTER}
_MOST_ID = 2**63


def seat_key(holder: Holder, one_id: int | None) -> tuple[Holder, int]:
    """The seat that a holder and an id mean; the company has no id. Raises `Invalid`."""
    if holder == Holder.COMPANY:
        return holder, 0
    if one_id is None:
        raise Invalid.one("id", "value.required", _("Say whose it is."))
    return holder, one_id


def read_seat(code: str) -> tuple[Holder, int]:
    """The seat of `person-7`; refuses with `NotFound` what is none."""
    holder, _dash, number = code.partition("-")
    one_id = whole(number)
    if holder not in Holder.values or one_id is None or one_id >= _MOST_ID:
        raise NotFound(record="seat", id=code[:40])
    return Holder(holder), one_id


def read_key(by: Dimension, raw: str | None) -> Any:
    """The key of a row of results: an id, a day, or None for those of none. Raises `Invalid`."""
    if raw in (None, ""):
        return None
    try:
        found: Any = date.fromisoformat(str(raw)) if by in _DAYS else int(str(raw))
    except ValueError:
        found = None
    if found is None or (isinstance(found, int) and not 0 < found < _MOST_ID):
        raise Invalid.one("key", "value.choice", _("This is not the key of a row."))
    return found
