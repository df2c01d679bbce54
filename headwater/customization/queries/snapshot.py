"""Fields and picklists as one picture in memory, so that a hot request asks nothing.

The picture carries the stamp of the tables. It is compared at most once a second, so another process's change
shows within that time; a change of this process shows at once. A transaction that has changed something reads
its own picture until it ends, since the change may yet be undone.
"""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from django.conf import settings
from django.db import connection, transaction

from headwater.customization.builtin import builtin_picklists, find_builtin_picklist
from headwater.customization.models import CustomField, PicklistItem, Stamp
from headwater.customization.numbering import NumberFormat
from headwater.customization.texts import translated
from headwater.kernel.catalogue import Choice, Choices, Field, FieldType, Mask

REFRESH_SECONDS = float(getattr(settings, "CUSTOMIZATION_REFRESH_SECONDS", 1.0))


@dataclass(frozen=True, slots=True)
class AutoNumber:
    """A field that is numbered by the system from its own sequence."""

    name: str
    sequence: str
    format: NumberFormat


@dataclass(frozen=True, slots=True)
class Snapshot:
    """All that administrators have defined, ready for use; retired fields are left out."""

    stamp: int = 0
    fields: dict[str, tuple[Field, ...]] = field(default_factory=dict)
    picklists: dict[str, Choices] = field(default_factory=dict)
    auto_numbers: dict[str, tuple[AutoNumber, ...]] = field(default_factory=dict)


@dataclass(slots=True)
class _Shared:
    snapshot: Snapshot
    checked: float


_shared: dict[str, _Shared] = {}  # by database, for tests that have several
_own = threading.local()  # the transaction that changed something, and its picture
_loading = threading.Lock()


def current() -> Snapshot:
    """The present picture; no query unless the last look at the stamp is older than a second."""
    block = getattr(_own, "block", None)
    if block is not None:
        if connection.in_atomic_block and connection.atomic_blocks[0] is block:
            return _own_snapshot()
        _own.block = _own.snapshot = None
    name = str(connection.settings_dict["NAME"])
    shared = _shared.get(name)
    moment = time.monotonic()
    if shared is None or moment - shared.checked > REFRESH_SECONDS:
        shared = _refresh(name, moment)
    return shared.snapshot


def look_again() -> None:
    """Have the next reader compare the stamp, however short ago that was done."""
    shared = _shared.get(str(connection.settings_dict["NAME"]))
    if shared is not None:
        shared.checked = float("-inf")


def _own_snapshot() -> Snapshot:
    """The picture of a transaction that changed something, looked at again when a savepoint has ended."""
    savepoints = tuple(connection.savepoint_ids)
    if savepoints[: len(_own.savepoints)] != _own.savepoints:
        # The one in which the change was made is gone, kept or undone: the stamp tells which.
        _own.savepoints = savepoints
        if _own.snapshot is not None and _own.snapshot.stamp != _stamp():
            _own.snapshot = None
    if _own.snapshot is None:
        _own.snapshot = _load()
    return _own.snapshot  # type: ignore[no-any-return]


def mark_changed() -> None:
    """Tell all processes that fields or picklists have changed; inside the transaction of the change."""
    if not connection.in_atomic_block:
        raise RuntimeError("fields and picklists change inside a transaction")
    with connection.cursor() as cursor:
        # Not a counter: a change that was undone must not give its stamp to the next one.
        cursor.execute(
            "INSERT INTO customization_stamp (id, value) VALUES (1, (random() * 9e15)::bigint)"
            " ON CONFLICT (id) DO UPDATE SET value = excluded.value"
        )
    _own.block = connection.atomic_blocks[0]
    _own.snapshot = None
    _own.savepoints = tuple(connection.savepoint_ids)
    transaction.on_commit(partial(_shared.pop, str(connection.settings_dict["NAME"]), None))


def _refresh(name: str, moment: float) -> _Shared:
    with _loading:
        shared = _shared.get(name)
        if shared is not None and shared.checked >= moment:
            return shared  # another thread was faster
        stamp = _stamp()
        if shared is not None and shared.snapshot.stamp == stamp:
            shared.checked = moment
            return shared
        shared = _shared[name] = _Shared(_load(), moment)
        return shared


def _stamp() -> int:
    found = Stamp.objects.values_list("value", flat=True).first()
    return 0 if found is None else found


def _load() -> Snapshot:
    stamp = _stamp()  # read first: what changes in between is seen at the next look
    picklists = _load_picklists()
    fields: dict[str, list[Field]] = {}
    numbers: dict[str, list[AutoNumber]] = {}
    rows = CustomField.objects.filter(retired_at=None).select_related("picklist")
    for row in rows.order_by("record", "position", "id"):
        fields.setdefault(row.record, []).append(as_field(row))
        if row.type == FieldType.AUTO_NUMBER:
            number = AutoNumber(row.name, sequence_name(row.pk), NumberFormat(row.number_format))
            numbers.setdefault(row.record, []).append(number)
    return Snapshot(
        stamp,
        {record: tuple(items) for record, items in fields.items()},
        picklists,
        {record: tuple(items) for record, items in numbers.items()},
    )


def _load_picklists() -> dict[str, Choices]:
    found: dict[str, list[Choice]] = {}
    items = PicklistItem.objects.select_related("picklist", "parent").order_by("picklist", "position", "id")
    for item in items:
        found.setdefault(item.picklist.key, []).append(as_choice(item, item.picklist.key))
    for builtin in builtin_picklists():  # a room may have come after the last migration
        known = {choice.value for choice in found.get(builtin.key, ())}
        missing = [choice for choice in builtin.items if choice.value not in known]
        if missing:
            found.setdefault(builtin.key, []).extend(missing)
    return {key: Choices(choices) for key, choices in found.items()}


def as_choice(item: PicklistItem, key: str) -> Choice:
    """An item as the catalogue speaks of it; a built-in one without own words keeps its translations."""
    label: Any = translated(item.label, item.labels)
    color = item.color
    builtin = find_builtin_picklist(key)
    if builtin is not None and not (item.label and item.color):
        known = {choice.value: choice for choice in builtin.items}.get(item.value)
        if known is not None:
            label = label if item.label else known.label
            color = color or known.color
    parent = None if item.parent is None else item.parent.value
    return Choice(item.value, label or item.value, color, item.retired_at is not None, parent)


def sequence_name(field_id: int) -> str:
    """The database sequence that an auto-number field draws from."""
    return f"customization_number_{field_id}"


_RELATIONS = {FieldType.USER: "user", FieldType.DEPARTMENT: "department"}
_MASKS = {FieldType.PHONE: Mask.PHONE, FieldType.EMAIL: Mask.EMAIL}


def as_field(row: CustomField) -> Field:
    """A custom field as the catalogue speaks of it."""
    kind = FieldType(row.type)
    machine_made = kind == FieldType.AUTO_NUMBER
    return Field(
        key=row.key,
        label=translated(row.label, row.labels),
        type=kind,
        relation=_RELATIONS.get(kind, row.relation),
        choices=_choices_of(row.picklist.key) if row.picklist is not None else Choices,
        group=row.group,
        help=row.help,
        required=row.is_required and not machine_made,
        editable=not machine_made,
        in_form=not machine_made,
        importable=not machine_made,
        sortable=kind not in (FieldType.MULTI_PICK, FieldType.LONG_TEXT),
        in_list=row.in_list,
        max_length=row.max_length,
        minimum=None if row.minimum is None else float(row.minimum),
        maximum=None if row.maximum is None else float(row.maximum),
        decimals=row.decimals,
        pattern=row.pattern,
        default=row.default,
        mask=_MASKS.get(kind, Mask.TEXT if kind.is_textual else None),
        is_personal=row.is_personal or kind in _MASKS,
        headers=tuple(row.headers),
    )


def _choices_of(key: str) -> Callable[[], Choices]:
    from headwater.customization.queries.picklists import picklist_choices

    return picklist_choices(key)
