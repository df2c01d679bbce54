"""The form of a recycle rule, and what comes back from it."""

from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from headwater.kernel.catalogue import record_type
from headwater.leads.recycle_words import plain
from headwater.pools.models import RecycleRule
from headwater.pools.recycling import pool_names
from headwater.pools.types import CalendarOf, Clock, Got, Joined
from headwater.ui.pages import FieldControl, FieldGroup, Option

_MANY = ("stages", "intents", "gots", "exempt_stages", "business_lines")
_PLAIN = (
    "name", "pool", "response_hours", "overdue_days", "convert_days", "joined", "clock", "calendar_of",
    "warn_response_hours", "warn_recycle_hours", "max_rounds",
)  # fmt: skip
_FLAGS = ("is_enabled", "exempts_opportunity")


def submitted_rule(posted: QueryDict) -> dict[str, Any]:
    """Raw values of the form; the service checks them."""
    values: dict[str, Any] = {key: posted[key] for key in _PLAIN if key in posted}
    values |= {key: [item for item in posted.getlist(key) if item] for key in _MANY}
    values |= {key: key in posted for key in _FLAGS}
    values["rhythm"] = {
        key.removeprefix("rhythm_"): posted[key] for key in posted if key.startswith("rhythm_")
    }
    return values


def _options(key: str) -> tuple[Option, ...]:
    field = record_type("lead").field(key)
    choices = [] if field is None else field.choices()
    return tuple(Option(choice.value, choice.label) for choice in choices if not choice.retired)


def _number(name: str, label: str, value: Any, suffix: str, **more: Any) -> FieldControl:
    shown = "" if value is None else plain(value)
    return FieldControl(name, label, kind="number", value=shown, suffix=suffix, span=4, **more)


def rule_groups(rule: RecycleRule) -> tuple[FieldGroup, ...]:
    """The form in the order of thinking: when, for whom, what keeps, who hears of it."""
    hours, days = pgettext("unit", "hours"), pgettext("unit", "days")
    off, every = _("off"), pgettext("rule", "All")
    pools = tuple(Option(str(pk), name) for pk, name in pool_names().items())
    stages = _options("stage")
    return (
        FieldGroup(
            (
                FieldControl("name", _("Name"), value=rule.name, required=True, max_length=60, span=6),
                FieldControl(
                    "pool",
                    _("Of the pool"),
                    kind="select",
                    value=str(rule.pool_id or ""),
                    options=pools,
                    placeholder=_("Whole company"),
                    help=_("A pool's own rules go before those of the company."),
                    span=6,
                ),
                FieldControl("is_enabled", _("In force"), kind="switch", value=rule.is_enabled),
            )
        ),
        FieldGroup(
            (
                _number(
                    "response_hours", _("First follow-up within"), rule.response_hours, hours, placeholder=off
                ),
                _number(
                    "overdue_days", _("Without a follow-up for"), rule.overdue_days, days, placeholder=off
                ),
                _number("convert_days", _("Not converted within"), rule.convert_days, days, placeholder=off),
                FieldControl(
                    "joined",
                    _("Goes"),
                    kind="segments",
                    value=rule.joined,
                    options=tuple(Option(item.value, item.label) for item in Joined),
                ),
                FieldControl(
                    "clock",
                    _("Which hours count"),
                    kind="segments",
                    value=rule.clock,
                    options=tuple(Option(item.value, item.label) for item in Clock),
                ),
                FieldControl(
                    "calendar_of",
                    _("Whose working hours"),
                    kind="segments",
                    value=rule.calendar_of,
                    options=tuple(Option(item.value, item.label) for item in CalendarOf),
                ),
            ),
            title=_("When a lead goes back"),
            help=_(
                "The clock starts when its owner gets the lead, and anew with every follow-up; a note alone"
                " does not count."
            ),
        ),
        FieldGroup(
            (
                FieldControl(
                    "stages",
                    _("Stages"),
                    kind="multi",
                    value=rule.stages,
                    options=stages,
                    placeholder=every,
                    span=6,
                ),
                FieldControl(
                    "intents",
                    _("Intent levels"),
                    kind="multi",
                    value=rule.intents,
                    options=_options("intent"),
                    placeholder=every,
                    span=6,
                ),
                FieldControl(
                    "gots",
                    _("Got by"),
                    kind="multi",
                    value=rule.gots,
                    options=tuple(Option(item.value, item.label) for item in Got),
                    placeholder=every,
                    span=6,
                ),
                FieldControl(
                    "business_lines",
                    _("Business lines"),
                    kind="multi",
                    value=rule.business_lines,
                    options=tuple(Option(line, line) for line in rule.business_lines),
                    creatable=True,
                    placeholder=every,
                    span=6,
                ),
            ),
            title=_("For which leads"),
            help=_("What is left empty means all."),
        ),
        FieldGroup(
            (
                FieldControl(
                    "exempt_stages",
                    _("Exempt stages"),
                    kind="multi",
                    value=rule.exempt_stages,
                    options=stages,
                    placeholder=pgettext("stages", "None"),
                    span=6,
                ),
                FieldControl(
                    "exempts_opportunity",
                    _("Exempt while an opportunity is open"),
                    kind="switch",
                    value=rule.exempts_opportunity,
                    span=6,
                ),
            ),
            title=_("What keeps a lead"),
        ),
        FieldGroup(
            (
                _number(
                    "warn_response_hours",
                    _("Warn before the first follow-up is due"),
                    rule.warn_response_hours,
                    hours,
                ),
                _number(
                    "warn_recycle_hours", _("Warn before it is taken back"), rule.warn_recycle_hours, hours
                ),
                _number(
                    "max_rounds",
                    _("Rounds before the pool's administrators are told"),
                    rule.max_rounds,
                    pgettext("unit", "times"),
                ),
            ),
            title=_("Who hears of it"),
        ),
        FieldGroup(
            tuple(
                _number(
                    f"rhythm_{option.value}",
                    str(option.label),
                    rule.rhythm.get(option.value),
                    days,
                    placeholder=off,
                )
                for option in _options("intent")
            ),
            title=_("Rhythm by intent level"),
            help=_("Reminds the owner to follow up again; it takes nothing away."),
        ),
    )
