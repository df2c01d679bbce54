"""Which field of a lead becomes which field of what it is converted into: built-in defaults, as set.

What everybody relies on is not for setting: names, owner, source and campaign go along always, and so do
consent and opt-outs of the person.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from headwater.kernel import clock
from headwater.kernel.access import Access
from headwater.kernel.catalogue import Field, FieldType, record_type
from headwater.kernel.errors import Invalid, Stale
from headwater.leads.events import ConversionMapChanged
from headwater.leads.models import ConversionMap
from headwater.platform import audit
from headwater.platform.events import emit

RECORDS = ("account", "contact", "opportunity")
FieldMap = dict[str, dict[str, str]]  # record -> its field -> the lead's field, empty for none

_DEFAULT: Mapping[str, Mapping[str, str]] = {
    "account": {name: name for name in ("industry", "region", "address", "website", "company_size")},
    "contact": {name: name for name in ("title", "mobile", "phone", "email", "wechat", "qq")},
    "opportunity": {"amount": "budget", "business_line": "business_line", "note": "requirement"},
}
_CONSENT = frozenset({"do_not_call", "do_not_email", "consent_basis", "consent_at", "consent_evidence"})
_ALWAYS = frozenset({"name", "owner", "source", "campaign", "external_id"}) | _CONSENT
_KEPT_OUT: Mapping[str, frozenset[str]] = {
    "account": _ALWAYS,
    "contact": _ALWAYS | {"account"},
    "opportunity": _ALWAYS
    | {"account", "contact", "pipeline", "stage", "probability", "lost_reason", "lost_note"},
}
_WORDS = frozenset({FieldType.TEXT, FieldType.LONG_TEXT})
_DAYS = frozenset({FieldType.DATE, FieldType.DATETIME})
_AMOUNTS = frozenset({FieldType.NUMBER, FieldType.MONEY})
_PICKED = frozenset({FieldType.PICKLIST, FieldType.MULTI_PICK})


def lead_fields() -> list[Field]:
    """What of a lead can be handed on."""
    known = record_type("lead").all_fields.values()
    return [
        field
        for field in known
        if field.key not in _CONSENT and (field.editable or field.type == FieldType.AUTO_NUMBER)
    ]


def fields_to_fill(record: str) -> list[Field]:
    """The fields of a record that a lead may fill."""
    known = record_type(record).all_fields.values()
    return [
        field
        for field in known
        if field.editable and field.type != FieldType.AUTO_NUMBER and field.key not in _KEPT_OUT[record]
    ]


def fits(source: Field, target: Field) -> bool:
    """Whether values of the one can stand in the other. Text takes everything, in words."""
    if target.type in _WORDS:
        return True
    if source.type.is_relation or target.type.is_relation:
        return source.type == target.type and source.relation == target.relation
    if {source.type, target.type} <= _PICKED and (
        source.type == target.type or target.type == FieldType.MULTI_PICK
    ):
        return any(target.options.find(choice.value) for choice in source.options) or not source.options
    if {source.type, target.type} <= _DAYS or {source.type, target.type} <= _AMOUNTS:
        return True
    return source.type == target.type


def default_map() -> FieldMap:
    """Without settings: fields of the same meaning, and custom fields of the same name that fit."""
    lead = {field.key: field for field in lead_fields()}
    found: FieldMap = {}
    for record in RECORDS:
        mine = dict(_DEFAULT[record])
        for field in fields_to_fill(record):
            if field.is_custom and field.key in lead and fits(lead[field.key], field):
                mine[field.key] = field.key
        found[record] = mine
    return found


def field_map(settings: Mapping[str, Any] | None = None) -> FieldMap:
    """What applies: the defaults, and over them what is set. What names a field that has gone is left out."""
    given = stored()[0] if settings is None else settings
    lead = {field.key: field for field in lead_fields()}
    found: FieldMap = {}
    for record, defaults in default_map().items():
        targets = {field.key: field for field in fields_to_fill(record)}
        wanted = defaults | dict(given.get(record, {}))
        found[record] = {
            target: source
            for target, source in wanted.items()
            if source in lead and target in targets and fits(lead[source], targets[target])
        }
    return found


def stored() -> tuple[dict[str, dict[str, str]], int]:
    """What was set and its version; version 0 when nothing ever was."""
    row = ConversionMap.objects.filter(pk=1).first()
    return ({}, 0) if row is None else (row.content, row.version)


def checked_map(given: Mapping[str, Any]) -> dict[str, dict[str, str]]:
    """Settings as they are stored: what differs from the defaults. Refuses `Invalid`, every fault named."""
    lead = {field.key: field for field in lead_fields()}
    defaults = default_map()
    complaints: dict[str, dict[str, str]] = {}
    kept: dict[str, dict[str, str]] = {}
    for record, wanted in given.items():
        if record not in RECORDS or not isinstance(wanted, Mapping):
            complaints[str(record)[:60]] = _fault("field.unknown", _("There is no such field."))
            continue
        targets = {field.key: field for field in fields_to_fill(record)}
        for target, source in wanted.items():
            place = f"{record}.{target}"[:120]
            source = source or ""
            if target not in targets or not isinstance(source, str) or (source and source not in lead):
                complaints[place] = _fault("field.unknown", _("There is no such field."))
            elif source and not fits(lead[source], targets[target]):
                facts = {"source": lead[source].type.label, "target": targets[target].type.label}
                words = _("Values of the type “%(source)s” cannot stand in a field of the type “%(target)s”.")
                complaints[place] = _fault("conversion.types", words % facts)
            elif source != defaults[record].get(target, ""):
                kept.setdefault(record, {})[target] = source
    if complaints:
        raise Invalid(fields=complaints)
    return kept


def _fault(code: str, detail: str) -> dict[str, str]:
    return {"code": code, "detail": detail}


@transaction.atomic
def save_field_map(access: Access, given: Mapping[str, Any], *, version: int | None = None) -> int:
    """Set it; what is not given keeps to the defaults. The new version. Refuses `Invalid` and `Stale`."""
    content = checked_map(given)
    ConversionMap.objects.get_or_create(
        pk=1, defaults={"content": {}, "version": 0, "updated_at": clock.now()}
    )
    row = ConversionMap.objects.select_for_update().get(pk=1)
    if version is not None and version != row.version:
        raise Stale(version=row.version)
    before, after = _lines(row.content), _lines(content)
    changes = {
        key: [before.get(key), after.get(key)]
        for key in sorted({*before, *after})
        if before.get(key) != after.get(key)
    }
    if not changes:
        return row.version
    row.content, row.version = content, row.version + 1
    row.updated_at, row.updated_by_id = clock.now(), access.user_id
    row.save()
    audit.record(access, "conversion_map", row.pk, "update", changes)
    emit(ConversionMapChanged(version=row.version), access)
    return row.version


def _lines(content: Mapping[str, Mapping[str, str]]) -> dict[str, str]:
    return {f"{record}.{target}": source for record, one in content.items() for target, source in one.items()}


def fitting(sources: Iterable[Field], target: Field) -> list[Field]:
    """Those of the lead's fields that may fill this one."""
    return [source for source in sources if fits(source, target)]
