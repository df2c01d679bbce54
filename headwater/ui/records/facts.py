"""The details of a record: labelled values that become a small form where the reader may change them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from headwater.kernel.access import Access, FieldRule
from headwater.kernel.catalogue import Field, RecordType
from headwater.kernel.errors import Text
from headwater.ui.pages import Fact, FactGroup, FieldControl
from headwater.ui.records.cells import cell
from headwater.ui.records.forms import may_edit


@dataclass(frozen=True, slots=True)
class FactEdit:
    """The page of `ui/records/fact.html`: one value and its form."""

    fact: Fact
    control: FieldControl | None
    action: str
    cancel_url: str
    version: int | None = None
    title: Text = ""


def fact_url(kind: RecordType, record_id: int, key: str) -> str:
    """Where a value is edited in place."""
    return f"/records/{kind.plural}/{record_id}/facts/{key}"


def fact(field: Field, kind: RecordType, access: Access, row: Mapping[str, Any]) -> Fact:
    """One labelled value, editable in place where reader and record type allow it."""
    editable = (
        kind.verbs.update is not None
        and access.may(kind.permission("edit"))
        and may_edit(field, kind, access)
        and field.in_form
    )
    edit_url = fact_url(kind, int(row["id"]), field.key) if editable else ""
    return Fact(field.label, cell(field, row), key=field.key.replace(".", "-"), edit_url=edit_url)


def fact_groups(
    kind: RecordType,
    access: Access,
    row: Mapping[str, Any],
    *,
    skip: Sequence[str] = (),
    groups: Sequence[tuple[Text, Sequence[str]]] | None = None,
) -> tuple[FactGroup, ...]:
    """The fields of a row in groups: as `groups` says (title, keys), or as the catalogue groups them.

    What is empty and cannot be filled in here says nothing, so it is left out.
    """
    known = {
        key: field
        for key, field in kind.all_fields.items()
        if key not in skip and access.field_rule(kind.key, key) != FieldRule.HIDDEN
    }
    if groups is not None:
        chosen = [(title, [known[key] for key in keys if key in known]) for title, keys in groups]
    else:
        named: dict[str, list[Field]] = {}
        for field in known.values():
            present = field.is_custom or field.key in row
            if present:
                named.setdefault(str(field.group), []).append(field)
        chosen = [(title or _("Details"), fields) for title, fields in named.items()]
    shown = ((title, [fact(field, kind, access, row) for field in fields]) for title, fields in chosen)
    telling = (
        (title, [one for one in facts if one.edit_url or not one.cell.is_empty]) for title, facts in shown
    )
    return tuple(FactGroup(tuple(facts), title=title) for title, facts in telling if facts)
