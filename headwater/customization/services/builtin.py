"""The first rows of what rooms registered."""

from django.db import transaction

from headwater.customization.builtin import BuiltinPicklist, builtin_picklists
from headwater.customization.models import Picklist, PicklistItem
from headwater.customization.queries.snapshot import mark_changed
from headwater.kernel import clock


@transaction.atomic
def ensure_builtin_picklists() -> None:
    """Write registered picklists and choices that are not there yet; repeating it does nothing.

    What an administrator renamed, ordered or retired stays as it is.
    """
    known = {row.key: row for row in Picklist.objects.all()}
    items = set(PicklistItem.objects.values_list("picklist__key", "value"))
    changed = False
    for builtin in builtin_picklists():
        row = known.get(builtin.key) or _write(builtin)
        missing = [item for item in enumerate(builtin.items) if (builtin.key, item[1].value) not in items]
        if not missing:
            continue
        changed = True
        PicklistItem.objects.bulk_create(
            PicklistItem(picklist=row, value=choice.value, position=place * 10, is_builtin=True)
            for place, choice in missing
        )
        _connect_parents(row, builtin)
    if changed:
        mark_changed()


def _write(builtin: BuiltinPicklist) -> Picklist:
    moment = clock.now()
    return Picklist.objects.create(key=builtin.key, is_builtin=True, created_at=moment, updated_at=moment)


def _connect_parents(row: Picklist, builtin: BuiltinPicklist) -> None:
    ids = dict(PicklistItem.objects.filter(picklist=row).values_list("value", "id"))
    for choice in builtin.items:
        if choice.parent is not None:
            PicklistItem.objects.filter(pk=ids[choice.value]).update(parent=ids[choice.parent])
