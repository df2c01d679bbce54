"""What people say will come: categories, adjustments, and what was known at a moment."""

import random
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from headwater.kernel import clock, sql
from headwater.kernel.errors import Invalid, NotFound
from headwater.sales import services as sales
from headwater.sales.models import Opportunity
from headwater.sales.queries import default_pipeline
from headwater.targets import queries, services
from headwater.targets.errors import NotOpen
from headwater.targets.periods import read_period
from headwater.targets.queries.commitments import Sums
from headwater.targets.types import Called, Category, Holder
from tests.organization.factories import access, client_for, make_department, make_user
from tests.targets.factories import SYSTEM, closed, move, noon, opened

pytestmark = pytest.mark.django_db
Q4 = read_period("2026-Q4")
OCTOBER = date(2026, 10, 5)
DUE = date(2026, 12, 10)


def stage_of(probability: range) -> int:
    """An open stage with such a probability."""
    return next(one.id for one in default_pipeline().open_stages if one.probability in probability)


def total(as_of: datetime | None = None, **of: Any) -> Sums:
    return queries.commitments(SYSTEM, None, Q4, as_of, **of).total.sums


def test_categories_follow_the_stage_until_somebody_speaks() -> None:
    user = make_user()
    one = opened(user, "100", on=OCTOBER, closes=DUE)
    closed(user, "7", on=date(2026, 11, 2))
    closed(user, "9999", on=date(2026, 11, 2), won=False)
    opened(user, "5000", on=OCTOBER, closes=date(2027, 1, 1))  # another period
    opened(user, "6000", on=OCTOBER)  # no day to close
    assert total() == Sums(pipeline=Decimal(100), closed=Decimal(7), open_count=1, closed_count=1)
    move(one, stage_of(range(50, 80)), on=date(2026, 10, 20))
    assert total().best_case == 100
    services.set_categories(SYSTEM, [one.pk], "commit")
    assert (total().commit, total().best_case) == (100, 0)
    move(one, default_pipeline().first.id, on=date(2026, 10, 21))
    assert total().commit == 100  # the stage does not overrule what somebody said
    assert (total().commit_forecast, total().best_case_forecast, total().open_pipeline) == (107, 107, 100)
    services.set_categories(SYSTEM, [one.pk], None)
    assert total().pipeline == 100
    services.set_categories(SYSTEM, [one.pk], "omitted")
    assert (total().omitted, total().open_pipeline) == (100, 0)
    with pytest.raises(Invalid):
        services.set_categories(SYSTEM, [one.pk], "closed")
    sales.win(SYSTEM, one.pk)
    with pytest.raises(NotOpen):
        services.set_categories(SYSTEM, [one.pk], "commit")


def test_what_a_stage_stands_for_can_be_said_and_holds_from_then_on() -> None:
    user = make_user()
    opened(user, "100", on=OCTOBER, closes=DUE)
    first = default_pipeline().first.id
    with clock.freeze(noon(date(2026, 11, 1))):
        assert services.set_stage_categories(SYSTEM, default_pipeline().id, {first: "commit"}) == 1
        assert services.set_stage_categories(SYSTEM, default_pipeline().id, {first: "commit"}) == 0
    assert total(noon(date(2026, 10, 30))).pipeline == 100
    with clock.freeze(noon(date(2026, 11, 2))):
        assert total().commit == 100
    with pytest.raises(Invalid):
        services.set_stage_categories(SYSTEM, default_pipeline().id, {default_pipeline().won.id: "commit"})


def test_adjustments_roll_up_and_the_managers_counts() -> None:
    team = make_department()
    manager = make_user(role="manager", department=team)
    one, two = make_user(department=team), make_user(department=team)
    for user, amount in ((one, "100"), (two, "50")):
        made = opened(user, amount, on=OCTOBER, closes=DUE)
        services.set_categories(SYSTEM, [made.pk], "commit")
    closed(two, "30", on=date(2026, 11, 2))
    pipeline = default_pipeline().id
    boss, rep = access(manager, "commitments.edit"), access(one, "commitments.edit")
    mine, theirs, ours = (Holder.PERSON, one.pk), (Holder.PERSON, two.pk), (Holder.DEPARTMENT, team.pk)

    def called(key: tuple[Holder, int]) -> Decimal:
        line = queries.commitments(SYSTEM, pipeline, Q4).of(*key)
        assert line is not None
        return line.commit.amount

    assert called(ours) == 180
    services.adjust(rep, pipeline, Q4, mine, Called.COMMIT, Decimal(90), note="谨慎")
    assert (called(mine), called(ours)) == (90, 170)
    services.adjust(boss, pipeline, Q4, mine, Called.COMMIT, Decimal(70))
    assert (called(mine), called(ours)) == (70, 150)
    services.adjust(boss, pipeline, Q4, mine, Called.COMMIT, None)
    assert called(mine) == 90  # their own stands again
    services.adjust(boss, pipeline, Q4, theirs, Called.COMMIT, Decimal(1))
    assert called(theirs) == 30  # never less than what is won
    services.adjust(boss, pipeline, Q4, ours, Called.COMMIT, Decimal(1000))
    assert called(ours) == 1000
    with pytest.raises(NotFound):
        services.adjust(rep, pipeline, Q4, theirs, Called.COMMIT, Decimal(1))
    for amount in (Decimal(-1), Decimal(10) ** 20, Decimal("NaN")):
        with pytest.raises(Invalid):
            services.adjust(boss, pipeline, Q4, mine, Called.COMMIT, amount)
    services.submit(rep, pipeline, Q4, mine, note="交")
    said = queries.call_history(boss, pipeline, Q4, mine)
    assert [row["act"] for row in said] == ["submit", "take_back", "adjust", "adjust"]
    assert said[0]["amount"] == 90
    with pytest.raises(IntegrityError), transaction.atomic():
        sql.execute("UPDATE targets_adjustment SET amount = 0")


class Replay:
    """The same company in plain Python: what is known now, kept for every evening."""

    def __init__(self) -> None:
        self.known: dict[int, dict[str, Any]] = {}
        self.said: dict[int, str | None] = {}

    def sums(self) -> dict[str, Decimal]:
        found = dict.fromkeys((one.value for one in Category), Decimal(0))
        stages = {stage.id: stage for stage in default_pipeline().stages}
        for key, one in self.known.items():
            stage = stages[one["stage"]]
            if one["archived"]:
                continue
            if stage.is_open and one["closes"] and Q4.start <= one["closes"] < Q4.end:
                by_stage = (
                    "commit"
                    if stage.probability >= 80
                    else ("best_case" if stage.probability >= 50 else "pipeline")
                )
                found[self.said.get(key) or by_stage] += one["amount"] or 0
            if stage.kind == "won" and Q4.start <= one["closed"] < Q4.end:
                found["closed"] += one["amount"] or 0
        return found


@pytest.mark.parametrize("seed", [1, 2])
def test_as_of_equals_a_replay(seed: int) -> None:
    luck = random.Random(seed)
    users = [make_user(), make_user()]
    pipeline, replay = default_pipeline(), Replay()
    evenings: list[tuple[datetime, dict[str, Decimal]]] = []
    for number in range(60):
        day = date(2026, 9, 15) + timedelta(days=number)
        moment = noon(day)
        with clock.freeze(moment):
            for _act in range(luck.randint(1, 3)):
                act = luck.choice(
                    ["open", "open", "move", "amount", "close", "say", "archive", "reopen", "both"]
                )
                play(luck, act, replay, users, moment, pipeline.id)
        evenings.append((moment + timedelta(hours=1), replay.sums()))
    for moment, expected in evenings:
        found = total(moment)
        assert {key: getattr(found, key) for key in expected} == expected, moment
    assert {key: getattr(total(), key) for key in expected} == expected


def play(
    luck: random.Random, act: str, replay: Replay, users: list[Any], moment: datetime, pipeline: int
) -> None:
    """One thing that happens to one opportunity, in the product and in the replay."""
    stages = default_pipeline().stages
    closes = luck.choice([None, date(2026, 9, 30), date(2026, 10, 10), DUE, date(2027, 2, 1)])
    amount = luck.choice([None, Decimal(luck.randint(1, 10**6)) / 100])
    living = [key for key, one in replay.known.items() if not one["archived"]]
    if act == "open" or not living:
        one = opened(luck.choice(users), amount and str(amount), on=moment.date(), closes=closes)
        replay.known[one.pk] = {"stage": one.stage_id, "amount": amount, "closes": closes, "archived": False,
                                "closed": None}  # fmt: skip
        return
    key = luck.choice(living)
    one, kept = Opportunity.objects.get(pk=key), replay.known[key]
    if act in ("move", "both"):
        stage = luck.choice(stages)
        reason = "price" if stage.kind == "lost" else None
        if act == "both" and one.status == "open" and stage.is_open:
            sales.update_opportunity(SYSTEM, key, {"amount": amount, "stage": stage.id})
            kept |= {"amount": amount, "stage": stage.id}
            return
        if stage.id != one.stage_id:
            sales.move_stage(SYSTEM, key, stage_id=stage.id, lost_reason=reason)
            kept |= {"stage": stage.id, "closed": None if stage.is_open else moment.date()}
    elif act == "amount":
        sales.update_opportunity(SYSTEM, key, {"amount": amount})
        kept["amount"] = amount
    elif act == "close":
        sales.update_opportunity(SYSTEM, key, {"expected_close_on": closes})
        kept["closes"] = closes
    elif act == "say" and one.status == "open":
        said = luck.choice(["commit", "best_case", "omitted", None])
        services.set_categories(SYSTEM, [key], said)
        replay.said[key] = said
    elif act == "archive":
        sales.archive_opportunities(SYSTEM, [key])
        kept["archived"] = True
    elif act == "reopen" and one.status != "open":
        sales.reopen(SYSTEM, key)
        one.refresh_from_db()
        kept |= {"stage": one.stage_id, "closed": None}


def test_the_call_page_and_its_api_twin() -> None:
    team = make_department()
    manager, rep = make_user(role="manager", department=team), make_user("小赵", department=team)
    with clock.freeze(noon(date(2026, 11, 20))):
        one = opened(rep, "60000", on=OCTOBER, closes=DUE)
        boss, mine = client_for(manager), client_for(rep)
        assert "小赵" in boss.get("/commitments?period=2026-Q4").content.decode()
        htmx = {"HX-Request": "true"}
        chosen = mine.post(f"/opportunities/{one.pk}/forecast-category", {"category": "commit"}, headers=htmx)
        assert chosen.status_code == 204
        url = f"/commitments/adjust/person-{rep.pk}/commit?period=2026-Q4"
        assert boss.get(url, headers=htmx).status_code == 200
        assert boss.post(url, {"amount": "4万", "note": "保守"}, headers=htmx).status_code == 200
        assert "保守" in boss.get(f"/commitments/history/person-{rep.pk}?period=2026-Q4").content.decode()
        found = boss.get("/api/v1/commitments?period=2026-Q4").json()
        line = next(item for item in found["items"] if item["id"] == rep.pk)
        assert (line["commit"], line["commit_forecast"]["amount"]) == (60000, 40000)
        assert line["commit_forecast"]["manager"]["note"] == "保守"
        assert "商机" in boss.get(f"/commitments/people/{rep.pk}?period=2026-Q4").content.decode()
        assert mine.get(f"/commitments/people/{manager.pk}?period=2026-Q4").status_code == 404
        assert mine.get("/settings/forecast-categories").status_code == 403
        body = {"holder": "person", "id": rep.pk, "period": "2026-Q4"}
        sent = mine.post("/api/v1/commitments/submissions", body, content_type="application/json")
        assert sent.status_code == 201
        assert mine.get(f"/api/v1/opportunities/{one.pk}/forecast-category").json()["category"] == "commit"
        back = mine.put(f"/api/v1/opportunities/{one.pk}/forecast-category", {"category": None},
                        content_type="application/json")  # fmt: skip
        assert back.json()["category"] == "pipeline"
        past = boss.get("/commitments?period=2026-Q4&as_of=2026-11-01").content.decode()
        assert "/commitments/adjust/" not in past
        assert boss.get("/api/v1/commitments?pipeline=999999").status_code == 404
        assert boss.get("/commitments?pipeline=99999999999999999999").status_code in (200, 404)
