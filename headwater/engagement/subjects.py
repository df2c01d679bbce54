"""Which records can be followed up, and how the rooms that own them are asked.

A room registers its record types here; the defaults come from the catalogue. `check` says whether a person
may see (or follow up) a record; `recorded` lets the owner of the record react in the same transaction.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from headwater.engagement.types import Recorded, RecordRef, SubjectCard
from headwater.kernel import listing, sql
from headwater.kernel.access import Access
from headwater.kernel.catalogue import record_type as catalogued
from headwater.kernel.errors import NotFound
from headwater.kernel.sql import FALSE, Fragment, any_of
from headwater.platform.files.services import register_file_access

Check = Callable[[Access, int, bool], None]
React = Callable[[Access, Sequence[Recorded]], None]
Told = Callable[[Access, int, bool], str]  # the record, and whether what was written is a contact


def _nothing_more(access: Access, activities: Sequence[Recorded]) -> None:
    return None


def _nothing_told(access: Access, record_id: int, is_contact: bool) -> str:
    return ""


def _keep_last(access: Access, activities: Sequence[Recorded]) -> None:
    """History moves nothing but the moment of the last contact."""
    for key in {one.record_type for one in activities}:
        kind = catalogued(key)
        if kind.field("last_activity_at") is None:
            continue
        mine = [one for one in activities if one.record_type == key]
        sql.execute(
            f"UPDATE {kind.table} t SET last_activity_at = x.at"
            " FROM unnest(%s::bigint[], %s::timestamptz[]) AS x (id, at)"
            " WHERE t.id = x.id AND (t.last_activity_at IS NULL OR t.last_activity_at < x.at)",
            ([one.record_id for one in mine], [one.occurred_at for one in mine]),
        )


@dataclass(frozen=True, slots=True)
class Subject:
    """A record type that has follow-ups, tasks and a timeline."""

    record_type: str
    check: Check
    recorded: React
    imported: React
    owner_column: str
    told: Told


_subjects: dict[str, Subject] = {}


def register_subject(
    record_type: str,
    *,
    check: Check | None = None,
    recorded: React = _nothing_more,
    imported: React | None = None,
    owner_column: str = "owner_id",
    told: Told = _nothing_told,
) -> None:
    """Let records of this type be followed up; the same type again replaces it.

    `check(access, record_id, write)` raises `NotFound`, `Forbidden` or a `Conflict`; without one the record
    must lie in the reader's scope of `<plural>.view`. The record's files follow the same check. `imported`
    hears of the last contact of each record when history comes from a file; by default it keeps its moment.
    `told` words for whoever wrote a follow-up what that changed.
    """
    known = Subject(
        record_type, check or _in_scope(record_type), recorded, imported or _keep_last, owner_column, told
    )
    _subjects[record_type] = known

    def check_files(access: Access, record_id: int, *, write: bool) -> None:
        known.check(access, record_id, write)

    register_file_access(record_type, check_files)


def _in_scope(record_type: str) -> Check:
    def check(access: Access, record_id: int, write: bool) -> None:
        kind = catalogued(record_type)
        if not listing.ids_within(access.also(kind.permission("view")), kind, [record_id]):
            raise NotFound(record=record_type, id=record_id)

    return check


def subject(record_type: str) -> Subject:
    """The registered subject; `NotFound` for a type that has no follow-ups (it came from outside)."""
    found = _subjects.get(record_type)
    if found is None:
        raise NotFound(record=record_type[:40], id=None)
    return found


def subject_types() -> list[str]:
    return list(_subjects)


def check_visible(access: Access, ref: RecordRef) -> None:
    """Raise unless the reader may see the record."""
    subject(ref.record_type).check(access, ref.record_id, False)


def may_see(access: Access, ref: RecordRef) -> bool:
    """Whether the reader may see the record."""
    from headwater.kernel.errors import DomainError

    try:
        check_visible(access, ref)
    except DomainError:
        return False
    return True


def cards(refs: Iterable[RecordRef]) -> dict[RecordRef, SubjectCard]:
    """Titles and addresses of records, one query per type. What is gone is left out."""
    by_type: dict[str, set[int]] = {}
    for ref in refs:
        by_type.setdefault(ref.record_type, set()).add(ref.record_id)
    found: dict[RecordRef, SubjectCard] = {}
    for key, ids in by_type.items():
        if key not in _subjects:
            continue
        kind = catalogued(key)
        title = kind.name_sql.replace("{t}", "t")
        rows = sql.rows(
            f"SELECT t.id, {title} AS title FROM {kind.table} t WHERE t.id = ANY(%s::bigint[])", [sorted(ids)]
        )
        for row in rows:
            ref = RecordRef(key, row["id"])
            found[ref] = SubjectCard(
                key, row["id"], row["title"] or "", kind.link(row["id"]), str(kind.label)
            )
    return found


def owner_of(ref: RecordRef) -> int | None:
    """Who owns the record now."""
    known = _subjects.get(ref.record_type)
    if known is None or not known.owner_column:
        return None
    table = catalogued(ref.record_type).table
    found = sql.value(f"SELECT {known.owner_column} FROM {table} WHERE id = %s", [ref.record_id])
    return None if found is None else int(found)


def owned_records(user_id: int) -> Fragment:
    """A query of (record_type, record_id): every record that the person owns."""
    parts: list[str] = []
    params: list[object] = []
    for item in _subjects.values():
        if item.owner_column:
            table = catalogued(item.record_type).table
            parts.append(
                f"SELECT %s::text AS record_type, o.id AS record_id FROM {table} o"
                f" WHERE o.{item.owner_column} = %s"
            )
            params += [item.record_type, user_id]
    if not parts:
        return Fragment("SELECT NULL::text AS record_type, NULL::bigint AS record_id WHERE FALSE")
    return Fragment(" UNION ALL ".join(parts), tuple(params))


def owned_by(user_id: int | None, alias: str) -> Fragment:
    """The condition that the row's (record_type, record_id) is a record the person owns."""
    if user_id is None:
        return FALSE
    parts: list[Fragment] = []
    for item in _subjects.values():
        if item.owner_column:
            table = catalogued(item.record_type).table
            parts.append(
                Fragment(
                    f"{alias}.record_type = %s AND {alias}.record_id IN"
                    f" (SELECT o.id FROM {table} o WHERE o.{item.owner_column} = %s)",
                    (item.record_type, user_id),
                )
            )
    return any_of(parts)
