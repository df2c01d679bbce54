"""What a recycle rule may say: raw values to clean ones, and the contradictions that are refused."""

from collections.abc import Callable, Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from django.utils.translation import gettext as _

from headwater.kernel.catalogue import record_type
from headwater.kernel.errors import Invalid
from headwater.pools.models import Pool
from headwater.pools.types import CalendarOf, Clock, Got, Joined

Complaints = dict[str, dict[str, str]]
MOST = 50


class _Bad(ValueError):
    def __init__(self, code: str, detail: str) -> None:
        super().__init__(code)
        self.complaint = {"code": code, "detail": detail}


def cleaned_rule(values: Mapping[str, Any], present: Mapping[str, Any]) -> dict[str, Any]:
    """The clean values among `values`; `Invalid` with all complaints. `present` is the rule as it is."""
    complaints: Complaints = {}
    cleaned: dict[str, Any] = {}
    for key, raw in values.items():
        clean = _CLEANERS.get(key)
        if clean is None:
            complaints[key] = {"code": "field.unknown", "detail": _("There is no such field.")}
            continue
        try:
            cleaned[key] = clean(raw)
        except _Bad as bad:
            complaints[key] = bad.complaint
    after = {**present, **cleaned}
    if not complaints and not after["name"]:
        complaints["name"] = {"code": "value.required", "detail": _("This is required.")}
    complaints |= {key: said for key, said in _contradictions(after).items() if not complaints}
    if complaints:
        raise Invalid(fields=complaints)
    return cleaned


def _contradictions(rule: Mapping[str, Any]) -> Complaints:
    found: Complaints = {}
    if rule["stages"] and set(rule["stages"]) <= set(rule["exempt_stages"]):
        found["exempt_stages"] = {
            "code": "rule.exempts_all",
            "detail": _("The rule is for these stages only, and exempts them all: it would do nothing."),
        }
    hours, warning = rule["response_hours"], rule["warn_response_hours"]
    if hours is not None and warning >= hours:
        found["warn_response_hours"] = {
            "code": "rule.warning_too_early",
            "detail": _("Warn less than %(hours)s hours before, or the warning comes with the lead.")
            % {"hours": hours},
        }
    days = [rule[key] for key in ("overdue_days", "convert_days") if rule[key] is not None]
    if days and rule["warn_recycle_hours"] >= min(days) * 24:
        found["warn_recycle_hours"] = {
            "code": "rule.warning_too_early",
            "detail": _("Warn less than %(hours)s hours before, or the warning comes with the lead.")
            % {"hours": min(days) * 24},
        }
    if rule["joined"] == Joined.ALL and rule["response_hours"] is not None and len(days) == 0:
        found["joined"] = {
            "code": "rule.one_period",
            "detail": _("With one period alone there is nothing to join."),
        }
    return found


def _text(raw: Any) -> str:
    if not isinstance(raw, str) or "\x00" in raw or len(raw.strip()) > 60:
        raise _Bad("value.too_long", _("At most %(limit)s characters.") % {"limit": 60})
    if not raw.strip():
        raise _Bad("value.required", _("This is required."))
    return raw.strip()


def _flag(raw: Any) -> bool:
    if isinstance(raw, bool):
        return raw
    if raw in ("true", "on", "1"):
        return True
    if raw in ("", None, "false", "0"):
        return False
    raise _Bad("value.type", _("This must be true or false."))


def _number(most: int, *, optional: bool, least: Decimal = Decimal(0)) -> Callable[[Any], Decimal | None]:
    def clean(raw: Any) -> Decimal | None:
        if raw is None or raw == "":
            if optional:
                return None
            raise _Bad("value.required", _("This is required."))
        try:
            if isinstance(raw, bool):
                raise InvalidOperation
            value = Decimal(str(raw)[:20].strip())
        except InvalidOperation:
            raise _Bad("value.type", _("This must be a number.")) from None
        if not value.is_finite() or not least <= value <= most or value != round(value, 2):
            raise _Bad(
                "value.range",
                _("Between %(least)s and %(most)s, with two decimals at most.")
                % {"least": least, "most": most},
            )
        return round(value, 2)

    return clean


def _whole(most: int) -> Callable[[Any], int]:
    number = _number(most, optional=False)

    def clean(raw: Any) -> int:
        value = number(raw)
        if value is None or value != int(value):
            raise _Bad("value.type", _("This must be a whole number."))
        return int(value)

    return clean


def _choice(known: list[str]) -> Callable[[Any], str]:
    def clean(raw: Any) -> str:
        if raw not in known:
            raise _Bad("value.choice", _("This is not one of the choices."))
        return str(raw)

    return clean


def _words(known: Callable[[], list[str] | None]) -> Callable[[Any], list[str]]:
    def clean(raw: Any) -> list[str]:
        given = raw.replace("，", ",").split(",") if isinstance(raw, str) else raw
        if not isinstance(given, list | tuple) or len(given) > MOST:
            raise _Bad("value.type", _("This must be a list of texts."))
        if not all(isinstance(item, str) and len(item) <= 80 and "\x00" not in item for item in given):
            raise _Bad("value.type", _("This must be a list of texts."))
        words = list(dict.fromkeys(item.strip() for item in given if item.strip()))
        choices = known()
        if choices is not None and not set(words) <= set(choices):
            raise _Bad("value.choice", _("This is not one of the choices."))
        return words

    return clean


def lead_choices(key: str) -> list[str]:
    """The values that a field of the lead may have; the leads' room has put them into the catalogue."""
    field = record_type("lead").field(key)
    return [] if field is None else [choice.value for choice in field.choices()]


def _rhythm(raw: Any) -> dict[str, float]:
    if not isinstance(raw, Mapping) or not set(raw) <= set(lead_choices("intent")):
        raise _Bad("value.type", _("This must be days by intent level."))
    days = {str(key): _number(365, optional=True, least=Decimal("0.04"))(value) for key, value in raw.items()}
    return {
        key: int(value) if value == int(value) else float(value)
        for key, value in days.items()
        if value is not None
    }


def _pool(raw: Any) -> int | None:
    raw = raw.get("id") if isinstance(raw, Mapping) else raw
    if raw is None or raw == "":
        return None
    if isinstance(raw, bool) or not str(raw).isascii() or not str(raw).isdigit() or int(raw) >= 2**63:
        raise _Bad("value.record", _("This must be the id of a record."))
    if not Pool.objects.filter(pk=int(raw), archived_at=None).exists():
        raise _Bad("value.record", _("There is no such record."))
    return int(raw)


_LEAST = Decimal("0.01")
_CLEANERS: dict[str, Callable[[Any], Any]] = {
    "name": _text,
    "pool": _pool,
    "is_enabled": _flag,
    "position": _whole(10_000),
    "business_lines": _words(lambda: None),
    "stages": _words(lambda: lead_choices("stage")),
    "intents": _words(lambda: lead_choices("intent")),
    "gots": _words(lambda: list(Got.values)),
    "response_hours": _number(8760, optional=True, least=_LEAST),
    "overdue_days": _number(3650, optional=True, least=_LEAST),
    "convert_days": _number(3650, optional=True, least=_LEAST),
    "joined": _choice(list(Joined.values)),
    "clock": _choice(list(Clock.values)),
    "calendar_of": _choice(list(CalendarOf.values)),
    "exempt_stages": _words(lambda: lead_choices("stage")),
    "exempts_opportunity": _flag,
    "warn_response_hours": _number(720, optional=False),
    "warn_recycle_hours": _number(720, optional=False),
    "max_rounds": _whole(100),
    "rhythm": _rhythm,
}
