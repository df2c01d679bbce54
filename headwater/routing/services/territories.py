"""Who serves which leads."""

from collections.abc import Mapping, Sequence

from django.db import transaction
from django.utils.translation import gettext as _

from headwater.kernel.access import Access
from headwater.kernel.catalogue import FieldType, record_type
from headwater.kernel.errors import Invalid, NotFound
from headwater.organization.queries import people_by_id
from headwater.platform import audit
from headwater.platform.events import emit
from headwater.routing.events import TerritoriesChanged
from headwater.routing.models import Territory

MAX_VALUES = 500
KINDS = frozenset(
    {
        FieldType.PICKLIST,
        FieldType.CASCADE,
        FieldType.MULTI_PICK,
        FieldType.LINK,
        FieldType.TEXT,
        FieldType.BOOLEAN,
    }
)


@transaction.atomic
def set_territory(access: Access, user_id: int, fields: Mapping[str, Sequence[str]]) -> None:
    """Say what a person serves: all of `fields`, each with one of its values; nothing: no territory.

    Refuses with `NotFound` for an unknown person and `Invalid` for fields that cannot be compared.
    """
    if user_id not in people_by_id([user_id]):
        raise NotFound(record="user", id=user_id)
    known = record_type("lead").all_fields
    wanted: dict[str, list[str]] = {}
    for key, given in fields.items():
        field = known.get(key)
        if field is None or field.type not in KINDS or field.is_personal:
            detail = _("There is no field “%(field)s” by which territories differ.")
            raise Invalid.one("fields", "criteria.unknown_field", detail % {"field": str(key)[:80]})
        values = list(dict.fromkeys(str(item).strip()[:200] for item in given))
        values = [value for value in values if value]
        if len(values) > MAX_VALUES:
            raise Invalid.one(
                "fields", "value.type", _("A list of at most %(limit)s.") % {"limit": MAX_VALUES}
            )
        if values:
            wanted[key] = values
    rows = Territory.objects.filter(user=user_id)
    before = {row.field: row.values for row in rows}
    if before == wanted:
        return
    rows.delete()
    Territory.objects.bulk_create(
        Territory(user_id=user_id, field=key, values=values) for key, values in wanted.items()
    )
    audit.record(access, "territory", user_id, "update", {"territory": [before, wanted]})
    emit(TerritoriesChanged(user_ids=[user_id]), access)
