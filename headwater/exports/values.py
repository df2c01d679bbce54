"""A value of a row as a cell of a file: what the screen shows; numbers, days and moments as such."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from headwater.kernel.catalogue import Field, FieldType
from headwater.ui.records.cells import as_day, as_moment, choice_path, relation_name, value_of

CellValue = str | int | float | Decimal | date | datetime | None


def cells_of(fields: Sequence[Field], row: Mapping[str, Any]) -> list[CellValue]:
    """One row of the listing in the order of the fields; moments without zone, on the house's wall clock."""
    return [_cell(field, value_of(field, row)) for field in fields]


def _cell(field: Field, value: Any) -> CellValue:
    if value is None or value in ("", []):
        return None
    match field.type:
        case FieldType.MULTI_PICK:
            return ", ".join(field.label_of(item) for item in value)
        case FieldType.PICKLIST:
            return field.label_of(value)
        case FieldType.CASCADE:
            return choice_path(field, str(value))
        case FieldType.DATE:
            return as_day(value)
        case FieldType.DATETIME:
            moment = as_moment(value)
            return None if moment is None else timezone.localtime(moment).replace(tzinfo=None)
        case FieldType.BOOLEAN:
            return _("Yes") if value else _("No")
        case _ if field.type.is_relation:
            return relation_name(value)
        case _ if field.type.is_numeric:
            return value if isinstance(value, int | float | Decimal) else _number(value)
        case _:
            return str(value)


def _number(value: Any) -> CellValue:
    """A masked number stays the text it is."""
    try:
        return Decimal(str(value))
    except ArithmeticError:
        return str(value)
