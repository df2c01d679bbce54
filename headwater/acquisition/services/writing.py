"""How a record of the room is made and changed: lock, check, write, audit. One record at a time."""

from collections.abc import Mapping, Sequence
from typing import Any, TypeVar, cast

from django.db import IntegrityError, transaction
from django.db.models import Field
from django.utils.translation import gettext as _

from headwater.acquisition.models import Campaign, Channel, Source
from headwater.customization.services import fill_auto_numbers
from headwater.kernel import clock, listing
from headwater.kernel.access import Access
from headwater.kernel.catalogue import Cleaned, RecordType, record_type
from headwater.kernel.errors import Invalid, NotFound, Stale
from headwater.kernel.sql import Fragment, all_of
from headwater.platform import audit

R = TypeVar("R", Source, Channel, Campaign)


def lock_records(
    access: Access, model: type[R], key: str, ids: Sequence[int], *, archived: bool = False
) -> list[R]:
    """Those of `ids` within reach, locked in the order of their ids; living ones, or `archived` ones."""
    kind = record_type(key)
    condition = all_of(
        [
            Fragment("t.id = ANY(%s::bigint[])", (list(ids),)),
            Fragment(f"t.archived_at IS {'NOT ' if archived else ''}NULL"),
            kind.scope(access, "t"),
        ]
    )
    # A foreign key of another transaction takes FOR KEY SHARE on the row; NO KEY does not wait for it.
    text = f"SELECT t.* FROM {kind.table} t WHERE {condition.text} ORDER BY t.id FOR NO KEY UPDATE OF t"
    return list(model._default_manager.raw(text, condition.params))


def lock_record(access: Access, model: type[R], key: str, record_id: int, version: int | None = None) -> R:
    """The living record, locked; refuses with `NotFound` out of reach and `Stale` for another version."""
    for record in lock_records(access, model, key, [record_id]):
        if version is not None and version != record.version:
            raise Stale(version=record.version)
        return record
    raise NotFound(record=key, id=record_id)


def attributes(model: type[R], fields: Mapping[str, Any]) -> dict[str, Any]:
    """Cleaned values under the model's attribute names; blank text is kept as the empty string."""
    named: dict[str, Any] = {}
    for key, value in fields.items():
        column = cast("Field[Any, Any]", model._meta.get_field(key))
        if value is None and not column.null:
            value = column.get_default()
        named[column.attname] = value
    return named


def check_relations(access: Access, kind: RecordType, cleaned: Cleaned) -> None:
    """Ids of other records must lead to living ones within the writer's sight; raises `Invalid`."""
    complaints: dict[str, dict[str, str]] = {}
    given = cleaned.fields | {f"custom.{name}": value for name, value in cleaned.custom.items()}
    for key, value in given.items():
        field = kind.all_fields[key]
        if not field.relation or value is None:
            continue
        target = record_type(field.relation)
        permission = target.permission("view")
        if not access.may(permission) or not listing.ids_within(access.also(permission), target, [value]):
            complaints[key] = {"code": "value.record", "detail": _("There is no such record.")}
    if complaints:
        raise Invalid(fields=complaints)


def insert(access: Access, kind: RecordType, record: R, cleaned: Cleaned) -> R:
    """Write a new record with its audit row; the caller emits."""
    check_relations(access, kind, cleaned)
    fill_auto_numbers(kind.key, [cleaned.custom])
    moment = clock.now()
    for name, value in attributes(type(record), cleaned.fields).items():
        setattr(record, name, value)
    record.custom = {name: value for name, value in cleaned.custom.items() if value is not None}
    record.created_at = record.updated_at = moment
    record.created_by_id = access.user_id
    save(record)
    given = cleaned.fields | {f"custom.{name}": value for name, value in cleaned.custom.items()}
    changes = {key: [None, value] for key, value in given.items() if value not in (None, "", [])}
    audit.record(access, kind.key, record.pk, "create", changes)
    return record


def change(access: Access, kind: RecordType, record: R, cleaned: Cleaned) -> list[str]:
    """Write what differs to a locked record, with audit; the keys that changed."""
    check_relations(access, kind, cleaned)
    changes: dict[str, list[Any]] = {}
    for key, value in cleaned.fields.items():
        ((attribute, wanted),) = attributes(type(record), {key: value}).items()
        before = getattr(record, attribute)
        if before != wanted:
            changes[key] = [before, wanted]
            setattr(record, attribute, wanted)
    for name, value in cleaned.custom.items():
        before = record.custom.get(name)
        if before != value:
            changes[f"custom.{name}"] = [before, value]
            record.custom[name] = value
    if not changes:
        return []
    record.custom = {name: value for name, value in record.custom.items() if value is not None}
    record.version += 1
    record.updated_at = clock.now()
    save(record)
    audit.record(access, kind.key, record.pk, "update", changes)
    return list(changes)


def set_archived(
    access: Access, model: type[R], key: str, ids: Sequence[int], *, archived: bool
) -> list[int]:
    """Archive or restore the records within reach, with audit; their ids."""
    records = lock_records(access, model, key, ids, archived=not archived)
    moment = clock.now()
    for record in records:
        record.archived_at = moment if archived else None
        record.version += 1
        record.updated_at = moment
        save(record)
    found = [record.pk for record in records]
    changes = audit.same_changes(found, {"archived": [not archived, archived]})
    audit.record_many(access, key, "archive" if archived else "restore", changes)
    return found


def save(record: R) -> None:
    """Save, with a taken name as a complaint about that field."""
    try:
        with transaction.atomic():
            record.save()
    except IntegrityError as clash:
        name = str(getattr(getattr(clash.__cause__, "diag", None), "constraint_name", "") or "")
        if "name_once" in name:
            raise Invalid.one("name", "name.taken", _("This name is taken.")) from clash
        if "key" in name:
            raise Invalid.one("key", "key.taken", _("This key is taken.")) from clash
        if name == "campaign_ends_after_start":
            raise Invalid.one(
                "ends_on", "campaign.ends_before_start", _("It ends before it starts.")
            ) from clash
        raise
