"""Recycle rules: setting them up, in versions. What they do to leads is of the leads' room."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from headwater.kernel import clock
from headwater.kernel.access import Access, system_access
from headwater.kernel.errors import NotFound
from headwater.kernel.sql import execute
from headwater.platform import audit
from headwater.platform.events import emit
from headwater.platform.versions import save_version
from headwater.pools.events import RecycleRulesChanged
from headwater.pools.models import Pool, RecycleRule
from headwater.pools.rule_values import cleaned_rule
from headwater.pools.settings import GRACE_HOURS

KIND = "recycle_rule"
CONTENT = (
    "name", "pool", "is_enabled", "position", "business_lines", "stages", "intents", "gots", "response_hours",
    "overdue_days", "convert_days", "joined", "clock", "calendar_of", "exempt_stages", "exempts_opportunity",
    "warn_response_hours", "warn_recycle_hours", "max_rounds", "rhythm",
)  # fmt: skip


def rules_in_order() -> list[RecycleRule]:
    """All living rules as they are tried: those of pools before those of the company."""
    found = RecycleRule.objects.filter(archived_at=None).select_related("pool")
    return sorted(found, key=lambda rule: (rule.pool_id is None, rule.pool_id or 0, rule.position, rule.pk))


def get_rule(rule_id: int, *, lock: bool = False) -> RecycleRule:
    """A living rule; `NotFound` otherwise."""
    rules = RecycleRule.objects.filter(pk=rule_id, archived_at=None)
    found = rules.select_for_update(no_key=True).first() if lock else rules.select_related("pool").first()
    if found is None:
        raise NotFound(record=KIND, id=rule_id)
    return found


def content_of(rule: RecycleRule) -> dict[str, Any]:
    """What a version keeps: JSON, with numbers as plain as they were typed."""
    return {key: _plain(rule.pool_id if key == "pool" else getattr(rule, key)) for key in CONTENT}


def _plain(value: Any) -> Any:
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    return value


@transaction.atomic
def save_rule(
    access: Access,
    values: Mapping[str, Any],
    *,
    rule_id: int | None = None,
    version: int | None = None,
    note: str = "",
) -> RecycleRule:
    """Make a rule, or change one: what `values` leave out stays. Saving what is there already does nothing.

    Refuses with `Invalid` (also for contradictions: a rule that exempts all it is for, a warning longer than
    its period) and with `Stale` when somebody saved in between.
    """
    _one_at_a_time()
    rule = RecycleRule(position=_last_place()) if rule_id is None else get_rule(rule_id, lock=True)
    before = {} if rule_id is None else content_of(rule)
    for key, value in cleaned_rule(values, before or content_of(rule)).items():
        setattr(rule, "pool_id" if key == "pool" else key, value)
    content = content_of(rule)
    if content == before and version in (None, rule.version):
        return rule
    _store(access, rule, content, version=version, note=note)
    changes = {key: [before.get(key), content[key]] for key in CONTENT if before.get(key) != content[key]}
    audit.record(access, KIND, rule.pk, "update" if before else "create", changes)
    _changed(access, [rule.pk])
    rule.refresh_from_db()
    return rule


def _store(
    access: Access, rule: RecycleRule, content: Mapping[str, Any], *, version: int | None, note: str
) -> None:
    moment = clock.now()
    rule.updated_at = moment
    if rule._state.adding:
        rule.created_at = rule.changed_at = rule.spares_until = moment
        rule.created_by_id = access.user_id
        rule.save()
    saved = save_version(access, KIND, rule.pk, content, expected=version, note=note)
    rule.version = saved.number
    rule.label = f"{rule.name} v{saved.number}"
    rule.save()


@transaction.atomic
def archive_rule(access: Access, rule_id: int) -> None:
    """Take a rule away; leads it governed come under the next one that fits, or none. `NotFound`."""
    _one_at_a_time()
    rule = get_rule(rule_id, lock=True)
    rule.archived_at = rule.updated_at = clock.now()
    rule.save(update_fields=["archived_at", "updated_at"])
    audit.record(access, KIND, rule.pk, "archive", {"name": [rule.name, None]})
    _changed(access, [rule.pk])


@transaction.atomic
def order_rules(access: Access, ids: Sequence[int]) -> None:
    """Try the rules in this order; those not named come after them."""
    _one_at_a_time()
    known = {rule.pk: rule for rule in RecycleRule.objects.select_for_update().filter(archived_at=None)}
    rest = [pk for pk in sorted(known, key=lambda pk: (known[pk].position, pk)) if pk not in ids]
    moved = []
    for place, pk in enumerate([*[pk for pk in dict.fromkeys(ids) if pk in known], *rest]):
        if known[pk].position != place:
            audit.record(access, KIND, pk, "update", {"position": [known[pk].position, place]})
            known[pk].position = place
            moved.append(known[pk])
    RecycleRule.objects.bulk_update(moved, ["position"])
    if moved:
        _changed(access, [rule.pk for rule in moved])


def _one_at_a_time() -> None:
    """Rules are saved one after the other: each change concerns the order of all."""
    execute("SELECT pg_advisory_xact_lock(hashtextextended('recycle_rules', 0))")


def _last_place() -> int:
    last = RecycleRule.objects.filter(archived_at=None).order_by("-position").first()
    return 0 if last is None else last.position + 1


def _changed(access: Access, ids: list[int]) -> None:
    """From now on, for the time of grace, no change takes a lead earlier than it was due before."""
    moment = clock.now()
    grace = timedelta(hours=GRACE_HOURS.get())
    RecycleRule.objects.filter(archived_at=None).update(changed_at=moment, spares_until=moment + grace)
    emit(RecycleRulesChanged(ids=ids), access)


@transaction.atomic
def ensure_default_rule(*, enabled: bool) -> None:
    """The rule a new company starts with: 24 hours to the first follow-up, 15 days between two.

    It belongs to the installation: nobody made it, so it is not in the audit.
    """
    if RecycleRule.objects.exists():
        return
    with translation.override(settings.LANGUAGE_CODE):
        name = _("Company rule")
    values = {
        "name": name,
        "is_enabled": enabled,
        "response_hours": 24,
        "overdue_days": 15,
        "rhythm": {"high": 1, "medium": 3, "low": 7},
    }
    rule = RecycleRule(position=0)
    for key, value in cleaned_rule(values, content_of(rule)).items():
        setattr(rule, "pool_id" if key == "pool" else key, value)
    _store(system_access("pools.setup"), rule, content_of(rule), version=None, note="")


def pool_names() -> dict[int, str]:
    """Names of the living pools, in their order."""
    found = Pool.objects.filter(archived_at=None).order_by("position", "pk")
    return dict(found.values_list("pk", "name"))
