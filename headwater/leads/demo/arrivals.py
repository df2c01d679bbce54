"""When leads of the demo company come in: offices call by day, the web asks until late."""

import random
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

# Weights of the hours from 7 to 23 o'clock.
_FIRST = 7
_OFFICE: Sequence[int] = (0, 3, 9, 12, 10, 4, 6, 10, 11, 9, 5, 1, 0, 0, 0, 0, 0)
_WEB: Sequence[int] = (1, 3, 7, 10, 9, 6, 6, 8, 9, 8, 6, 4, 5, 8, 9, 6, 2)
_EVENT: Sequence[int] = (0, 0, 6, 12, 12, 5, 6, 12, 12, 8, 2, 0, 0, 0, 0, 0, 0)
_HOURS: Mapping[str, Sequence[int]] = {
    "website": _WEB,
    "search_ads": _WEB,
    "online_chat": _WEB,
    "event": _EVENT,
    "referral": _OFFICE,
    "phone_in": _OFFICE,
}
HOT_SOURCES = ("phone_in", "online_chat")  # who waits at the other end is answered first


def arrival(pick: random.Random, midnight: datetime, source: str) -> datetime:
    """A moment of the day that begins at `midnight`, as likely as it is for the source."""
    hours = _HOURS[source]
    hour = _FIRST + pick.choices(range(len(hours)), weights=hours)[0]
    return midnight + timedelta(hours=hour, seconds=pick.randrange(3600))
