"""Targets: setting, spreading, the tree, progress and who may."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from headwater.kernel import clock
from headwater.kernel.errors import Invalid, NotFound, Stale
from headwater.platform import audit
from headwater.targets import queries, services
from headwater.targets.models import Target
from headwater.targets.periods import Period, period_of, read_period
from headwater.targets.queries import COMPANY
from headwater.targets.services.spreading import portions
from headwater.targets.types import Grain, Holder, Measure, Spread
from tests.organization.factories import access, client_for, make_department, make_role, make_user
from tests.targets.factories import SYSTEM, closed, noon

NOVEMBER, Q4, YEAR = (read_period(code) for code in ("2026-11", "2026-Q4", "2026"))
WON = Measure.WON_AMOUNT
calmly = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def person(user: object) -> tuple[Holder, int]:
    return Holder.PERSON, user.pk  # type: ignore[attr-defined]


def put(who: tuple[Holder, int], period: Period, amount: str | None, measure: Measure = WON) -> int:
    entry = services.Entry(who, period, None if amount is None else Decimal(amount))
    return services.set_targets(SYSTEM, measure, [entry])


@calmly
@given(st.dates(date(2001, 1, 1), date(2099, 12, 31)), st.sampled_from(list(Grain)), st.integers(-30, 30))
def test_periods_follow_one_another(day: date, grain: Grain, by: int) -> None:
    period = period_of(day, grain)
    assert period.start <= day < period.end
    assert period.shifted(1).start == period.end
    assert period.shifted(by).shifted(-by) == period
    assert read_period(period.code) == period
    parts = list(period.parts(Grain.MONTH))
    assert parts[0].start == period.start
    assert parts[-1].end == period.end


@calmly
@given(
    st.decimals(0, 10**13, places=2),
    st.lists(st.decimals(0, 10**6, places=2), min_size=1, max_size=12),
    st.sampled_from([Decimal("0.01"), Decimal(1)]),
)
def test_portions_make_the_whole(amount: Decimal, weights: list[Decimal], unit: Decimal) -> None:
    amount = amount.quantize(unit)
    parts = portions(amount, weights, unit)
    assert sum(parts) == amount
    assert all(part >= 0 and part % unit == 0 for part in parts)


@pytest.mark.django_db
def test_targets_add_up_the_tree_and_the_year() -> None:
    team = make_department("华北")
    below = make_department("北京", parent=team)
    one, two = make_user(department=team), make_user(department=below)
    for month in Q4.parts(Grain.MONTH):
        put(person(one), month, "100000.00")
    put(person(two), Q4, "250000.50")
    put((Holder.DEPARTMENT, team.pk), Q4, "600000")
    sheet = queries.sheet(SYSTEM, queries.team_of(SYSTEM), WON, [2026])
    goals = sheet.goals(Q4)
    assert goals[person(one)].amount == Decimal("300000.00")
    assert goals[Holder.DEPARTMENT, below.pk].amount == Decimal("250000.50")
    top = goals[Holder.DEPARTMENT, team.pk]
    assert (top.amount, top.below, top.difference) == (600000, Decimal("550000.50"), Decimal("49999.50"))
    assert goals[COMPANY].amount == 600000
    assert sheet.goals(NOVEMBER)[person(two)].amount is None  # a quarter says nothing of its months
    put(person(one), Q4, "1")
    assert queries.sheet(SYSTEM, sheet.team, WON, [2026]).goals(Q4)[person(one)].amount == 1


@pytest.mark.django_db
def test_setting_leaves_a_trace_and_refuses_what_cannot_be() -> None:
    user = make_user()
    assert put(person(user), NOVEMBER, "10") == 1
    assert put(person(user), NOVEMBER, "10.00") == 0
    assert put(person(user), NOVEMBER, "20") == 1
    assert put(person(user), NOVEMBER, None) == 1
    target = Target.objects.get()
    assert (target.amount, target.version) == (None, 3)
    found = [entry.changes["amount"] for entry in audit.history("target", target.pk).items]
    assert [one[1] for one in found] == [None, "20.00", "10.00"]
    for amount in ("-1", "1" * 20, "NaN", "1.005", "Infinity"):
        with pytest.raises(Invalid):
            put(person(user), NOVEMBER, amount)
    with pytest.raises(Invalid):
        put(person(user), NOVEMBER, "1.5", Measure.WON_COUNT)
    for raw in ("abc", "1e400", "9" * 20, "-3"):
        with pytest.raises(Invalid):
            services.read_amount(WON, raw)
    assert services.read_amount(WON, "120万") == 1_200_000
    with pytest.raises(Invalid):
        read_period("9999-13")
    with pytest.raises(NotFound):
        put((Holder.PERSON, 10**9), NOVEMBER, "1")
    seen = clock.now()
    put(person(user), NOVEMBER, "5")
    with pytest.raises(Stale):
        services.set_targets(
            SYSTEM, WON, [services.Entry(person(user), NOVEMBER, Decimal(6))], seen=seen - timedelta(hours=1)
        )


@pytest.mark.django_db
def test_a_year_is_spread() -> None:
    user = make_user()
    put(person(user), YEAR, "5")
    services.spread_year(SYSTEM, person(user), WON, YEAR, Decimal("1000000.01"), Spread.EVEN)
    sheet = queries.sheet(SYSTEM, queries.team_of(SYSTEM), WON, [2026])
    assert sheet.own(person(user), YEAR) == Decimal("1000000.01")
    assert sheet.set_for(person(user), YEAR) is None
    closed(user, "300", on=date(2025, 3, 3))
    closed(user, "100", on=date(2025, 7, 3))
    services.spread_year(SYSTEM, person(user), WON, YEAR, Decimal(1000), Spread.LAST_YEAR)
    sheet = queries.sheet(SYSTEM, queries.team_of(SYSTEM), WON, [2026])
    months = [sheet.own(person(user), month) for month in YEAR.parts(Grain.MONTH)]
    assert [one for one in months if one] == [750, 250]
    services.spread_year(SYSTEM, person(user), Measure.WON_COUNT, YEAR, Decimal(100), Spread.WORKING_TIME)
    counts = queries.sheet(SYSTEM, queries.team_of(SYSTEM), Measure.WON_COUNT, [2026])
    assert counts.own(person(user), YEAR) == 100


@pytest.mark.django_db
def test_progress_and_pace() -> None:
    team = make_department()
    one, two = make_user(department=team), make_user(department=team)
    put(person(one), NOVEMBER, "1000")
    account = closed(one, "400", on=date(2026, 11, 3)).account
    closed(one, "100.25", on=date(2026, 11, 30), account=account)
    closed(one, "50", on=date(2026, 12, 1))
    closed(two, "70", on=date(2026, 11, 5))
    closed(two, "70", on=date(2026, 11, 5), won=False)
    with clock.freeze(noon(date(2026, 11, 16))):
        found = queries.progress(SYSTEM, NOVEMBER, WON)
    mine = found.of(person(one))
    assert mine is not None
    assert mine.expected is not None
    assert (mine.reached, mine.percent, mine.gap) == (Decimal("500.25"), Decimal("50.0"), Decimal("499.75"))
    assert 0 < found.share < 1
    assert mine.ahead == mine.reached - mine.expected
    whole = found.of((Holder.DEPARTMENT, team.pk))
    assert whole is not None
    assert whole.reached == Decimal("570.25")
    top = found.of(COMPANY)
    assert top is not None
    assert top.reached == Decimal("570.25")
    counts = {
        measure: queries.progress(SYSTEM, NOVEMBER, measure).standings[0].reached for measure in Measure
    }
    assert counts[Measure.WON_COUNT] == 3
    assert counts[Measure.NEW_CUSTOMERS] == 2  # the second win of an account is none
    assert counts[Measure.RECEIVED] == 0


@pytest.mark.django_db
def test_amounts_without_a_rate_are_said_to_be_missing() -> None:
    user = make_user()
    closed(user, "100", on=date(2026, 11, 3))
    closed(user, "100", on=date(2026, 11, 3), currency="USD")
    found = queries.progress(SYSTEM, NOVEMBER, WON).standings[0]
    assert (found.reached, found.unpriced) == (100, 1)


@pytest.mark.django_db
def test_a_manager_sets_for_their_people_and_a_rep_sees_their_own() -> None:
    team, other = make_department(), make_department()
    manager, rep = make_user(role="manager", department=team), make_user(department=team)
    stranger = make_user(department=other)
    entry = services.Entry(person(rep), NOVEMBER, Decimal(1000))
    assert services.set_targets(access(manager, "targets.edit"), WON, [entry]) == 1
    mine = services.Entry((Holder.DEPARTMENT, team.pk), NOVEMBER, Decimal(2000))
    assert services.set_targets(access(manager, "targets.edit"), WON, [mine]) == 1
    for key in (person(stranger), (Holder.DEPARTMENT, other.pk), COMPANY):
        with pytest.raises(NotFound):
            services.set_targets(access(manager, "targets.edit"), WON, [services.Entry(key, NOVEMBER, None)])
    seen = queries.progress(access(rep, "targets.view"), NOVEMBER, WON)
    assert [one.seat.key for one in seen.standings] == [person(rep)]
    assert client_for(rep).get("/targets").status_code == 200
    assert client_for(rep).get("/targets/set").status_code == 403
    assert client_for(make_user(role="service")).get("/targets").status_code == 403
    role = make_role(grants={"targets.view": "all", "results.view": "all", "opportunities.view": "all"},
                     rules={("opportunity", "amount"): "hidden"})  # fmt: skip
    blind = client_for(make_user(role=role))
    assert blind.get("/targets").status_code == 403
    assert blind.get("/api/v1/results").status_code == 403
    assert blind.get("/targets?measure=won_count").status_code == 200


@pytest.mark.django_db
def test_the_sheet_and_its_api_twin() -> None:
    team = make_department()
    manager, rep = make_user("王经理", role="manager", department=team), make_user("小赵", department=team)
    client = client_for(manager)
    page = client.get("/targets/set?year=2026").content.decode()
    name = f"cell:person-{rep.pk}:2026-11"
    assert name in page
    seen = datetime.now().astimezone().isoformat()
    answer = client.post(
        "/targets/save?year=2026", {name: "12万", "seen": seen}, headers={"HX-Request": "true"}
    )
    assert answer.status_code == 204
    found = client.get("/api/v1/targets?year=2026").json()
    assert [(one["id"], one["period"], one["amount"]) for one in found["items"]] == [
        (rep.pk, "2026-11", 120000.00)
    ]
    bad = client.post("/targets/save?year=2026", {name: "-1"}, headers={"HX-Request": "true"})
    assert bad.json()["facts"]["fields"][name]["code"] == "value.too_small"
    body = {"measure": "won_amount", "targets": [
        {"holder": "person", "id": rep.pk, "period": "2026-Q4", "amount": 5}]}  # fmt: skip
    put_one = client.put("/api/v1/targets", body, content_type="application/json")
    assert put_one.json() == {"changed": 1}
    body["targets"][0]["amount"] = 10**20  # type: ignore[index]
    assert client.put("/api/v1/targets", body, content_type="application/json").status_code == 422
    target = found["items"][0]["target_id"]
    (change,) = client.get(f"/api/v1/targets/{target}/history").json()["items"]
    assert change["after"] == "120000.00"
    spread = client.post(f"/targets/spread/person-{rep.pk}?year=2026", {"amount": "1200", "how": "even"})
    assert spread.status_code == 303
    progress = client.get("/api/v1/targets/progress?period=2026").json()
    assert next(one for one in progress["items"] if one["id"] == rep.pk)["target"] == 1200


@pytest.mark.django_db
def test_the_sheet_goes_out_as_a_file_and_comes_back() -> None:
    team = make_department("华北")
    manager = make_user("王经理", role="manager", department=team)
    rep, same, twin = (make_user(name, department=team) for name in ("小赵", "小李", "小李"))
    put(person(rep), NOVEMBER, "1000.50")
    client = client_for(manager)
    for kind in ("xlsx", "csv"):
        file = client.get(f"/targets/file.{kind}?year=2026")
        content = b"".join(file.streaming_content)  # type: ignore[arg-type]
        back = client.post("/targets/bring?year=2026", {"file": SimpleUploadedFile(f"a.{kind}", content)})
        assert back.status_code == 303
    assert audit.history("target", Target.objects.get().pk).items[0].changes["amount"] == [None, "1000.50"]

    def bring(text: str) -> Any:
        given = {"file": SimpleUploadedFile("a.csv", text.encode())}
        return client.post("/targets/bring", given, headers={"HX-Request": "true"})

    taken = bring(f"姓名,2026-12,备注\n小赵,12万,好\n{same.email},7,\n华北,300000,")
    assert taken.status_code == 204
    amounts = {
        (one.user_id, one.department_id): one.amount for one in Target.objects.filter(starts_on__month=12)
    }
    assert amounts == {(rep.pk, None): 120000, (same.pk, None): 7, (None, team.pk): 300000}
    for text, part in (
        ("姓名,2026-12\n小李,5", "小李"),
        ("姓名,2026-12\n外人,5", "外人"),
        ("姓名,2026-12\n小赵,-5", "2"),
        ("姓名,金额\n小赵,5", "2026-11"),
    ):
        refused = bring(text)
        assert refused.status_code == 422
        assert part in refused.json()["facts"]["fields"]["file"]["detail"]
    assert twin.pk not in {one for one, _department in amounts}
    broken = client.post("/targets/bring", {"file": SimpleUploadedFile("a.xlsx", b"PK\x03\x04broken")},
                         headers={"HX-Request": "true"})  # fmt: skip
    assert broken.status_code == 422
