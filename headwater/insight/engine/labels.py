"""Keys of groups in words, for the rows that are shown."""

from collections.abc import Callable, Iterable
from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from headwater.insight.engine.buckets import bucket_label
from headwater.insight.engine.guarding import Reading
from headwater.insight.engine.planning import Group
from headwater.insight.engine.results import Key
from headwater.kernel.catalogue import FieldType, record_type
from headwater.kernel.money import plain

_CHOICES = (FieldType.PICKLIST, FieldType.CASCADE, FieldType.MULTI_PICK)


def labeller(group: Group, keys: Iterable[Key], reading: Reading) -> Callable[[Key], str]:
    """What says the keys of a grouping; relations are looked up all at once."""
    names = _names(group, keys, reading) if group.field.type.is_relation else {}
    options = group.field.options if group.field.type in _CHOICES else None

    def say(key: Key) -> str:
        if key is None:
            return pgettext("group of a report", "(empty)")
        if names or group.field.type.is_relation:
            return str(names.get(key) or f"#{key}")
        if group.bucket and isinstance(key, date | int):
            return bucket_label(key, group.bucket)
        if isinstance(key, bool):
            return _("Yes") if key else _("No")
        if options is not None:
            return options.label(str(key))
        return plain(key) if group.field.type.is_numeric else str(key)  # type: ignore[arg-type]

    return say


def _names(group: Group, keys: Iterable[Key], reading: Reading) -> dict[Any, Any]:
    ids = sorted({key for key in keys if isinstance(key, int)})
    if not ids:
        return {}
    target = record_type(group.field.relation)
    name = target.name_sql.replace("{t}", "n")
    text = f"SELECT n.id, {name} FROM {target.table} n WHERE n.id = ANY(%s::bigint[])"
    return reading.labels(text, (ids,))
