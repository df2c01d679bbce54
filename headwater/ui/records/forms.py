"""Forms from the catalogue: which control a field gets, and what came back."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.http import HttpRequest, QueryDict
from django.utils import timezone
from django.utils.translation import gettext as _

from headwater.kernel.access import Access, FieldRule
from headwater.kernel.catalogue import Field, FieldType, RecordType
from headwater.kernel.errors import Text
from headwater.ui.pages import FieldControl, FieldGroup, FormPage, Option
from headwater.ui.pages.forms import ControlKind
from headwater.ui.records.cells import KNOWN_HUES, as_day, as_moment, value_of

_KINDS: dict[FieldType, ControlKind] = {
    FieldType.TEXT: "text",
    FieldType.LONG_TEXT: "long_text",
    FieldType.NUMBER: "number",
    FieldType.MONEY: "money",
    FieldType.PERCENT: "percent",
    FieldType.DATE: "date",
    FieldType.DATETIME: "datetime",
    FieldType.PICKLIST: "select",
    FieldType.MULTI_PICK: "multi",
    FieldType.CASCADE: "cascade",
    FieldType.BOOLEAN: "switch",
    FieldType.PHONE: "phone",
    FieldType.EMAIL: "email",
    FieldType.URL: "url",
    FieldType.USER: "user",
    FieldType.DEPARTMENT: "department",
    FieldType.LINK: "link",
    FieldType.AUTO_NUMBER: "static",
}
_WIDE = frozenset({FieldType.LONG_TEXT, FieldType.MULTI_PICK})
CASCADE_URL = "/cascade/{record}/{field}.json"


def may_edit(field: Field, kind: RecordType, access: Access) -> bool:
    """Whether this reader may change the field at all."""
    rule = access.field_rule(kind.key, field.key)
    return field.editable and field.type != FieldType.AUTO_NUMBER and rule == FieldRule.VISIBLE


def control(
    field: Field,
    kind: RecordType,
    access: Access,
    value: Any = None,
    *,
    span: int | None = None,
    currency: str = "",
) -> FieldControl | None:
    """The control of a field with its present value (as listed); None where the reader may not change it.

    `currency` is that of an amount; none: what the company counts in.
    """
    if not may_edit(field, kind, access):
        return None
    options = tuple(
        Option(
            choice.value,
            choice.label,
            hue=choice.color if choice.color in KNOWN_HUES else "",
            parent=choice.parent,
        )
        for choice in (() if field.type == FieldType.CASCADE else field.choices())
        if not choice.retired or choice.value == value
    )
    relation = f"/options/{field.relation}.json" if field.type.is_relation else ""
    if field.type == FieldType.CASCADE:
        relation = CASCADE_URL.format(record=kind.key, field=field.key)
    if field.type.is_relation and value is not None:
        bare = value if isinstance(value, Mapping) else {"id": value, "name": f"#{value}"}
        options, value = (Option(str(bare["id"]), str(bare["name"])),), str(bare["id"])
    return FieldControl(
        name=field.key,
        label=field.label,
        kind=_KINDS[field.type],
        value=shown_value(field, value),
        options=options,
        options_url=relation,
        required=field.required,
        help=field.help,
        span=span or (12 if field.type in _WIDE else 6),
        minimum=field.minimum,
        maximum=field.maximum,
        max_length=None if field.type == FieldType.LONG_TEXT else field.max_length,
        currency=currency if field.type == FieldType.MONEY else "",
    )


def currency_of(row: Mapping[str, Any]) -> str:
    """The currency of a record's amounts; blank for what the company counts in."""
    return str(row.get("currency") or "")


def shown_value(field: Field, value: Any) -> Any:
    """A value as a control holds it: moments in the reader's zone, decimals without needless zeros."""
    if value is None:
        return "" if field.type != FieldType.MULTI_PICK else []
    if field.type == FieldType.DATE:
        day = as_day(value)
        return day.isoformat() if day else ""
    if field.type == FieldType.DATETIME:
        moment = as_moment(value)
        return f"{timezone.localtime(moment):%Y-%m-%d %H:%M}" if moment else ""
    if field.type.is_numeric:
        text = format(value, "f") if not isinstance(value, str) else value
        return text.rstrip("0").rstrip(".") if "." in text else text
    if field.type in (FieldType.MULTI_PICK, FieldType.BOOLEAN):
        return value
    if field.type == FieldType.PHONE:
        return str(value).removeprefix("+86")
    return str(value)


def form_fields(kind: RecordType, access: Access, keys: Sequence[str] | None = None) -> list[Field]:
    """The fields of a form: those named, or all that stand in forms."""
    known = kind.all_fields
    chosen = [known[key] for key in keys if key in known] if keys is not None else list(known.values())
    return [
        field for field in chosen if may_edit(field, kind, access) and (keys is not None or field.in_form)
    ]


def form_page(
    kind: RecordType,
    access: Access,
    *,
    title: Text,
    action: str,
    row: Mapping[str, Any] | None = None,
    keys: Sequence[str] | None = None,
    given: Mapping[str, Any] | None = None,
    submit: Text = "",
    cancel_href: str = "",
    hidden: Mapping[str, Any] | None = None,
    extra_groups: Sequence[FieldGroup] = (),
    width: str = "",
) -> FormPage:
    """A form over the fields the reader may change, grouped as the catalogue groups them.

    With `row` (as listed) it edits, carrying the version along; without, it creates with what is `given`, or
    else the defaults of the fields.
    """
    groups: dict[str, list[FieldControl]] = {}
    first = given or {}
    currency = currency_of(row) if row is not None else str(first.get("currency") or "")
    for field in form_fields(kind, access, keys):
        value = value_of(field, row) if row is not None else first.get(field.key, field.default)
        made = control(field, kind, access, value, currency=currency)
        if made is not None:
            groups.setdefault(str(field.group), []).append(made)
    titled = len(groups) > 1
    built = [
        FieldGroup(tuple(controls), title=(name or _("Basics")) if titled else "")
        for name, controls in groups.items()
    ]
    kept = dict(hidden or {})
    if row is not None and row.get("version") is not None:
        kept["version"] = row["version"]
    many = sum(len(group.controls) for group in built) > 8
    return FormPage(
        title=title,
        action=action,
        groups=(*built, *extra_groups),
        submit=submit,
        cancel_href=cancel_href,
        hidden=kept,
        width="wide" if width == "wide" or (many and not width) else "small" if width == "small" else "",
    )


def submitted(
    request: HttpRequest, kind: RecordType, access: Access, keys: Sequence[str] | None = None
) -> dict[str, Any]:
    """The raw values of a posted form for the services, which check them.

    Only fields the form could have held; an unticked switch is False, an emptied multiple choice [].
    """
    return posted_values(request.POST, form_fields(kind, access, keys))


def posted_values(data: QueryDict, fields: Sequence[Field]) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for field in fields:
        if field.type == FieldType.BOOLEAN:
            values[field.key] = field.key in data
        elif field.type == FieldType.MULTI_PICK:
            values[field.key] = [item for item in data.getlist(field.key) if item]
        elif field.key in data:
            values[field.key] = data[field.key]
    return values
