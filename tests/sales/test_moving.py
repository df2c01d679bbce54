"""Opportunities move along the pipeline."""

import threading
from decimal import Decimal

import pytest
from django.db import connection, connections
from django.test.utils import CaptureQueriesContext
from django.utils import translation
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from headwater.kernel.errors import Conflict, Invalid, NotFound
from headwater.platform import audit
from headwater.sales import services
from headwater.sales.errors import MovedMeanwhile, NotClosed
from headwater.sales.models import Opportunity, Pipeline, Stage, StageMove
from headwater.sales.queries import default_pipeline, pipelines
from tests.organization.factories import access, make_user
from tests.sales.factories import make_account, make_opportunity, stage

db = pytest.mark.django_db


def other_pipeline() -> int:
    """A second pipeline with three stages; its id."""
    default = Pipeline.objects.get(is_default=True)
    made = Pipeline.objects.create(
        name="渠道", created_at=default.created_at, updated_at=default.updated_at, position=1
    )
    for position, (name, kind, chance) in enumerate(
        [("接洽", "open", 20), ("成", "won", 100), ("败", "lost", 0)]
    ):
        Stage.objects.create(pipeline=made, name=name, kind=kind, probability=chance, position=position)
    return made.pk


@db
class TestStarting:
    def test_it_begins_at_the_first_stage_of_the_default_pipeline(self) -> None:
        opportunity = make_opportunity(amount="68000", owner=make_user())
        assert opportunity.stage_id == default_pipeline().first.id
        assert (opportunity.status, opportunity.probability, opportunity.currency) == ("open", 10, "CNY")
        (move,) = StageMove.objects.filter(opportunity=opportunity)
        assert (move.from_stage_id, move.to_stage_id, move.amount) == (
            None,
            opportunity.stage_id,
            Decimal(68000),
        )

    def test_it_may_begin_elsewhere_even_lost(self) -> None:
        opportunity = make_opportunity(stage=stage("lost"), lost_reason="price")
        assert (opportunity.status, opportunity.probability) == ("lost", 0)
        assert opportunity.closed_at is not None

    @pytest.mark.parametrize(
        ("values", "field"),
        [
            ({"amount": "-1"}, "amount"),
            ({"amount": "1" * 20}, "amount"),
            ({"amount": "abc"}, "amount"),
            ({"expected_close_on": "9999-01-01"}, "expected_close_on"),
            ({"currency": "XXX"}, "currency"),
            ({"probability": 101}, "probability"),
            ({"stage": 2**40}, "stage"),
            ({"lost_reason": "price"}, None),
        ],
    )
    def test_bad_values_are_refused(self, values: dict[str, object], field: str | None) -> None:
        account = make_account()
        who = access(make_user(role="admin"), "opportunities.create")
        if field is None:  # a reason for an open one means nothing and is left out
            made = services.create_opportunity(who, {"name": "x", "account": account.pk} | values)
            assert Opportunity.objects.get(pk=made).lost_reason is None
            return
        with pytest.raises(Invalid) as refusal:
            services.create_opportunity(who, {"name": "x", "account": account.pk} | values)
        assert field in refusal.value.fields

    def test_a_stage_of_another_pipeline_is_refused(self) -> None:
        other = other_pipeline()
        with pytest.raises(Invalid) as refusal:
            make_opportunity(pipeline=other, stage=stage(1))
        assert refusal.value.fields["stage"]["code"] == "stage.other_pipeline"


@db
class TestMoving:
    def test_every_move_is_recorded_with_what_was_known(self) -> None:
        rep = make_user()
        opportunity = make_opportunity(owner=rep, amount=100)
        moved = services.move_stage(
            access(rep, "opportunities.edit"),
            opportunity.pk,
            stage_id=stage(2),
            from_stage_id=stage(0),
            note="报价",
        )
        assert (moved.stage_id, moved.probability, moved.version) == (stage(2), 50, 2)
        move = StageMove.objects.filter(opportunity=opportunity).latest("id")
        assert (move.from_stage_id, move.to_stage_id, move.by_id, move.note) == (
            stage(0),
            stage(2),
            rep.pk,
            "报价",
        )
        assert audit.history("opportunity", opportunity.pk).items[0].action == "move"

    def test_already_there_is_fine(self) -> None:
        rep = make_user()
        opportunity = make_opportunity(owner=rep)
        services.move_stage(
            access(rep, "opportunities.edit"), opportunity.pk, stage_id=stage(0), from_stage_id=stage(3)
        )
        assert StageMove.objects.count() == 1

    def test_somebody_was_faster(self) -> None:
        rep, boss = make_user("张三"), make_user("王总", role="admin")
        opportunity = make_opportunity("大单", owner=rep)
        services.move_stage(access(boss, "opportunities.edit"), opportunity.pk, stage_id=stage(3))
        with pytest.raises(MovedMeanwhile) as refusal:
            services.move_stage(
                access(rep, "opportunities.edit"), opportunity.pk, stage_id=stage(1), from_stage_id=stage(0)
            )
        assert refusal.value.facts["by"] == "王总"
        assert refusal.value.facts["stage"]["id"] == stage(3)
        assert "大单" in refusal.value.detail

    def test_winning_losing_and_reopening(self) -> None:
        rep = access(make_user(), "opportunities.edit")
        opportunity = make_opportunity(owner=None)
        rep = access(make_user(role="admin"), "opportunities.edit")
        services.move_stage(rep, opportunity.pk, stage_id=stage(2))
        with pytest.raises(Invalid) as refusal:
            services.lose(rep, opportunity.pk, lost_reason=None)
        assert "lost_reason" in refusal.value.fields
        lost = services.lose(rep, opportunity.pk, lost_reason="price", note="贵 20%")
        assert (lost.status, lost.lost_reason, lost.lost_note, lost.probability) == (
            "lost",
            "price",
            "贵 20%",
            0,
        )
        again = services.reopen(rep, opportunity.pk)
        assert (again.status, again.stage_id, again.closed_at, again.lost_reason) == (
            "open",
            stage(2),
            None,
            None,
        )
        won = services.win(rep, opportunity.pk)
        assert (won.status, won.probability) == ("won", 100)
        services.reopen(rep, opportunity.pk)
        with pytest.raises(NotClosed):
            services.reopen(rep, opportunity.pk)

    def test_a_stage_of_another_pipeline_is_refused(self) -> None:
        other_pipeline()
        admin = access(make_user(role="admin"), "opportunities.edit")
        foreign = pipelines()[1].first.id
        opportunity = make_opportunity()
        with pytest.raises(Invalid):
            services.move_stage(admin, opportunity.pk, stage_id=foreign)
        (result,) = services.move_many(admin, [opportunity.pk], stage_id=foreign)
        assert (result.ok, result.code) == (False, "stage.other_pipeline")

    def test_out_of_reach_is_not_found(self) -> None:
        opportunity = make_opportunity(owner=make_user())
        stranger = access(make_user(), "opportunities.edit")
        for act in (
            lambda: services.move_stage(stranger, opportunity.pk, stage_id=stage(1)),
            lambda: services.win(stranger, opportunity.pk),
            lambda: services.reopen(stranger, opportunity.pk),
        ):
            with pytest.raises(NotFound):
                act()
        (result,) = services.move_many(stranger, [opportunity.pk], stage_id=stage(1))
        assert (result.ok, result.code) == (False, "record.not_found")

    def test_many_move_with_the_same_statements(self) -> None:
        admin = access(make_user(role="admin"), "opportunities.edit")
        account = make_account()
        few = [make_opportunity(account=account).pk for _ in range(2)]
        many = [make_opportunity(account=account).pk for _ in range(12)]
        with CaptureQueriesContext(connection) as small:
            services.move_many(admin, few, stage_id=stage(1))
        with CaptureQueriesContext(connection) as large:
            results = services.move_many(admin, many, stage_id=stage(1))
        assert len(small) == len(large)
        assert all(one.ok for one in results)
        assert StageMove.objects.filter(from_stage_id=stage(0), to_stage_id=stage(1)).count() == 14


@db
class TestChanging:
    def test_another_stage_by_an_update_is_a_move(self) -> None:
        admin = access(make_user(role="admin"), "opportunities.edit")
        opportunity = make_opportunity()
        services.update_opportunity(admin, opportunity.pk, {"stage": stage(3), "amount": "5万"}, version=1)
        opportunity.refresh_from_db()
        assert (opportunity.stage_id, opportunity.amount, opportunity.probability) == (stage(3), 50_000, 80)
        assert StageMove.objects.filter(opportunity=opportunity).count() == 2
        with pytest.raises(Invalid):
            services.update_opportunity(admin, opportunity.pk, {"stage": stage("lost")})
        services.update_opportunity(admin, opportunity.pk, {"stage": stage("lost"), "lost_reason": "budget"})
        opportunity.refresh_from_db()
        assert opportunity.lost_reason == "budget"

    def test_another_pipeline_takes_its_first_stage(self) -> None:
        other = other_pipeline()
        admin = access(make_user(role="admin"), "opportunities.edit")
        opportunity = make_opportunity()
        services.update_opportunity(admin, opportunity.pk, {"pipeline": other})
        opportunity.refresh_from_db()
        assert opportunity.pipeline_id == other

    def test_the_chance_follows_the_stage_unless_given(self) -> None:
        admin = access(make_user(role="admin"), "opportunities.edit")
        opportunity = make_opportunity()
        services.update_opportunity(admin, opportunity.pk, {"probability": 35})
        opportunity.refresh_from_db()
        assert opportunity.probability == 35
        services.update_opportunity(admin, opportunity.pk, {"probability": None})
        opportunity.refresh_from_db()
        assert opportunity.probability == 10

    def test_an_open_one_has_no_lost_reason(self) -> None:
        admin = access(make_user(role="admin"), "opportunities.edit")
        with pytest.raises(Invalid):
            services.update_opportunity(admin, make_opportunity().pk, {"lost_reason": "price"})


@db
def test_contacts_take_part_with_roles() -> None:
    from tests.sales.factories import make_contact

    admin = access(make_user(role="admin"), "opportunities.edit")
    opportunity, contact = make_opportunity(), make_contact()
    services.set_contact_role(admin, opportunity.pk, contact.pk, role="decision_maker")
    services.set_contact_role(admin, opportunity.pk, contact.pk, role="influencer")
    assert opportunity.contact_roles.get().role == "influencer"
    with pytest.raises(Invalid):
        services.set_contact_role(admin, opportunity.pk, contact.pk, role="nonsense")
    services.remove_contact_role(admin, opportunity.pk, contact.pk)
    assert not opportunity.contact_roles.exists()


@db
def test_the_default_pipeline_exists_once() -> None:
    assert services.ensure_default_pipeline() == default_pipeline().id
    assert Pipeline.objects.count() == 1


@db
def test_the_first_pipeline_speaks_the_companys_language() -> None:
    Stage.objects.all().delete()
    Pipeline.objects.all().delete()
    with translation.override("en"):
        services.ensure_default_pipeline()
    assert [one.name for one in default_pipeline().stages] == [
        "初步接触",
        "需求确认",
        "方案报价",
        "商务谈判",
        "赢单",
        "输单",
    ]


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("movers", [2, 8])
def test_of_people_who_move_one_card_at_once_one_wins(movers: int) -> None:
    opportunity = make_opportunity()
    who = [access(make_user(role="admin"), "opportunities.edit") for _ in range(movers)]
    targets = [stage(1), stage(2), stage(3), stage("won")]
    start = threading.Barrier(movers)
    outcomes: list[object] = []

    def move(number: int) -> None:
        start.wait()
        try:
            services.move_stage(
                who[number], opportunity.pk, stage_id=targets[number % 4], from_stage_id=stage_0
            )
            outcomes.append(targets[number % 4])
        except Conflict as refusal:
            outcomes.append(refusal)
        finally:
            connections.close_all()

    stage_0 = stage(0)
    threads = [threading.Thread(target=move, args=(number,)) for number in range(movers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    winners = {one for one in outcomes if isinstance(one, int)}
    assert len(winners) == 1  # with eight, two may aim at the same stage: the second finds it done
    assert all(isinstance(one, MovedMeanwhile) for one in outcomes if not isinstance(one, int))
    opportunity.refresh_from_db()
    assert opportunity.stage_id in winners
    assert StageMove.objects.filter(opportunity=opportunity).count() == 2


class TestAnySequence(TestCase):
    """Whatever happens to it, its history folds to where it stands and the constraints hold."""

    @settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
    @given(
        st.lists(
            st.one_of(
                st.tuples(st.just("move"), st.integers(0, 5)),
                st.tuples(st.sampled_from(["win", "lose", "reopen"]), st.just(0)),
            ),
            max_size=8,
        )
    )
    def test_moves_fold_to_the_present_stage(self, acts: list[tuple[str, int]]) -> None:
        admin = access(make_user(role="admin"), "opportunities.edit")
        opportunity = make_opportunity()
        for act, position in acts:
            try:
                if act == "move":
                    services.move_stage(admin, opportunity.pk, stage_id=stage(position), lost_reason="price")
                elif act == "lose":
                    services.lose(admin, opportunity.pk, lost_reason="price")
                else:
                    getattr(services, act)(admin, opportunity.pk)
            except NotClosed:
                pass
        moves = list(StageMove.objects.filter(opportunity=opportunity).order_by("at", "id"))
        place = None
        for move in moves:
            assert move.from_stage_id == place
            place = move.to_stage_id
        opportunity.refresh_from_db()
        assert place == opportunity.stage_id
        assert (opportunity.closed_at is None) == (opportunity.status == "open")
        connection.check_constraints()
