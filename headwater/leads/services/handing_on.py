"""What a lead hands on to the account, contact and opportunity that it becomes."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from headwater.kernel.access import Access, FieldRule
from headwater.kernel.catalogue import Field, FieldType, flatten, record_type
from headwater.kernel.catalogue.values import BadValue, parse
from headwater.kernel.sql import value as sql_value
from headwater.leads.models import Lead
from headwater.leads.services.mapping import field_map


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A value that could not go along; it stays readable on the lead."""

    record: str
    field: str
    label: str
    detail: str

    def as_json(self) -> dict[str, str]:
        return {"record": self.record, "field": self.field, "label": self.label, "detail": self.detail}


class Baggage:
    """What one lead hands on, and what of it did not fit."""

    def __init__(self, access: Access, lead: Lead, wanted: Mapping[str, Mapping[str, str]] | None = None):
        self.access = access
        self.lead = lead
        self.left_out: list[LeftOut] = []
        self._map = field_map() if wanted is None else wanted

    def values(self, record: str, given: Mapping[str, Any] | None, *, named: str) -> dict[str, Any]:
        """Raw values for a new record: who owns it and where it came from, what is mapped, and over all
        that what somebody typed.
        """
        origin = {
            "owner": self.lead.owner_id,
            "source": self.lead.source_id,
            "campaign": self.lead.campaign_id,
        }
        limit = record_type(record).all_fields["name"].max_length
        known = {key: value for key, value in origin.items() if value is not None}
        return known | {"name": named[:limit]} | self.mapped(record) | flatten(given or {})

    def mapped(self, record: str) -> dict[str, Any]:
        """Values of the mapped fields that the record can take from this actor."""
        kind = record_type(record)
        taken: dict[str, Any] = {}
        for target, source in self._map.get(record, {}).items():
            field, origin = kind.all_fields[target], record_type("lead").all_fields[source]
            raw = _raw(self.lead, origin)
            if raw in (None, "", [], False):
                continue
            if self.access.field_rule(record, target) != FieldRule.VISIBLE:
                self._leave(record, field, _("You may not change this field."))
                continue
            try:
                taken[target] = _fitted(raw, origin, field)
            except BadValue as bad:
                self._leave(record, field, bad.detail)
        return taken

    def _leave(self, record: str, field: Field, detail: str) -> None:
        self.left_out.append(LeftOut(record, field.key, str(field.label), detail))


def _raw(lead: Lead, field: Field) -> Any:
    if field.is_custom:
        return lead.custom.get(field.name)
    return getattr(lead, f"{field.key}_id" if field.type.is_relation else field.key)


def _fitted(raw: Any, source: Field, target: Field) -> Any:
    """The value as the target takes it; raises `BadValue`."""
    words = target.type in (FieldType.TEXT, FieldType.LONG_TEXT) and not source.type.is_textual
    if words or (target.type in (FieldType.TEXT, FieldType.LONG_TEXT) and source.options):
        raw = in_words(raw, source)
    try:
        return parse(target, raw)
    except BadValue:
        if not source.options or isinstance(raw, list):
            raise
        return parse(target, source.label_of(raw))  # another list may hold it under its label


def in_words(raw: Any, field: Field) -> str:
    """A value as people read it."""
    if raw in (None, "", []):
        return ""
    if isinstance(raw, bool):
        return _("Yes") if raw else _("No")
    if isinstance(raw, list):
        return "、".join(field.label_of(one) for one in raw)
    if isinstance(raw, datetime):
        return f"{timezone.localtime(raw):%Y-%m-%d %H:%M}"
    if isinstance(raw, date):
        return raw.isoformat()
    if field.type.is_relation:
        kind = record_type(field.relation)
        name = kind.name_sql.replace("{t}", "t")
        return str(sql_value(f"SELECT {name} FROM {kind.table} t WHERE t.id = %s", (raw,)) or "")
    if field.type.is_numeric:
        return f"{raw:f}" if not isinstance(raw, str | int | float) else str(raw)
    return field.label_of(raw) if field.options else str(raw)
