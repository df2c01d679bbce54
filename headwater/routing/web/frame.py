"""What the pages of routing share: tabs, and rules in words."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _

from headwater.kernel.access import Access
from headwater.kernel.catalogue import record_type
from headwater.kernel.errors import Invalid
from headwater.organization.queries import department_tree, names_of
from headwater.pools.queries import pools_by_id
from headwater.routing.content import Content, read_content
from headwater.routing.queries.decisions import count_waiting
from headwater.routing.types import TargetKind, Trigger, Waits
from headwater.routing.wording import check_text
from headwater.ui.formats import clauses, enumerated
from headwater.ui.pages import Tab
from headwater.ui.records.words import condition_words

HOME = "/settings/routing"


def tabs(current: str) -> tuple[Tab, ...]:
    """The parts of the settings of routing."""
    waiting = sum(count for kind, count in count_waiting().items() if kind != Waits.TURN)
    return (
        Tab(_("Rules"), HOME, current == "rules"),
        Tab(_("Territories"), f"{HOME}/territories", current == "territories"),
        Tab(_("Waiting leads"), f"{HOME}/waiting", current == "waiting", count=waiting or None),
        Tab(_("Fairness"), f"{HOME}/fairness", current == "fairness"),
    )


def when_words(content: Content, access: Access) -> str:
    """The condition in words."""
    raw: Any = content.when
    if not raw:
        return _("all leads")
    parts: Sequence[Any] = raw.get("all") if isinstance(raw.get("all"), list) else [raw]
    kind = record_type("lead")
    view = access.also("leads.view") if access.may("leads.view") else access
    return clauses(condition_words(part, kind, view) for part in parts[:4]) + ("…" if len(parts) > 4 else "")


def target_words(content: Content) -> str:
    """Who or what gets the leads."""
    target = content.target
    if target.kind == TargetKind.POOL:
        pool = pools_by_id([target.pool_id or 0]).get(target.pool_id or 0)
        return _("pool “%(name)s”") % {"name": pool.name if pool else "?"}
    if target.kind == TargetKind.DEPARTMENT:
        found = (
            node.name for node in department_tree(include_archived=True) if node.id == target.department_id
        )
        return next(found, "?")
    names = names_of(share.user_id for share in target.people)
    even = len({share.weight for share in target.people}) < 2
    shown = [
        names.get(share.user_id, "?") + ("" if even else f" ×{share.weight}") for share in target.people[:4]
    ]
    more = len(target.people) - len(shown)
    return enumerated(shown) + (_(" and %(count)s more") % {"count": more} if more else "")


def steps_words(content: Content) -> str:
    """The strategies in their order."""
    return " → ".join(str(step.strategy.label) for step in content.steps)


def facts(raw: Mapping[str, Any], access: Access) -> dict[str, str]:
    """A version in words, part by part; what can no longer be read is left out but for its name."""
    said = {_("Name"): str(raw.get("name") or "")}
    try:
        content = read_content({key: value for key, value in raw.items() if key != "name"})
        said[_("and all this is true")] = when_words(content, access)
    except Invalid:
        return said
    gate, window, mail = content.gate, content.window, content.mail
    checks = [f"required:{key}" for key in gate.required]
    checks += [name for name, asked in (("consent", gate.consent), ("unique", gate.unique)) if asked]
    waits = [check_text(name) for name in checks]
    if gate.score is not None:
        waits.append(_("Score at least %(score)s") % {"score": gate.score})
    triggers = [str(one.label) for one in Trigger if one in content.triggers]
    said |= {
        _("Looks at a lead when"): enumerated(triggers),
        _("Ready to be given out"): enumerated(waits),
        _("Leads go to"): target_words(content),
        _("But not"): enumerated(names_of(content.target.without).values()),
        _("How the person is found"): steps_words(content),
        _("Grades"): _levels_words(content),
        _("Leads are given out"): _("In working time") if window.working_time else _("At any time"),
        _("Mail to the customer"): f"{mail.subject}\n{mail.text}" if mail else "",
    }
    return said


def _levels_words(content: Content) -> str:
    levels = [f"{value} ≥ {level}" for step in content.steps for value, level in step.levels.items()]
    return enumerated(levels)
