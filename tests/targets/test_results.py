"""Results equal an independent computation, and every breakdown adds up to the same total."""

from collections import defaultdict
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from statistics import mean, median

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from headwater.currencies.services import save_rates
from headwater.kernel.sql import execute
from headwater.products.models import Product
from headwater.sales.models import Opportunity, OpportunityLine
from headwater.targets import queries
from headwater.targets.queries import Asked
from headwater.targets.types import Dimension
from tests.organization.factories import access, client_for, make_department, make_user
from tests.targets.factories import SYSTEM, closed

pytestmark = pytest.mark.django_db
CENT = Decimal("0.01")
DAY = date(2026, 11, 3)


def sell(one: Opportunity, *values: tuple[int, str]) -> None:
    """Lines of (product, amount)."""
    for place, (product, amount) in enumerate(values):
        execute(
            "INSERT INTO sales_opportunityline (opportunity_id, product_id, quantity, unit_price, discount,"
            " amount, position) VALUES (%s, %s, 1, %s, 0, %s, %s)",
            (one.pk, product, Decimal(amount), Decimal(amount), place),
        )


def make_products(count: int) -> list[int]:
    moment = "2026-01-01T00:00:00+08:00"
    return [
        Product.objects.create(
            code=f"T{place}",
            name=f"产品{place}",
            name_key=f"产品{place}",
            created_at=moment,
            updated_at=moment,
        ).pk
        for place in range(count)
    ]


SALE = st.tuples(
    st.integers(0, 2),  # whose
    st.decimals(0, 10**7, places=2),
    st.integers(0, 400),  # closed so many days after the first of 2026
    st.integers(0, 90),  # and began so many before
    st.booleans(),
    st.lists(st.tuples(st.integers(0, 2), st.decimals(0, 5000, places=2)), max_size=4),
)


@settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(SALE, min_size=1, max_size=12))
def test_every_breakdown_adds_up(
    sales: list[tuple[int, Decimal, int, int, bool, list[tuple[int, Decimal]]]],
) -> None:
    OpportunityLine.objects.all().delete()
    Opportunity.objects.update(archived_at="2026-01-01T00:00:00+08:00")
    people = [make_user(department=make_department()) for _ in range(3)]
    products = (
        make_products(3)
        if not Product.objects.exists()
        else list(Product.objects.values_list("pk", flat=True))
    )
    expected: dict[int, list[tuple[Decimal, int, bool]]] = defaultdict(list)
    by_quarter: dict[date, Decimal] = defaultdict(Decimal)
    for who, amount, after, days, won, lines in sales:
        day = date(2026, 1, 1) + timedelta(days=after)
        one = closed(people[who], str(amount), on=day, days=days, won=won)
        sell(one, *((products[product], str(value)) for product, value in lines))
        expected[people[who].pk].append((amount if won else Decimal(0), days, won))
        by_quarter[day.replace(day=1, month=(day.month - 1) // 3 * 3 + 1)] += amount if won else 0
    for by in Dimension:
        found = queries.results(SYSTEM, by, Asked())
        whole = [sale for many in expected.values() for sale in many]
        assert sum(row.won_amount for row in found.rows) == found.total.won_amount == sum(x[0] for x in whole)
        assert found.total.won == sum(x[2] for x in whole)
        if by != Dimension.PRODUCT:
            assert sum(row.closed for row in found.rows) == len(whole)
        if by == Dimension.QUARTER:
            assert {row.key: row.won_amount for row in found.rows} == dict(by_quarter)
        if by != Dimension.PERSON:
            continue
        for row in found.rows:
            own = expected[row.key]
            wins = [x for x in own if x[2]]
            rate = Decimal(len(wins) * 100) / len(own)
            assert row.win_rate == rate.quantize(CENT, ROUND_HALF_UP)
            assert row.won_amount == sum(x[0] for x in own)
            if wins:
                assert row.days_mean == Decimal(mean(x[1] for x in wins)).quantize(CENT, ROUND_HALF_UP)
                assert row.days_median == Decimal(str(median(x[1] for x in wins))).quantize(CENT)
            assert row.closed_days_median == Decimal(str(median(x[1] for x in own))).quantize(CENT)


def test_shares_of_products_to_the_cent() -> None:
    user, (one, two, three) = make_user(), make_products(3)
    sell(closed(user, "100.00", on=DAY), (one, "1"), (two, "1"), (three, "1"))
    sell(closed(user, "10.01", on=DAY), (one, "0"), (two, "0"))
    closed(user, "7", on=DAY)
    sell(closed(user, "999", on=DAY, won=False), (one, "999"))
    found = queries.results(SYSTEM, Dimension.PRODUCT, Asked())
    amounts = {row.key: (row.won_amount, row.won, row.lost) for row in found.rows}
    assert sum(one[0] for one in amounts.values()) == found.total.won_amount == Decimal("117.01")
    assert {key: value[1:] for key, value in amounts.items()} == {
        one: (2, 1), two: (2, 0), three: (1, 0), None: (1, 0)
    }  # fmt: skip
    assert amounts[one][0] in (Decimal("38.33"), Decimal("38.34"), Decimal("38.35"))
    assert (found.total.won, found.total.lost) == (3, 1)


def test_amounts_of_other_currencies_take_the_rate_of_the_day() -> None:
    user = make_user()
    save_rates(SYSTEM, "CNY", {("USD", date(2026, 11, 1)): Decimal("7.125"), ("USD", DAY): Decimal("7.2")})
    closed(user, "10.01", on=date(2026, 11, 2), currency="USD")
    closed(user, "10.01", on=DAY, currency="USD")
    closed(user, "10", on=DAY, currency="EUR")
    total = queries.results(SYSTEM, Dimension.PERSON, Asked()).total
    assert total.won_amount == Decimal("71.32") + Decimal("72.07")
    assert (total.won, total.unpriced) == (3, 1)
    assert total.average == (total.won_amount / 2).quantize(CENT, ROUND_HALF_UP)


def test_days_are_the_companys_and_filters_narrow() -> None:
    team = make_department()
    one, two = make_user(department=team), make_user()
    closed(one, "1", on=date(2026, 9, 30))
    closed(one, "10", on=date(2026, 10, 1))
    closed(two, "100", on=date(2026, 12, 31))
    q4 = Asked(since=date(2026, 10, 1), last=date(2026, 12, 31))
    assert queries.results(SYSTEM, Dimension.QUARTER, q4).total.won_amount == 110
    only = Asked(since=date(2026, 10, 1), last=date(2026, 12, 31), department_id=team.pk)
    assert queries.results(SYSTEM, Dimension.PERSON, only).total.won_amount == 10
    mine = queries.results(access(two, "results.view"), Dimension.PERSON, Asked())
    assert mine.total.won_amount == 100
    assert queries.results(access(two, "results.view"), Dimension.PERSON, only).total.closed == 0


def test_pages_the_list_behind_a_row_files_and_the_api() -> None:
    manager = make_user(role="manager", department=make_department())
    for place in range(3):
        closed(manager, f"{place + 1}0000", on=date(2026, 10, 5 + place), won=place != 1)
    client = client_for(manager)
    page = client.get("/results?period=2026-Q4").content.decode()
    assert "¥40,000.00" in page
    assert "hw-chart" not in page  # one bar says nothing
    for by in Dimension:
        assert client.get(f"/results?period=all&by={by.value}").status_code == 200
    listed = client.get(f"/results/opportunities?by=person&key={manager.pk}&period=2026-Q4")
    assert listed.content.decode().count('href="/opportunities/') >= 3
    found = client.get("/api/v1/results?by=quarter&from=2026-10-01&to=2026-12-31").json()
    assert found["total"]["won_amount"] == 40000.00
    assert found["items"][0]["key"] == "2026-10-01"
    assert found["items"][0]["win_rate"] == 66.67
    rows = client.get(f"/api/v1/results/opportunities?by=person&key={manager.pk}").json()["items"]
    assert [row["value"] for row in rows] == [30000.00, 10000.00, 0]
    for kind in ("csv", "xlsx"):
        file = client.get(f"/results/file.{kind}?period=all&by=month")
        assert file.status_code == 200
        assert b"".join(file.streaming_content)  # type: ignore[arg-type]
    assert client.get("/api/v1/results/opportunities?by=month&key=x").status_code == 422
    assert client.get("/api/v1/results?from=9999-12-31&to=9999-12-31").status_code == 200
