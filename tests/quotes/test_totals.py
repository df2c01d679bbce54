"""The arithmetic of quotes, without a database."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from headwater.quotes.printing import numbers
from headwater.quotes.totals import DiscountTooLarge, LineTerms, Sums, TooLarge, sums_of, unit_of

D = Decimal


def _decimals(highest: str, places: int) -> st.SearchStrategy[Decimal]:
    return st.decimals(min_value=0, max_value=D(highest), places=places, allow_nan=False)


PERCENTS = _decimals("100", 2)
LINES = st.lists(
    st.builds(
        LineTerms,
        quantity=_decimals("5000", 4).filter(bool),
        unit_price=_decimals("99999", 4),
        tax_rate=st.sampled_from([D(0), D(1), D(3), D(6), D(9), D(13), D("20.5"), D(100)]),
        discount_percent=st.none() | PERCENTS,
        list_price=st.none() | _decimals("99999", 4),
    ),
    max_size=12,
)


@given(LINES, st.none() | PERCENTS, st.booleans(), st.sampled_from(["CNY", "JPY"]))
def test_lines_and_totals_always_agree(
    lines: list[LineTerms], percent: Decimal | None, included: bool, currency: str
) -> None:
    sums = sums_of(lines, currency=currency, is_tax_included=included, discount_percent=percent)
    unit = unit_of(currency)
    assert sums.total == sum((line.total for line in sums.lines), D(0)) == sums.net + sums.tax
    assert sums.subtotal == sum((line.amount for line in sums.lines), D(0))
    assert sums.discount == sum((line.share for line in sums.lines), D(0))
    assert sums.tax == sum((one.tax for one in sums.taxes), D(0))
    assert (sums.total if included else sums.net) == sums.subtotal - sums.discount
    for line in sums.lines:
        assert 0 <= line.share <= line.amount <= line.gross
        assert line.net >= 0
        assert line.tax >= 0
        for value in (line.amount, line.net, line.tax, line.total):
            assert value % unit == 0
    assert 0 <= sums.reduction <= 100


@given(_decimals("9999999", 2), st.sampled_from([D(0), D(1), D(6), D(13), D("20.5"), D(100)]))
def test_tax_on_top_and_tax_contained_come_back_to_the_same(net: Decimal, rate: Decimal) -> None:
    def one(price: Decimal, *, included: bool) -> Sums:
        return sums_of([LineTerms(D(1), price, rate)], currency="CNY", is_tax_included=included)

    on_top = one(net, included=False)
    assert one(on_top.total, included=True).net == net
    # The other way a cent may be lost to rounding: not every amount is a net amount with its tax.
    contained = one(net, included=True)
    assert abs(one(contained.net, included=False).total - net) <= D("0.01")


def test_the_discount_on_the_whole_is_shared_to_the_last_cent() -> None:
    three = [LineTerms(D(1), D("33.33"), D(13)) for _ in range(3)]
    sums = sums_of(three, currency="CNY", is_tax_included=True, discount_amount=D("10.00"))
    assert [line.share for line in sums.lines] == [D("3.34"), D("3.33"), D("3.33")]
    assert sums.total == D("89.99")


def test_half_a_cent_goes_up() -> None:
    sums = sums_of([LineTerms(D("0.5"), D("0.25"), D(0))], currency="CNY", is_tax_included=True)
    assert sums.total == D("0.13")


def test_a_price_below_the_list_is_a_discount_too() -> None:
    lines = [LineTerms(D(2), D(80), D(13), list_price=D(100))]
    sums = sums_of(lines, currency="CNY", is_tax_included=True, discount_percent=D(10))
    assert sums.reduction == D("28.00")


def test_what_no_column_holds_is_refused_where_it_stands() -> None:
    huge = LineTerms(D(9_999_999_999), D(99_999_999_999_999))
    with pytest.raises(TooLarge) as refusal:
        sums_of([LineTerms(D(1), D(1)), huge], currency="CNY", is_tax_included=True)
    assert refusal.value.line == 1
    with pytest.raises(DiscountTooLarge):
        sums_of([LineTerms(D(1), D(5))], currency="CNY", is_tax_included=True, discount_amount=D("5.01"))
    much = [LineTerms(D(1), D(99_999_999_999_999))] * 2
    with pytest.raises(TooLarge):
        sums_of(much, currency="CNY", is_tax_included=True)


@pytest.mark.parametrize(
    ("value", "said"),
    [
        ("0", "零元整"),
        ("100", "壹佰元整"),
        ("0.05", "伍分"),
        ("10.50", "壹拾元伍角整"),
        ("1002.03", "壹仟零贰元零叁分"),
        ("1234.56", "壹仟贰佰叁拾肆元伍角陆分"),
        ("100000", "壹拾万元整"),
        ("10010001", "壹仟零壹万零壹元整"),
        ("114000", "壹拾壹万肆仟元整"),
        ("300005000.40", "叁亿零伍仟元肆角整"),
        ("1000000000000", "壹万亿元整"),
        ("1234567890123.45", "壹万贰仟叁佰肆拾伍亿陆仟柒佰捌拾玖万零壹佰贰拾叁元肆角伍分"),
    ],
)
def test_amounts_in_financial_characters(value: str, said: str) -> None:
    assert numbers.in_capitals(D(value)) == said


def test_numbers_on_paper() -> None:
    assert numbers.quantity(D("1500.5000")) == "1,500.5"
    assert numbers.quantity(D("20")) == "20"
    assert numbers.price(D("0.1250")) == "0.1250"
    assert numbers.price(D("1280")) == "1,280.00"
    assert numbers.percent(D("6.50")) == "6.5%"
