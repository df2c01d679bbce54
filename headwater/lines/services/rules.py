"""Making, changing, switching and restoring rules. Whatever was saved is kept as a version."""

from collections.abc import Mapping
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from headwater.kernel import clock
from headwater.kernel.access import Access
from headwater.kernel.errors import Invalid
from headwater.lines.content import Content, read_content
from headwater.lines.errors import TooManyRules
from headwater.lines.events import LineRulesChanged
from headwater.lines.models import VERSIONS, CrossLineRule
from headwater.lines.queries import get_rule
from headwater.organization.queries import active_ids
from headwater.platform import audit
from headwater.platform.events import emit
from headwater.platform.versions import difference, save_version, version
from headwater.sales.queries.pipelines import pipelines

MAX_RULES = 50


@transaction.atomic
def create_rule(
    access: Access, *, name: str, content: Mapping[str, Any], is_active: bool = False, note: str = ""
) -> CrossLineRule:
    """Add a rule. Refuses with `Invalid` or `TooManyRules`."""
    name, checked = _named(name), _checked(content)
    if CrossLineRule.objects.filter(archived_at__isnull=True).count() >= MAX_RULES:
        raise TooManyRules(limit=MAX_RULES)
    moment = clock.now()
    rule = CrossLineRule(
        name=name, is_active=is_active, content=checked.as_json(), created_at=moment, updated_at=moment
    )
    _save(rule)
    save_version(access, VERSIONS, rule.pk, {"name": name, **checked.as_json()}, expected=0, note=note)
    changes: dict[str, list[Any]] = {"name": [None, name], "is_active": [None, is_active]}
    audit.record(access, "line_rule", rule.pk, "create", changes)
    emit(LineRulesChanged(rule_ids=[rule.pk]), access)
    return rule


@transaction.atomic
def update_rule(
    access: Access,
    rule_id: int,
    *,
    name: str | None = None,
    content: Mapping[str, Any] | None = None,
    expected: int | None = None,
    note: str = "",
) -> CrossLineRule:
    """Save the next version of a rule; saving what stands there already adds none.

    Refuses with `Stale` when somebody saved after version `expected`, and with `Invalid`.
    """
    rule = get_rule(access, rule_id, lock=True)
    name = rule.name if name is None else _named(name)
    written = rule.content if content is None else _checked(content).as_json()
    before = {"name": rule.name, **rule.content}
    saved = save_version(access, VERSIONS, rule.pk, {"name": name, **written}, expected=expected, note=note)
    if saved.number == rule.number:
        return rule
    rule.name, rule.content, rule.number = name, written, saved.number
    rule.updated_at = clock.now()
    _save(rule)
    changes = {
        change.path: [change.before, change.after] for change in difference(before, dict(saved.content))
    }
    audit.record(access, "line_rule", rule.pk, "update", changes)
    emit(LineRulesChanged(rule_ids=[rule.pk]), access)
    return rule


def restore_version(
    access: Access, rule_id: int, number: int, *, expected: int | None = None
) -> CrossLineRule:
    """Save an old version's content again, as a new version. Refuses as `update_rule` does."""
    old = version(VERSIONS, get_rule(access, rule_id).pk, number)
    content = {key: value for key, value in old.content.items() if key != "name"}
    note = _("Version %(number)s again") % {"number": number}
    return update_rule(
        access, rule_id, name=old.content["name"], content=content, expected=expected, note=note
    )


@transaction.atomic
def switch_rule(access: Access, rule_id: int, *, on: bool) -> None:
    """Switch a rule on or off; as it is already does nothing. Refuses with `Invalid` what no longer holds."""
    rule = get_rule(access, rule_id, lock=True)
    if rule.is_active == on:
        return
    if on:
        _checked(rule.content)
    rule.is_active, rule.updated_at = on, clock.now()
    rule.save(update_fields=["is_active", "updated_at"])
    audit.record(access, "line_rule", rule.pk, "switch", {"is_active": [not on, on]})
    emit(LineRulesChanged(rule_ids=[rule.pk]), access)


@transaction.atomic
def archive_rule(access: Access, rule_id: int) -> None:
    """Take a rule out of use; its versions, and what came of it, stay."""
    rule = get_rule(access, rule_id, lock=True)
    rule.is_active, rule.archived_at = False, clock.now()
    rule.save(update_fields=["is_active", "archived_at"])
    audit.record(access, "line_rule", rule.pk, "archive", {"archived": [False, True]})
    emit(LineRulesChanged(rule_ids=[rule.pk]), access)


def _named(name: str) -> str:
    name = name.strip()
    if not name:
        raise Invalid.one("name", "value.required", _("This is required."))
    if len(name) > 60:
        raise Invalid.one("name", "value.too_long", _("At most %(limit)s characters.") % {"limit": 60})
    return name


def _checked(raw: Mapping[str, Any]) -> Content:
    """What a rule points to must be there when it is saved; who goes later is passed over."""
    content = read_content(dict(raw))
    if content.pipeline_id is not None and content.pipeline_id not in {one.id for one in pipelines()}:
        raise Invalid.one("pipeline", "value.record", _("There is no such pipeline."))
    if len(active_ids(list(content.people))) != len(content.people):
        detail = _("Some of these people do not exist or can no longer sign in.")
        raise Invalid.one("people", "owner.gone", detail)
    return content


def _save(rule: CrossLineRule) -> None:
    try:
        with transaction.atomic():
            rule.save()
    except IntegrityError:
        raise Invalid.one("name", "value.taken", _("Another rule has this name.")) from None
