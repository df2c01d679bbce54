"""Rates and the company's currency: services, the SQL function, the file, the screens and the API."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from headwater.currencies import queries, services
from headwater.currencies.errors import CurrencyInUse
from headwater.currencies.importing import RateImporter
from headwater.currencies.models import Rate
from headwater.currencies.types import Currency
from headwater.kernel import clock, sql
from headwater.kernel.access import system_access
from headwater.kernel.errors import Invalid, Stale
from headwater.platform import audit
from headwater.platform.imports.types import Column, ColumnPlan, Done, Outcome, SourceRow, Work
from tests.organization.factories import client_for, make_user

pytestmark = pytest.mark.django_db
SYSTEM = system_access("tests")
DAY = date(2026, 11, 2)


def write(currency: str, on: date, rate: str) -> int:
    return services.create_rate(SYSTEM, {"currency": currency, "on_date": on, "rate": rate})


def test_a_rate_holds_until_a_later_one() -> None:
    write("USD", DAY, "7.1")
    write("USD", DAY + timedelta(days=10), "7.25")
    for on, worth in (
        (DAY - timedelta(days=1), None),
        (DAY, "710.00"),
        (DAY + timedelta(days=9), "710.00"),
        (DAY + timedelta(days=10), "725.00"),
        (date(2199, 1, 1), "725.00"),
    ):
        expected = None if worth is None else Decimal(worth)
        assert queries.convert(Decimal(100), "USD", on) == expected, on
    assert queries.convert(Decimal(100), "CNY", DAY) == 100
    assert queries.convert(Decimal(100), "EUR", DAY) is None


_DAYS = st.dates(date(2026, 1, 1), date(2026, 3, 1))
_RATES = st.decimals("0.00000001", "99999", places=8, allow_nan=False)
_MONEY = st.decimals("-9999999", "9999999", places=2, allow_nan=False)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    known=st.dictionaries(st.tuples(st.sampled_from(["USD", "JPY", "EUR"]), _DAYS), _RATES, max_size=8),
    asked=st.lists(
        st.tuples(_MONEY, st.sampled_from(["USD", "JPY", "EUR", "CNY", "GBP"]), _DAYS), max_size=12
    ),
)
def test_sql_and_python_agree(known: dict[tuple[str, date], Decimal], asked: list[queries.Money]) -> None:
    Rate.objects.all().delete()
    services.save_rates(SYSTEM, "CNY", known)
    in_python = [queries.convert(amount or Decimal(0), currency, on) for amount, currency, on in asked]
    assert queries.convert_many(asked) == in_python
    worth = queries.in_company("x.amount", "x.currency", "x.day")
    columns = [list(one) for one in zip(*asked, strict=True)] if asked else [[], [], []]
    assert in_python == sql.values(
        f"SELECT {worth.text} FROM unnest(%s::numeric[], %s::text[], %s::date[])"
        " WITH ORDINALITY AS x (amount, currency, day, place) ORDER BY place",
        (*worth.params, *columns),
    )


def test_the_look_up_goes_by_the_index() -> None:
    sql.execute("SET LOCAL enable_seqscan = off")
    plan = sql.values(
        "EXPLAIN SELECT rate FROM currencies_rate r WHERE r.base = 'CNY' AND r.currency = 'USD'"
        " AND r.on_date <= '2026-11-02' AND r.archived_at IS NULL ORDER BY r.on_date DESC LIMIT 1"
    )
    assert any("rate_once_a_day" in line for line in plan), plan


@pytest.mark.parametrize(
    ("values", "field", "code"),
    [
        ({"currency": "CNY"}, "currency", "rate.own_currency"),
        ({"currency": "XAU"}, "currency", "value.choice"),
        ({"rate": "0"}, "rate", "value.too_small"),
        ({"rate": "-7.1"}, "rate", "value.too_small"),
        ({"rate": "NaN"}, "rate", "value.number"),
        ({"rate": "12345678901234567890"}, "rate", "value.too_large"),
        ({"rate": None}, "rate", "value.required"),
        ({"on_date": "9999-01-01"}, "on_date", "value.date"),
        ({"on_date": "2030-01-01"}, "on_date", "rate.too_far_ahead"),
        ({"on_date": str(DAY)}, "on_date", "rate.taken"),
    ],
)
def test_what_no_rate_says(values: dict[str, Any], field: str, code: str) -> None:
    write("USD", DAY, "7.1")
    good = {"currency": "USD", "on_date": "2026-10-01", "rate": "7"}
    with pytest.raises(Invalid) as refusal:
        services.create_rate(SYSTEM, good | values)
    assert refusal.value.fields[field]["code"] == code
    assert Rate.objects.count() == 1


def test_a_correction_is_audited_and_two_at_once_lose_nothing() -> None:
    rate = write("USD", DAY, "71")
    services.update_rate(SYSTEM, rate, {"rate": "7.1"}, version=1)
    with pytest.raises(Stale):
        services.update_rate(SYSTEM, rate, {"rate": "7.2"}, version=1)
    (changed, _made) = audit.history("rate", rate).items
    assert [Decimal(str(one)) for one in changed.changes["rate"]] == [Decimal(71), Decimal("7.1")]
    write("USD", DAY + timedelta(days=1), "8")
    late = Rate.objects.get(on_date=DAY + timedelta(days=1))
    assert services.archive_rates(SYSTEM, [late.pk]) == 1
    assert queries.convert(Decimal(1), "USD", DAY + timedelta(days=5)) == Decimal("7.10")


def test_another_company_currency_works_rates_over_and_comes_back() -> None:
    write("USD", DAY, "8")
    write("EUR", DAY, "10")
    write("EUR", DAY - timedelta(days=5), "9")
    with pytest.raises(CurrencyInUse) as refusal:
        services.change_company_currency(SYSTEM, "USD")
    assert refusal.value.facts["rates"] == 3
    services.change_company_currency(SYSTEM, "USD", confirm=True)
    assert queries.company_currency() == "USD"
    assert queries.convert(Decimal(100), "CNY", DAY) == Decimal("12.50")
    assert queries.convert(Decimal(100), "EUR", DAY) == Decimal("125.00")
    assert queries.convert(Decimal(100), "EUR", DAY - timedelta(days=1)) is None  # USD had no rate then
    services.change_company_currency(SYSTEM, "CNY", confirm=True)
    assert queries.convert(Decimal(100), "EUR", DAY) == Decimal("1000.00")
    with pytest.raises(Invalid):
        services.change_company_currency(SYSTEM, "gold", confirm=True)


def _work(**options: Any) -> Work:
    columns = [Column(index, header) for index, header in enumerate(("币种", "日期", "汇率"))]
    plans = [ColumnPlan(index, target=key) for index, key in enumerate(("currency", "on_date", "rate"))]
    return Work(1, columns, plans, {"policy": "update"} | options, {})


def test_rates_from_a_file_and_back() -> None:
    write("USD", DAY, "7")
    importer = RateImporter()
    work = _work()
    with pytest.raises(Invalid):
        importer.complete(SYSTEM, Work(1, work.columns, work.plans[:2], {}, {}))
    rows = [
        SourceRow(1, 2, ["USD", "2026-11-02", "7.1"]),
        SourceRow(2, 3, ["美元", "2026/11/03", "7.2"]),
        SourceRow(3, 4, ["JPY", "2026年11月3日", "0.046215"]),
        SourceRow(4, 5, ["JPY", "2026-11-03", "0.05"]),
        SourceRow(5, 6, ["CNY", "2026-11-03", "1"]),
        SourceRow(6, 7, ["EUR", "", "8"]),
        SourceRow(7, 8, ["EUR", "2026-11-03", "eight"]),
    ]
    checked = importer.session(SYSTEM, work, writes=False).check(rows)
    session = importer.session(SYSTEM, work, writes=True)
    written = session.write(session.prepare(rows))
    assert [one.outcome for one in checked] == [one.outcome for one in written]
    assert [(one.outcome.value, one.code) for one in written] == [
        ("updated", ""),
        ("created", ""),
        ("created", ""),
        ("skipped", "import.duplicate_in_file"),
        ("failed", "rate.own_currency"),
        ("failed", "value.required"),
        ("failed", "value.number"),
    ]
    assert queries.convert(Decimal(1000), "JPY", DAY + timedelta(days=1)) == Decimal("46.22")
    done = [
        Done(one.number, one.outcome, one.record_id or 0, one.changes)
        for one in written
        if one.outcome in (Outcome.CREATED, Outcome.UPDATED)
    ]
    assert {one.code for one in importer.revert(SYSTEM, work, done)} == {""}
    assert queries.convert(Decimal(1), "USD", DAY + timedelta(days=9)) == 7
    assert Rate.objects.filter(archived_at=None).count() == 1


def test_the_screens_and_the_api() -> None:
    admin = client_for(make_user(role="admin"))
    rep = make_user(role="rep")
    today = clock.today().isoformat()
    made = admin.post(
        "/settings/currencies/rates/new",
        {"currency": "USD", "on_date": today, "rate": "7.1032"},
        headers={"HX-Request": "true"},
    )
    assert made.status_code == 204
    page = admin.get("/settings/currencies").content.decode()
    assert "1 USD = 7.1032 CNY" in page
    assert "7.1032" in admin.get("/settings/currencies/rates?q=usd").content.decode()
    (row,) = client_for(rep).get("/api/v1/rates").json()["items"]
    refused = client_for(rep).post("/settings/currencies/rates/new", {"currency": "EUR"})
    assert refused.status_code == 403
    for url, body in (
        (f"/settings/currencies/rates/{row['id']}", {"rate": "7.2", "currency": "USD", "on_date": today}),
        ("/settings/currencies/company", {"currency": "CNY"}),
        ("/settings/currencies/rates/archive", {"ids": row["id"]}),
    ):
        assert admin.get(f"{url}?ids={row['id']}").status_code == 200
        assert admin.post(url, body, headers={"HX-Request": "true"}).status_code == 204, url

    kind: Any = {"content_type": "application/json"}
    bulk = admin.post(
        "/api/v1/rates/bulk/write",
        {
            "items": [
                {"currency": "EUR", "on_date": today, "rate": "8"},
                {"currency": "GBP", "on_date": today, "rate": "9"},
            ]
        },
        **kind,
    )
    assert bulk.json() == {"created": 2, "updated": 0}
    again = admin.post(
        "/api/v1/rates/bulk/write", {"items": [{"currency": "EUR", "on_date": today, "rate": "8.5"}]}, **kind
    )
    assert again.json() == {"created": 0, "updated": 1}
    wrong = admin.post("/api/v1/rates/bulk/write", {"items": [{"currency": "EUR", "rate": "x"}]}, **kind)
    assert set(wrong.json()["facts"]["fields"]) == {"items.0.rate", "items.0.on_date"}
    worth = client_for(rep).get("/api/v1/currencies/convert?amount=10&currency=EUR").json()
    assert (worth["currency"], worth["amount"]) == ("CNY", "85.00")
    for amount in ("1" * 20, "NaN", "", "abc"):
        assert (
            client_for(rep).get(f"/api/v1/currencies/convert?amount={amount}&currency=EUR").status_code == 422
        )
    listed = client_for(rep).get("/api/v1/currencies").json()
    assert listed["company"] == "CNY"
    assert {one["code"] for one in listed["items"]} == set(Currency.values) - {"CNY"}
    assert client_for(rep).put("/api/v1/currencies/company", {"currency": "USD"}, **kind).status_code == 403
    assert admin.put("/api/v1/currencies/company", {"currency": "USD"}, **kind).status_code == 409
    changed = admin.put("/api/v1/currencies/company", {"currency": "USD", "confirm": True}, **kind)
    assert changed.json()["company"] == "USD"
