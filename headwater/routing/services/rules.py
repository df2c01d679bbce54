"""Making, changing, ordering, switching and restoring rules. Whatever was saved is kept as a version."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from headwater.kernel import clock
from headwater.kernel.access import Access
from headwater.kernel.errors import Invalid, NotFound
from headwater.leads.mailing.house import company_name
from headwater.organization.queries import active_ids, get_department
from headwater.platform import audit
from headwater.platform.events import emit
from headwater.platform.versions import Version, difference, save_version, version
from headwater.pools.queries import pools_by_id
from headwater.routing.content import Content, Target, circles, flaws, read_content
from headwater.routing.content.checking import no_company
from headwater.routing.content.people import people_of_target
from headwater.routing.content.wording import uses
from headwater.routing.errors import Circular, RuleBroken, TooManyRules
from headwater.routing.events import RoutingRulesChanged
from headwater.routing.models import VERSIONS, RoutingRule
from headwater.routing.queries.rules import active_rules, get_rule
from headwater.routing.types import TargetKind

MAX_RULES = 100


@transaction.atomic
def create_rule(
    access: Access, *, name: str, content: Mapping[str, Any], is_active: bool = False, note: str = ""
) -> RoutingRule:
    """Add a rule at the end. Refuses with `Invalid`, `Circular` or `TooManyRules`."""
    name, checked = _named(name), read_content(dict(content))
    _exists(checked)
    _lock_all()
    living = RoutingRule.objects.filter(archived_at__isnull=True)
    positions = list(living.values_list("position", flat=True))
    if len(positions) >= MAX_RULES:
        raise TooManyRules(limit=MAX_RULES)
    moment = clock.now()
    rule = RoutingRule(
        name=name,
        position=max(positions, default=0) + 1,
        content=checked.as_json(),
        created_at=moment,
        updated_at=moment,
    )
    _save(rule)
    save_version(access, VERSIONS, rule.pk, _versioned(name, checked), expected=0, note=note)
    audit.record(access, "routing_rule", rule.pk, "create", {"name": [None, name]})
    emit(RoutingRulesChanged(rule_ids=[rule.pk]), access)
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
    rule = get_rule(access, rule_id, lock=True)
    checked = read_content(rule.content if content is None else dict(content))
    name = rule.name if name is None else _named(name)
    if content is not None:
        _exists(checked)
    before = {"name": rule.name, **rule.content}
    saved = save_version(access, VERSIONS, rule.pk, _versioned(name, checked), expected=expected, note=note)
    if saved.number == rule.number:
        return rule
    if rule.is_active:
        _not_circular(rule.pk, checked)
    rule.name, rule.content, rule.number = name, checked.as_json(), saved.number
    rule.updated_at = clock.now()
    _save(rule)
    changes = {
        change.path: [change.before, change.after] for change in difference(before, dict(saved.content))
    }
    audit.record(access, "routing_rule", rule.pk, "update", changes)
    emit(RoutingRulesChanged(rule_ids=[rule.pk]), access)
    return rule


def restore_version(access: Access, rule_id: int, number: int, *, expected: int | None = None) -> RoutingRule:
    """Save an old version's content again, as a new version. Refuses as `update_rule` does."""
    old = version(VERSIONS, get_rule(access, rule_id).pk, number)
    content = {key: value for key, value in old.content.items() if key != "name"}
    note = _("Version %(number)s again") % {"number": number}
    return update_rule(
        access, rule_id, name=old.content["name"], content=content, expected=expected, note=note
    )


@transaction.atomic
def switch_rule(access: Access, rule_id: int, *, on: bool) -> None:
    """Switch a rule on or off; as it is already does nothing. Refuses with `RuleBroken` or `Circular`."""
    _lock_all()
    rule = get_rule(access, rule_id, lock=True)
    if rule.is_active == on:
        return
    if on:
        content = read_content(rule.content)
        for flaw in flaws(content):
            if flaw.stops or flaw.code == "routing.nobody":
                raise RuleBroken(rule=rule.name, reason=flaw.text)
        _not_circular(rule.pk, content)
    rule.is_active = on
    rule.updated_at = clock.now()
    rule.save(update_fields=["is_active", "updated_at"])
    audit.record(access, "routing_rule", rule.pk, "switch", {"is_active": [not on, on]})
    emit(RoutingRulesChanged(rule_ids=[rule.pk]), access)


@transaction.atomic
def order_rules(access: Access, ids: Sequence[int]) -> None:
    """Put the rules into this order; those not named follow in theirs."""
    _lock_all()
    rules = list(RoutingRule.objects.filter(archived_at__isnull=True).order_by("position", "id"))
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


@transaction.atomic
def archive_rule(access: Access, rule_id: int) -> None:
    """Take a rule out of use; its versions and decisions stay."""
    rule = get_rule(access, rule_id, lock=True)
    rule.is_active, rule.archived_at = False, clock.now()
    rule.save(update_fields=["is_active", "archived_at"])
    audit.record(access, "routing_rule", rule.pk, "archive", {"archived": [False, True]})
    emit(RoutingRulesChanged(rule_ids=[rule.pk]), access)


def present_version(rule: RoutingRule) -> Version:
    """The version that applies."""
    return version(VERSIONS, rule.pk, rule.number)


def _named(name: str) -> str:
    name = name.strip()
    if not name:
        raise Invalid.one("name", "value.required", _("This is required."))
    if len(name) > 60:
        raise Invalid.one("name", "value.too_long", _("At most %(limit)s characters.") % {"limit": 60})
    return name


def _versioned(name: str, content: Content) -> dict[str, Any]:
    return {"name": name, **content.as_json()}


def _save(rule: RoutingRule) -> None:
    try:
        with transaction.atomic():
            rule.save()
    except IntegrityError:
        raise Invalid.one("name", "value.taken", _("Another rule has this name.")) from None


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
