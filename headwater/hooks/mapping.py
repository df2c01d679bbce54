"""What of a delivery becomes which field of the lead: rules, checked and applied."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from dataclasses import field as with_default
from datetime import UTC, datetime
from typing import Any, Literal, cast

from django.utils.translation import gettext as _

from headwater.hooks import paths
from headwater.kernel.catalogue import Field, FieldType, record_type
from headwater.kernel.errors import Invalid
from headwater.kernel.text import fold
from headwater.leads.types import CONTACT_METHODS

Kind = Literal["path", "joined", "constant"]
KINDS: tuple[Kind, ...] = ("path", "joined", "constant")
MOST_RULES, MOST_PATHS, MOST_VALUES = 60, 6, 200
_TOUCH = ("keyword", "landing_page")
_UTM = ("source", "medium", "campaign", "term", "content")
_NOT_OURS = frozenset({FieldType.USER, FieldType.DEPARTMENT, FieldType.AUTO_NUMBER})
_BY_NAME = frozenset({"source", "channel", "campaign"})  # of links, what a name can stand for


@dataclass(frozen=True, slots=True)
class Rule:
    """One field. `path`: the first place that holds something, else `text`; `joined`: all places with `text`
    between them; `constant`: `text`. `values` says other words for what was found."""

    field: str
    kind: Kind = "path"
    paths: tuple[str, ...] = ()
    text: str = ""
    values: Mapping[str, str] = with_default(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Target:
    """Something of a lead that a delivery can fill."""

    key: str
    label: str
    group: str


def targets() -> dict[str, Target]:
    """Everything that can be filled, by key: fields of the lead, then what belongs to the touch."""
    found = {
        key: Target(key, str(known.label), str(known.group))
        for key, known in record_type("lead").all_fields.items()
        if known.editable
        and known.type not in _NOT_OURS
        and (known.type != FieldType.LINK or key in _BY_NAME)
    }
    origin = _("Where they came from")
    found["keyword"] = Target("keyword", _("Keyword searched for"), origin)
    found["landing_page"] = Target("landing_page", _("Page they arrived on"), origin)
    return found | {f"utm_{name}": Target(f"utm_{name}", f"utm_{name}", origin) for name in _UTM}


def stored(rules: Iterable[Rule]) -> list[dict[str, Any]]:
    return [asdict(rule) | {"paths": list(rule.paths), "values": dict(rule.values)} for rule in rules]


def read(raw: Sequence[Mapping[str, Any]]) -> list[Rule]:
    """Rules as stored; those whose field is gone are left out."""
    known = targets()
    return [
        Rule(
            str(one["field"]),
            cast(Kind, one["kind"]),
            tuple(map(str, one["paths"])),
            str(one["text"]),
            {str(key): str(value) for key, value in one["values"].items()},
        )
        for one in raw
        if one.get("field") in known
    ]


def checked(rules: Sequence[Rule]) -> list[Rule]:
    """Refuses `Invalid` what could never make a lead, or cannot be read."""
    known, keys = targets(), [rule.field for rule in rules]
    unknown = [key for key in keys if key not in known]
    if unknown:
        shown = ", ".join(key[:60] for key in unknown[:5])
        raise _refused("hook.unknown_field", _("No field of a lead: %(keys)s") % {"keys": shown})
    if len(set(keys)) < len(keys) or len(keys) > MOST_RULES:
        raise _refused("hook.too_many", _("Fill each field once, at most %d.") % MOST_RULES)
    if "name" not in keys or not set(keys) & set(CONTACT_METHODS):
        raise _refused(
            "hook.no_contact",
            _("Fill the name and at least one of mobile, phone, e-mail, WeChat or QQ."),
        )
    return [_checked(rule, known[rule.field].label) for rule in rules]


def _checked(rule: Rule, label: str) -> Rule:
    places = tuple(dict.fromkeys(path.strip() for path in rule.paths if path.strip()))[:MOST_PATHS]
    for path in places:
        try:
            paths.read(path)
        except paths.BadPath:
            detail = _("%(field)s: “%(path)s” is no place in a delivery.")
            raise _refused("hook.path", detail % {"field": label, "path": path[:80]}) from None
    if rule.kind not in KINDS:
        raise _refused("hook.kind", _("A field is filled from a place, from several, or with a text."))
    if rule.kind != "constant" and not places:
        raise _refused("hook.no_path", _("%(field)s: say where it stands.") % {"field": label})
    if rule.kind == "constant" and not rule.text.strip():
        raise _refused("hook.no_text", _("%(field)s: write the text.") % {"field": label})
    if len(rule.values) > MOST_VALUES:
        raise _refused("hook.too_many_values", _("At most %d values to translate.") % MOST_VALUES)
    values = {key.strip()[:200]: value.strip()[:200] for key, value in rule.values.items() if key.strip()}
    return Rule(rule.field, rule.kind, () if rule.kind == "constant" else places, rule.text[:500], values)


def guessed(body: Any, rules: Sequence[Rule] = ()) -> list[Rule]:
    """Further rules for values whose names say which field they are."""
    fields, found = record_type("lead").all_fields, list[Rule]()
    used, places = {rule.field for rule in rules}, {path for rule in rules for path in rule.paths}
    names: dict[str, str] = {}
    for key in targets():
        known = fields.get(key)
        words = (key, str(known.label), *known.headers) if known is not None else (key,)
        for word in words:
            names.setdefault(_folded(word), key)
    for leaf in paths.tree(body):
        meant = names.get(_folded(leaf.label))
        if meant and meant not in used and leaf.path not in places and not leaf.is_branch:
            used.add(meant)
            found.append(Rule(meant, "path", (leaf.path,)))
    return found


def _folded(word: str) -> str:
    return fold(word).replace("_", "").replace(" ", "").replace("-", "")


def apply(rules: Iterable[Rule], body: Any) -> dict[str, Any]:
    """What the rules find, by field; fields for which nothing is found are absent."""
    known = record_type("lead").all_fields
    found: dict[str, Any] = {}
    for rule in rules:
        value = _found(rule, body)
        if value not in (None, "", []):
            found[rule.field] = _shaped(known.get(rule.field), value)
    return found


def _found(rule: Rule, body: Any) -> Any:
    if rule.kind == "constant":
        return rule.text.strip()
    taken = [_said(rule, _plain(paths.find(body, paths.read(path)))) for path in rule.paths]
    held = [value for value in taken if value not in (None, "", [])]
    if rule.kind == "joined":
        return rule.text.join(_text(value) for value in held)
    return held[0] if held else rule.text.strip()


def _plain(value: Any) -> Any:
    """A value that a field can hold: trimmed; lists of values stay, objects become their JSON."""
    if isinstance(value, str):
        return value.strip()
    if isinstance(value, list):
        flat = [_plain(item) for item in value]
        return [item for item in flat if item not in (None, "")]
    return _text(value) if isinstance(value, dict) else value


def _said(rule: Rule, value: Any) -> Any:
    if not rule.values:
        return value
    if isinstance(value, list):
        return [_said(rule, item) for item in value]
    return rule.values.get(_text(value), value)


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list):
        return "、".join(map(_text, value))
    if isinstance(value, dict):
        return "；".join(f"{key}：{_text(_plain(item))}" for key, item in value.items())
    return "" if value is None else str(value)


def _shaped(known: Field | None, value: Any) -> Any:
    """The value as its field wants it; what does not fit stays, and the field says so."""
    if known is not None and known.type == FieldType.MULTI_PICK:
        return value
    if known is not None and known.type in (FieldType.DATE, FieldType.DATETIME):
        return _moment(value)
    if known is not None and known.type == FieldType.BOOLEAN:
        return value
    return _text(value)


def _moment(value: Any) -> Any:
    """Seconds or milliseconds since 1970 as a moment."""
    digits = _text(value)
    if digits.isascii() and digits.isdigit() and 9 <= len(digits) <= 13:
        seconds = int(digits) / (1000 if len(digits) >= 12 else 1)
        return datetime.fromtimestamp(seconds, UTC).isoformat()
    return value


def _refused(code: str, detail: str) -> Invalid:
    return Invalid.one("mapping", code, detail)
