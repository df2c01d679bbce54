"""The controls of a rule's form."""

from collections.abc import Mapping
from typing import Any

import orjson
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from headwater.kernel.access import Access
from headwater.kernel.catalogue import record_type
from headwater.organization.queries import calendars, department_tree, names_of, people_by_id
from headwater.organization.types import Level
from headwater.pools.queries import pools_within
from headwater.routing.content.parts import WORKING
from headwater.routing.content.wording import MAX_SUBJECT, MAX_TEXT
from headwater.routing.models import RoutingRule
from headwater.routing.types import Strategy, StrategyKind, TargetKind, Trigger
from headwater.ui.pages import FieldControl, FieldGroup, Option

MAX_STEPS = 5
GRADES = "grades"
_USUAL = (Strategy.DESIGNATED_REP, Strategy.CUSTOMER_OWNER)


def rule_groups(
    access: Access, content: Mapping[str, Any], rule: RoutingRule | None
) -> tuple[FieldGroup, ...]:
    """The form, filled with what the rule says now."""
    return (
        FieldGroup(
            (
                FieldControl(
                    "name",
                    _("Name"),
                    value="" if rule is None else rule.name,
                    required=True,
                    max_length=60,
                    autofocus=rule is None,
                    span=12 if rule is None else 8,
                ),
                *([] if rule is None else [_switch(rule)]),
            )
        ),
        _when(content),
        _gate(content.get("gate", {})),
        _target(access, content.get("target", {})),
        _steps(content),
        _window(content.get("window", {})),
        _mail(content.get("mail") or {}),
        FieldGroup(
            (
                FieldControl(
                    "note",
                    _("What changed and why"),
                    placeholder=_("For those who read the versions later"),
                    max_length=500,
                ),
            )
        ),
    )


def _switch(rule: RoutingRule) -> FieldControl:
    """Of a rule that exists; a new one is switched on by the button that saves it."""
    return FieldControl("is_active", _("Switched on"), "switch", value=rule.is_active, span=4)


def _when(content: Mapping[str, Any]) -> FieldGroup:
    usual = [Trigger.CAPTURED.value, Trigger.WOKEN.value, Trigger.RECYCLED.value]
    raw = content.get("when")
    return FieldGroup(
        (
            FieldControl(
                "triggers",
                _("Looks at a lead when"),
                "checks",
                list(content.get("triggers", usual)),
                options=tuple(Option(item.value, item.label) for item in Trigger.automatic()),
            ),
            FieldControl(
                "when",
                _("and all this is true"),
                "criteria",
                orjson.dumps(raw).decode() if raw else "",
                fields_url="/fields/lead.json",
                help=_("Without a condition the rule applies to all leads: put it last."),
            ),
        ),
        title=_("Which leads"),
    )


def _gate(gate: Mapping[str, Any]) -> FieldGroup:
    fields = record_type("lead").all_fields
    options = tuple(
        Option(key, field.label)
        for key, field in fields.items()
        if field.editable and key not in ("name", "designated_rep")
    )
    controls = [
        FieldControl(
            "gate",
            _("Must be filled in"),
            "multi",
            list(gate.get("required", [])),
            options=options,
            placeholder=_("Nothing is asked for"),
            help=_("A lead that lacks something waits until it is completed; it stays claimable meanwhile."),
        ),
        FieldControl(
            "consent", _("Consent to be contacted is on record"), "switch", gate.get("consent", False), span=6
        ),
        FieldControl("unique", _("Not a possible duplicate"), "switch", gate.get("unique", False), span=6),
    ]
    if "score" in fields:
        score = gate.get("score")
        controls.append(
            FieldControl("score", _("Score at least"), "number", "" if score is None else str(score), span=6)
        )
    return FieldGroup(tuple(controls), title=_("Ready to be given out"))


def _target(access: Access, target: Mapping[str, Any]) -> FieldGroup:
    pools = pools_within(access.also("pools.view")) if access.may("pools.view") else []
    left_out = [str(one) for one in target.get("without", [])]
    people = [str(one["user"]) for one in target.get("people", [])]
    known = people_by_id(int(one) for one in (*left_out, *people))
    options = {str(one.id): Option(str(one.id), one.name, note=one.department) for one in known.values()}
    return FieldGroup(
        (
            FieldControl(
                "target",
                _("Leads go to"),
                "segments",
                str(target.get("kind", TargetKind.PEOPLE.value)),
                options=tuple(Option(item.value, item.label) for item in TargetKind),
            ),
            FieldControl(
                "people",
                _("Who takes part"),
                "users",
                people,
                options=tuple(options[one] for one in people if one in options),
                options_url="/options/user.json",
            ),
            FieldControl(
                "department",
                _("Team"),
                "tree",
                str(target.get("department") or ""),
                options=tuple(
                    Option(str(node.id), node.name, depth=node.depth) for node in department_tree()
                ),
                help=_(
                    "Everybody in it and below who may follow leads up; who joins later takes part at once."
                ),
                span=6,
            ),
            FieldControl(
                "without",
                _("But not"),
                "users",
                left_out,
                options=tuple(options[one] for one in left_out if one in options),
                options_url="/options/user.json",
                span=6,
            ),
            FieldControl(
                "pool",
                _("Pool"),
                "select",
                str(target.get("pool") or ""),
                options=tuple(Option(str(pool.pk), pool.name) for pool in pools),
                help=_("There the rules look at the lead once more, this one left out."),
            ),
        ),
        title=_("Who gets them"),
    )


def weight_controls(weights: Mapping[int, int]) -> tuple[FieldControl, ...]:
    """A number for each person of the target."""
    named = names_of(weights)
    return tuple(
        FieldControl(
            f"weight_{user_id}",
            named.get(user_id, str(user_id)),
            "number",
            str(weight),
            suffix=pgettext("weight", "parts"),
            span=4,
        )
        for user_id, weight in weights.items()
    )


def _steps(content: Mapping[str, Any]) -> FieldGroup:
    given = [step["key"] for step in content.get("strategies", [])] if content else list(_USUAL)
    picker = next((key for key in given if Strategy(key).kind == StrategyKind.PICKS), Strategy.ROUND_ROBIN)
    chosen = [key for key in given if Strategy(key).kind != StrategyKind.PICKS]
    offered = tuple(Option(item.value, item.label) for item in Strategy if item.kind != StrategyKind.PICKS)
    controls = [
        FieldControl(
            f"step_{place}",
            _("First") if place == 0 else _("Then"),
            "select",
            chosen[place] if place < len(chosen) else "",
            options=offered,
            placeholder="—",
            span=6,
        )
        for place in range(MAX_STEPS)
    ]
    controls.append(
        FieldControl(
            "strategies",
            _("Among those who are left"),
            "segments",
            str(picker),
            options=tuple(
                Option(item.value, item.label) for item in Strategy if item.kind == StrategyKind.PICKS
            ),
        )
    )
    return FieldGroup(
        (*controls, *_grades(content)),
        title=_("How the person is found"),
        help=_(
            "Tried from the top. Only people who are active, on duty and below their caps come into question;"
            " territory and grade narrow the circle unless nobody would be left."
        ),
    )


def _grades(content: Mapping[str, Any]) -> list[FieldControl]:
    """Which level of rep each intent level asks for; used where grade is among the strategies."""
    field = record_type("lead").field("intent")
    if field is None:
        return []
    step: Mapping[str, Any] = next(
        (one for one in content.get("strategies", []) if one["key"] == Strategy.GRADE_MATCH), {}
    )
    levels = step.get("levels") or {"high": Level.SENIOR.value, "medium": Level.REGULAR.value}
    options = tuple(Option(str(level.value), level.label) for level in Level)
    controls = [
        FieldControl(
            f"grade_{choice.value}",
            _("Intent “%(grade)s”: at least") % {"grade": choice.label},
            "select",
            str(levels.get(choice.value, "")),
            options=options,
            placeholder=_("Everybody"),
            span=4,
        )
        for choice in field.options.offered
    ]
    return controls + [FieldControl(GRADES, "", "hidden", choice.value) for choice in field.options.offered]


def _window(window: Mapping[str, Any]) -> FieldGroup:
    return FieldGroup(
        (
            FieldControl(
                "window",
                _("Leads are given out"),
                "segments",
                str(window.get("when", "always")),
                options=(
                    Option("always", _("At any time")),
                    Option(WORKING, _("In working time")),
                ),
            ),
            FieldControl(
                "calendar",
                _("Working hours"),
                "select",
                str(window.get("calendar") or ""),
                options=tuple(Option(str(one.pk), one.name) for one in calendars()),
                placeholder=_("The company's"),
                help=_(
                    "A lead that comes at night then leaves at opening; its first response is due from there."
                ),
                span=6,
            ),
        ),
        title=_("When"),
    )


def _mail(mail: Mapping[str, Any]) -> FieldGroup:
    return FieldGroup(
        (
            FieldControl(
                "mail_subject",
                pgettext("mail", "Subject"),
                value=mail.get("subject", ""),
                placeholder=_("For example: {company} has received your inquiry"),
                max_length=MAX_SUBJECT,
            ),
            FieldControl(
                "mail",
                pgettext("mail", "Text"),
                "long_text",
                mail.get("text", ""),
                max_length=MAX_TEXT,
                rows=6,
                help=_(
                    "{name}, {owner}, {company} and {phone} are filled in. What the customer agreed to and a"
                    " link to get no more e-mail are added below."
                ),
            ),
        ),
        title=_("Mail to the customer"),
        help=_(
            "Sent when a person gets the lead and it has an e-mail address and consent. Leave empty for none."
        ),
    )
