"""How a record of the room is made and changed: lock, check, write, audit, emit. One record at a time."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from headwater.customization.services import fill_auto_numbers
from headwater.kernel import clock, sql
from headwater.kernel.access import Access
from headwater.kernel.catalogue import Cleaned
from headwater.kernel.errors import DomainError, Invalid, NotFound, Stale
from headwater.kernel.sql import Fragment, all_of
from headwater.platform import audit
from headwater.platform.events import emit
from headwater.sales.errors import MergedAway
from headwater.sales.models import OwnerChange
from headwater.sales.queries.merges import merged_into
from headwater.sales.services.kinds import AnyRecord, Kind
from headwater.sales.services.relations import check_relations


def is_id(value: int) -> bool:
    """Whether the database could hold it as an id; others belong to no record."""
    return 0 < value < 2**63


def lock_records(access: Access, kind: Kind, ids: Sequence[int], *, archived: bool = False) -> list[Any]:
    """Those of `ids` within reach, locked in the order of their ids; living ones, or `archived` ones."""
    condition = all_of(
        [
            Fragment("t.id = ANY(%s::bigint[])", ([one for one in ids if is_id(one)],)),
            Fragment(f"t.archived_at IS {'NOT ' if archived else ''}NULL"),
            kind.record_type.scope(access, "t"),
        ]
    )
    # A foreign key of another transaction takes FOR KEY SHARE on the row; NO KEY does not wait for it.
    text = f"SELECT t.* FROM {kind.table} t WHERE {condition.text} ORDER BY t.id FOR NO KEY UPDATE OF t"
    return list(kind.model.objects.raw(text, condition.params))


def lock_record(access: Access, kind: Kind, record_id: int, *, version: int | None = None) -> Any:
    """The living record, locked; refuses with `NotFound` out of reach and `Stale` for another version."""
    found = lock_records(access, kind, [record_id])
    if not found:
        raise NotFound(record=kind.key.value, id=record_id)
    record: AnyRecord = found[0]
    if version is not None and version != record.version:
        raise Stale(version=record.version)
    return record


def choose_owner(access: Access, fields: dict[str, Any]) -> int | None:
    """The owner of a new record: the one given, who must lie within reach, or the one who acts."""
    if fields.get("owner") is None:
        fields["owner"] = access.user_id
    owner_id: int | None = fields["owner"]
    if owner_id is not None and owner_id != access.user_id and not access.reach.covers(owner_id):
        raise Invalid.one("owner", "owner.out_of_reach", _("You may not give records to this person."))
    return owner_id


def columns(kind: Kind, fields: Mapping[str, Any]) -> dict[str, Any]:
    """Values under the attribute names of the model; blank truth values are false."""
    known = kind.record_type.all_fields
    named: dict[str, Any] = {}
    for key, value in fields.items():
        field = known[key]
        if field.type.value == "boolean" and value is None:
            value = False
        named[f"{key}_id" if field.type.is_relation else key] = value
    return named


def insert(
    access: Access,
    kind: Kind,
    cleaned: Cleaned,
    *,
    why: str,
    on_conflict: Mapping[str, Any],
    derived: Mapping[str, Any] | None = None,
) -> Any:
    """Write a new record with its first owner, audit row and event.

    `on_conflict` maps the name of a unique constraint to what makes the refusal (called afterwards).
    """
    check_relations(access, kind, cleaned.fields)
    fill_auto_numbers(kind.key.value, [cleaned.custom])
    moment = clock.now()
    values = columns(kind, cleaned.fields) | dict(derived or {})
    record = kind.model(
        **values,
        custom={key: value for key, value in cleaned.custom.items() if value is not None},
        created_at=moment,
        updated_at=moment,
        created_by_id=access.user_id,
    )
    _guarded(lambda: record.save(force_insert=True), on_conflict)
    OwnerChange.objects.create(
        record_type=kind.key,
        record_id=record.pk,
        to_owner_id=record.owner_id,
        why=why,
        by_id=access.user_id,
        at=moment,
    )
    audit.record(access, kind.key, record.pk, "create", _creation(cleaned))
    emit(kind.created(ids=[record.pk]), access)
    return record


def _creation(cleaned: Cleaned) -> dict[str, list[Any]]:
    given = cleaned.fields | {f"custom.{key}": value for key, value in cleaned.custom.items()}
    return {key: [None, value] for key, value in given.items() if value not in (None, "", [], False)}


def differences(kind: Kind, record: Any, cleaned: Cleaned) -> dict[str, list[Any]]:
    """{field: [before, after]} for what would change."""
    changes: dict[str, list[Any]] = {}
    for key, attribute in zip(cleaned.fields, columns(kind, cleaned.fields), strict=True):
        before, after = getattr(record, attribute), columns(kind, {key: cleaned.fields[key]})[attribute]
        if before != after:
            changes[key] = [before, after]
    for name, value in cleaned.custom.items():
        if record.custom.get(name) != value:
            changes[f"custom.{name}"] = [record.custom.get(name), value]
    return changes


def save_changes(
    access: Access,
    kind: Kind,
    record: Any,
    changes: Mapping[str, list[Any]],
    *,
    on_conflict: Mapping[str, Any],
    derived: Mapping[str, Any] | None = None,
) -> None:
    """Write `changes` to a locked record, with audit and event; nothing for none."""
    if not changes:
        return
    built_in = {key: after for key, (_before, after) in changes.items() if not key.startswith("custom.")}
    check_relations(access, kind, built_in)
    attributes = columns(kind, built_in) | dict(derived or {})
    for name, value in attributes.items():
        setattr(record, name, value)
    custom = {
        key.removeprefix("custom."): pair[1] for key, pair in changes.items() if key.startswith("custom.")
    }
    if custom:
        merged = record.custom | custom
        record.custom = {name: value for name, value in merged.items() if value is not None}
        attributes["custom"] = record.custom
    record.version += 1
    record.updated_at = clock.now()
    _guarded(lambda: record.save(update_fields=[*attributes, "version", "updated_at"]), on_conflict)
    audit.record(access, kind.key, record.pk, "update", changes)
    emit(kind.changed(ids=[record.pk], fields=sorted(changes), changes=dict(changes)), access)


def _guarded(write: Any, on_conflict: Mapping[str, Any]) -> None:
    """Run `write`; a unique constraint that somebody else used up first becomes its refusal."""
    try:
        with transaction.atomic():
            write()
    except IntegrityError as error:
        diagnosis = getattr(error.__cause__, "diag", None)
        refusal = on_conflict.get(getattr(diagnosis, "constraint_name", ""))
        if refusal is None:
            raise
        raised: DomainError = refusal()
        raise raised from None


def external_id_taken() -> Invalid:
    """The refusal for an external number that another living record has."""
    return Invalid.one(
        "external_id", "external_id.taken", _("Another record has this external number already.")
    )


def refuse_merged(kind: Kind, ids: Sequence[int]) -> None:
    """Raise `MergedAway` for a record that is part of another now."""
    for one in ids:
        into = merged_into(kind.key.value, one)
        if into is not None:
            raise MergedAway(id=one, into=into)


def present_version(kind: Kind, record_id: int) -> int:
    """The version of a record now."""
    return int(sql.value(f"SELECT version FROM {kind.table} WHERE id = %s", (record_id,)))
