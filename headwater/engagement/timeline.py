"""What a timeline is made of. Rooms register their sources; the engine in `queries.timeline` merges them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple, Protocol

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from headwater.engagement.types import RecordRef
from headwater.kernel.access import Access
from headwater.kernel.errors import Text
from headwater.ui.pages import TimelineEvent

__all__ = [
    "Before",
    "Entry",
    "Group",
    "RecordRef",
    "Source",
    "TimelineEvent",
    "ids_of",
    "refs",
    "register_timeline_source",
]


class Group(models.TextChoices):
    """What a reader can narrow a timeline to."""

    FOLLOW_UP = "follow_up", _("Follow-up")
    TASK = "task", pgettext_lazy("timeline", "Tasks")
    COMMENT = "comment", pgettext_lazy("timeline", "Comments")
    FILE = "file", pgettext_lazy("timeline", "Files")
    TOUCH = "touch", pgettext_lazy("timeline", "Sources")
    MESSAGE = "message", pgettext_lazy("timeline", "Messages")
    SALE = "sale", pgettext_lazy("timeline", "Sales")
    CHANGE = "change", pgettext_lazy("timeline", "Changes")


class Before(NamedTuple):
    """A source gives entries with (at, id) < (before.at, before.id). Never absent: the first page lies before
    the far future."""

    at: datetime
    id: int


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing that happened.

    `data` is JSON-able: the API gives it, and `data["text"]` is what a plain entry shows. `view` is for the
    source's own `show` alone.
    """

    at: datetime
    id: int
    source: str
    kind: str = ""
    actor_id: int | None = None
    record_type: str = ""
    record_id: int = 0
    data: dict[str, Any] = field(default_factory=dict)
    view: Any = None


Fetch = Callable[[Access, Sequence[RecordRef], Before, int], list[Entry]]


class Show(Protocol):
    """An entry as the screen shows it; `who` is the name of its actor, or empty."""

    def __call__(self, entry: Entry, who: str) -> TimelineEvent: ...


@dataclass(frozen=True, slots=True)
class Source:
    """A kind of entry: where it comes from, which filter it falls under, how it is shown."""

    name: str
    fetch: Fetch
    label: Text
    group: Group
    icon: str
    hue: str
    show: Show | None

    def event(self, entry: Entry, who: str) -> TimelineEvent:
        """The entry for the screen: by the source's own `show`, else a plain line of what the system did."""
        if self.show is not None:
            return self.show(entry, who)
        return TimelineEvent(
            at=entry.at,
            who=who or str(_("System")),
            kind=self.label,
            icon=self.icon,
            hue=self.hue,
            text=str(entry.data.get("text", "")),
            is_system=True,
            key=f"{entry.source}-{entry.id}",
        )


_sources: dict[str, Source] = {}


def register_timeline_source(
    name: str,
    fetch: Fetch,
    *,
    label: Text,
    group: str = "change",
    icon: str = "activity",
    hue: str = "gray",
    show: Show | None = None,
) -> None:
    """Add entries of a kind to every timeline; the same name again replaces it.

    `fetch(access, subjects, before, limit)` gives the newest entries of these records with
    (at, id) < (before.at, before.id), by at and id descending, at most `limit`, in a constant number of
    queries. `show(entry, who)` makes its event for the screen; without one it is a line of `data["text"]`.
    """
    _sources[name] = Source(name, fetch, label, Group(group), icon, hue, show)


def forget_timeline_source(name: str) -> None:
    """Take a source out again. For tests."""
    _sources.pop(name, None)


def sources(groups: Sequence[str] = ()) -> list[Source]:
    """All sources, or those of the named groups (or source names)."""
    return [
        source
        for source in _sources.values()
        if not groups or source.group in groups or source.name in groups
    ]


def source(name: str) -> Source:
    return _sources[name]


def groups_in_use() -> list[Group]:
    """The groups that have a source, in the order of `Group`."""
    used = {source.group for source in _sources.values()}
    return [group for group in Group if group in used]


def refs(subjects: Sequence[RecordRef]) -> tuple[list[str], list[int]]:
    """Two lists for `unnest(%s::text[], %s::bigint[])`."""
    return [ref.record_type for ref in subjects], [ref.record_id for ref in subjects]


def ids_of(subjects: Sequence[RecordRef], record_type: str) -> list[int]:
    """The ids of one type among the subjects."""
    return [ref.record_id for ref in subjects if ref.record_type == record_type]
