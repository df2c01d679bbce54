"""Raw input becomes values, as people in Chinese offices write them."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from django.utils.translation import override
from hypothesis import given, settings
from hypothesis import strategies as st

from headwater.kernel import text
from headwater.kernel.catalogue import Choice, Choices, Field, FieldType, Mask
from headwater.kernel.catalogue.values import BadValue, parse, to_json

T = FieldType


def field(kind: FieldType, **options: Any) -> Field:
    return Field("x", "X", kind, **options)


@pytest.mark.parametrize(
    ("raw", "number"),
    [
        ("13800138000", "+8613800138000"),
        ("138 0013 8000", "+8613800138000"),
        ("138-0013-8000", "+8613800138000"),
        ("+86 138 0013 8000", "+8613800138000"),
        ("+86-13800138000", "+8613800138000"),
        ("86 13800138000", "+8613800138000"),
        ("008613800138000", "+8613800138000"),
        ("１３８００１３８０００", "+8613800138000"),
        ("（010）６２５１　２２３３", "+861062512233"),
        ("０１０－６２５１２２３３", "+861062512233"),
        ("010-62512233", "+861062512233"),
        ("0755 8888 6666", "+8675588886666"),
        ("400-810-8888", "+864008108888"),
        ("+1 (415) 555-2671", "+14155552671"),
        ("+852 2345 6789", "+85223456789"),
        (13800138000, "+8613800138000"),
        (13800138000.0, "+8613800138000"),
        ("\u202d13800138000\u202c", "+8613800138000"),
        ("13800138000.0", "+8613800138000"),
    ],
)
def test_phones_come_to_one_form(raw: Any, number: str) -> None:
    assert parse(field(T.PHONE), raw) == number
    assert parse(field(T.PHONE), number) == number


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        ("1.38E+10", "value.phone_spreadsheet"),
        ("1.38001E+10", "value.phone_spreadsheet"),
        ("１．３８Ｅ＋１０", "value.phone_spreadsheet"),
        ("12345", "value.phone"),
        ("abc", "value.phone"),
        ("1380013800", "value.phone"),
        ("138001380000000000", "value.phone"),
        (True, "value.phone"),
        ({"a": 1}, "value.phone"),
        ([1], "value.phone"),
        ("9" * 1_000_000, "value.phone"),
    ],
)
def test_what_is_no_phone_is_refused(raw: Any, code: str) -> None:
    with pytest.raises(BadValue) as refusal:
        parse(field(T.PHONE), raw)
    assert refusal.value.code == code


@given(st.sampled_from("3456789"), st.from_regex(r"[0-9]{9}", fullmatch=True), st.randoms())
def test_a_mobile_is_the_same_however_it_is_spaced(second: str, rest: str, chance: Any) -> None:
    digits = f"1{second}{rest}"
    noisy = "".join(char + chance.choice(["", "", " ", "-", "　", "\u200b"]) for char in digits)
    wide = "".join(
        chr(ord(char) + 0xFEE0) if chance.random() < 0.5 and char.isdigit() else char for char in noisy
    )
    assert text.phone_e164(wide) == f"+86{digits}"
    assert text.is_mobile(f"+86{digits}")


@pytest.mark.parametrize(
    ("raw", "value"),
    [
        ("6.8万", "68000"),
        ("¥1,234.50", "1234.5"),
        ("￥１２，３４５．６７", "12345.67"),
        ("1.5亿", "150000000"),
        ("12元", "12"),
        ("100 万元", "1000000"),
        (" 3 ", "3"),
        (0.1, "0.1"),
        (5, "5"),
        ("-5", "-5"),
        ("1e3", "1000"),
        ("0.005", "0"),
        ("-0", "0"),
    ],
)
def test_money(raw: Any, value: str) -> None:
    assert parse(field(T.MONEY), raw) == Decimal(value)


@pytest.mark.parametrize("raw", ["", " ", "-", "--", "NULL", "n/a", "#N/A", None, "\u200b", "　", []])
@pytest.mark.parametrize("kind", [kind for kind in T if kind != T.AUTO_NUMBER])
def test_blank_is_nothing(kind: FieldType, raw: Any) -> None:
    assert parse(field(kind), raw) is None


@pytest.mark.parametrize(
    "raw", ["abc", "NaN", "Infinity", "1e400", "--5", "1.2.3", True, {}, "万", "1" * 40, "=1+1"]
)
def test_what_is_no_number_is_refused(raw: Any) -> None:
    with pytest.raises(BadValue):
        parse(field(T.NUMBER), raw)


@given(st.decimals(min_value=-(10**13), max_value=10**13, places=2))
def test_money_survives_its_own_text(value: Decimal) -> None:
    parsed = parse(field(T.MONEY), str(value))
    assert parsed == value
    assert parse(field(T.MONEY), f"{value:,}") == value
    assert parse(field(T.MONEY), to_json(parsed)) == value


@pytest.mark.parametrize(
    "raw",
    [
        "2026-11-21", "2026/11/21", "2026.11.21", "2026年11月21日", "２０２６－１１－２１",
        "2026-11-21 00:00:00", "2026-11-21T09:30:00", "2026/11/21 9:30", date(2026, 11, 21),
        datetime(2026, 11, 20, 17, 0, tzinfo=UTC),
    ],
)  # fmt: skip
def test_days(raw: Any) -> None:
    assert parse(field(T.DATE), raw) == date(2026, 11, 21)


@pytest.mark.parametrize(
    "raw",
    [
        "2026-11-21 09:30", "2026-11-21T09:30:00+08:00", "2026-11-21T01:30:00Z", "2026/11/21 9:30",
        "2026年11月21日 9:30", "2026-11-21 09:30:00", datetime(2026, 11, 21, 9, 30),
        datetime(2026, 11, 21, 1, 30, tzinfo=UTC),
    ],
)  # fmt: skip
def test_moments(raw: Any) -> None:
    assert parse(field(T.DATETIME), raw) == datetime(2026, 11, 21, 1, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    "raw", ["2026-02-30", "2026-13-01", "yesterday", "0001-01-01", "9999-12-31", "45000", {}, True, 5]
)
@pytest.mark.parametrize("kind", [T.DATE, T.DATETIME])
def test_what_is_no_day_is_refused(kind: FieldType, raw: Any) -> None:
    with pytest.raises(BadValue):
        parse(field(kind), raw)


@pytest.mark.parametrize(
    ("raw", "value"),
    [
        ("A.B@Example.COM", "a.b@example.com"),
        ("ａ＠ｂ．ｃｏｍ", "a@b.com"),
        (" a@b.cn ", "a@b.cn"),
        ("张@例子.中国", "张@例子.中国"),
    ],
)
def test_mail(raw: str, value: str) -> None:
    assert parse(field(T.EMAIL), raw) == value


@pytest.mark.parametrize(
    "raw",
    ["a", "a@b", "a b@c.com", "a@b@c.com", "<a@b.com>", "a@b.com;c@d.com", "a@.com", 5, "x" * 300 + "@a.com"],
)
def test_what_is_no_mail_is_refused(raw: Any) -> None:
    with pytest.raises(BadValue):
        parse(field(T.EMAIL), raw)


@pytest.mark.parametrize(
    ("raw", "value"),
    [
        ("example.com", "https://example.com"),
        ("http://a.cn/b?c=1", "http://a.cn/b?c=1"),
        ("HTTPS://A.cn", "HTTPS://A.cn"),
    ],
)
def test_addresses(raw: str, value: str) -> None:
    assert parse(field(T.URL), raw) == value


@pytest.mark.parametrize(
    "raw",
    [
        "javascript:alert(1)",
        "javascript://x.y/%0aalert(1)",
        "data:text/html,x",
        "ftp://a.b",
        "a",
        "http://[",
        "http://",
    ],
)
def test_what_is_no_web_address_is_refused(raw: str) -> None:
    with pytest.raises(BadValue):
        parse(field(T.URL), raw)


@pytest.mark.parametrize("raw", [True, "TRUE", "是", "Y", "1", 1, "√"])
def test_yes(raw: Any) -> None:
    assert parse(field(T.BOOLEAN), raw) is True


@pytest.mark.parametrize("raw", [False, "no", "否", "0", 0, "×"])
def test_no(raw: Any) -> None:
    assert parse(field(T.BOOLEAN), raw) is False


CHOICES = Choices(
    [
        Choice("hot", "热"),
        Choice("cold", "冷"),
        Choice("old", "热", retired=True),
        Choice("a", "省"),
        Choice("a/b", "市", parent="a"),
    ]
)


@pytest.mark.parametrize(
    ("raw", "value"), [("hot", "hot"), ("热", "hot"), (" ＨＯＴ ", "hot"), ("old", "old"), ("省/市", "a/b")]
)
def test_choices_are_known_by_value_and_label(raw: str, value: str) -> None:
    assert parse(field(T.PICKLIST, choices=lambda: CHOICES), raw) == value


def test_several_choices_in_one_cell() -> None:
    many = field(T.MULTI_PICK, choices=lambda: CHOICES)
    assert parse(many, "热；cold、热") == ["hot", "cold"]
    assert parse(many, ["cold", "hot"]) == ["cold", "hot"]
    with pytest.raises(BadValue):
        parse(many, "hot, warm")
    with pytest.raises(BadValue):
        parse(many, [{"a": 1}])


def test_labels_of_choices() -> None:
    assert CHOICES.label("a/b") == "省 / 市"
    assert field(T.PICKLIST, choices=lambda: CHOICES).label_of("gone") == "gone"
    assert field(T.PICKLIST, choices=lambda: CHOICES).label_of(None) == ""
    assert [choice.value for choice in CHOICES.offered] == ["hot", "cold", "a", "a/b"]


@pytest.mark.parametrize("raw", [0, -1, "0", "x", 2**63, "٣", {"id": 0}, {"id": None}, {}, True, [1], 1.5])
def test_what_is_no_id_is_refused(raw: Any) -> None:
    with pytest.raises(BadValue):
        parse(field(T.USER), raw)


@pytest.mark.parametrize(
    ("raw", "value"), [(5, 5), ("5", 5), ({"id": 5, "name": "x"}, 5), (2**63 - 1, 2**63 - 1)]
)
def test_ids(raw: Any, value: int) -> None:
    assert parse(field(T.LINK), raw) == value


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=40) | st.binary(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)


@settings(max_examples=400)
@given(st.sampled_from(list(T)), ANYTHING)
def test_nothing_breaks_the_parser(kind: FieldType, raw: Any) -> None:
    """Whatever comes in is a value, nothing, or a refusal in words; never another error."""
    try:
        value = parse(field(kind, choices=lambda: CHOICES), raw)
    except BadValue:
        return
    if value is not None:
        assert "\x00" not in str(value)
        assert parse(field(kind, choices=lambda: CHOICES), to_json(value)) == value, (
            "a kept value is taken again"
        )


def test_refusals_speak_the_readers_language() -> None:
    with override("en"), pytest.raises(BadValue) as refusal:
        parse(field(T.TEXT, max_length=2), "abc")
    assert refusal.value.detail == "At most 2 characters; this has 3."


@pytest.mark.parametrize(
    ("mask", "value", "shown"),
    [
        (Mask.PHONE, "+8613800138000", "138****8000"),
        (Mask.PHONE, "+864008", "****"),
        (Mask.EMAIL, "zhang@example.com", "z***@example.com"),
        (Mask.TEXT, "华为", "华***"),
        (Mask.TEXT, "", None),
        (Mask.PHONE, None, None),
    ],
)
def test_masks(mask: Mask, value: Any, shown: str | None) -> None:
    assert mask.hide(value) == shown
