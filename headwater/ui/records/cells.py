"""A value of a row as a cell, by the type of its field."""

from collections.abc import Callable, Collection, Mapping
from datetime import date, datetime
from typing import Any

from django.utils import timezone
from django.utils.dateparse import parse_date, parse_datetime

from headwater.kernel.catalogue import Choice, Field, FieldType, find_record_type
from headwater.kernel.errors import NotFound
from headwater.ui.pages import Cell

KNOWN_HUES = frozenset(
    ("gray", "blue", "indigo", "violet", "pink", "red", "orange", "amber", "lime", "green", "teal", "cyan")
)
# Fields whose choices are tags; other picklists are plain words.
TAGGED = frozenset({"status", "stage", "lifecycle", "priority", "state", "rating", "kind"})


def value_of(field: Field, row: Mapping[str, Any]) -> Any:
    """The value in a row of the listing: custom ones lie under `custom`."""
    return (row.get("custom") or {}).get(field.name) if field.is_custom else row.get(field.key)


def choice_hue(choice: Choice | None) -> str:
    """The colour of a choice, if it is one of ours."""
    return choice.color if choice is not None and choice.color in KNOWN_HUES else ""


def find_choice(field: Field, value: Any) -> Choice | None:
    return field.options.by_value.get(value)


def cell(field: Field, row: Mapping[str, Any], *, overdue: bool = False) -> Cell:
    """The cell of one field; `overdue` marks past moments red."""
    value = value_of(field, row)
    if value is None or value in ("", []):
        return Cell()
    match field.type:
        case FieldType.PICKLIST:
            found = find_choice(field, value)
            shown = choice_hue(found)
            label = str(found.label) if found else str(value)
            if shown or field.key in TAGGED:
                return Cell("tag", value, text=label, hue=shown or "gray")
            return Cell("text", value, text=label)
        case FieldType.MULTI_PICK:
            tags = tuple(
                (field.label_of(item), choice_hue(find_choice(field, item)) or "gray") for item in value
            )
            return Cell("tags", value, tags=tags)
        case FieldType.CASCADE:
            return Cell("text", value, text=choice_path(field, str(value)))
        case FieldType.USER:
            return Cell("person", relation_name(value))
        case FieldType.LINK:
            return _link(field, value)
        case FieldType.DEPARTMENT:
            return Cell("text", relation_name(value))
        case FieldType.MONEY:
            return Cell("money", value, currency=str(row.get("currency") or ""))
        case FieldType.PERCENT:
            return Cell("percent", value)
        case FieldType.NUMBER:
            return Cell("score" if field.key == "score" else "number", value)
        case FieldType.DATE:
            return Cell("date", as_day(value), overdue=overdue)
        case FieldType.DATETIME:
            return Cell("when", as_moment(value), overdue=overdue)
        case FieldType.BOOLEAN:
            return Cell("boolean", value, text="" if value else " ")
        case FieldType.PHONE:
            return Cell("phone", str(value))
        case FieldType.EMAIL:
            return Cell("email", str(value))
        case FieldType.URL:
            return Cell("url", str(value))
        case _:
            return Cell("text", str(value))


Drawn = Callable[[Mapping[str, Any]], Cell | None]
_NONE: Mapping[str, str] = {}
_NOTHING_DRAWN: Mapping[str, Drawn] = {}


class Cells:
    """The cells of one page's rows. A choice that stands in many rows is looked up and worded once.

    `deadlines` are moments that are counted down to, each with the field that says why (or none: "");
    `drawn` makes a cell of its own from a row, or None where the usual one is right.
    """

    def __init__(
        self,
        known: Mapping[str, Field],
        overdue: Collection[str] = (),
        deadlines: Mapping[str, str] = _NONE,
        drawn: Mapping[str, Drawn] = _NOTHING_DRAWN,
    ) -> None:
        self.known = known
        self.overdue = overdue
        self.deadlines = deadlines
        self.drawn = drawn
        self._choices: dict[tuple[str, str], Cell] = {}

    def of(self, key: str, row: Mapping[str, Any]) -> Cell:
        """The cell of a field by its key."""
        field = self.known[key]
        if key in self.drawn and (made := self.drawn[key](row)) is not None:
            return made
        if key in self.deadlines and row.get(key) is not None:
            return Cell("countdown", as_moment(row[key]), title=str(row.get(self.deadlines[key]) or ""))
        if field.type not in _CHOICES:
            return cell(field, row, overdue=key in self.overdue)
        value = value_of(field, row)
        if not isinstance(value, str):
            return cell(field, row)
        found = self._choices.get((key, value))
        if found is None:
            found = self._choices[key, value] = cell(field, row)
        return found


_CHOICES = frozenset({FieldType.PICKLIST, FieldType.CASCADE})


def choice_path(field: Field, value: str) -> str:
    """A choice of a cascade with those it lies under: 广东省 深圳市 南山区."""
    parts: list[str] = []
    at = find_choice(field, value)
    while at is not None:
        parts.insert(0, str(at.label))
        at = find_choice(field, at.parent) if at.parent else None
    return " ".join(parts) or value.replace("/", " ")


def relation_name(value: Any) -> str:
    """Relations come as {"id", "name"}; custom ones as a bare id."""
    if isinstance(value, Mapping):
        return str(value.get("name") or f"#{value.get('id')}")
    return f"#{value}"


def _link(field: Field, value: Any) -> Cell:
    record_id = value.get("id") if isinstance(value, Mapping) else value
    try:
        target = find_record_type(field.relation)
    except NotFound:
        return Cell("text", relation_name(value))
    if isinstance(value, Mapping) and value.get("color") in KNOWN_HUES:
        # a stage, shown as its own room colours it
        return Cell("tag", relation_name(value), hue=str(value["color"]))
    if not target.url or not isinstance(record_id, int):
        return Cell("text", relation_name(value))
    return Cell("link", relation_name(value), href=target.link(record_id))


def as_day(value: Any) -> date | None:
    """A day of a built-in (date) or custom (ISO text) field."""
    return parse_date(value[:10]) if isinstance(value, str) else value


def as_moment(value: Any) -> datetime | None:
    """An aware moment of a built-in (datetime) or custom (ISO text) field."""
    moment = parse_datetime(value) if isinstance(value, str) else value
    if moment is not None and timezone.is_naive(moment):
        moment = timezone.make_aware(moment)
    return moment
