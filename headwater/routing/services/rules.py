"""Making, changing, ordering, switching and restoring rules. Whatever was saved is kept as a version."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from headwater.kernel.access import Access
from headwater.kernel.errors import Invalid, NotFound
from headwater.leads.mailing.house import company_name
from headwater.organization.queries import active_ids, get_department
from headwater.platform import audit
from headwater.platform.events import emit
from headwater.platform.versions.rulebook import rule_name
from headwater.pools.queries import pools_by_id
from headwater.routing.content import Content, Target, circles, flaws, read_content
from headwater.routing.content.checking import no_company
from headwater.routing.content.people import people_of_target
from headwater.routing.content.wording import uses
from headwater.routing.errors import Circular, RuleBroken, TooManyRules
from headwater.routing.events import RoutingRulesChanged
from headwater.routing.models import RoutingRule
from headwater.routing.queries.rules import RULES, active_rules
from headwater.routing.types import TargetKind

MAX_RULES = 100


@transaction.atomic
def create_rule(
    access: Access, *, name: str, content: Mapping[str, Any], is_active: bool = False, note: str = ""
) -> RoutingRule:
    """Add a rule at the end. Refuses with `Invalid`, `Circular` or `TooManyRules`."""
    name, checked = rule_name(name), read_content(dict(content))
    _exists(checked)
    _lock_all()
    positions = list(RULES.living().values_list("position", flat=True))
    if len(positions) >= MAX_RULES:
        raise TooManyRules(limit=MAX_RULES)
    rule = RoutingRule(name=name, position=max(positions, default=0) + 1, content=checked.as_json())
    RULES.add(access, rule, note=note)
    if is_active:
        switch_rule(access, rule.pk, on=True)
        rule.refresh_from_db()
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
) -> RoutingRule:
    """Save the next version of a rule; saving what stands there already adds none.

    Refuses with `Stale` when somebody saved after version `expected`, `Invalid` and `Circular`.
    """
    _lock_all()
    rule = RULES.get(rule_id, lock=True)
    checked = read_content(rule.content if content is None else dict(content))
    name = rule.name if name is None else rule_name(name)
    if content is not None:
        _exists(checked)
    written = checked.as_json()
    changed = RULES.change(access, rule, name=name, content=written, expected=expected, note=note)
    if changed and rule.is_active:
        _not_circular(rule.pk, checked)
    return rule


def restore_version(access: Access, rule_id: int, number: int, *, expected: int | None = None) -> RoutingRule:
    """Save an old version's content again, as a new version. Refuses as `update_rule` does."""
    return update_rule(access, rule_id, **RULES.earlier(rule_id, number), expected=expected)


@transaction.atomic
def switch_rule(access: Access, rule_id: int, *, on: bool) -> None:
    """Switch a rule on or off; as it is already does nothing. Refuses with `RuleBroken` or `Circular`."""
    _lock_all()
    rule = RULES.get(rule_id, lock=True)
    if on and not rule.is_active:
        content = read_content(rule.content)
        for flaw in flaws(content):
            if flaw.stops or flaw.code == "routing.nobody":
                raise RuleBroken(rule=rule.name, reason=flaw.text)
        _not_circular(rule.pk, content)
    RULES.switch(access, rule, on=on)


@transaction.atomic
def order_rules(access: Access, ids: Sequence[int]) -> None:
    """Put the rules into this order; those not named follow in theirs."""
    _lock_all()
    rules = list(RULES.living().order_by("position", "id"))
    wanted = {rule_id: place for place, rule_id in enumerate(dict.fromkeys(ids))}
    before = [rule.pk for rule in rules]
    rules.sort(key=lambda rule: (wanted.get(rule.pk, len(wanted)), rule.position, rule.pk))
    after = [rule.pk for rule in rules]
    if before == after:
        return
    for place, rule in enumerate(rules, start=1):
        rule.position = place
    RoutingRule.objects.bulk_update(rules, ["position"])
    audit.record(access, "routing_rule", None, "order", {"order": [before, after]})
    emit(RoutingRulesChanged(rule_ids=after), access)


def archive_rule(access: Access, rule_id: int) -> None:
    """Take a rule out of use; its versions and decisions stay."""
    RULES.archive(access, rule_id)


def _lock_all() -> None:
    """Order and circles concern all rules: those who change them wait for each other."""
    list(RoutingRule.objects.select_for_update(no_key=True).order_by("pk").values_list("pk", flat=True))


def _exists(content: Content) -> None:
    """What a rule points to must be there when it is saved; later it may go, see `flaws`."""
    problem = _missing(content.target)
    if problem is not None:
        raise Invalid.one("target", *problem)
    mail = content.mail
    if mail is not None and uses(f"{mail.subject} {mail.text}", "company") and not company_name():
        raise Invalid.one("mail", "mail.no_company", no_company())


def _missing(target: Target) -> tuple[str, str] | None:
    if target.kind == TargetKind.POOL:
        pool = pools_by_id([target.pool_id or 0]).get(target.pool_id or 0)
        if pool is None or pool.archived_at is not None:
            return "value.record", _("There is no such pool, or it has been closed.")
        return None
    if target.kind == TargetKind.DEPARTMENT:
        try:
            _department_there(target.department_id or 0)
        except NotFound:
            return "value.record", _("There is no such department.")
    else:
        named = [share.user_id for share in target.people]
        if len(active_ids(named)) != len(named):
            return "target.gone", _("Some of these people do not exist or can no longer sign in.")
    if not any(people_of_target(target).values()):
        return "target.nobody", _("Nobody there could get a lead.")
    return None


def _department_there(department_id: int) -> None:
    """Refuses with `NotFound` for a department that is not there or archived."""
    from headwater.kernel.access import system_access

    if get_department(system_access("routing"), department_id).archived_at is not None:
        raise NotFound(record="department", id=department_id)


def _not_circular(rule_id: int, content: Content) -> None:
    others = [(rule.pk, rule_content) for rule, rule_content in active_rules() if rule.pk != rule_id]
    path = circles([*others, (rule_id, content)])
    if path:
        names = pools_by_id(path)
        raise Circular(path=" → ".join(f"“{names[pool_id].name}”" for pool_id in path if pool_id in names))
