"""Choices of picklists, and the picklists themselves for the settings pages."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache

from headwater.customization.builtin import builtin_picklists, find_builtin_picklist
from headwater.customization.models import CustomField, Picklist, PicklistItem
from headwater.customization.queries.region import region_choices
from headwater.customization.queries.snapshot import as_choice, current
from headwater.customization.texts import translated
from headwater.kernel.access import Access
from headwater.kernel.catalogue import Choices, record_types
from headwater.kernel.errors import NotFound, Text

REGION = "region"


@cache
def picklist_choices(key: str) -> Callable[[], Choices]:
    """For `Field.choices`: a function that gives the present choices, retired ones included.

    `region` is the tree of provinces, cities and districts (GB/T 2260).
    """
    if key == REGION:
        return region_choices

    def choices() -> Choices:
        found = current().picklists.get(key)
        if found is None:
            builtin = find_builtin_picklist(key)
            return Choices(builtin.items) if builtin is not None else Choices()
        return found

    return choices


def picklist_label(key: str, value: str | None) -> str:
    """What a value is called; the value itself when the list does not know it."""
    return "" if value is None else picklist_choices(key)().label(value)


@dataclass(frozen=True, slots=True)
class ItemCard:
    """A choice on the settings page."""

    id: int
    value: str
    label: str
    own_label: str
    labels: dict[str, str]
    color: str
    parent: str | None
    is_builtin: bool
    is_retired: bool


@dataclass(frozen=True, slots=True)
class PicklistCard:
    """A picklist on the settings page. `used_by` names the fields that offer it."""

    id: int
    key: str
    label: Text
    help: Text
    is_builtin: bool
    is_fixed: bool
    is_own: bool
    used_by: list[str]
    items: list[ItemCard]

    @property
    def offered(self) -> list[ItemCard]:
        return [item for item in self.items if not item.is_retired]

    @property
    def retired(self) -> list[ItemCard]:
        return [item for item in self.items if item.is_retired]


def picklist_cards(access: Access, keys: Iterable[str] | None = None) -> list[PicklistCard]:
    """The picklists with their choices, built-in ones in the order of the house."""
    lists = Picklist.objects.order_by("id")
    if keys is not None:
        lists = lists.filter(key__in=list(keys))
    users = _users_of_lists()
    items: dict[int, list[ItemCard]] = {}
    rows = PicklistItem.objects.filter(picklist__in=lists).select_related("parent", "picklist")
    for row in rows.order_by("picklist", "position", "id"):
        items.setdefault(row.picklist_id, []).append(_item_card(row))
    order = {known.key: index for index, known in enumerate(builtin_picklists())}
    cards = [_card(row, users.get(row.key, []), items.get(row.pk, [])) for row in lists]
    return sorted(cards, key=lambda card: (order.get(card.key, len(order)), card.id))


def get_picklist(access: Access, key: str) -> PicklistCard:
    """One picklist; refuses with `NotFound`."""
    for card in picklist_cards(access, [key]):
        return card
    raise NotFound(record="picklist", id=key)


def _card(row: Picklist, used_by: list[str], items: list[ItemCard]) -> PicklistCard:
    known = find_builtin_picklist(row.key)
    return PicklistCard(
        id=row.pk,
        key=row.key,
        label=row.label or (known.label if known else row.key),
        help=row.description or (known.help if known else ""),
        is_builtin=row.is_builtin,
        is_fixed=known is not None and known.fixed,
        is_own=row.is_own,
        used_by=used_by,
        items=items,
    )


def _item_card(row: PicklistItem) -> ItemCard:
    choice = as_choice(row, row.picklist.key)
    return ItemCard(
        id=row.pk,
        value=row.value,
        label=str(choice.label),
        own_label=row.label,
        labels=row.labels,
        color=choice.color,
        parent=choice.parent,
        is_builtin=row.is_builtin,
        is_retired=choice.retired,
    )


def _users_of_lists() -> dict[str, list[str]]:
    """Picklist key to "Lead · Industry" of the fields that offer it."""
    found: dict[str, list[str]] = {}
    kinds = {kind.key: kind for kind in record_types()}
    for kind in kinds.values():
        for field in kind.fields:
            for known in builtin_picklists():
                if field.choices is picklist_choices(known.key):
                    found.setdefault(known.key, []).append(f"{kind.label} · {field.label}")
    rows = CustomField.objects.filter(retired_at=None).exclude(picklist=None).select_related("picklist")
    for row in rows.order_by("record", "position"):
        home = kinds.get(row.record)
        label = translated(row.label, row.labels)
        if row.picklist is not None:
            found.setdefault(row.picklist.key, []).append(f"{home.label if home else row.record} · {label}")
    return found
