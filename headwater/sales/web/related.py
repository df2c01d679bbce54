"""Related lists as cards on a page: how many there are, the first rows, and the way to all of them."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _

from headwater.kernel.access import Access
from headwater.kernel.catalogue import Field, RecordType, record_type
from headwater.sales.related import RelatedList as Related
from headwater.sales.related import related_count, related_lists, related_page
from headwater.sales.types import Standing
from headwater.sales.web import parts
from headwater.sales.web.lists import related_columns
from headwater.ui import records
from headwater.ui.pages import Action, Cell, Column, RelatedList, Row

SHOWN = 5  # rows of a related list on the page itself


def related_cards(
    access: Access, kind: RecordType, record_id: int, *, may_add: bool
) -> tuple[RelatedList, ...]:
    """The related lists of a record that hold something or that more can be added to."""
    cards = (_card(access, kind, one, record_id, may_add=may_add) for one in related_lists(kind.key, access))
    return tuple(card for card in cards if card.rows or card.add)


def _card(access: Access, kind: RecordType, one: Related, record_id: int, *, may_add: bool) -> RelatedList:
    names = related_columns(one.columns, one.kind)
    page = related_page(access, one, record_id, limit=SHOWN, fields=[*names, *parts.needs(one.kind)])
    fields = [one.kind.all_fields[name] for name in names]
    add = None
    if one.new_url and may_add and access.may(one.kind.permission("create")):
        add = Action(_("Add"), icon="plus", dialog=one.new_url.replace("{id}", str(record_id)))
    return RelatedList(
        title=one.label,
        columns=tuple(
            Column(field.key, field.label, align="right" if field.type.is_numeric else "") for field in fields
        ),
        rows=tuple(_row(one.kind, fields, row) for row in page.rows),
        count=len(page.rows) if page.next is None else related_count(access, one, record_id),
        add=add,
        all_href=f"{kind.link(record_id)}/related/{one.key}" if page.next is not None else "",
        empty=_("None yet"),
        key=one.key,
    )


def _row(kind: RecordType, fields: Sequence[Field], row: Mapping[str, Any]) -> Row:
    href = kind.link(int(row["id"])) if kind.url else ""
    named = row.get(fields[0].key)
    if isinstance(named, Mapping):  # a record that only ties two others together: it opens the other one
        named, href = named["name"], href or record_type(fields[0].relation).link(int(named["id"]))
    first = Cell("name", named, href=href)
    return Row(
        id=int(row["id"]),
        cells=(first, *(records.cell(field, row) for field in fields[1:])),
        href=href,
        is_done=row.get("status") == Standing.LOST,
    )
