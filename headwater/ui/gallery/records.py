"""A made-up record with its timeline."""

from datetime import datetime, timedelta
from decimal import Decimal

from django.utils import timezone
from markupsafe import Markup

from headwater.kernel import clock
from headwater.ui.gallery.names import STAGES
from headwater.ui.pages import (
    Action,
    Cell,
    Column,
    Comment,
    Composer,
    ComposerKind,
    Fact,
    FactGroup,
    Option,
    RecordPage,
    RelatedList,
    Row,
    StageStep,
    Tab,
    Tag,
    TimelineDay,
    TimelineEvent,
    TimelinePage,
)


def _at(days: int, hour: int, minute: int) -> datetime:
    day = timezone.localtime(clock.now()) - timedelta(days=days)
    return day.replace(hour=hour, minute=minute, second=0, microsecond=0)


def timeline_days() -> tuple[TimelineDay, ...]:
    call = TimelineEvent(
        _at(0, 10, 30),
        "林晓彤",
        "电话",
        "phone",
        "blue",
        "客户要求下周三演示，重点看线索分配和移动端。\n技术负责人也会参加。",
        tags=(Tag("约演示", "green"),),
        tools=(
            Action("编辑", icon="pencil", dialog="/_gallery/form"),
            Action("置顶", icon="pin", post="/_gallery/move"),
        ),
        comments=(Comment("陈志远", _at(0, 11, 5), "演示前先把行业案例发过去，可以用新能源那份。"),),
        comment_url="/_gallery/move",
    )
    system = TimelineEvent(
        _at(1, 18, 30),
        "系统",
        "阶段变更",
        "workflow",
        "gray",
        "阶段由「已联系」变更为「需求确认」。",
        is_system=True,
    )
    mail = TimelineEvent(
        _at(1, 4, 30), "王雨桐", "邮件", "mail", "pink", "发送正式报价单 V2（含 30 个账号与实施服务）。"
    )
    visit = TimelineEvent(
        _at(3, 17, 30),
        "李泽宇",
        "拜访",
        "map-pin",
        "orange",
        "上门拜访，参观产线并演示线索分配流程，对方 IT 主管与销售总监参会，整体反馈积极。",
        html=Markup('<span class="hw-tag hw-hue-gray"><span>附件 · 会议纪要.pdf</span></span>'),
    )
    note = TimelineEvent(
        _at(5, 5, 30),
        "周佳怡",
        "备注",
        "file-text",
        "indigo",
        "决策链：销售总监提需求 → IT 评估 → 总经理拍板。竞品：两家。",
        is_pinned=True,
    )
    grouped = ((call,), (system, mail), (visit,), (note,))
    return tuple(TimelineDay(events[0].at.date(), events) for events in grouped)


def record_page() -> RecordPage:
    facts = (
        Fact("手机", Cell("phone", "18065243449"), key="mobile", edit_url="/_gallery/form"),
        Fact("微信", Cell("text", "wx_new_888"), key="wechat", edit_url="/_gallery/form"),
        Fact("邮箱", Cell("email", "lead12@example.com"), key="email", edit_url="/_gallery/form"),
        Fact("职位", Cell("text", "运营负责人"), key="job", edit_url="/_gallery/form"),
        Fact("城市", Cell("text", "广东 深圳 南山区"), key="city", edit_url="/_gallery/form"),
        Fact("行业", Cell("text", "物流供应链"), key="industry", edit_url="/_gallery/form"),
        Fact("来源", Cell("text", "电话外呼"), key="source"),
        Fact("预计金额", Cell("money", Decimal(120000)), key="amount", edit_url="/_gallery/form"),
        Fact("负责人", Cell("person", "周佳怡"), key="owner", edit_url="/_gallery/form"),
        Fact("备注", Cell(), key="note", edit_url="/_gallery/form"),
    )
    steps = (
        *(StageStep(label, "done", post="/_gallery/move") for _key, label, _hue in STAGES[:2]),
        StageStep(STAGES[2][1], "now"),
        *(StageStep(label, "next", post="/_gallery/move") for _key, label, _hue in STAGES[3:]),
    )
    outcomes = tuple(Option(item, item) for item in ("未接通", "已加微信", "约演示", "要报价", "暂无需求"))
    kinds = (
        ComposerKind("call", "电话", "phone", "记录本次电话的关键信息：客户需求、异议、下一步…", outcomes),
        ComposerKind("wechat", "微信", "wechat", "聊了什么，对方怎么说…", outcomes[1:]),
        ComposerKind("visit", "拜访", "map-pin", "见了谁，现场情况…", outcomes[2:]),
        ComposerKind("mail", "邮件", "mail", "邮件要点…"),
        ComposerKind("note", "备注", "sticky-note", "写给自己和同事…"),
    )
    related = RelatedList(
        "商机",
        (Column("name", "名称"), Column("stage", "阶段"), Column("amount", "金额", align="right")),
        (
            Row(
                1,
                (Cell("text", "华东仓 WMS 一期"), Cell("tag", "方案报价", hue="pink"), Cell("money", 380000)),
                href="#",
            ),
            Row(
                2,
                (Cell("text", "总部账号扩容"), Cell("tag", "需求确认", hue="indigo"), Cell("money", 42000)),
                href="#",
            ),
        ),
        count=2,
        add=Action("新建商机", dialog="/_gallery/form"),
        all_href="#",
    )
    return RecordPage(
        title="张嘉豪",
        subtitle="运营负责人",
        note="深圳启拓供应链管理有限公司",
        note_href="#",
        url="/_gallery/record",
        back_href="/_gallery/list",
        tags=(Tag("需求确认", "indigo", dot=True), Tag("决策人已接触", "gray")),
        key_facts=(
            Fact("负责人", Cell("person", "周佳怡")),
            Fact("预计金额", Cell("money", Decimal(120000))),
            Fact("评分", Cell("score", 47)),
            Fact("下次跟进", Cell("when", clock.now() + timedelta(days=2))),
            Fact("来源", Cell("text", "电话外呼")),
        ),
        path=steps,
        actions=(
            Action("拨打", icon="phone", href="tel:18065243449"),
            Action("企微", icon="wechat", href="#"),
            Action("转为客户", kind="primary", dialog="/_gallery/form"),
        ),
        more=(
            Action("退回线索池", icon="undo-2", dialog="/_gallery/form"),
            Action("转给同事", icon="arrow-left-right", dialog="/_gallery/form"),
            Action("归档", icon="archive", post="/_gallery/move", kind="danger", confirm="归档这条线索？"),
        ),
        groups=(FactGroup(facts, title="基本信息"),),
        composer=Composer(
            "/_gallery/form",
            kinds,
            key="gallery-1",
            phrases=("对方在开会，约定稍后回电", "已发送资料", "价格偏高，需要申请折扣"),
        ),
        timeline=TimelinePage(
            timeline_days(),
            filters=(
                Tab("全部", "/_gallery/timeline", True),
                Tab("跟进", "/_gallery/timeline?kind=follow"),
                Tab("变更", "/_gallery/timeline?kind=change"),
            ),
            more_url="/_gallery/timeline",
            count=10,
            title="跟进动态",
        ),
        related=(related,),
        phone_bar=(
            Action("拨打", icon="phone", href="tel:18065243449"),
            Action("企微", icon="wechat", href="#"),
            Action("写跟进", kind="primary", dialog="/_gallery/form"),
        ),
    )
