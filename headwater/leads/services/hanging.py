"""What hangs on records of customers: everything that names them, in whatever room.

Found through the models, so that a room which begins to hang something on an account needs no line here.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.apps import apps
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from headwater.engagement.types import RecordRef
from headwater.kernel.catalogue import record_types
from headwater.kernel.sql import rows

_TABLES = {"account": "sales_account", "contact": "sales_contact", "opportunity": "sales_opportunity"}
# Rows that name any record by its type and id.
_LOOSE = ("engagement_activity", "engagement_task", "engagement_comment", "platform_file")
# Books of conversions and merges: they say where a record came from, they are not work done with it.
_BOOKS = frozenset({"leads_conversion", "sales_merge", "sales_mergedrecord"})

Counts = dict[str, int]  # "table.column" -> rows


@dataclass(frozen=True, slots=True)
class _Reference:
    table: str
    column: str
    is_archivable: bool

    @property
    def name(self) -> str:
        return f"{self.table}.{self.column}"

    def counting(self) -> str:
        living = " AND archived_at IS NULL" if self.is_archivable else ""
        return (
            f"SELECT %s::text AS record, {self.column} AS id, '{self.name}' AS name, count(*) AS n"
            f" FROM {self.table} WHERE {self.column} = ANY(%s::bigint[]){living} GROUP BY {self.column}"
        )


@cache
def _references(record: str) -> tuple[_Reference, ...]:
    """The columns of all models that point to records of this type."""
    model = next(one for one in apps.get_models() if one._meta.db_table == _TABLES[record])
    found = []
    for relation in model._meta.get_fields(include_hidden=True):
        if not relation.auto_created or not (relation.one_to_many or relation.one_to_one):
            continue
        other: Any = relation.related_model
        pointing: Any = relation
        table, column = other._meta.db_table, str(pointing.field.column)
        if table not in _BOOKS:
            names = {field.name for field in other._meta.concrete_fields}
            found.append(_Reference(table, column, "archived_at" in names))
    return tuple(found)


def hanging(refs: Sequence[RecordRef]) -> dict[RecordRef, Counts]:
    """How many living rows name each record, by table and column; one statement."""
    wanted: dict[str, list[int]] = {}
    for ref in refs:
        wanted.setdefault(ref.record_type, []).append(ref.record_id)
    parts: list[str] = []
    params: list[Any] = []
    for record, ids in wanted.items():
        for reference in _references(record):
            parts.append(reference.counting())
            params += [record, ids]
        for table in _LOOSE:
            parts.append(
                f"SELECT record_type, record_id, '{table}.record_id', count(*) FROM {table}"
                " WHERE record_type = %s AND record_id = ANY(%s::bigint[]) AND archived_at IS NULL"
                " GROUP BY 1, 2"
            )
            params += [record, ids]
    found: dict[RecordRef, Counts] = {ref: {} for ref in refs}
    for row in rows(" UNION ALL ".join(parts), params) if parts else ():
        found[RecordRef(row["record"], row["id"])][row["name"]] = row["n"]
    return found


def label_of(name: str) -> str:
    """What rows of such a kind are called."""
    table = name.partition(".")[0]
    words = {
        "engagement_activity": pgettext("conversion", "Follow-ups"),
        "engagement_task": _("Tasks"),
        "engagement_comment": _("Comments"),
        "platform_file": _("Files"),
        "sales_stagemove": _("Moves to other stages"),
        "sales_opportunitycontact": _("People taking part"),
        "sales_opportunityline": _("Products"),
        "lines_linespawn": _("Opportunities of other lines"),
    }
    if table in words:
        return words[table]
    kind = next((one for one in record_types() if one.table == table), None)
    return _("Other entries") if kind is None else str(kind.label_plural)
