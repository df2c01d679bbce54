"""Settings: typed, audited, and never ahead of their transaction."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest
from django.db import transaction

from headwater.kernel.access import Access
from headwater.kernel.errors import Invalid, NotFound
from headwater.platform import audit
from headwater.platform.settings import (
    SettingType,
    get_setting,
    register_setting,
    registry,
    reset_setting,
    set_setting,
    settings_list,
)


@pytest.fixture(autouse=True)
def _own_settings() -> Iterator[None]:
    before = dict(registry._settings)
    register_setting("test.cap", 50, type=SettingType.NUMBER, label="Cap", minimum=1, maximum=100)
    register_setting("test.rate", Decimal("0.5"), type=SettingType.DECIMAL, label="Rate")
    register_setting("test.on", False, type=SettingType.FLAG, label="On")
    register_setting("test.way", "a", type=SettingType.CHOICE, label="Way", choices=[("a", "A"), ("b", "B")])
    register_setting("test.words", [], type=SettingType.TEXT_LIST, label="Words")
    yield
    registry._settings.clear()
    registry._settings.update(before)


@pytest.mark.django_db
def test_a_setting_has_its_default_until_it_is_set(access: Access) -> None:
    assert get_setting("test.cap") == 50
    set_setting(access, "test.cap", "80")
    assert get_setting("test.cap") == 80
    (entry,) = audit.entries(access, record_type="setting").items
    assert entry.changes == {"test.cap": [50, 80]}
    reset_setting(access, "test.cap")
    assert get_setting("test.cap") == 50
    assert {item.setting.key: item.is_default for item in settings_list()}["test.cap"]


@pytest.mark.django_db(transaction=True)
def test_a_rolled_back_change_is_never_seen(access: Access) -> None:
    with transaction.atomic():
        set_setting(access, "test.cap", 80)
        assert get_setting("test.cap") == 80
        transaction.set_rollback(True)
    assert get_setting("test.cap") == 50
    set_setting(access, "test.cap", 81)
    assert get_setting("test.cap") == 81


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("key", "value", "stored"),
    [
        ("test.rate", "0.25", Decimal("0.25")),
        ("test.on", "true", True),
        ("test.way", "b", "b"),
        ("test.words", "一\n\n 二 ", ["一", "二"]),
    ],
)
def test_values_are_typed(access: Access, key: str, value: Any, stored: Any) -> None:
    set_setting(access, key, value)
    assert get_setting(key) == stored


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("test.cap", 0),
        ("test.cap", 101),
        ("test.cap", "many"),
        ("test.cap", True),
        ("test.cap", 10**400),
        ("test.cap", float("inf")),
        ("test.cap", None),
        ("test.rate", "NaN"),
        ("test.on", "perhaps"),
        ("test.way", "c"),
        ("test.way", ["a"]),
        ("test.words", 5),
        ("test.words", ["a\x00"]),
    ],
)
def test_what_does_not_fit_is_refused(access: Access, key: str, value: Any) -> None:
    with pytest.raises(Invalid) as refusal:
        set_setting(access, key, value)
    assert key in refusal.value.fields


@pytest.mark.django_db
def test_an_unknown_setting_does_not_exist(access: Access) -> None:
    with pytest.raises(NotFound):
        set_setting(access, "test.unknown", 1)
    with pytest.raises(LookupError):
        get_setting("test.unknown")
