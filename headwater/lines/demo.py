"""The demo company's second line: implementation hears of leads that speak of connecting systems.

It sells along a pipeline of its own, whose stages say what must be done before a card moves on.
"""

from collections.abc import Mapping, Sequence
from datetime import timedelta

from headwater.customization.services import add_choices
from headwater.kernel import clock
from headwater.kernel.access import Access, system_access
from headwater.kernel.sql import values
from headwater.lines.services import create_rule, spawn_by_rule
from headwater.lines.types import PICKLIST
from headwater.sales import services as sales
from headwater.sales.queries import default_pipeline, find_pipeline

SHOWN = 4  # leads that have led to an opportunity already
Points = Sequence[tuple[str, str, str]]  # name, guidance, kind of follow-up

_GUIDANCE = (
    "一周内电话联系，弄清是谁、在用什么、为什么现在找我们。",
    "和使用人、决策人各谈一次，把需求写成一页纸发给对方确认。",
    "报价前先确认预算和决策流程；方案一次讲清价值，不只发价格。",
    "只和能拍板的人谈条款，每次让步都换回一样东西。",
)
# name, chance, days until stuck, colour, guidance, required fields, points of the checklist
_STAGES: Sequence[tuple[str, int, int, str, str, tuple[str, ...], Points]] = (
    (
        "需求调研",
        20,
        10,
        "teal",
        "弄清对接哪些系统、谁来配合、什么时候必须上线。",
        ("expected_close_on",),
        (
            ("和客户技术负责人通话", "问清现有系统、接口方式和数据量", "call"),
            ("填写调研表", "模板在知识库，客户签字后上传", ""),
        ),
    ),
    (
        "方案评审",
        50,
        14,
        "violet",
        "方案要经过内部评审，再给客户讲解。",
        ("amount",),
        (
            ("内部评审通过", "产品、实施、安全各一人参加", ""),
            ("给客户讲解方案", "尽量面谈，带上实施经理", "meeting"),
        ),
    ),
    (
        "合同与排期",
        80,
        14,
        "amber",
        "合同条款和人力排期同时确认，避免签了没人做。",
        ("amount", "expected_close_on"),
        (("实施经理确认排期", "写明人天和到场时间", ""), ("法务审核合同", "", "")),
    ),
)


def set_up_lines(people: Mapping[str, int], pools: Mapping[str, int]) -> None:
    """Two lines and a rule between them, switched on."""
    access = system_access("demo")
    _software, services = add_choices(access, PICKLIST, ["软件订阅", "实施服务"])
    pipeline_id = _pipeline(access, services)
    _guide(access)
    rule = create_rule(
        access,
        name="提到对接的线索给实施组",
        content={
            "keywords": ["对接", "打通", "接口", "私有化部署"],
            "line": services,
            "pipeline": None,
            "owner": "people",
            "people": [{"user": people["south1"], "weight": 2}, {"user": people["north1"], "weight": 1}],
        },
        is_active=True,
        note="演示数据",
    )
    mentioned = values(
        "SELECT id FROM leads_lead WHERE status = 'following' AND requirement LIKE '%%接口%%'"
        " ORDER BY created_at DESC, id LIMIT %s",
        (SHOWN,),
    )
    made = [spawn_by_rule(lead_id, rule.pk) for lead_id in mentioned]
    _work(access, pipeline_id, [one.opportunity_id for one in made if one is not None])


def _pipeline(access: Access, line: str) -> int:
    """The pipeline of the line: three open stages, each with guidance and a checklist."""
    made = sales.create_pipeline(access, name="实施服务", business_line=line)
    stages = find_pipeline(made).open_stages
    for surplus in stages[len(_STAGES) :]:
        sales.remove_stage(access, made, surplus.id)
    for stage, (name, chance, days, color, guidance, fields, points) in zip(stages, _STAGES, strict=False):
        given = {
            "name": name,
            "probability": chance,
            "days_until_stuck": days,
            "color": color,
            "guidance": guidance,
            "required_fields": fields,
        }
        sales.update_stage(access, made, stage.id, given)
        items = [{"name": point, "guidance": how, "activity_kind": kind} for point, how, kind in points]
        sales.set_checklist(access, made, stage.id, items)
    return made


def _guide(access: Access) -> None:
    """What good work is in the stages of the usual pipeline."""
    usual = default_pipeline()
    for stage, guidance in zip(usual.open_stages, _GUIDANCE, strict=False):
        sales.update_stage(access, usual.id, stage.id, {"guidance": guidance})


def _work(access: Access, pipeline_id: int, opportunity_ids: Sequence[int]) -> None:
    """The first one is through its first stage, the second half way."""
    first, second = find_pipeline(pipeline_id).open_stages[:2]
    done = [item.id for item in first.items]
    for opportunity_id in opportunity_ids[:1]:
        closes = {"expected_close_on": (clock.today() + timedelta(days=45)).isoformat()}
        sales.move_stage(access, opportunity_id, stage_id=second.id, values=closes, done=done)
    for opportunity_id in opportunity_ids[1:2]:
        sales.tick(access, opportunity_id, done[:1])
