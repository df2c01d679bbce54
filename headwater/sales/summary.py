"""What stands on top of the page of an account, contact or opportunity: the record at a glance.

Rooms above plug in from `registrations.py`: past quotes, what is owed, the chance of success and why.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from headwater.kernel.access import Access
from headwater.kernel.errors import Text
from headwater.ui.pages import Cell, Fact

EVERYWHERE = ("account", "contact", "opportunity")


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a value is what it is; `is_good` None is neither for nor against."""

    text: Text
    is_good: bool | None = None


@dataclass(frozen=True, slots=True)
class Glance:
    """One value of the summary with what belongs to it; `meter` of a hundred draws a bar."""

    label: Text
    cell: Cell
    note: Text = ""
    href: str = ""
    icon: str = ""
    meter: int | None = None
    reasons: tuple[Reason, ...] = ()


Built = Sequence[Fact | Glance] | Fact | Glance | None
Build = Callable[[Access, str, int], Built]


@dataclass(frozen=True, slots=True)
class Part:
    """What one room has to say."""

    key: str
    build: Build
    position: int
    on: tuple[str, ...]


_parts: dict[str, Part] = {}


def register_summary_part(
    key: str,
    build: Build,
    *,
    position: int = 50,
    on: Sequence[str] = EVERYWHERE,
    stands_in: bool = False,
) -> None:
    """Have `build(access, record_type, record_id)` add to the summary of a page; the same key again replaces,
    but a part that only `stands_in` gives way to any other.

    It is asked for records that the reader may see and gives facts, glances or nothing; it asks itself for
    the permission on what it tells.
    """
    if not (stands_in and key in _parts):
        _parts[key] = Part(key, build, position, tuple(on))


def summary_of(access: Access, record: str, record_id: int) -> list[Glance]:
    """Everything the rooms say about a record, in order."""
    shown: list[Glance] = []
    for part in sorted(_parts.values(), key=lambda one: one.position):
        if record in part.on:
            built = part.build(access, record, record_id)
            given = [built] if isinstance(built, Fact | Glance) else list(built or ())
            shown += [one if isinstance(one, Glance) else _glance(one) for one in given]
    return shown


def _glance(fact: Fact) -> Glance:
    return Glance(fact.label, replace(fact.cell, note=""), note=fact.cell.note, href=fact.cell.href)
