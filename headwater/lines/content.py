"""What a rule says: from JSON to parts and back; everything that is wrong is said at once."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from headwater.customization.queries import picklist_choices
from headwater.kernel import criteria
from headwater.kernel.access import system_access
from headwater.kernel.catalogue import Choice, record_type
from headwater.kernel.criteria import Criteria
from headwater.kernel.errors import Invalid
from headwater.kernel.text import fold
from headwater.lines.types import PICKLIST, OwnerKind

MAX_PEOPLE = 200
MAX_KEYWORDS = 50
MAX_WEIGHT = 1000
_PARTS = frozenset({"when", "keywords", "line", "pipeline", "owner", "people"})
_READER = ("@me", "@my_team", "@mine")


@dataclass(frozen=True, slots=True)
class Content:
    """All that a rule says. Leads meet `when` and, where there are `keywords`, mention one of them."""

    when: dict[str, Any]
    keywords: tuple[str, ...]
    line: str
    pipeline_id: int | None
    owner: OwnerKind
    people: dict[int, int]  # id -> weight

    def criteria(self) -> Criteria:
        """The condition, checked against the catalogue as it is now; `Invalid` when a field has gone."""
        return criteria.parse(self.when, record_type("lead"), system_access("lines"))

    def reads(self) -> frozenset[str]:
        """The fields of a lead on which it depends; a change of others never sets the rule off."""
        fields = {(leaf.path[0] if leaf.path else leaf.field).key for leaf in self.criteria().leaves()}
        return frozenset(fields | ({"requirement"} if self.keywords else set()))

    def as_json(self) -> dict[str, Any]:
        """The form in which it is stored, versioned and given by the API."""
        return {
            "when": self.when,
            "keywords": list(self.keywords),
            "line": self.line,
            "pipeline": self.pipeline_id,
            "owner": self.owner.value,
            "people": [{"user": user_id, "weight": weight} for user_id, weight in self.people.items()],
        }


def business_lines() -> list[Choice]:
    """The lines that can be chosen now."""
    return list(picklist_choices(PICKLIST)().offered)


def read_content(raw: Any) -> Content:
    """The parts of a rule; refuses with `Invalid` naming each part that is wrong."""
    if not isinstance(raw, Mapping) or set(raw) - _PARTS:
        raise Invalid.one("content", "value.unknown", _("This is not what a rule consists of."))
    wrong: dict[str, dict[str, str]] = {}

    def refuse(field: str, code: str, detail: str) -> None:
        wrong.setdefault(field, {"code": code, "detail": detail})

    when = raw.get("when") or {}
    try:
        criteria.parse(when, record_type("lead"), system_access("lines"))
    except Invalid as refused:
        (complaint,) = refused.fields.values()
        refuse("when", complaint["code"], complaint["detail"])
        when = {}
    if _names_reader(when):
        refuse("when", "line.no_reader", _("“Me” and “my team” mean nothing in a rule: name people."))
    keywords = _keywords(raw.get("keywords") or [], refuse)
    if not keywords and not when and not wrong:
        refuse("keywords", "line.everything", _("Give keywords or a condition: this would be every lead."))
    line = raw.get("line")
    if not isinstance(line, str) or line not in {str(choice.value) for choice in business_lines()}:
        refuse("line", "value.choice", _("Choose a business line."))
    owner = raw.get("owner") or OwnerKind.PEOPLE.value
    if owner not in OwnerKind.values:
        refuse("owner", "value.choice", _("This is not one of the choices."))
        owner = OwnerKind.PEOPLE.value
    people = _people(raw.get("people") or [], refuse) if owner == OwnerKind.PEOPLE else {}
    pipeline = raw.get("pipeline")
    if pipeline is not None and not _is_id(pipeline):
        refuse("pipeline", "value.record", _("This must be the id of a record."))
    if wrong:
        raise Invalid(fields=wrong)
    return Content(dict(when), keywords, str(line), pipeline, OwnerKind(owner), people)


def _keywords(raw: Any, refuse: Any) -> tuple[str, ...]:
    if not isinstance(raw, list) or len(raw) > MAX_KEYWORDS or not all(isinstance(i, str) for i in raw):
        detail = _("At most %(limit)s keywords.") % {"limit": MAX_KEYWORDS}
        refuse("keywords", "value.type", detail)
        return ()
    words = tuple(dict.fromkeys(word for item in raw if (word := fold(item))))
    if any(len(word) > 60 for word in words):
        refuse("keywords", "value.too_long", _("At most %(limit)s characters.") % {"limit": 60})
    return words


def _people(raw: Any, refuse: Any) -> dict[int, int]:
    people: dict[int, int] = {}
    for item in raw if isinstance(raw, list) and len(raw) <= MAX_PEOPLE else [None]:
        user = item.get("user") if isinstance(item, Mapping) else None
        weight = item.get("weight", 1) if isinstance(item, Mapping) else None
        if not isinstance(user, int) or not _is_id(user):
            refuse("people", "value.record", _("This must be the id of a record."))
        elif isinstance(weight, bool) or not isinstance(weight, int) or not 0 <= weight <= MAX_WEIGHT:
            detail = _("A weight is a whole number from 0 to %(limit)s.") % {"limit": MAX_WEIGHT}
            refuse("people", "weights.invalid", detail)
        else:
            people[user] = weight
    if not people:
        refuse("people", "owner.nobody", _("Name at least one person."))
    elif not any(people.values()):
        refuse("people", "weights.zero", _("At least one person needs a weight above zero."))
    return people


def _is_id(raw: Any) -> bool:
    return isinstance(raw, int) and not isinstance(raw, bool) and 0 < raw < 2**63


def _names_reader(raw: Any) -> bool:
    if isinstance(raw, Mapping):
        return any(_names_reader(item) for item in raw.values())
    if isinstance(raw, list):
        return any(_names_reader(item) for item in raw)
    return isinstance(raw, str) and raw in _READER
