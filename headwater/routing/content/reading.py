"""From JSON to the parts of a rule; everything that is wrong is said at once."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from headwater.kernel import criteria
from headwater.kernel.access import system_access
from headwater.kernel.catalogue import record_type
from headwater.kernel.criteria.parse import Branch, Criteria, Leaf
from headwater.kernel.errors import Invalid
from headwater.leads.mailing.words import unknown_places
from headwater.organization.types import Level
from headwater.routing.content.parts import (
    WORKING,
    Content,
    CustomerMail,
    Gate,
    Share,
    Step,
    Target,
    Window,
)
from headwater.routing.content.wording import MAX_SUBJECT, MAX_TEXT, PLACEHOLDERS
from headwater.routing.types import Strategy, StrategyKind, TargetKind, Trigger

MAX_PEOPLE = 500
MAX_WEIGHT = 1000
SCORE = "score"
_PARTS = frozenset({"triggers", "when", "gate", "target", "strategies", "window", "mail"})
_READER = ("@me", "@my_team", "@mine")


class _Reader:
    """Gathers complaints while the parts are read."""

    def __init__(self) -> None:
        self.complaints: dict[str, dict[str, str]] = {}

    def refuse(self, field: str, code: str, detail: str) -> None:
        self.complaints.setdefault(field, {"code": code, "detail": str(detail)})

    def record_id(self, raw: Any, field: str) -> int | None:
        if isinstance(raw, bool) or not isinstance(raw, int) or not 0 < raw < 2**63:
            self.refuse(field, "value.record", _("This must be the id of a record."))
            return None
        return raw

    def flag(self, raw: Any, field: str) -> bool:
        if not isinstance(raw, bool):
            self.refuse(field, "value.type", _("This must be true or false."))
            return False
        return raw

    def part(self, raw: Any, field: str, known: frozenset[str]) -> Mapping[str, Any]:
        if not isinstance(raw, Mapping):
            self.refuse(field, "value.type", _("This must be an object."))
            return {}
        for key in raw:
            if key not in known:
                self.refuse(field, "value.unknown", _("There is no part “%(key)s”.") % {"key": str(key)[:40]})
        return raw

    def items(self, raw: Any, field: str, limit: int) -> list[Any]:
        if not isinstance(raw, list) or len(raw) > limit:
            self.refuse(
                field, "value.type", _("This must be a list of at most %(limit)s.") % {"limit": limit}
            )
            return []
        return raw


def read_content(raw: Any) -> Content:
    """The parts of a rule; refuses with `Invalid` naming each part that is wrong. Reads no table."""
    reader = _Reader()
    given = reader.part(raw, "rule", _PARTS)
    checked, when = _when(reader, given.get("when"))
    gate = _gate(reader, given.get("gate") or {}, checked)
    target = _target(reader, given.get("target") or {})
    content = Content(
        when=when,
        triggers=_triggers(reader, given.get("triggers")),
        gate=gate,
        target=target or Target(TargetKind.PEOPLE),
        steps=_steps(reader, given.get("strategies"), target),
        window=_window(reader, given.get("window") or {}),
        mail=_mail(reader, given.get("mail") or {}, target),
    )
    if reader.complaints:
        raise Invalid(fields=reader.complaints)
    return content


def _when(reader: _Reader, raw: Any) -> tuple[Criteria | None, dict[str, Any]]:
    raw = {} if raw in (None, "") else raw
    try:
        checked = criteria.parse(raw, record_type("lead"), system_access("routing"))
    except Invalid as refused:
        (complaint,) = refused.fields.values()
        reader.refuse("when", complaint["code"], complaint["detail"])
        return None, {}
    if _names_reader(raw):
        reader.refuse(
            "when", "routing.no_reader", _("“Me” and “my team” mean nothing in a rule: name people.")
        )
    return checked, dict(raw) if isinstance(raw, Mapping) else {}


def _names_reader(raw: Any) -> bool:
    if isinstance(raw, Mapping):
        return any(_names_reader(item) for item in raw.values())
    if isinstance(raw, list):
        return any(_names_reader(item) for item in raw)
    return isinstance(raw, str) and raw in _READER


def _triggers(reader: _Reader, raw: Any) -> frozenset[Trigger]:
    usual = [Trigger.CAPTURED.value, Trigger.WOKEN.value, Trigger.RECYCLED.value]
    given = reader.items(usual if raw is None else raw, "triggers", 10)
    known = {item.value for item in Trigger.automatic()}
    if any(item not in known for item in given):
        reader.refuse("triggers", "value.choice", _("This is not one of the choices."))
        return frozenset()
    if not given:
        reader.refuse("triggers", "value.required", _("Choose at least one."))
    return frozenset(Trigger(item) for item in given)


def _gate(reader: _Reader, raw: Any, checked: Criteria | None) -> Gate:
    given = reader.part(raw, "gate", frozenset({"required", "consent", "unique", "score"}))
    fields = record_type("lead").all_fields
    required = reader.items(given.get("required") or [], "gate", 40)
    for key in required:
        if not isinstance(key, str) or key not in fields:
            detail = _("There is no field “%(field)s”.") % {"field": str(key)[:80]}
            reader.refuse("gate", "gate.unknown_field", detail)
    score = given.get("score")
    if score is not None:
        if SCORE not in fields:
            reader.refuse("gate", "gate.no_score", _("Leads have no score yet, so none can be asked for."))
        if isinstance(score, bool) or not isinstance(score, int) or not 0 <= score <= 100:
            reader.refuse("gate", "value.range", _("A score lies between 0 and 100."))
            score = None
    known = tuple(dict.fromkeys(key for key in required if isinstance(key, str) and key in fields))
    if checked is not None:
        for key in sorted(set(known) & _empty_by(checked)):
            label = fields[key].label
            detail = _("The conditions want “%(field)s” empty and the gate wants it filled.")
            reader.refuse("gate", "gate.contradiction", detail % {"field": label})
    return Gate(
        required=known,
        consent=reader.flag(given.get("consent", False), "gate"),
        unique=reader.flag(given.get("unique", False), "gate"),
        score=score,
    )


def _empty_by(checked: Criteria) -> set[str]:
    """The fields that every lead which meets the condition has empty."""
    found: set[str] = set()
    waiting: list[Branch | Leaf] = [checked.root]
    while waiting:
        node = waiting.pop()
        if isinstance(node, Leaf):
            if node.op == "is_empty" and not node.path:
                found.add(node.field.key)
        elif node.word == "all" or (node.word == "any" and len(node.parts) == 1):
            waiting.extend(node.parts)
    return found


def _target(reader: _Reader, raw: Any) -> Target | None:
    given = reader.part(raw, "target", frozenset({"kind", "pool", "department", "people", "without"}))
    if given.get("kind") not in TargetKind.values:
        reader.refuse("target", "value.choice", _("Choose who gets the leads: people, a team or a pool."))
        return None
    kind = TargetKind(given["kind"])
    if kind == TargetKind.POOL:
        return Target(kind, pool_id=reader.record_id(given.get("pool"), "target"))
    if kind == TargetKind.DEPARTMENT:
        without = reader.items(given.get("without") or [], "target", MAX_PEOPLE)
        left_out = frozenset(found for item in without if (found := reader.record_id(item, "target")))
        department = reader.record_id(given.get("department"), "target")
        return Target(kind, department_id=department, without=left_out)
    return Target(kind, people=_people(reader, given.get("people")))


def _people(reader: _Reader, raw: Any) -> tuple[Share, ...]:
    shares: dict[int, Share] = {}
    for item in reader.items(raw or [], "target", MAX_PEOPLE):
        one = reader.part(item, "target", frozenset({"user", "weight"}))
        user_id = reader.record_id(one.get("user"), "target")
        weight = one.get("weight", 1)
        if isinstance(weight, bool) or not isinstance(weight, int) or not 0 <= weight <= MAX_WEIGHT:
            detail = _("A weight is a whole number from 0 to %(limit)s.") % {"limit": MAX_WEIGHT}
            reader.refuse("target", "weights.invalid", detail)
        elif user_id is not None:
            shares[user_id] = Share(user_id, weight)
    if not shares:
        reader.refuse("target", "target.nobody", _("Name at least one person."))
    elif not any(one.weight for one in shares.values()):
        reader.refuse("target", "weights.zero", _("At least one person needs a weight above zero."))
    return tuple(shares.values())


def _steps(reader: _Reader, raw: Any, target: Target | None) -> tuple[Step, ...]:
    if target is not None and target.kind == TargetKind.POOL:
        return ()
    steps: list[Step] = []
    for item in reader.items(raw or [], "strategies", len(Strategy)):
        given = reader.part(
            {"key": item} if isinstance(item, str) else item,
            "strategies",
            frozenset({"key", "field", "levels"}),
        )
        if given.get("key") not in Strategy.values:
            reader.refuse("strategies", "value.choice", _("This is not one of the choices."))
            continue
        strategy = Strategy(given["key"])
        if any(step.strategy == strategy for step in steps):
            reader.refuse("strategies", "strategies.twice", _("Each strategy can stand there once."))
        steps.append(_grades(reader, given) if strategy == Strategy.GRADE_MATCH else Step(strategy))
    pickers = [step for step in steps if step.strategy.kind == StrategyKind.PICKS]
    if len(pickers) > 1 or (pickers and steps[-1] != pickers[0]):
        detail = _("By turns, most room and by lot always find somebody: one of them, and it comes last.")
        reader.refuse("strategies", "strategies.unreachable", detail)
    if not pickers:
        steps.append(Step(Strategy.ROUND_ROBIN))
    return tuple(steps)


def _grades(reader: _Reader, given: Mapping[str, Any]) -> Step:
    """The table of grades; without one, high intent goes to seniors and medium to regulars."""
    key = given.get("field") or "intent"
    field = record_type("lead").field(key) if isinstance(key, str) else None
    if field is None:
        reader.refuse(
            "strategies", "criteria.unknown_field", _("There is no field “%(field)s”.") % {"field": key}
        )
        return Step(Strategy.GRADE_MATCH)
    levels = given.get("levels")
    if not levels:
        levels = {"high": Level.SENIOR.value, "medium": Level.REGULAR.value} if key == "intent" else {}
    if not isinstance(levels, Mapping) or any(level not in Level.values for level in levels.values()):
        reader.refuse("strategies", "grades.level", _("Each grade needs a level of rep from 1 to 4."))
        levels = {}
    return Step(
        Strategy.GRADE_MATCH, field=field.key, levels={str(k)[:80]: int(v) for k, v in levels.items()}
    )


def _window(reader: _Reader, raw: Any) -> Window:
    given = reader.part(raw, "window", frozenset({"when", "calendar"}))
    if given.get("when", "always") not in ("always", WORKING):
        reader.refuse("window", "value.choice", _("This is not one of the choices."))
    calendar = given.get("calendar")
    return Window(
        working_time=given.get("when") == WORKING,
        calendar_id=None if calendar is None else reader.record_id(calendar, "window"),
    )


def _mail(reader: _Reader, raw: Any, target: Target | None) -> CustomerMail | None:
    """Both parts or neither; only a rule that finds a person has somebody to name."""
    given = reader.part(raw, "mail", frozenset({"subject", "text"}))
    subject, text = (str(given.get(key) or "").replace("\x00", "").strip() for key in ("subject", "text"))
    if not subject and not text:
        return None
    if not subject or not text:
        reader.refuse("mail", "mail.half", _("A mail needs a subject and a text."))
    if len(subject) > MAX_SUBJECT or len(text) > MAX_TEXT or "\n" in subject or "\r" in subject:
        detail = _(
            "The subject is one line of at most %(subject)s characters, the text has at most %(text)s."
        )
        reader.refuse("mail", "mail.too_long", detail % {"subject": MAX_SUBJECT, "text": MAX_TEXT})
    unknown = unknown_places(f"{subject} {text}", PLACEHOLDERS)
    if unknown:
        known = ", ".join(f"{{{name}}}" for name in PLACEHOLDERS)
        detail = _("There is no placeholder {%(name)s}; these are: %(known)s.")
        reader.refuse("mail", "mail.placeholder", detail % {"name": unknown[0][:40], "known": known})
    if target is not None and target.kind == TargetKind.POOL:
        detail = _("A rule that sends leads to a pool finds nobody whom a mail could name.")
        reader.refuse("mail", "mail.no_person", detail)
    return CustomerMail(subject, text)
