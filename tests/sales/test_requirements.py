"""What a stage requires is asked for at every door, and filled in on the way."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from headwater.customization.services import create_field
from headwater.engagement.services import follow_up
from headwater.kernel import clock
from headwater.kernel.access import FieldRule, system_access
from headwater.kernel.errors import Invalid
from headwater.organization.models import User
from headwater.platform import audit
from headwater.sales import services
from headwater.sales.errors import RequirementsUnmet
from headwater.sales.models import Opportunity, StageTick
from headwater.sales.queries import default_pipeline, find_pipeline, pipelines
from tests.imports.test_moving_in import codes, run
from tests.organization.factories import access, client_for, make_role, make_user
from tests.sales.factories import make_account, make_opportunity, stage
from tests.sales.test_api import call

pytestmark = pytest.mark.django_db
SYSTEM = system_access("tests")
HTMX = {"HX-Request": "true"}


@pytest.fixture
def asked() -> dict[str, int]:
    """The first stage wants an amount and two points, the second a date; ids of the points."""
    create_field(SYSTEM, record="opportunity", label="预算来源", type="text", name="budget_from")
    pipeline = default_pipeline()
    first, second = pipeline.open_stages[:2]
    services.update_stage(
        SYSTEM,
        pipeline.id,
        first.id,
        {"required_fields": ["amount", "custom.budget_from"], "guidance": "先听客户说"},
    )
    points = [{"name": "确认决策人", "guidance": "问到姓名"}, {"name": "上门拜访", "activity_kind": "visit"}]
    services.set_checklist(SYSTEM, pipeline.id, first.id, points)
    services.update_stage(SYSTEM, pipeline.id, second.id, {"required_fields": ["expected_close_on"]})
    return {item.name: item.id for item in default_pipeline().first.items}


def missing(refused: RequirementsUnmet) -> tuple[list[str], list[str]]:
    facts = refused.facts
    return [one["key"] for one in facts["missing_fields"]], [one["name"] for one in facts["missing_items"]]


class TestMoving:
    def test_forwards_asks_for_all_that_is_left_behind(self, asked: dict[str, int]) -> None:
        card = make_opportunity("大单", owner=make_user())
        with pytest.raises(RequirementsUnmet) as refusal:
            services.move_stage(SYSTEM, card.pk, stage_id=stage(1))
        both = ["amount", "custom.budget_from"], ["确认决策人", "上门拜访"]
        assert missing(refusal.value) == both
        assert "预算来源" in refusal.value.detail
        with pytest.raises(RequirementsUnmet) as refusal:  # skipping a stage skips nothing of it
            services.win(SYSTEM, card.pk)
        assert missing(refusal.value) == ([*both[0], "expected_close_on"], both[1])
        with pytest.raises(RequirementsUnmet):
            services.update_opportunity(SYSTEM, card.pk, {"stage": stage(1), "amount": 1})
        card.refresh_from_db()
        assert (card.stage_id, card.amount, card.version) == (stage(0), None, 1)

    def test_what_is_missing_is_filled_in_with_the_move(self, asked: dict[str, int]) -> None:
        rep = make_user()
        card = make_opportunity(owner=rep)
        who = access(rep, "opportunities.edit")
        values = {"amount": "5万", "custom": {"budget_from": "自筹"}}
        with pytest.raises(RequirementsUnmet):  # all or nothing
            services.move_stage(who, card.pk, stage_id=stage(1), values=values, done=[asked["确认决策人"]])
        assert not StageTick.objects.exists()
        moved = services.move_stage(
            who, card.pk, stage_id=stage(1), values=values, done=list(asked.values()), from_stage_id=stage(0)
        )
        assert (moved.stage_id, moved.amount, moved.custom) == (stage(1), 50_000, {"budget_from": "自筹"})
        assert [(one.item_id, one.by_id) for one in StageTick.objects.order_by("item_id")] == [
            (one, rep.pk) for one in sorted(asked.values())
        ]
        assert {one.action for one in audit.history("opportunity", card.pk).items} == {
            "create", "update", "tick", "move",
        }  # fmt: skip
        for strange in ({"name": "x"}, {"stage": stage(3)}, {"probability": 99}):
            with pytest.raises(Invalid):
                services.move_stage(who, card.pk, stage_id=stage(2), values=strange)
        with pytest.raises(Invalid):
            services.move_stage(who, card.pk, stage_id=stage(2), done=[2**40])

    def test_an_update_of_fields_and_stage_counts_as_one(self, asked: dict[str, int]) -> None:
        card = make_opportunity()
        services.tick(SYSTEM, card.pk, list(asked.values()))
        both = {"stage": stage(1), "amount": 3, "custom": {"budget_from": "x"}}
        services.update_opportunity(SYSTEM, card.pk, both)
        card.refresh_from_db()
        assert (card.stage_id, card.amount) == (stage(1), 3)
        services.move_stage(SYSTEM, card.pk, stage_id=stage(0))
        with pytest.raises(RequirementsUnmet):  # what is taken away with the move is missing
            services.update_opportunity(SYSTEM, card.pk, {"stage": stage(1), "amount": None})

    def test_back_and_to_lost_is_free_and_no_way_round(self, asked: dict[str, int]) -> None:
        late = make_opportunity(stage=stage(3))
        services.move_stage(SYSTEM, late.pk, stage_id=stage(0))
        services.lose(SYSTEM, late.pk, lost_reason="price")
        with pytest.raises(RequirementsUnmet) as refusal:
            services.move_stage(SYSTEM, late.pk, stage_id=stage(2))
        assert "amount" in missing(refusal.value)[0]
        assert services.reopen(SYSTEM, late.pk).stage_id == stage(0)
        made = services.create_pipeline(SYSTEM, name="渠道", copy_of=default_pipeline().id)
        other = find_pipeline(made)
        with pytest.raises(RequirementsUnmet):
            services.update_opportunity(SYSTEM, late.pk, {"pipeline": made, "stage": other.won.id})
        services.update_opportunity(SYSTEM, late.pk, {"pipeline": made})
        late.refresh_from_db()
        assert late.stage_id == other.first.id

    def test_a_field_that_the_mover_may_not_change_holds_nobody_up(self, asked: dict[str, int]) -> None:
        role = make_role(
            grants={"opportunities.view": "all", "opportunities.edit": "all"},
            rules={("opportunity", "custom.budget_from"): FieldRule.HIDDEN},
        )
        who = access(make_user(role=role), "opportunities.edit")
        card = make_opportunity(amount=1)
        services.tick(SYSTEM, card.pk, list(asked.values()))
        assert services.move_stage(who, card.pk, stage_id=stage(1)).stage_id == stage(1)


class TestTicks:
    def test_a_follow_up_of_its_kind_ticks_it(self, asked: dict[str, int]) -> None:
        rep = make_user()
        card = make_opportunity(owner=rep)
        who = access(rep, "activities.create")
        follow_up(who, "opportunity", card.pk, kind="call", content="x")
        assert not StageTick.objects.exists()
        for _ in range(2):
            follow_up(who, "opportunity", card.pk, kind="visit", content="见了老板")
        (tick,) = StageTick.objects.all()
        assert (tick.item_id, tick.by_id) == (asked["上门拜访"], rep.pk)
        assert tick.activity_id is not None

    def test_by_hand_and_back(self, asked: dict[str, int]) -> None:
        card = make_opportunity()
        item = asked["确认决策人"]
        services.tick(SYSTEM, card.pk, [item])
        services.tick(SYSTEM, card.pk, [item])
        services.untick(SYSTEM, card.pk, item)
        services.untick(SYSTEM, card.pk, item)
        acts = [one.action for one in audit.history("opportunity", card.pk).items]
        assert acts == ["untick", "tick", "create"]
        card.refresh_from_db()
        assert card.version == 1


class TestDoors:
    def test_bulk_says_which_and_costs_the_same(self, asked: dict[str, int]) -> None:
        account = make_account()

        def cards(count: int) -> list[int]:
            made = [make_opportunity(account=account).pk for _ in range(count)]
            ready = make_opportunity(account=account, amount=1, custom={"budget_from": "x"}).pk
            services.tick(SYSTEM, ready, list(asked.values()))
            return [*made, ready]

        few, many = cards(2), cards(9)
        with CaptureQueriesContext(connection) as small:
            services.move_many(SYSTEM, few, stage_id=stage(1))
        with CaptureQueriesContext(connection) as large:
            results = services.move_many(SYSTEM, many, stage_id=stage(1))
        assert len(small) == len(large)
        assert [one.ok for one in results] == [False] * 9 + [True]
        assert results[0].code == "stage.requirements"
        assert results[0].facts["missing_items"][0]["name"] == "确认决策人"
        lost = services.move_many(SYSTEM, many, stage_id=stage("lost"), lost_reason="budget")
        assert all(one.ok for one in lost)
        assert set(Opportunity.objects.filter(pk__in=many).values_list("lost_reason", flat=True)) == {
            "budget"
        }

    def test_the_api(self, asked: dict[str, int]) -> None:
        rep = make_user()
        client = client_for(rep)
        card = make_opportunity(owner=rep)
        base = f"/opportunities/{card.pk}"
        refused = call(client, "POST", f"{base}/move", {"stage": stage(1)})
        assert (refused.status_code, refused.json()["code"]) == (409, "stage.requirements")
        assert refused.json()["facts"]["missing_fields"][0]["key"] == "amount"
        bulk = call(client, "POST", "/opportunities/bulk/move", {"ids": [card.pk], "stage": stage(1)})
        assert bulk.json()["results"][0]["code"] == "stage.requirements"
        for item in asked.values():
            listed = call(client, "PUT", f"{base}/checklist/{item}")
        assert [one["is_done"] for one in listed.json()["items"]] == [True, True]
        assert [one["is_filled"] for one in listed.json()["fields"]] == [False, False]
        undone = call(client, "DELETE", f"{base}/checklist/{asked['上门拜访']}").json()["items"]
        assert [one["is_done"] for one in undone] == [True, False]
        assert call(client, "PUT", f"{base}/checklist/{2**40}").status_code == 422
        body = {
            "stage": stage(1),
            "fields": {"amount": 9, "custom.budget_from": "x"},
            "done": [asked["上门拜访"]],
        }
        assert call(client, "POST", f"{base}/move", body).json()["stage"]["id"] == stage(1)
        stranger = client_for(make_user())
        assert call(stranger, "GET", f"{base}/checklist").status_code == 404
        assert call(stranger, "PUT", f"{base}/checklist/{asked['上门拜访']}").status_code == 404

    def test_the_screen_asks_and_moves(self, asked: dict[str, int]) -> None:
        rep = make_user()
        client = client_for(rep)
        card = make_opportunity("大单", owner=rep)
        base = f"/opportunities/{card.pk}"
        shown = client.get(base).content.decode()
        assert "先听客户说" in shown
        assert "0 / 4" in shown
        drop = {"id": card.pk, "column": stage(1), "from": stage(0)}
        dropped = client.post("/opportunities/board/move", drop, headers=HTMX)
        assert (dropped.status_code, dropped.json()["code"]) == (409, "stage.requirements")
        for answer in (
            client.post(f"{base}/move?stage={stage(1)}&from={stage(0)}", headers=HTMX),
            client.post("/opportunities/stage", {"ids": card.pk, "stage": stage(1)}, headers=HTMX),
            client.post(f"{base}/win", headers=HTMX),
        ):
            assert answer["HX-Retarget"] == "#hw-dialog"
            assert "预算来源" in answer.content.decode()
        ticked = client.post(f"{base}/checklist/{asked['确认决策人']}?done=1", headers=HTMX).content.decode()
        assert "1 / 4" in ticked
        form = client.get(f"{base}/move?stage={stage(1)}&from={stage(0)}", headers=HTMX).content.decode()
        assert "上门拜访" in form
        assert "确认决策人" not in form
        self._fill(client, base, asked)
        card.refresh_from_db()
        assert (card.stage_id, card.amount) == (stage(1), 60_000)

    def _fill(self, client: Client, base: str, asked: dict[str, int]) -> None:
        url = f"{base}/move?stage={stage(1)}&from={stage(0)}"
        given: dict[str, Any] = {
            "asked": ["amount", "custom.budget_from"],
            "done_shown": "1",
            "amount": "6万",
            "custom.budget_from": "",
        }
        refused = client.post(url, given, headers=HTMX)
        assert refused.status_code == 422
        assert set(refused.json()["facts"]["fields"]) == {"custom.budget_from", "done"}
        given |= {"custom.budget_from": "自筹", "done": asked["上门拜访"]}
        assert client.post(url, given, headers=HTMX).status_code == 204

    def test_imports_begin_anywhere_move_by_the_rules_and_tell_the_past(self, asked: dict[str, int]) -> None:
        admin: User = make_user("管理员", role="admin")
        who = access(admin, "imports.view")
        account = make_account("甲公司", external_id="A1")
        for number in (1, 2, 3):
            make_opportunity(f"单 {number}", account=account, external_id=f"O{number}")
        day = (clock.now() - timedelta(days=40)).strftime("%Y-%m-%d %H:%M")
        text = (
            "商机编号,商机名称,客户编号,阶段,预算来源,金额,赢单时间\n"
            "O1,单 1,A1,需求确认,自筹,5,\n"
            f"O2,单 2,A1,赢单,,,{day}\n"
            "O3,单 3,A1,输单,,,\n"
            "O4,单 4,A1,方案报价,,,\n"
        )
        job = run(who, "opportunity", text, policy="update", lost_reason="other")
        assert codes(job) == [(1, "failed", "stage.requirements")]
        places = dict(Opportunity.objects.values_list("external_id", "stage__kind"))
        assert places == {"O1": "open", "O2": "won", "O3": "lost", "O4": "open"}
        assert Opportunity.objects.get(external_id="O4").stage_id == stage(2)
        known = Opportunity.objects.get(external_id="O1")
        services.tick(SYSTEM, known.pk, list(asked.values()))
        again = "商机编号,商机名称,客户编号,阶段,预算来源,金额\nO1,单 1,A1,需求确认,自筹,5\n"
        run(who, "opportunity", again, policy="update")
        known.refresh_from_db()
        assert (known.stage_id, known.custom) == (stage(1), {"budget_from": "自筹"})


def test_nothing_is_asked_where_nothing_is_required(django_assert_max_num_queries: Any) -> None:
    card = make_opportunity()
    assert len(pipelines()) == 1
    with django_assert_max_num_queries(14):
        services.move_stage(SYSTEM, card.pk, stage_id=stage(1))
