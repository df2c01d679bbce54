"""What a reader cannot have of a definition: refused while it is built, worked around once it is kept."""

from collections.abc import Iterable

from headwater.insight.engine.definitions import Definition
from headwater.insight.engine.planning import complaints
from headwater.kernel.access import Access
from headwater.kernel.errors import Invalid


def check(definition: Definition, access: Access, *, stored: bool = False) -> None:
    """Refuses with `Invalid`, place by place, what the reader cannot build.

    `stored`: measures that they cannot have do not hinder while there are others; `run` leaves them out.
    """
    found = complaints(definition, access)
    hidden = _measures(found)
    if stored and len(hidden) < len(definition.measures):
        found = {place: one for place, one in found.items() if place not in hidden}
    if found:
        raise Invalid(fields=found)


def without_hidden(definition: Definition, access: Access) -> Definition:
    """The same without the measures that this reader cannot have; as it is when no other would be left."""
    hidden = _measures(complaints(definition, access))
    numbered = enumerate(definition.measures)
    left = [one for number, one in numbered if f"measures.{number}" not in hidden]
    return definition.with_measures(left) if left else definition


def _measures(places: Iterable[str]) -> set[str]:
    return {place for place in places if place.startswith("measures.")}
