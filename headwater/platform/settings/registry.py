"""The settings there are, and what values each takes."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any, Generic, TypeVar, cast

import orjson
from django.db import models
from django.utils.translation import gettext as _

from headwater.kernel.errors import Invalid, Text

T = TypeVar("T")
MAX_TEXT = 10_000
_MAX_JSON = 100_000


class SettingType(models.TextChoices):
    NUMBER = "number"
    DECIMAL = "decimal"
    TEXT = "text"
    FLAG = "flag"
    CHOICE = "choice"
    TEXT_LIST = "text_list"
    JSON = "json"


@dataclass(frozen=True)
class Setting(Generic[T]):
    """One setting. `get()` is its present value, of the default's type."""

    key: str
    default: T
    type: SettingType
    label: Text
    group: Text = ""
    help: Text = ""
    minimum: float | None = None
    maximum: float | None = None
    choices: Sequence[tuple[str, Text]] = ()

    def get(self) -> T:
        from headwater.platform.settings.values import get_setting

        return cast(T, get_setting(self.key))

    def clean(self, raw: Any) -> Any:
        """The value as it is stored; raises `Invalid` under the setting's key."""
        try:
            value = _CLEANERS[self.type](raw)
        except (ValueError, TypeError, InvalidOperation):
            raise Invalid.one(self.key, "value.type", _("This value does not fit the setting.")) from None
        if self.type in (SettingType.NUMBER, SettingType.DECIMAL):
            self._check_range(float(value))
        if self.type == SettingType.CHOICE and value not in [choice for choice, _label in self.choices]:
            raise Invalid.one(self.key, "value.choice", _("This is not one of the choices."))
        return value

    def _check_range(self, value: float) -> None:
        if self.minimum is not None and value < self.minimum:
            raise Invalid.one(self.key, "value.too_small", _("At least %(limit)s.") % {"limit": self.minimum})
        if self.maximum is not None and value > self.maximum:
            raise Invalid.one(self.key, "value.too_large", _("At most %(limit)s.") % {"limit": self.maximum})

    def typed(self, stored: Any) -> Any:
        return Decimal(str(stored)) if self.type == SettingType.DECIMAL else stored


def _number(raw: Any) -> int:
    if isinstance(raw, bool) or (isinstance(raw, float) and not raw.is_integer()):
        raise ValueError
    if isinstance(raw, str) and len(raw) > 20:
        raise ValueError
    value = int(raw)
    if abs(value) >= 2**53:
        raise ValueError
    return value


def _decimal(raw: Any) -> str:
    if isinstance(raw, bool):
        raise ValueError
    value = Decimal(str(raw)[:40])
    if not value.is_finite():
        raise ValueError
    return str(value)


def _text(raw: Any) -> str:
    if not isinstance(raw, str) or len(raw) > MAX_TEXT or "\x00" in raw:
        raise ValueError
    return raw.strip()


def _flag(raw: Any) -> bool:
    if isinstance(raw, bool):
        return raw
    return {"1": True, "true": True, "on": True, "0": False, "false": False, "off": False, "": False}[
        _text(raw).lower()
    ]


def _text_list(raw: Any) -> list[str]:
    parts = raw.splitlines() if isinstance(raw, str) else raw
    if not isinstance(parts, list) or len(parts) > 1000:
        raise ValueError
    return [text for text in map(_text, parts) if text]


def _json(raw: Any) -> Any:
    if len(orjson.dumps(raw)) > _MAX_JSON:
        raise ValueError
    return raw


def _known(cleaner: Callable[[Any], Any]) -> Callable[[Any], Any]:
    def clean(raw: Any) -> Any:
        try:
            return cleaner(raw)
        except (KeyError, OverflowError):
            raise ValueError from None

    return clean


_CLEANERS: dict[SettingType, Callable[[Any], Any]] = {
    SettingType.NUMBER: _known(_number),
    SettingType.DECIMAL: _decimal,
    SettingType.TEXT: _text,
    SettingType.FLAG: _known(_flag),
    SettingType.CHOICE: _text,
    SettingType.TEXT_LIST: _text_list,
    SettingType.JSON: _json,
}

_settings: dict[str, Setting[Any]] = {}


def register_setting(
    key: str,
    default: T,
    *,
    type: SettingType,  # noqa: A002 - the word administrators and callers use
    label: Text,
    group: Text = "",
    help: Text = "",  # noqa: A002
    minimum: float | None = None,
    maximum: float | None = None,
    choices: Sequence[tuple[str, Text]] = (),
) -> Setting[T]:
    """Make a setting known under its permanent key; rooms do so in `registrations.py` or beside its use."""
    made = Setting(key, default, SettingType(type), label, group, help, minimum, maximum, choices)
    _settings[key] = made
    return made


def find_setting(key: str) -> Setting[Any] | None:
    return _settings.get(key)


def registered_settings() -> list[Setting[Any]]:
    return list(_settings.values())
