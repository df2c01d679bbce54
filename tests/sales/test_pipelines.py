"""Pipelines are set up: stages, their order, checklists; nothing is lost when one goes out of use."""

import threading
from collections.abc import Callable

import pytest
from django.db import connection, connections
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from headwater.customization.services import add_choices
from headwater.kernel.access import system_access
from headwater.kernel.errors import DomainError, Invalid, NotFound, Stale
from headwater.platform import audit
from headwater.platform.versions import save_version, versions_of
from headwater.sales import services
from headwater.sales.errors import (
    ClosingStage,
    DefaultPipeline,
    LastStage,
    PipelineArchived,
    StageGone,
    StageHolds,
)
from headwater.sales.models import VERSIONS, Opportunity, Pipeline, StageMove
from headwater.sales.queries import default_pipeline, find_pipeline, pipelines
from tests.organization.factories import access, client_for, make_user
from tests.sales.factories import make_opportunity, stage
from tests.sales.test_api import call

db = pytest.mark.django_db
SYSTEM = system_access("tests")


def other() -> int:
    """A second pipeline with the usual stages; its id."""
    return services.create_pipeline(SYSTEM, name="渠道")


@db
class TestSettingUp:
    def test_a_copy_takes_all_that_a_pipeline_requires(self) -> None:
        first = default_pipeline()
        services.update_stage(
            SYSTEM,
            first.id,
            first.first.id,
            {"guidance": "先听\n再说", "required_fields": ["amount"], "probability": "15"},
        )
        services.set_checklist(SYSTEM, first.id, first.first.id, [{"name": "拜访", "activity_kind": "visit"}])
        add_choices(SYSTEM, "business_line", ["实施服务"])
        made = services.create_pipeline(SYSTEM, name="实施", business_line="实施服务", copy_of=first.id)
        copied = find_pipeline(made).first
        assert (copied.guidance, copied.required_fields, copied.probability) == (
            "先听\n再说",
            ("amount",),
            15,
        )
        assert [(item.name, item.activity_kind) for item in copied.items] == [("拜访", "visit")]
        assert make_opportunity(business_line="实施服务").pipeline_id == made

    def test_every_state_is_kept_with_its_author(self) -> None:
        admin = make_user(role="admin")
        who = access(admin, "pipelines.edit")
        first = default_pipeline()
        services.update_pipeline(who, first.id, name="直销", business_line=None, expected=1)
        with pytest.raises(Stale):
            services.update_pipeline(who, first.id, name="代理", business_line=None, expected=1)
        kept = versions_of(VERSIONS, first.id)
        assert [(one.content["name"], one.author_id) for one in kept] == [
            ("直销", admin.pk),
            (first.name, None),
        ]
        assert audit.history("pipeline", first.id).items[0].action == "update"

    def test_an_earlier_version_comes_back_with_its_very_stages(self) -> None:
        made = find_pipeline(other())
        first, second = made.open_stages[:2]
        points = [{"name": "拜访", "activity_kind": "visit"}, {"name": "报价"}]
        services.set_checklist(SYSTEM, made.id, first.id, points)
        wanted = find_pipeline(made.id)
        number = versions_of(VERSIONS, made.id)[0].number
        # Renamed, names changed places, ordered otherwise, one removed, one added, another checklist.
        services.update_stage(SYSTEM, made.id, first.id, {"name": "甲", "probability": 33})
        services.update_stage(SYSTEM, made.id, second.id, {"name": first.name})
        services.order_stages(SYSTEM, made.id, [made.open_stages[2].id, first.id])
        services.set_checklist(SYSTEM, made.id, first.id, [{"name": "另一点"}])
        services.remove_stage(SYSTEM, made.id, second.id)
        added = services.add_stage(SYSTEM, made.id, {"name": "试用"})
        services.update_pipeline(SYSTEM, made.id, name="另一个名字", business_line=None)
        card = make_opportunity(pipeline=made.id, stage=added)
        with pytest.raises(StageHolds):
            services.restore_version(SYSTEM, made.id, number)
        for target in ("试用", "甲", made.won.name):
            with pytest.raises(Invalid):
                services.restore_version(SYSTEM, made.id, number, to_stage=target)
        assert services.restore_version(SYSTEM, made.id, number, to_stage=second.name) == 1
        now = find_pipeline(made.id)
        assert (now.name, now.stages) == (wanted.name, wanted.stages)
        assert Opportunity.objects.get(pk=card.pk).stage_id == second.id
        assert audit.history("pipeline", made.id).items[0].action == "restore_version"
        assert (
            versions_of(VERSIONS, made.id)[0].content == versions_of(VERSIONS, made.id, limit=99)[-2].content
        )
        connection.check_constraints()
        # Back again, by the version that was left.
        services.restore_version(SYSTEM, made.id, versions_of(VERSIONS, made.id)[1].number, to_stage="甲")
        assert [one.name for one in find_pipeline(made.id).open_stages][-1] == "试用"

    def test_a_version_from_before_stages_had_ids_is_read_by_names(self) -> None:
        made = find_pipeline(other())
        old = versions_of(VERSIONS, made.id)[0].content
        for stage_ in old["stages"].values():
            del stage_["id"]
        kept = save_version(SYSTEM, VERSIONS, made.id, old)
        services.remove_stage(SYSTEM, made.id, made.open_stages[1].id)
        services.restore_version(SYSTEM, made.id, kept.number)
        assert find_pipeline(made.id).stages == made.stages

    @pytest.mark.parametrize(
        ("values", "field"),
        [
            ({"name": ""}, "name"),
            ({"name": "x" * 81}, "name"),
            ({"name": "需求确认"}, "name"),
            ({"probability": 101}, "probability"),
            ({"probability": "viel"}, "probability"),
            ({"days_until_stuck": 0}, "days_until_stuck"),
            ({"color": "mauve"}, "color"),
            ({"guidance": "x" * 2001}, "guidance"),
            ({"required_fields": ["nonsense"]}, "required_fields"),
            ({"required_fields": ["stage"]}, "required_fields"),
        ],
    )
    def test_bad_values_are_refused(self, values: dict[str, object], field: str) -> None:
        first = default_pipeline()
        with pytest.raises(Invalid) as refusal:
            services.update_stage(SYSTEM, first.id, first.first.id, values)
        assert field in refusal.value.fields

    def test_there_is_exactly_one_default(self) -> None:
        made = other()
        services.make_default(SYSTEM, made)
        assert list(Pipeline.objects.filter(is_default=True).values_list("pk", flat=True)) == [made]
        with pytest.raises(DefaultPipeline):
            services.archive_pipeline(SYSTEM, made)

    def test_won_and_lost_and_the_last_open_stage_stay(self) -> None:
        made = find_pipeline(other())
        for ending in (made.won, made.lost):
            with pytest.raises(ClosingStage):
                services.remove_stage(SYSTEM, made.id, ending.id)
            with pytest.raises(ClosingStage):
                services.set_checklist(SYSTEM, made.id, ending.id, [{"name": "x"}])
        for one in made.open_stages[1:]:
            services.remove_stage(SYSTEM, made.id, one.id)
        with pytest.raises(LastStage):
            services.remove_stage(SYSTEM, made.id, made.first.id)

    def test_a_checklist_is_renamed_reordered_and_cut(self) -> None:
        first = default_pipeline()
        put: Callable[..., None] = services.set_checklist
        put(SYSTEM, first.id, first.first.id, [{"name": "甲"}, {"name": "乙"}, {"name": "丙"}])
        one, two, _three = find_pipeline(first.id).first.items
        put(SYSTEM, first.id, first.first.id, [{"id": two.id, "name": "甲"}, {"id": one.id, "name": "乙"}])
        assert [(item.id, item.name) for item in find_pipeline(first.id).first.items] == [
            (two.id, "甲"),
            (one.id, "乙"),
        ]
        for bad in ([{"name": ""}], [{"name": "x"}, {"name": "x"}], [{"name": "x", "activity_kind": "fax"}]):
            with pytest.raises(Invalid):
                put(SYSTEM, first.id, first.first.id, bad)
        with pytest.raises(NotFound):
            put(SYSTEM, first.id, first.first.id, [{"id": 2**40, "name": "x"}])


@db
class TestGoingOutOfUse:
    def test_a_stage_with_cards_asks_where_they_go(self) -> None:
        first = default_pipeline()
        held = [make_opportunity().pk for _ in range(2)]
        archived = make_opportunity()
        services.archive_opportunities(SYSTEM, [archived.pk])
        with pytest.raises(StageHolds) as refusal:
            services.remove_stage(SYSTEM, first.id, first.first.id)
        assert refusal.value.facts["count"] == 3
        for bad in (first.won.id, first.first.id, 2**40):
            with pytest.raises(Invalid):
                services.remove_stage(SYSTEM, first.id, first.first.id, to_stage_id=bad)
        target = first.open_stages[1].id
        assert services.remove_stage(SYSTEM, first.id, first.first.id, to_stage_id=target) == 3
        moved = Opportunity.objects.filter(pk__in=[*held, archived.pk])
        assert set(moved.values_list("stage_id", flat=True)) == {target}
        assert StageMove.objects.filter(from_stage_id=first.first.id, to_stage_id=target).count() == 3
        with pytest.raises(StageGone):
            services.move_stage(SYSTEM, held[0], stage_id=first.first.id)
        with pytest.raises(StageGone):
            make_opportunity(stage=first.first.id)

    def test_a_pipeline_goes_with_its_cards_moved_and_comes_back(self) -> None:
        made = find_pipeline(other())
        open_one = make_opportunity(pipeline=made.id)
        won = make_opportunity(stage=made.won.id)
        with pytest.raises(StageHolds):
            services.archive_pipeline(SYSTEM, made.id)
        with pytest.raises(Invalid):
            services.archive_pipeline(SYSTEM, made.id, to_stage_id=made.open_stages[1].id)
        assert services.archive_pipeline(SYSTEM, made.id, to_stage_id=stage(1)) == 1
        open_one.refresh_from_db()
        assert (open_one.stage_id, open_one.pipeline_id) == (stage(1), default_pipeline().id)
        assert [one.id for one in pipelines()] == [default_pipeline().id]
        admin = client_for(make_user(role="admin"))
        assert admin.get(f"/opportunities/{won.pk}").status_code == 200
        with pytest.raises(StageGone):
            services.reopen(SYSTEM, won.pk)
        with pytest.raises(StageGone):
            services.update_opportunity(SYSTEM, open_one.pk, {"pipeline": made.id})
        with pytest.raises(PipelineArchived):
            services.add_stage(SYSTEM, made.id, {"name": "x"})
        services.create_pipeline(SYSTEM, name="渠道")
        with pytest.raises(Invalid):  # the name is another's meanwhile
            services.restore_pipeline(SYSTEM, made.id)
        services.update_pipeline(SYSTEM, pipelines()[1].id, name="渠道二", business_line=None)
        services.restore_pipeline(SYSTEM, made.id)
        assert services.reopen(SYSTEM, won.pk).pipeline_id == made.id


@pytest.mark.django_db(transaction=True)
def test_no_card_slips_into_a_stage_that_is_being_removed() -> None:
    first = default_pipeline()
    victim, target = first.open_stages[1].id, first.open_stages[2].id
    cards = [make_opportunity().pk for _ in range(6)]
    start = threading.Barrier(7)
    outcomes: list[object] = []

    def run(act: Callable[[], object]) -> None:
        start.wait()
        try:
            outcomes.append(act())
        except DomainError as refused:
            outcomes.append(refused)
        finally:
            connections.close_all()

    acts: list[Callable[[], object]] = [
        lambda card=card: services.move_stage(SYSTEM, card, stage_id=victim)  # type: ignore[misc]
        for card in cards
    ]
    acts.append(lambda: services.remove_stage(SYSTEM, first.id, victim, to_stage_id=target))
    threads = [threading.Thread(target=run, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(outcomes) == 7
    assert {type(one) for one in outcomes if isinstance(one, DomainError)} <= {StageGone}
    assert not Opportunity.objects.filter(stage_id=victim).exists()


class TestAnyOrder(TestCase):
    """Whatever is done to its stages, a pipeline's order has no gaps and ends with won and lost."""

    @settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
    @given(
        st.lists(
            st.one_of(
                st.tuples(st.just("add"), st.lists(st.integers(0, 9), max_size=1)),
                st.tuples(st.just("remove"), st.lists(st.integers(0, 6), min_size=1, max_size=1)),
                st.tuples(st.just("order"), st.permutations(range(6))),
                st.tuples(st.just("default"), st.just([])),
            ),
            max_size=8,
        )
    )
    def test_positions_and_the_default_hold(self, acts: list[tuple[str, list[int]]]) -> None:
        made = other()
        card = make_opportunity(pipeline=made)
        for number, (act, places) in enumerate(acts):
            found = find_pipeline(made)
            ids = [one.id for one in found.open_stages]
            try:
                if act == "add":
                    services.add_stage(SYSTEM, made, {"name": f"阶段 {number}"})
                elif act == "remove":
                    there = ids[places[0] % len(ids)]
                    to = next((one for one in ids if one != there), None)
                    services.remove_stage(SYSTEM, made, there, to_stage_id=to)
                elif act == "order":
                    asked = [ids[place] for place in places if place < len(ids)]
                    services.order_stages(SYSTEM, made, asked)
                    assert [one.id for one in find_pipeline(made).open_stages][: len(asked)] == asked
                else:
                    services.make_default(SYSTEM, made)
            except LastStage:
                assert len(ids) == 1
        found = find_pipeline(made)
        assert [one.position for one in found.stages] == list(range(len(found.stages)))
        assert [one.kind for one in found.stages[-2:]] == ["won", "lost"]
        assert all(one.is_open for one in found.stages[:-2])
        assert Pipeline.objects.filter(is_default=True).count() == 1
        card.refresh_from_db()
        assert card.stage_id in found.by_id
        connection.check_constraints()


@db
def test_the_api_sets_up_what_the_screens_do() -> None:
    admin = client_for(make_user(role="admin"))
    created = call(admin, "POST", "/pipelines", {"name": "渠道"})
    assert (created.status_code, created["ETag"]) == (201, '"1"')
    made = created.json()
    base = f"/pipelines/{made['id']}"
    added = call(admin, "POST", f"{base}/stages", {"name": "试用", "required_fields": ["amount"]})
    trial = next(one for one in added.json()["stages"] if one["name"] == "试用")
    assert (trial["position"], trial["required_fields"]) == (4, ["amount"])
    order = [trial["id"], *(one["id"] for one in made["stages"] if one["kind"] == "open")]
    assert call(admin, "PUT", f"{base}/stages", {"stages": order}).json()["stages"][0]["name"] == "试用"
    point = {"items": [{"name": "试用账号", "activity_kind": "email"}]}
    listed = call(admin, "PUT", f"{base}/stages/{trial['id']}/checklist", point).json()["stages"][0]
    assert [one["name"] for one in listed["items"]] == ["试用账号"]
    stale = call(admin, "PATCH", base, {"name": "渠道二"}, **{"If-Match": '"1"'})
    assert stale.status_code == 412
    assert call(admin, "PATCH", base, {"name": "渠道二"}).json()["name"] == "渠道二"
    card = make_opportunity(pipeline=made["id"])
    refused = call(admin, "POST", f"{base}/stages/{trial['id']}/remove", {})
    assert (refused.status_code, refused.json()["code"]) == (409, "stage.holds_opportunities")
    removed = call(admin, "POST", f"{base}/stages/{trial['id']}/remove", {"to_stage": order[1]})
    assert removed.json() == {"moved": 1}
    assert call(admin, "POST", f"{base}/default").json()["is_default"]
    assert call(admin, "POST", f"{base}/archive", {}).json()["code"] == "pipeline.default"
    assert len(call(admin, "GET", f"{base}/versions").json()["items"]) == 7
    assert call(admin, "POST", f"{base}/versions/4/restore", {}).json() == {"moved": 0}
    assert call(admin, "GET", base).json()["stages"][0]["name"] == "试用"
    assert call(admin, "POST", f"{base}/versions/99/restore", {}).status_code == 404
    assert Opportunity.objects.get(pk=card.pk).stage_id == order[1]
    rep = client_for(make_user())
    assert call(rep, "GET", base).status_code == 200
    assert call(rep, "POST", f"{base}/stages", {"name": "x"}).status_code == 403
    assert call(rep, "GET", f"{base}/versions").status_code == 403


@db
def test_the_settings_pages() -> None:
    client = client_for(make_user(role="admin"))
    htmx = {"HX-Request": "true"}
    made = client.post(
        "/settings/pipelines/new", {"name": "渠道", "copy_of": default_pipeline().id}, headers=htmx
    )
    home = made["HX-Redirect"]
    pipeline = pipelines()[1]
    first = f"{home}/stages/{pipeline.first.id}"
    assert "渠道" in client.get("/settings/pipelines").content.decode()
    client.post(f"{home}/stages/new", {"name": "试用", "probability": "40", "color": "pink"}, headers=htmx)
    form = {
        "name": "首次接触",
        "color": "teal",
        "probability": "20",
        "days_until_stuck": "",
        "guidance": "一周内联系",
        "required_fields": ["amount", "expected_close_on"],
    }
    assert client.post(first, form, headers=htmx).status_code == 204
    client.post(f"{first}/items/new", {"name": "拜访", "activity_kind": "visit"}, headers=htmx)
    client.post(f"{first}/items/new", {"name": "确认决策人"}, headers=htmx)
    stage_now = find_pipeline(pipeline.id).first
    assert (stage_now.days_until_stuck, stage_now.guidance) == (None, "一周内联系")
    items = [item.id for item in stage_now.items]
    client.post(f"{first}/items/order", {"ids": items[::-1]}, headers=htmx)
    client.post(f"{first}/items/{items[0]}", {"name": "上门拜访"}, headers=htmx)
    assert [item.name for item in find_pipeline(pipeline.id).first.items] == ["确认决策人", "上门拜访"]
    client.post(f"{first}/items/{items[1]}/remove", headers=htmx)
    ids = [one.id for one in find_pipeline(pipeline.id).open_stages]
    client.post(f"{home}/order", {"ids": ids[::-1]}, headers=htmx)
    assert [one.id for one in find_pipeline(pipeline.id).open_stages] == ids[::-1]
    forms = ["stages/new", "archive", "edit", "versions", "versions/2/restore"]
    of_stage = ["items/new", f"items/{items[0]}", "remove"]
    urls = [*(f"{home}/{one}" for one in forms), *(f"{first}/{one}" for one in of_stage)]
    for url in (home, first, "/settings/pipelines/new", *urls):
        assert client.get(url).status_code == 200, url
        assert client.get(url, headers={"Accept-Language": "en"}).status_code == 200, url
    make_opportunity(pipeline=pipeline.id)
    restored = client.post(f"{home}/versions/2/restore", {}, headers=htmx)
    assert (restored.status_code, find_pipeline(pipeline.id).open_stages[-1].name) == (204, "试用")
    held = client.post(f"{home}/archive", {}, headers=htmx)
    assert (held.status_code, held.json()["code"]) == (409, "stage.holds_opportunities")
    assert "1" in client.get(f"{home}/archive").content.decode()
    client.post(f"{home}/archive", {"to_stage": stage(0)}, headers=htmx)
    assert "渠道" in client.get("/settings/pipelines").content.decode()
    client.post(f"{home}/restore", headers=htmx)
    client.post(f"{home}/default", headers=htmx)
    assert default_pipeline().id == pipeline.id
    assert client_for(make_user()).get("/settings/pipelines").status_code == 403
    assert client_for(make_user()).post(f"{home}/versions/1/restore").status_code == 403


@db
def test_the_page_of_versions_offers_an_earlier_one_but_not_of_an_archived_pipeline() -> None:
    admin, made = client_for(make_user(role="admin")), other()
    home = f"/settings/pipelines/{made}"
    untouched = f"/settings/pipelines/{default_pipeline().id}/versions"
    assert "还没有改动" in admin.get(untouched).content.decode()
    for name in ("甲", "乙"):
        services.update_pipeline(SYSTEM, made, name=name, business_line="")
    number = versions_of(VERSIONS, made)[-1].number
    assert f'hx-get="{home}/versions/{number}/restore' in admin.get(f"{home}/versions").content.decode()
    services.archive_pipeline(SYSTEM, made)
    page = admin.get(f"{home}/versions").content.decode()
    assert "乙" in page
    assert "/restore" not in page
