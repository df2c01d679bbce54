"""What a timeline is made of. Rooms register their sources; `queries.timeline` reads them with one query."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from headwater.engagement.types import RecordRef
from headwater.kernel.access import Access
from headwater.kernel.errors import Text
from headwater.ui.pages import TimelineEvent

__all__ = [
    "Entry",
    "Found",
    "Group",
    "Log",
    "RecordRef",
    "Source",
    "TimelineEvent",
    "log",
    "moment",
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
    MEMBER = "member", pgettext_lazy("timeline", "Members")
    CHANGE = "change", pgettext_lazy("timeline", "Changes")


@dataclass(frozen=True, slots=True)
class Found:
    """A row of a log. Facts come as JSON: moments as text, for `moment`."""

    source: str
    at: datetime
    id: int
    actor_id: int | None
    actor_name: str | None
    record_type: str
    record_id: int
    is_linked: bool  # the timeline shows the history of several records
    facts: dict[str, Any]

    def entry(self, *, kind: str = "", data: dict[str, Any], view: Any = None) -> "Entry":
        """The entry that this row is."""
        return Entry(
            self.at,
            self.id,
            self.source,
            kind,
            self.actor_id,
            self.actor_name,
            self.record_type,
            self.record_id,
            data,
            view,
        )


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
    actor_name: str | None = None
    record_type: str = ""
    record_id: int = 0
    data: dict[str, Any] = field(default_factory=dict)
    view: Any = None


Read = Callable[[Access, Sequence[Found]], list[Entry]]


@dataclass(frozen=True, slots=True, eq=False)
class Log:
    """The table that a source's entries are rows of, and how rows become entries; `log` makes one."""

    table: str
    read: Read
    facts: Mapping[str, str]
    at: str
    actor: str
    of: str
    key: str
    where: str
    joins: str


def log(
    table: str,
    *,
    facts: Mapping[str, str],
    at: str = "at",
    actor: str = "actor_id",
    of: str = "",
    key: str = "record_id",
    where: str = "TRUE",
    joins: str = "",
) -> Callable[[Read], Log]:
    """The function below reads rows of this table. All but `of` are pieces of SQL in which the row is `e`.

    Rows name their record by the columns `record_type` and `record_id`, or by the column `key` alone when
    every row is about a record of type `of`; an index begins with these. `facts` are the values that the
    function wants, by name; `joins` may look up names for them and must keep one row an entry.

    The function makes the entries of those rows that stand on a page, in any order. It may leave out what
    this reader may not know, and asks the database at most a constant number of times.
    """
    return lambda read: Log(table, read, facts, at, actor, of, key, where, joins)


class Show(Protocol):
    """An entry as the screen shows it; `who` is the name of its actor, or empty."""

    def __call__(self, entry: Entry, who: str) -> TimelineEvent: ...


@dataclass(frozen=True, slots=True, eq=False)
class Source:
    """A kind of entry: where it comes from, which filter it falls under, how it is shown."""

    name: str
    log: Log
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
    log: Log,
    *,
    label: Text,
    group: str = "change",
    icon: str = "activity",
    hue: str = "gray",
    show: Show | None = None,
) -> None:
    """Add entries of a kind to every timeline; the same name again replaces it.

    `show(entry, who)` makes the event of an entry for the screen; without one it is a line of `data["text"]`.
    """
    _sources[name] = Source(name, log, label, Group(group), icon, hue, show)


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
    """The groups that have a source which any record may have entries of, in the order of `Group`."""
    used = {source.group for source in _sources.values()}
    return [group for group in Group if group in used and group is not Group.MEMBER]


def moment(text: str | None) -> datetime | None:
    """A moment among the facts of a log."""
    return None if text is None else datetime.fromisoformat(text)
