"""Raw values of a record to checked ones, every complaint at once."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from headwater.kernel.access import Access, FieldRule
from headwater.kernel.catalogue.fields import Field
from headwater.kernel.catalogue.records import RecordType
from headwater.kernel.catalogue.values import BadValue, parse, to_json
from headwater.kernel.errors import Invalid


@dataclass(frozen=True, slots=True)
class Cleaned:
    """Checked values: `fields` by built-in key (relations hold ids), `custom` as kept in JSON."""

    fields: dict[str, Any]
    custom: dict[str, Any]

    @property
    def columns(self) -> dict[str, Any]:
        """`fields` under attribute names of the model (`owner` -> `owner_id` is the caller's)."""
        return self.fields


def flatten(values: Mapping[str, Any]) -> dict[str, Any]:
    """`{"name": .., "custom": {"a": 1}}` as `{"name": .., "custom.a": 1}`."""
    flat = {key: value for key, value in values.items() if key != "custom"}
    nested = values.get("custom")
    if isinstance(nested, Mapping):
        flat |= {f"custom.{key}": value for key, value in nested.items()}
    elif nested is not None:
        flat["custom"] = nested  # refused below as an unknown field
    return flat


def clean(kind: RecordType, values: Mapping[str, Any], access: Access, *, partial: bool = False) -> Cleaned:
    """Check raw `values`; with `partial` only what is given is looked at (an update).

    Raises `Invalid` with every field's complaint: unknown, not allowed, malformed, missing.
    """
    known = kind.all_fields
    complaints: dict[str, dict[str, str]] = {}
    fields: dict[str, Any] = {}
    custom: dict[str, Any] = {}

    for key, raw in flatten(values).items():
        field = known.get(key)
        refusal = _refusal(field, key, kind, access)
        if refusal:
            complaints[key] = refusal
            continue
        assert field is not None
        try:
            value = parse(field, raw)
        except BadValue as bad:
            complaints[key] = {"code": bad.code, "detail": bad.detail}
            continue
        if value is None and field.required:
            complaints[key] = _missing()
        elif field.is_custom:
            custom[field.name] = to_json(value)
        else:
            fields[key] = value

    if not partial:
        for key, field in known.items():
            given = custom if field.is_custom else fields
            if field.name in given or key in complaints or not field.editable:
                continue
            if field.default is not None:
                given[field.name] = field.default
            elif field.required and access.field_rule(kind.key, key) == FieldRule.VISIBLE:
                # Who may not fill it in is not stopped by it.
                complaints[key] = _missing()
    if complaints:
        raise Invalid(fields=complaints)
    return Cleaned(fields, custom)


def _missing() -> dict[str, str]:
    return {"code": "value.required", "detail": _("This is required.")}


def _refusal(field: Field | None, key: str, kind: RecordType, access: Access) -> dict[str, str] | None:
    rule = access.field_rule(kind.key, key)
    if field is None or rule == FieldRule.HIDDEN:
        return {"code": "field.unknown", "detail": _("There is no such field.")}
    if not field.editable or rule in (FieldRule.READ_ONLY, FieldRule.MASKED):
        return {"code": "field.read_only", "detail": _("You may not change this field.")}
    return None
