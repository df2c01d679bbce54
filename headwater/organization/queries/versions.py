"""The versions of what administrators set up, as a page shows them: who saved each, and what it changed."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import zip_longest
from typing import Any

from django.utils.translation import gettext as _

from headwater.organization.queries.people import names_of
from headwater.platform.versions import Change, difference, versions_of

Facts = Callable[[Mapping[str, Any]], Mapping[str, str]]


@dataclass(frozen=True, slots=True)
class VersionLine:
    """A version with what it changed; `restore` is where saving it again is asked for."""

    number: int
    author: str
    at: datetime
    note: str
    changes: tuple[Change, ...]
    is_present: bool
    restore: str


def version_lines(
    kind: str, record_id: int, *, present: int, home: str, facts: Facts | None = None
) -> tuple[VersionLine, ...]:
    """All versions, the latest first. `home` is the page of the record; two queries.

    With `facts` a change names a fact and its words before and after, instead of a place in the content.
    """
    found = versions_of(kind, record_id)
    names = names_of({item.author_id for item in found if item.author_id})
    earlier = [item.content for item in found[1:]]
    return tuple(
        VersionLine(
            number=item.number,
            author=names.get(item.author_id or 0, _("System")),
            at=item.at,
            note=item.note,
            changes=() if before is None else _changes(before, item.content, facts),
            is_present=item.number == present,
            restore=f"{home}/versions/{item.number}/restore?version={present}",
        )
        for item, before in zip_longest(found, earlier)
    )


def _changes(before: dict[str, Any], after: dict[str, Any], facts: Facts | None) -> tuple[Change, ...]:
    if facts is None:
        return tuple(difference(before, after))
    old, new = facts(before), facts(after)
    said = (Change(key, old.get(key), new.get(key)) for key in dict.fromkeys([*new, *old]))
    return tuple(one for one in said if one.before != one.after)
