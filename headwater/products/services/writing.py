"""How a product or a price book is made and changed: lock, check, write, audit."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from headwater.customization.services import fill_auto_numbers
from headwater.kernel import clock
from headwater.kernel.access import Access
from headwater.kernel.catalogue import Cleaned
from headwater.kernel.errors import Invalid, NotFound, Stale
from headwater.platform import audit
from headwater.products.models import PriceBook, Product
from headwater.products.queries import forget_choices

R = TypeVar("R", Product, PriceBook)


def lock_records(model: type[R], ids: Sequence[int], *, archived: bool = False) -> list[R]:
    """Those of `ids` that are in use (or archived), locked in the order of their ids."""
    known = [one for one in ids if 0 < one < 2**63]
    found = model._default_manager.select_for_update(no_key=True).filter(
        pk__in=known, archived_at__isnull=not archived
    )
    return list(found.order_by("pk"))


def lock_record(model: type[R], key: str, record_id: int, version: int | None = None) -> R:
    """The record in use, locked; refuses with `NotFound`, and with `Stale` for another version."""
    for record in lock_records(model, [record_id]):
        if version is not None and version != record.version:
            raise Stale(version=record.version)
        return record
    raise NotFound(record=key, id=record_id)


def insert(access: Access, key: str, record: R, cleaned: Cleaned) -> R:
    """Write a new record with its audit row; the caller emits."""
    fill_auto_numbers(key, [cleaned.custom])
    for name, value in cleaned.fields.items():
        setattr(record, name, value)
    record.custom = {name: value for name, value in cleaned.custom.items() if value is not None}
    record.created_at = record.updated_at = clock.now()
    record.created_by_id = access.user_id
    save(record)
    given = cleaned.fields | {f"custom.{name}": value for name, value in cleaned.custom.items()}
    changes = {name: [None, value] for name, value in given.items() if value not in (None, "", [])}
    audit.record(access, key, record.pk, "create", changes)
    return record


def change(
    access: Access, key: str, record: R, cleaned: Cleaned, derive: Callable[[R], None] | None = None
) -> list[str]:
    """Write what differs to a locked record, with audit; the keys that changed."""
    changes: dict[str, list[Any]] = {}
    for name, value in cleaned.fields.items():
        before = getattr(record, name)
        if before != value:
            changes[name] = [before, value]
            setattr(record, name, value)
    for name, value in cleaned.custom.items():
        before = record.custom.get(name)
        if before != value:
            changes[f"custom.{name}"] = [before, value]
            record.custom[name] = value
    if not changes:
        return []
    if derive is not None:
        derive(record)
    record.custom = {name: value for name, value in record.custom.items() if value is not None}
    touch(record)
    save(record)
    audit.record(access, key, record.pk, "update", changes)
    return list(changes)


def touch(record: R) -> None:
    """A new version, as of now; the caller saves."""
    record.version += 1
    record.updated_at = clock.now()


def set_archived(
    access: Access, model: type[R], key: str, ids: Sequence[int], *, archived: bool
) -> list[int]:
    """Archive or bring back, with audit; the ids that it concerned."""
    records = lock_records(model, ids, archived=not archived)
    for record in records:
        record.archived_at = clock.now() if archived else None
        touch(record)
        save(record)
    found = [record.pk for record in records]
    changes = audit.same_changes(found, {"archived": [not archived, archived]})
    audit.record_many(access, key, "archive" if archived else "restore", changes)
    return found


_TAKEN: Mapping[str, tuple[str, str]] = {
    "product_code_once": ("code", "code.taken"),
    "product_external_id_once": ("external_id", "external_id.taken"),
    "price_book_name_once": ("name", "name.taken"),
}


def save(record: Product | PriceBook) -> None:
    """Save, with a value that somebody else has as a complaint about that field."""
    try:
        with transaction.atomic():
            record.save()
        forget_choices()
    except IntegrityError as clash:
        name = str(getattr(getattr(clash.__cause__, "diag", None), "constraint_name", "") or "")
        if name in _TAKEN:
            field, code = _TAKEN[name]
            words = {
                "code": _("Another product has this code."),
                "external_id": _("Another record has this external number already."),
                "name": _("This name is taken."),
            }
            raise Invalid.one(field, code, words[field]) from clash
        if name == "price_book_ends_after_start":
            raise Invalid.one(
                "valid_to", "period.ends_before_start", _("It ends before it starts.")
            ) from clash
        raise
