"""Making, changing, switching and restoring rules. Whatever was saved is kept as a version."""

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from headwater.kernel.access import Access
from headwater.kernel.errors import Invalid
from headwater.lines.content import Content, read_content
from headwater.lines.errors import TooManyRules
from headwater.lines.models import CrossLineRule
from headwater.lines.queries import RULES
from headwater.organization.queries import active_ids
from headwater.platform.versions.rulebook import rule_name
from headwater.sales.queries.pipelines import pipelines

MAX_RULES = 50


@transaction.atomic
def create_rule(
    access: Access, *, name: str, content: Mapping[str, Any], is_active: bool = False, note: str = ""
) -> CrossLineRule:
    """Add a rule. Refuses with `Invalid` or `TooManyRules`."""
    name, checked = rule_name(name), _checked(content)
    if RULES.living().count() >= MAX_RULES:
        raise TooManyRules(limit=MAX_RULES)
    rule = CrossLineRule(name=name, is_active=is_active, content=checked.as_json())
    RULES.add(access, rule, note=note)
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
    rule = RULES.get(rule_id, lock=True)
    name = rule.name if name is None else rule_name(name)
    written = rule.content if content is None else _checked(content).as_json()
    RULES.change(access, rule, name=name, content=written, expected=expected, note=note)
    return rule


def restore_version(
    access: Access, rule_id: int, number: int, *, expected: int | None = None
) -> CrossLineRule:
    """Save an old version's content again, as a new version. Refuses as `update_rule` does."""
    return update_rule(access, rule_id, **RULES.earlier(rule_id, number), expected=expected)


@transaction.atomic
def switch_rule(access: Access, rule_id: int, *, on: bool) -> None:
    """Switch a rule on or off; as it is already does nothing. Refuses with `Invalid` what no longer holds."""
    rule = RULES.get(rule_id, lock=True)
    if on and not rule.is_active:
        _checked(rule.content)
    RULES.switch(access, rule, on=on)


def archive_rule(access: Access, rule_id: int) -> None:
    """Take a rule out of use; its versions, and what came of it, stay."""
    RULES.archive(access, rule_id)


def _checked(raw: Mapping[str, Any]) -> Content:
    """What a rule points to must be there when it is saved; who goes later is passed over."""
    content = read_content(dict(raw))
    if content.pipeline_id is not None and content.pipeline_id not in {one.id for one in pipelines()}:
        raise Invalid.one("pipeline", "value.record", _("There is no such pipeline."))
    if len(active_ids(list(content.people))) != len(content.people):
        detail = _("Some of these people do not exist or can no longer sign in.")
        raise Invalid.one("people", "owner.gone", detail)
    return content
