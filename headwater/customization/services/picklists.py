"""Picklists and their choices. A value that records may hold is retired, never deleted."""

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from headwater.customization.builtin import find_builtin_picklist
from headwater.customization.errors import LastChoice, PicklistFixed
from headwater.customization.events import PicklistChanged
from headwater.customization.models import Picklist, PicklistItem
from headwater.customization.naming import free_name, identifier
from headwater.customization.queries.picklists import picklist_choices
from headwater.customization.queries.snapshot import mark_changed
from headwater.customization.services.builtin import ensure_builtin_picklists
from headwater.kernel import clock, text
from headwater.kernel.access import Access
from headwater.kernel.errors import Invalid, NotFound
from headwater.platform import audit
from headwater.platform.events import emit

MAX_CHOICES = 2000
COLORS = (
    "gray", "blue", "indigo", "violet", "pink", "red", "orange", "amber", "lime", "green", "teal", "cyan",
)  # fmt: skip


@transaction.atomic
def create_picklist(
    access: Access,
    *,
    label: str,
    key: str = "",
    choices: Sequence[Any] = (),
    description: str = "",
    is_own: bool = False,
) -> Picklist:
    """A picklist of one's own; `choices` are texts or {value, label, color, parent}."""
    label = _checked_label(label, 80)
    taken = set(Picklist.objects.values_list("key", flat=True))
    if key and (not re.fullmatch(r"[a-z][a-z0-9_.]*", key) or key in taken):
        raise Invalid.one(
            "key", "picklist.key", _("This key is taken or has other signs than a-z, 0-9 and _.")
        )
    moment = clock.now()
    row = Picklist.objects.create(
        key=key or free_name(identifier(label, "list"), taken),
        label=label,
        description=text.tidy(description)[:400],
        is_own=is_own,
        created_at=moment,
        updated_at=moment,
    )
    add_choices(access, row.key, choices)
    audit.record(access, "picklist", row.pk, "create", {"label": [None, label]})
    _changed(access, row)
    return row


@transaction.atomic
def rename_picklist(access: Access, key: str, *, label: str | None = None, help: str | None = None) -> None:  # noqa: A002
    """Other words for the list itself."""
    row = _locked(key)
    before = {"label": row.label, "description": row.description}
    if label is not None:
        row.label = "" if row.is_builtin and not label.strip() else _checked_label(label, 80)
    if help is not None:
        row.description = text.tidy(help)[:400]
    _save(access, row, before, {"label": row.label, "description": row.description})


@transaction.atomic
def add_choices(access: Access, key: str, choices: Iterable[Any]) -> list[str]:
    """Add what is not there yet and bring back what was retired; the values in the order given.

    A choice is known by its value or its label, so the same words twice make one choice.
    """
    row = _locked(key)
    wanted = [_as_choice(choice) for choice in choices]
    if not wanted:
        return []
    known = {item.value: item for item in row.items.all()}
    by_text = {text.fold(item.value): item for item in known.values()}
    shown = picklist_choices(key)()
    for value, item in known.items():
        by_text.setdefault(text.fold(shown.label(value).rsplit(" / ", 1)[-1]), item)
    last = row.items.aggregate(last=Max("position"))["last"] or 0
    values: list[str] = []
    added: list[str] = []
    for choice in wanted:
        found = (
            by_text.get(text.fold(choice["value"])) if not choice["parent"] else known.get(choice["value"])
        )
        if found is not None:
            if found.retired_at is not None:
                _may_extend(row)
                PicklistItem.objects.filter(pk=found.pk).update(retired_at=None)
            values.append(found.value)
            continue
        _may_extend(row)
        if len(known) >= MAX_CHOICES:
            raise Invalid.one(
                "choices", "picklist.too_long", _("At most %(limit)s choices.") % {"limit": MAX_CHOICES}
            )
        parent = known.get(choice["parent"]) if choice["parent"] else None
        if choice["parent"] and parent is None:
            raise Invalid.one("choices", "picklist.parent", _("The choice above this one does not exist."))
        last += 10
        item = PicklistItem.objects.create(picklist=row, position=last, **(choice | {"parent": parent}))
        known[item.value] = by_text[text.fold(item.value)] = item
        if item.label:
            by_text.setdefault(text.fold(item.label), item)
        values.append(item.value)
        added.append(item.value)
    if added:
        audit.record(access, "picklist", row.pk, "add_choices", {"choices": [None, added[:50]]})
    _changed(access, row)
    return values


@transaction.atomic
def change_choice(
    access: Access,
    key: str,
    value: str,
    *,
    label: str | None = None,
    color: str | None = None,
    labels: Mapping[str, str] | None = None,
) -> None:
    """Other words or another colour for a choice; records keep pointing to it by its value."""
    row = _locked(key)
    item = _item(row, value)
    before = {"label": item.label, "color": item.color, "labels": item.labels}
    if label is not None:
        item.label = "" if item.is_builtin and not label.strip() else _checked_label(label, 120)
    if color is not None:
        if color and color not in COLORS:
            raise Invalid.one("color", "picklist.color", _("This is not one of the colours."))
        item.color = color
    if labels is not None:
        item.labels = {code: text.tidy(words)[:120] for code, words in labels.items() if words.strip()}
    item.save(update_fields=["label", "color", "labels"])
    _save(access, row, before, {"label": item.label, "color": item.color, "labels": item.labels}, value)


@transaction.atomic
def retire_choice(access: Access, key: str, value: str) -> None:
    """Offer a choice (and those below it) no more; records that hold it keep it and show it."""
    row = _locked(key)
    _may_extend(row)
    item = _item(row, value)
    if item.retired_at is not None:
        return
    if not row.items.filter(retired_at=None).exclude(pk=item.pk).exists():
        raise LastChoice(picklist=picklist_name(row))
    moment = clock.now()
    row.items.filter(pk=item.pk).update(retired_at=moment)
    row.items.filter(parent=item, retired_at=None).update(retired_at=moment)
    _save(access, row, {"retired": False}, {"retired": True}, value)


@transaction.atomic
def restore_choice(access: Access, key: str, value: str) -> None:
    """Offer a retired choice again."""
    row = _locked(key)
    item = _item(row, value)
    if item.retired_at is None:
        return
    row.items.filter(pk=item.pk).update(retired_at=None)
    _save(access, row, {"retired": True}, {"retired": False}, value)


@transaction.atomic
def order_choices(access: Access, key: str, values: Sequence[str]) -> None:
    """Bring the choices into this order; those not named follow in their old one."""
    row = _locked(key)
    items = list(row.items.order_by("position", "id"))
    place = {value: index for index, value in enumerate(values)}
    before = [item.value for item in items]
    items.sort(key=lambda item: place.get(item.value, len(place)))
    for index, item in enumerate(items):
        item.position = index * 10
    PicklistItem.objects.bulk_update(items, ["position"])
    _save(access, row, {"order": before}, {"order": [item.value for item in items]})


def picklist_name(row: Picklist) -> str:
    """What the list is called in the active language."""
    known = find_builtin_picklist(row.key)
    return row.label or (str(known.label) if known else row.key)


def _as_choice(raw: Any) -> dict[str, Any]:
    given: Mapping[str, Any] = raw if isinstance(raw, Mapping) else {"value": raw}
    label = text.tidy(str(given.get("label") or ""))
    value = text.tidy(str(given.get("value") or label))
    if not value or len(value) > 200:
        raise Invalid.one("choices", "picklist.value", _("A choice needs 1 to 200 characters."))
    return {
        "value": value,
        "label": label[:120] if label != value else "",
        "color": given.get("color") if given.get("color") in COLORS else "",
        "parent": given.get("parent") or None,
    }


def _checked_label(label: str, limit: int) -> str:
    words = text.tidy(label)
    if not words or len(words) > limit:
        raise Invalid.one(
            "label", "value.required", _("Between 1 and %(limit)s characters.") % {"limit": limit}
        )
    return words


def _may_extend(row: Picklist) -> None:
    known = find_builtin_picklist(row.key)
    if known is not None and known.fixed:
        raise PicklistFixed(picklist=picklist_name(row))


def _locked(key: str) -> Picklist:
    if find_builtin_picklist(key) is not None:
        ensure_builtin_picklists()  # a room may have come after the last migration
    row = Picklist.objects.select_for_update().filter(key=key).first()
    if row is None:
        raise NotFound(record="picklist", id=key)
    return row


def _item(row: Picklist, value: str) -> PicklistItem:
    item = row.items.filter(value=value).first()
    if item is None:
        raise NotFound(record="choice", id=value)
    return item


def _save(
    access: Access, row: Picklist, before: Mapping[str, Any], after: Mapping[str, Any], choice: str = ""
) -> None:
    changes = {name: [before[name], now] for name, now in after.items() if before[name] != now}
    if not changes:
        return
    row.updated_at = clock.now()
    row.save(update_fields=["label", "description", "updated_at"])
    if choice:
        changes = {f"{choice}.{name}": change for name, change in changes.items()}
    audit.record(access, "picklist", row.pk, "update", changes)
    _changed(access, row)


def _changed(access: Access, row: Picklist) -> None:
    mark_changed()
    emit(PicklistChanged(picklist=row.key), access)
