"""What rooms bring along: picklists and list views that exist from the first start.

Administrators rename, order, retire and add to these picklists; users copy these views.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from headwater.kernel.catalogue import Choice
from headwater.kernel.errors import Text


@dataclass(frozen=True, slots=True)
class BuiltinPicklist:
    """A list of choices under a permanent key. `fixed` ones may be renamed but not added to or retired."""

    key: str
    label: Text
    items: tuple[Choice, ...]
    help: Text = ""
    fixed: bool = False


@dataclass(frozen=True, slots=True)
class BuiltinView:
    """A list view that everybody has. Criteria are the raw JSON form."""

    record: str
    key: str
    label: Text
    criteria: Mapping[str, Any] = field(default_factory=dict)
    sort: str = ""
    columns: tuple[str, ...] = ()
    permission: str = ""  # shown only to those who hold it


_picklists: dict[str, BuiltinPicklist] = {}
_views: dict[str, dict[str, BuiltinView]] = {}


def register_picklist(
    key: str,
    label: Text,
    items: Sequence[Choice | tuple[str, Text] | tuple[str, Text, str]],
    *,
    help: Text = "",  # noqa: A002 - the word that fields use
    fixed: bool = False,
) -> None:
    """Make a picklist known; items are choices or (value, label[, color]). Call from `registrations.py`."""
    choices = tuple(item if isinstance(item, Choice) else Choice(*item) for item in items)
    _picklists[key] = BuiltinPicklist(key, label, choices, help, fixed)


def register_view(
    record: str,
    key: str,
    label: Text,
    criteria: Mapping[str, Any] | None = None,
    sort: str = "",
    columns: Sequence[str] = (),
    *,
    permission: str = "",
) -> None:
    """Make a list view known to everybody; the first one of a record type opens first."""
    view = BuiltinView(record, key, label, dict(criteria or {}), sort, tuple(columns), permission)
    _views.setdefault(record, {})[key] = view


def builtin_picklists() -> list[BuiltinPicklist]:
    return list(_picklists.values())


def find_builtin_picklist(key: str) -> BuiltinPicklist | None:
    return _picklists.get(key)


def builtin_views(record: str) -> list[BuiltinView]:
    return list(_views.get(record, {}).values())
