"""Places in a sequence as opaque text for addresses."""

import base64
import binascii
from datetime import UTC, datetime
from typing import Any

import orjson
from django.utils.translation import gettext as _

from headwater.kernel.errors import Invalid

FAR_FUTURE = datetime(9000, 1, 1, tzinfo=UTC)
LAST_ID = 2**63 - 1


def encode(at: datetime, *rest: Any) -> str:
    """A moment and what breaks ties, as text."""
    raw = orjson.dumps([at.isoformat(), *rest])
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def decode(cursor: str, kinds: tuple[type, ...]) -> tuple[datetime, list[Any]]:
    """The moment and the rest, which must be of these kinds; raises `Invalid` for anything else."""
    try:
        found = orjson.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        at = datetime.fromisoformat(found[0])
        rest = found[1:]
        good = at.tzinfo is not None and len(rest) == len(kinds)
        good = good and all(type(item) is kind for item, kind in zip(rest, kinds, strict=True))
        good = good and all(not isinstance(item, int) or 0 <= item <= LAST_ID for item in rest)
    except (ValueError, TypeError, KeyError, IndexError, binascii.Error, OverflowError):
        good = False
    if not good:
        raise Invalid.one("cursor", "cursor.invalid", _("This cursor does not belong to this list."))
    return at, rest
