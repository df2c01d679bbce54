"""Lists of related records on the pages of accounts, contacts and opportunities.

Rooms above add theirs from `registrations.py`: the leads an account came from, its orders, its tickets.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from headwater.kernel import listing
from headwater.kernel.access import Access
from headwater.kernel.catalogue import RecordType, record_type
from headwater.kernel.errors import NotFound, Text
from headwater.kernel.sql import Fragment

Where = Callable[[int], Fragment]


@dataclass(frozen=True, slots=True)
class RelatedList:
    """Records of type `record` that belong to a page; `where` is a condition over alias `t`."""

    on: str
    key: str
    label: Text
    record: str
    where: Where
    columns: tuple[str, ...]
    sort: str | None
    position: int
    new_url: str  # where one more is made, with {id}; blank for none

    @property
    def kind(self) -> RecordType:
        return record_type(self.record)

    def visible_to(self, access: Access) -> bool:
        return access.may(self.kind.permission("view"))


_lists: dict[tuple[str, str], RelatedList] = {}


def register_related_list(
    on: str,
    *,
    key: str,
    label: Text,
    record: str,
    where: Where,
    columns: tuple[str, ...] = (),
    sort: str | None = None,
    position: int = 50,
    new_url: str = "",
) -> None:
    """Show the records of `record` that meet `where(record_id)` on the page of record type `on`."""
    _lists[on, key] = RelatedList(on, key, label, record, where, columns, sort, position, new_url)


def related_lists(on: str, access: Access) -> list[RelatedList]:
    """The lists on a page that the reader may see, in order."""
    found = [one for (page, _key), one in _lists.items() if page == on and one.visible_to(access)]
    return sorted(found, key=lambda one: one.position)


def find_related_list(on: str, key: str) -> RelatedList:
    """The list under a key; refuses with `NotFound`."""
    found = _lists.get((on, key))
    if found is None:
        raise NotFound(record=key, id=None)
    return found


def related_page(
    access: Access,
    one: RelatedList,
    record_id: int,
    *,
    limit: int = 50,
    cursor: str | None = None,
    **options: Any,
) -> listing.Page:
    """A page of related records, within the reader's own scope on their type."""
    return listing.fetch(
        access.also(one.kind.permission("view")),
        one.kind,
        where=one.where(record_id),
        sort=one.sort,
        limit=limit,
        cursor=cursor,
        **options,
    )


def related_count(access: Access, one: RelatedList, record_id: int) -> int:
    """How many there are, counted no further than `listing.COUNT_CAP`."""
    return listing.count(access.also(one.kind.permission("view")), one.kind, where=one.where(record_id))
