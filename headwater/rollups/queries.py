"""Whether rollups may be asked, and how old they are."""

from datetime import datetime

from headwater.kernel import clock
from headwater.platform.events import unread_since
from headwater.rollups.filling import company_zone, state
from headwater.rollups.sales import sales_text
from headwater.rollups.shapes import SHAPES
from headwater.rollups.spells import spells_text
from headwater.rollups.story import reckoning_text
from headwater.rollups.types import Key

SUBSCRIBERS = {Key.LEADS: "rollups.leads", Key.FOLLOW_UPS: "rollups.follow-ups"}
MOST_BEHIND = 300.0  # seconds; who is told nothing for longer reads the raw tables instead


def is_complete(key: Key) -> bool:
    """Whether everything is in the rollup, but for events that nobody has read yet."""
    return state(key).is_complete


def as_of(key: Key) -> datetime:
    """The moment up to which the rollup knows what happened."""
    return unread_since(SUBSCRIBERS[key]) or clock.now()


def seconds_behind(key: Key) -> float:
    """How old the oldest event is that the rollup has not heard of; 0 when it has heard of all."""
    return max(0.0, (clock.now() - as_of(key)).total_seconds())


def is_usable(shape: str) -> bool:
    """Whether the cells of a shape may be asked now: they are complete and have heard of the last minutes."""
    filling = next(one.filling for one in SHAPES if one.key == shape)
    return is_complete(filling) and seconds_behind(filling) <= MOST_BEHIND


def story_table() -> str:
    """What stands behind FROM for the stories of leads: their table, or while it is being filled the same
    reckoned from the raw tables. It has no parameters.
    """
    held = state(Key.LEADS)
    if held.is_complete:
        return "rollups_leadstory"
    text = reckoning_text(company_zone())
    return f"({text})"


def spell_table() -> str:
    """The same for changes of place and what followed them."""
    return "rollups_spell" if state(Key.LEADS).is_complete else f"({spells_text()})"


def sale_table() -> str:
    """The same for the sales of leads."""
    return "rollups_sale" if state(Key.LEADS).is_complete else f"({sales_text(company_zone())})"


def story_rows() -> str:
    """Living leads as their stories know them, with the names of their own columns; once all are there."""
    return (
        "(SELECT s.*, s.lead_id AS id, NULL::timestamptz AS archived_at FROM rollups_leadstory s"
        " WHERE s.is_living)"
    )
