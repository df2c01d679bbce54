"""Making, changing, switching and archiving the rules about duplicates."""

from collections.abc import Mapping
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from headwater.duplicates.errors import TooManyRules
from headwater.duplicates.events import DuplicateRulesChanged
from headwater.duplicates.models import DuplicateRule
from headwater.duplicates.types import PARTS, RECORDS, Act, How
from headwater.kernel import clock
from headwater.kernel.access import Access
from headwater.kernel.errors import Invalid, NotFound, Stale
from headwater.platform import audit
from headwater.platform.events import emit

MAX_RULES = 30
_FIELDS = ("name", "record", "against", "compare", "at_least", "act", "is_active")


def all_rules(access: Access) -> list[DuplicateRule]:
    """Every rule in use or switched off, the oldest first."""
    return list(DuplicateRule.objects.filter(archived_at__isnull=True).order_by("pk"))


def get_rule(access: Access, rule_id: int, *, lock: bool = False) -> DuplicateRule:
    """One rule; `NotFound` when there is none."""
    rules = DuplicateRule.objects.filter(archived_at__isnull=True)
    found = (rules.select_for_update(no_key=True) if lock else rules).filter(pk=rule_id).first()
    if found is None:
        raise NotFound(record="duplicate_rule", id=rule_id)
    return found


@transaction.atomic
def create_rule(access: Access, values: Mapping[str, Any]) -> DuplicateRule:
    """Add a rule. Refuses with `Invalid` or `TooManyRules`."""
    cleaned = _checked(values)
    if DuplicateRule.objects.filter(archived_at__isnull=True).count() >= MAX_RULES:
        raise TooManyRules(limit=MAX_RULES)
    moment = clock.now()
    rule = DuplicateRule(**cleaned, created_at=moment, updated_at=moment)
    _save(rule)
    audit.record(
        access, "duplicate_rule", rule.pk, "create", {key: [None, value] for key, value in cleaned.items()}
    )
    emit(DuplicateRulesChanged(rule_ids=[rule.pk]), access)
    return rule


@transaction.atomic
def update_rule(
    access: Access, rule_id: int, values: Mapping[str, Any], *, version: int | None = None
) -> DuplicateRule:
    """Change a rule. Refuses with `Stale` when somebody saved in between, and with `Invalid`."""
    rule = get_rule(access, rule_id, lock=True)
    if version is not None and version != rule.version:
        raise Stale(version=rule.version)
    before = {name: getattr(rule, name) for name in _FIELDS}
    cleaned = _checked(before | dict(values))
    changes = {name: [before[name], cleaned[name]] for name in cleaned if before[name] != cleaned[name]}
    if not changes:
        return rule
    for name, (_old, new) in changes.items():
        setattr(rule, name, new)
    rule.version += 1
    rule.updated_at = clock.now()
    _save(rule)
    audit.record(access, "duplicate_rule", rule.pk, "update", changes)
    emit(DuplicateRulesChanged(rule_ids=[rule.pk]), access)
    return rule


@transaction.atomic
def archive_rule(access: Access, rule_id: int) -> None:
    """Take a rule out of use."""
    rule = get_rule(access, rule_id, lock=True)
    rule.is_active, rule.archived_at = False, clock.now()
    rule.save(update_fields=["is_active", "archived_at"])
    audit.record(access, "duplicate_rule", rule.pk, "archive", {"archived": [False, True]})
    emit(DuplicateRulesChanged(rule_ids=[rule.pk]), access)


def _checked(values: Mapping[str, Any]) -> dict[str, Any]:
    unknown = set(values) - set(_FIELDS)
    if unknown:
        raise Invalid.one(min(unknown), "field.unknown", _("There is no such field."))
    complaints: dict[str, dict[str, str]] = {}

    def complain(field: str, code: str, detail: str) -> None:
        complaints[field] = {"code": code, "detail": detail}

    name = str(values.get("name") or "").strip()
    if not name:
        complain("name", "value.required", _("This is required."))
    elif len(name) > 60:
        complain("name", "value.too_long", _("At most %(limit)s characters.") % {"limit": 60})
    against = values.get("against") or []
    compare = values.get("compare") or {}
    choice = _("This is not one of the choices.")
    if values.get("record") not in RECORDS:
        complain("record", "value.choice", choice)
    if not isinstance(against, list) or not against or set(map(str, against)) - set(RECORDS):
        complain("against", "value.choice", _("Choose at least one kind of record."))
    if not isinstance(compare, dict) or any(
        part not in PARTS or how not in How.values for part, how in compare.items()
    ):
        complain("compare", "value.choice", choice)
    if values.get("act", Act.WARN) not in Act.values:
        complain("act", "value.choice", choice)
    at_least = values.get("at_least", 50)
    if not isinstance(at_least, int) or not 1 <= at_least <= 100:
        complain("at_least", "value.range", _("From 1 to 100."))
    if complaints:
        raise Invalid(fields=complaints)
    return {
        "name": name,
        "record": values["record"],
        "against": [kind for kind in RECORDS if kind in against],
        "compare": {str(part): str(how) for part, how in compare.items()},
        "at_least": at_least,
        "act": str(values.get("act", Act.WARN)),
        "is_active": bool(values.get("is_active", True)),
    }


def _save(rule: DuplicateRule) -> None:
    try:
        with transaction.atomic():
            rule.save()
    except IntegrityError:
        raise Invalid.one("name", "value.taken", _("Another rule has this name.")) from None
