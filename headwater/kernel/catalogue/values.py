"""Raw input to a value of a field type. The same for forms, imports, the API and criteria."""

import re
from collections.abc import Callable
from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Any
from urllib.parse import urlsplit

from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from headwater.kernel import text
from headwater.kernel.catalogue.fields import Field, FieldType

MAX_TEXT = 20_000
_MAX_ID = 2**63 - 1
_MOST_DIGITS = 40  # before or after the point: what no amount has, and what a database can still compare
_BLANK = frozenset({"", "null", "none", "-", "--", "n/a", "#n/a"})
_TRUE = frozenset({"1", "true", "yes", "y", "t", "on", "是", "对", "有", "√"})
_FALSE = frozenset({"0", "false", "no", "n", "f", "off", "否", "不", "无", "×"})
_DATE = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?$")
_CLOCK = re.compile(r"(\d{4}[-/.年]\d{1,2}[-/.月]\d{1,2}日?)[ T]+(\d{1,2}):(\d{2})(?::(\d{2})(?:\.\d+)?)?$")
_UNIT = {"万": Decimal(10_000), "亿": Decimal(100_000_000)}


class BadValue(ValueError):
    """A value that the field cannot hold: a stable code and a sentence in the active language."""

    def __init__(self, code: str, detail: str) -> None:
        super().__init__(code)
        self.code = code
        self.detail = detail


def parse(field: Field, raw: Any) -> Any:
    """The value of `raw` for `field`; None for blank; raises `BadValue`."""
    if isinstance(raw, str):
        raw = text.tidy(raw)
        if raw.lower() in _BLANK:
            return None
    if raw is None or raw == []:
        return None
    return _PARSERS[field.type](field, raw)


def _text(field: Field, raw: Any) -> str:
    if isinstance(raw, bool | dict | list):
        raise BadValue("value.type", _("This must be text."))
    if isinstance(raw, float) and raw.is_integer():
        raw = int(raw)
    value = text.tidy(str(raw))
    limit = MAX_TEXT if field.type == FieldType.LONG_TEXT else field.max_length
    if len(value) > limit:
        raise BadValue(
            "value.too_long",
            _("At most %(limit)s characters; this has %(length)s.") % {"limit": limit, "length": len(value)},
        )
    if field.pattern and not re.fullmatch(field.pattern, value):
        raise BadValue("value.pattern", _("This does not have the required form."))
    return value


def number(raw: Any) -> Decimal:
    """A decimal from ¥1,234.50, １２, 6.8万, 30% ...; raises `BadValue`."""
    if isinstance(raw, bool | dict | list):
        raise BadValue("value.number", _("This must be a number."))
    cleaned = text.half_width(str(raw)).replace(",", "").replace(" ", "").strip("¥￥$€£元%")
    unit = _UNIT.get(cleaned[-1:], Decimal(1))
    try:
        value = Decimal(cleaned.rstrip("万亿")) * unit
    except ArithmeticError:
        raise BadValue("value.number", _("This must be a number.")) from None
    if not value.is_finite() or value.adjusted() < -_MOST_DIGITS:
        raise BadValue("value.number", _("This must be a number."))
    if value.adjusted() > _MOST_DIGITS:
        raise BadValue("value.too_large", _("This number is too large."))
    return value


def _number(field: Field, raw: Any) -> Decimal:
    value = number(raw)
    decimals = field.decimals if field.decimals is not None else (2 if field.type == FieldType.MONEY else 6)
    if abs(value) >= Decimal(10) ** 14:
        raise BadValue("value.too_large", _("This number is too large."))
    value = value.quantize(Decimal(1).scaleb(-decimals)).normalize()
    if value == value.to_integral():
        value = value.quantize(Decimal(1))
    if field.minimum is not None and value < Decimal(str(field.minimum)):
        raise BadValue("value.too_small", _("At least %(limit)s.") % {"limit": field.minimum})
    if field.maximum is not None and value > Decimal(str(field.maximum)):
        raise BadValue("value.too_large", _("At most %(limit)s.") % {"limit": field.maximum})
    return value


def as_date(raw: Any) -> date:
    """A day from ISO, 2026/11/21, 2026年11月21日, a date or a moment; raises `BadValue`."""
    if isinstance(raw, datetime):
        return timezone.localtime(raw).date() if raw.tzinfo else raw.date()
    if isinstance(raw, date):
        return raw
    found = _DATE.match(text.half_width(str(raw))[:10].strip()) or _DATE.match(text.half_width(str(raw)))
    try:
        if found:
            return date(int(found[1]), int(found[2]), int(found[3]))
    except ValueError:
        pass
    raise BadValue("value.date", _("This must be a date such as 2026-11-21."))


def as_moment(raw: Any) -> datetime:
    """An aware moment in UTC; without an offset it is in the active time zone; raises `BadValue`."""
    value: datetime | None = None
    try:
        if isinstance(raw, datetime):
            value = raw
        elif isinstance(raw, date):
            value = datetime.combine(raw, time())
        else:
            cleaned = text.half_width(str(raw))
            value = parse_datetime(cleaned)
            if value is None and (found := _CLOCK.match(cleaned)):
                at = time(int(found[2]), int(found[3]), int(found[4] or 0))
                value = datetime.combine(as_date(found[1]), at)
            if value is None and _DATE.match(cleaned):
                value = datetime.combine(as_date(cleaned), time())
        if value is not None:
            aware = value if value.tzinfo else timezone.make_aware(value)
            moment = aware.astimezone(UTC)
            if 1900 <= moment.year <= 2200:
                return moment
    except (ValueError, OverflowError):
        pass
    raise BadValue("value.datetime", _("This must be a moment such as 2026-11-21 09:30."))


def _day(field: Field, raw: Any) -> date:
    value = as_date(raw)
    if not 1900 <= value.year <= 2200:
        raise BadValue("value.date", _("This must be a date such as 2026-11-21."))
    return value


def _moment(field: Field, raw: Any) -> datetime:
    return as_moment(raw)


def _choice(field: Field, raw: Any) -> str:
    if isinstance(raw, bool | dict | list):
        raise BadValue("value.choice", _("This is not one of the choices."))
    choice = field.options.find(str(raw))
    if choice is not None:
        return choice.value
    raise BadValue("value.choice", _("“%(value)s” is not one of the choices.") % {"value": str(raw)[:80]})


def _choices(field: Field, raw: Any) -> list[str] | None:
    parts = raw if isinstance(raw, list) else re.split(r"[;；,，、|]", str(raw))
    picked = [_choice(field, part) for part in parts if str(part).strip()]
    return list(dict.fromkeys(picked)) or None


def _boolean(field: Field, raw: Any) -> bool:
    if isinstance(raw, bool):
        return raw
    word = text.fold(str(raw))
    if word in _TRUE:
        return True
    if word in _FALSE:
        return False
    raise BadValue("value.boolean", _("This must be yes or no."))


def _phone(field: Field, raw: Any) -> str:
    if isinstance(raw, float) and raw.is_integer():
        raw = int(raw)
    if isinstance(raw, bool | dict | list):
        raise BadValue("value.phone", _("This is not a valid phone number."))
    try:
        return text.phone_e164(str(raw)[:64])
    except text.BadPhone as refusal:
        if refusal.reason == "spreadsheet":
            raise BadValue(
                "value.phone_spreadsheet",
                _("The spreadsheet cut this number (%(value)s). Format the column as text and export again.")
                % {"value": str(raw)[:20]},
            ) from None
        raise BadValue("value.phone", _("This is not a valid phone number.")) from None


def _email(field: Field, raw: Any) -> str:
    value = text.email_address(str(raw))
    if value is None:
        raise BadValue("value.email", _("This is not a valid e-mail address."))
    return value


def _url(field: Field, raw: Any) -> str:
    value = _text(field, raw)
    if "://" not in value:
        value = f"https://{value}"
    try:
        parts = urlsplit(value)
    except ValueError:
        parts = urlsplit("")
    if parts.scheme not in {"http", "https"} or "." not in parts.netloc:
        raise BadValue("value.url", _("This is not a valid web address."))
    return value


def _identity(field: Field, raw: Any) -> int:
    if isinstance(raw, dict):
        raw = raw.get("id")
    if isinstance(raw, int) and not isinstance(raw, bool) and 0 < raw <= _MAX_ID:
        return raw
    if isinstance(raw, str) and (found := text.whole(raw)):
        return found
    raise BadValue("value.record", _("This must be the id of a record."))


def _machine_made(field: Field, raw: Any) -> str:
    raise BadValue("field.read_only", _("This value is given by the system."))


_PARSERS: dict[FieldType, Callable[[Field, Any], Any]] = {
    FieldType.TEXT: _text,
    FieldType.LONG_TEXT: _text,
    FieldType.NUMBER: _number,
    FieldType.MONEY: _number,
    FieldType.PERCENT: _number,
    FieldType.DATE: _day,
    FieldType.DATETIME: _moment,
    FieldType.PICKLIST: _choice,
    FieldType.MULTI_PICK: _choices,
    FieldType.CASCADE: _choice,
    FieldType.BOOLEAN: _boolean,
    FieldType.PHONE: _phone,
    FieldType.EMAIL: _email,
    FieldType.URL: _url,
    FieldType.USER: _identity,
    FieldType.DEPARTMENT: _identity,
    FieldType.LINK: _identity,
    FieldType.AUTO_NUMBER: _machine_made,
}


def to_json(value: Any) -> Any:
    """A value as it is kept in the `custom` column and in audit rows."""
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral() else float(value)
    if isinstance(value, datetime):
        return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    if isinstance(value, date):
        return value.isoformat()
    return value
