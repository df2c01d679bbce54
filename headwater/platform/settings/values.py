"""Reading and changing settings. Every process sees a change within a few seconds."""

import time
from dataclasses import dataclass
from typing import Any

import orjson
from django.conf import settings
from django.db import connection, transaction

from headwater.kernel import clock, sql
from headwater.kernel.access import Access
from headwater.kernel.errors import NotFound
from headwater.platform import audit
from headwater.platform.settings.registry import Setting, find_setting, registered_settings

CACHE_SECONDS = float(getattr(settings, "SETTINGS_REFRESH_SECONDS", 5.0))


@dataclass(frozen=True, slots=True)
class SettingValue:
    """A setting with its present value, for the settings page."""

    setting: Setting[Any]
    value: Any
    is_default: bool


@dataclass(slots=True)
class _Cache:
    stored: dict[str, Any]
    database: str
    until: float = 0.0


_cache = _Cache({}, "")


def get_setting(key: str) -> Any:
    """The present value. Asking is cheap: the table is read once every few seconds."""
    setting = _known(key)
    stored = _stored()
    return setting.typed(stored[key]) if key in stored else setting.default


def _known(key: str) -> Setting[Any]:
    setting = find_setting(key)
    if setting is None:
        raise LookupError(f"unknown setting {key!r}: register it")
    return setting


def _stored() -> dict[str, Any]:
    database = str(connection.settings_dict["NAME"])
    # A transaction that changed a setting reads its own value, and never fills the cache with what
    # may be rolled back.
    if connection.in_atomic_block and getattr(connection, "changed_settings", False):
        return _read()
    if _cache.database != database or time.monotonic() >= _cache.until:
        _cache.stored, _cache.database = _read(), database
        _cache.until = time.monotonic() + CACHE_SECONDS
    return _cache.stored


def _read() -> dict[str, Any]:
    found = sql.rows("SELECT key, value::text AS value FROM platform_setting")
    return {row["key"]: orjson.loads(row["value"]) for row in found}


def forget_settings() -> None:
    """Forget values that are not the defaults, such as those of another test."""
    if _cache.stored:
        _cache.until = 0.0


def set_setting(access: Access, key: str, value: Any) -> None:
    """Change a setting; audited. Refuses with `Invalid`, or `NotFound` for a key nobody registered."""
    setting = find_setting(key)
    if setting is None:
        raise NotFound(record="setting", id=key[:80])
    cleaned = setting.clean(value)
    with transaction.atomic():
        before = _locked(key, setting)
        sql.execute(
            "INSERT INTO platform_setting (key, value, updated_at, updated_by_id) VALUES (%s, %s, %s, %s)"
            " ON CONFLICT (key) DO UPDATE SET value = excluded.value, updated_at = excluded.updated_at,"
            " updated_by_id = excluded.updated_by_id",
            (key, orjson.dumps(cleaned).decode(), clock.now(), access.user_id),
        )
        audit.record(access, "setting", None, "change", {key: [before, cleaned]})
        _changed()


def reset_setting(access: Access, key: str) -> None:
    """Return a setting to its default; audited."""
    setting = _known(key)
    with transaction.atomic():
        before = _locked(key, setting)
        if sql.execute("DELETE FROM platform_setting WHERE key = %s", (key,)):
            audit.record(access, "setting", None, "reset", {key: [before, setting.default]})
            _changed()


def _locked(key: str, setting: Setting[Any]) -> Any:
    found = sql.values("SELECT value::text FROM platform_setting WHERE key = %s FOR UPDATE", (key,))
    return orjson.loads(found[0]) if found else setting.default


def _changed() -> None:
    setattr(connection, "changed_settings", True)  # noqa: B010 - an attribute of ours on Django's object
    transaction.on_commit(_forget)


def _forget() -> None:
    setattr(connection, "changed_settings", False)  # noqa: B010
    _cache.until = 0.0


def settings_list() -> list[SettingValue]:
    """All settings in the order of registration, with their present values."""
    stored = _stored()
    return [
        SettingValue(
            setting,
            setting.typed(stored[setting.key]) if setting.key in stored else setting.default,
            setting.key not in stored,
        )
        for setting in registered_settings()
    ]
