"""Made-up data of the gallery."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from decimal import Decimal

from django.http import HttpRequest
from markupsafe import Markup

from headwater.kernel import clock
from headwater.ui.pages import (
    Action,
    Cell,
    Column,
    ColumnChoice,
    Comment,
    Composer,
    ComposerKind,
    EmptyState,
    Fact,
    FactGroup,
    FieldControl,
    FilterChip,
    ListPage,
    Option,
    RecordPage,
    RelatedList,
    Row,
    StageStep,
    Tab,
    Tag,
    Tile,
    TimelineDay,
    TimelineEvent,
    TimelinePage,
)
from headwater.ui.shell import DENSITIES, DENSITY_COOKIE, preference

NAMES = ["杨子涵", "林海燕", "何欣怡", "郭梦琪", "张嘉豪", "朱欣怡", "陈思远", "刘俊杰", "罗梦琪", "马晓峰", "朱建国", "朱雅婷", "欧阳静怡", "徐志强"]
JOBS = ["IT 主管", "运营负责人", "销售总监", "采购经理", "总经理", "信息化总监", "副总裁", "创始人"]
COMPANIES = [
    "上海华泰新能源材料有限公司",
    "上海卓康餐饮管理有限公司",
    "青岛海辰供应链管理有限公司",
    "武汉博泰电子商务有限公司",
    "深圳恒源新能源材料有限公司",
    "广州启康教育科技有限公司",
]
SOURCES = ["百度推广", "小红书", "老客转介绍", "官网表单", "抖音表单", "展会"]
OWNERS = ["赵明轩", "李泽宇", "陈志远", "林晓彤", "王雨桐", "周佳怡"]
STAGES = [
    ("new", "新线索", "gray"),
    ("contacted", "已联系", "blue"),
    ("need", "需求确认", "indigo"),
    ("quote", "方案报价", "pink"),
    ("deal", "商务谈判", "orange"),
    ("won", "赢单", "green"),
]
PEOPLE_OPTIONS = [
    {"value": str(at), "label": name, "note": "华东一部", "hue": hue}
    for at, (name, hue) in enumerate(
        zip(OWNERS, ("pink", "indigo", "teal", "violet", "cyan", "orange"), strict=True)
    )
]
ACTIONS = (
    Action("导入", icon="upload", href="#"),
    Action("新建线索", icon="plus", dialog="/_gallery/form", kind="primary"),
)
BATCH = (
    Action("分配", icon="user-plus", key="assign", dialog="/_gallery/form"),
    Action("转移到线索池", icon="droplets", key="move", post="/_gallery/move"),
    Action("打标签", icon="tag", key="tag", dialog="/_gallery/form"),
    Action("导出", icon="download", key="export", href="#"),
    Action(
        "归档",
        icon="archive",
        key="archive",
        post="/_gallery/move",
        kind="danger",
        confirm="归档所选的线索？",
    ),
)
TABS = (
    Tab("全部线索", "/_gallery/list", current=True),
    Tab("我的线索", "#", count=48),
    Tab("今日待跟进", "#", count=12),
    Tab("逾期未跟进", "#", count=5),
    Tab("高分线索", "#"),
    Tab("公海", "#", count=1001),
)
LAYOUTS = (Tab("列表", "/_gallery/list", True, icon="list"), Tab("看板", "/_gallery/board", icon="kanban"))


def _row(at: int) -> Row:
    name, company, owner = NAMES[at % 14], COMPANIES[at % 6], OWNERS[at * 5 % 6]
    _key, stage, hue = STAGES[at * 7 % 6]
    score = 31 + at * 37 % 67
    amount = Decimal([68000, 120000, 12000, 28000, 260000, 1200000][at % 6])
    due = clock.now() + timedelta(days=[3, -4, 1, -2, 9, 0][at % 6], hours=2)
    seen = clock.now() - timedelta(hours=at * 7 % 60)
    tag = Cell("tag", stage, hue=hue)
    cells = (
        Cell("name", name, title=JOBS[at % 8], note=company, href="/_gallery/record"),
        tag,
        Cell("score", score),
        Cell("text", SOURCES[at % 6]),
        Cell("person", owner),
        Cell("money", amount),
        Cell("when", due, overdue=True) if at % 5 else Cell(),
        Cell("when", seen),
    )
    card = (("", cells[2]), ("", cells[5]), ("", cells[3]), ("跟进", cells[6]))
    return Row(at + 1, cells, href="/_gallery/record", card=card, card_tag=tag)


COLUMNS = (
    Column("name", "联系人", sort_href="#"),
    Column("stage", "状态", sort_href="#"),
    Column("score", "评分", sort_href="#", sort="descending"),
    Column("source", "来源"),
    Column("owner", "负责人", sort_href="#"),
    Column("amount", "预计金额", align="right", sort_href="#"),
    Column("next", "下次跟进", sort_href="#"),
    Column("active", "最近活动", sort_href="#"),
)


def filters() -> tuple[FieldControl, ...]:
    stages = tuple(Option(key, label, hue=hue) for key, label, hue in STAGES)
    sources = tuple(Option(item, item) for item in SOURCES)
    return (
        FieldControl("f.stage", "状态", "multi", options=stages, placeholder="状态"),
        FieldControl("f.source", "来源", "multi", options=sources, placeholder="来源"),
        FieldControl(
            "f.owner", "负责人", "users", options_url="/_gallery/options.json", placeholder="负责人"
        ),
    )


def list_page(
    request: HttpRequest, rows: tuple[Row, ...] | None = None, empty: EmptyState | None = None
) -> ListPage:
    size = int(request.GET.get("rows", "50"))
    shown = tuple(_row(at) for at in range(size)) if rows is None else rows
    density = preference(request, DENSITY_COOKIE, DENSITIES)
    return ListPage(
        title="线索",
        url="/_gallery/list",
        key="gallery",
        columns=COLUMNS,
        rows=shown,
        empty=empty or EmptyState("还没有线索"),
        count=1200 if shown else 0,
        count_cap=5000,
        q=request.GET.get("q", ""),
        search_placeholder="姓名 / 公司 / 手机号",
        tabs=TABS,
        layouts=LAYOUTS,
        actions=ACTIONS,
        filters=filters(),
        criteria=request.GET.get("filter", ""),
        criteria_fields_url="/_gallery/fields.json",
        chips=(FilterChip("来源 属于 百度推广, 小红书", "#"), FilterChip("评分 大于等于 60", "#"))
        if "chips" in request.GET
        else (),
        clear_href="#",
        save_view_dialog="/_gallery/form",
        batch=BATCH,
        select_all_count=1200,
        density="compact" if density == "compact" else "cosy",
        column_choices=tuple(ColumnChoice(item.key, item.label, True) for item in COLUMNS[1:]),
        next_href="#",
        self_href="/_gallery/list",
    )


def _at(days: int, hour: int, minute: int) -> datetime:
    from django.utils import timezone

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
    states = ("done", "done", "now", "next", "next", "next")
    steps = tuple(
        StageStep(label, states[at], post="/_gallery/move")
        for at, (_key, label, _hue) in enumerate(STAGES)  # type: ignore[arg-type]
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


def form_controls() -> tuple[FieldControl, ...]:
    stages = tuple(Option(key, label, hue=hue) for key, label, hue in STAGES)
    tree = (
        Option("1", "活水科技"),
        Option("2", "销售中心", depth=1),
        Option("3", "华东一部", depth=2),
        Option("4", "华南部", depth=2),
        Option("5", "市场部", depth=1),
    )
    regions = (
        Option("广东省", "广东省"),
        Option("广东省/深圳市", "深圳市", parent="广东省"),
        Option("广东省/深圳市/南山区", "南山区", parent="广东省/深圳市"),
        Option("广东省/广州市", "广州市", parent="广东省"),
        Option("上海市", "上海市"),
        Option("上海市/浦东新区", "浦东新区", parent="上海市"),
    )
    words = tuple(Option(item, item) for item in ("重点", "老客户", "展会", "年框"))
    return (
        FieldControl("name", "姓名", required=True, span=6, placeholder="联系人姓名"),
        FieldControl(
            "mobile", "手机", "phone", required=True, span=6, value="138 0013 80", error="手机号应为 11 位。"
        ),
        FieldControl("company", "公司", span=6, help="填写营业执照上的全称，便于查重。"),
        FieldControl("title", "职位", span=6),
        FieldControl("region", "地区", "cascade", value="广东省/深圳市", options=regions, span=6),
        FieldControl("department", "部门", "department", "3", options=tree, span=6),
        FieldControl(
            "owner",
            "负责人",
            "user",
            "1",
            options=(Option("1", "李泽宇"),),
            options_url="/_gallery/options.json",
            span=6,
        ),
        FieldControl("tags", "标签", "multi", ["重点", "展会"], options=words, span=6, creatable=True),
        FieldControl("stage", "阶段", "select", "need", options=stages, span=6),
        FieldControl("amount", "预计金额", "money", "120000", span=6),
        FieldControl("rate", "赢率", "percent", "35", span=6),
        FieldControl("next_at", "下次跟进", "datetime", span=6, placeholder="选择时间"),
        FieldControl("close_on", "预计成交", "date", "2026-12-18", span=6),
        FieldControl("period", "合作期", "daterange", span=6),
        FieldControl(
            "heat",
            "意向",
            "chips",
            "mid",
            options=(Option("low", "低"), Option("mid", "中"), Option("high", "高")),
            span=6,
        ),
        FieldControl(
            "channel",
            "联系方式",
            "segments",
            "call",
            options=(Option("call", "电话", icon="phone"), Option("wx", "微信", icon="wechat")),
            span=6,
        ),
        FieldControl("sms", "接收短信提醒", "switch", True, span=6),
        FieldControl("agree", "已取得客户同意", "checkbox", span=6, help="来源和时间会随线索保存。"),
        FieldControl("note", "需求描述", "long_text"),
        FieldControl("files", "附件", "files"),
    )


TILES = (
    Tile("本月新增线索", "375", "条", "较上月", 12.4, icon="users-round"),
    Tile("今日待跟进", "59", "条", "较上月", -3.1, icon="calendar-check"),
    Tile("线索转化率", "9.8", "%", "较上月", 1.8, icon="target"),
    Tile("平均响应", "6 分钟", "", "较上月", -18.0, up_is_good=False, icon="timer", href="#"),
)
TABLE_ROWS = tuple(
    replace(_row(at), tools=(Action("编辑", icon="pencil", dialog="/_gallery/form"),)) for at in range(4)
)
CRITERIA = '{"all":[{"field":"source","op":"in","value":["百度推广"]},{"any":[{"field":"score","op":"gte","value":60},{"field":"created_at","op":"within","value":{"last":7,"unit":"day"}}]}]}'
_PICK = [
    {"key": "in", "label": "属于", "wants": "many"},
    {"key": "not_in", "label": "不属于", "wants": "many"},
    {"key": "is_empty", "label": "为空", "wants": "nothing"},
]
_SIZE = [
    {"key": "gte", "label": "大于等于", "wants": "one"},
    {"key": "between", "label": "介于", "wants": "pair"},
]
CRITERIA_FIELDS = {
    "fields": [
        {"key": "name", "label": "姓名", "type": "text", "group": "", "operators": [{"key": "contains", "label": "包含", "wants": "text"}]},
        {"key": "source", "label": "来源", "type": "picklist", "group": "", "operators": _PICK, "options": [{"value": item, "label": item} for item in SOURCES]},
        {"key": "owner", "label": "负责人", "type": "user", "group": "", "operators": _PICK, "src": "/_gallery/options.json"},
        {"key": "score", "label": "评分", "type": "number", "group": "", "operators": _SIZE},
        {"key": "created_at", "label": "创建时间", "type": "datetime", "group": "", "operators": [{"key": "within", "label": "在", "wants": "period"}, {"key": "between", "label": "介于", "wants": "pair"}]},
    ],
    "periods": [["today", "今天"], ["this_week", "本周"], ["this_month", "本月"]],
}  # fmt: skip
SEARCH_GROUPS = [
    {
        "label": "线索",
        "items": [
            {
                "label": "张嘉豪",
                "detail": "深圳启拓供应链管理有限公司 · 180 6524 3449",
                "url": "/_gallery/record",
                "icon": "users-round",
            },
            {
                "label": "张三",
                "detail": "上海华泰新能源材料有限公司",
                "url": "/_gallery/record",
                "icon": "users-round",
            },
        ],
    },
    {
        "label": "客户",
        "items": [
            {"label": "张江集成电路有限公司", "detail": "上海 浦东新区", "url": "#", "icon": "building-2"}
        ],
    },
]


@dataclass(frozen=True, slots=True)
class Card:
    """A card of the made-up board."""

    id: int
    title: str
    href: str
    note: str
    amount: Decimal | None
    score: int | None
    when: datetime | None
    overdue: bool
    person: str


@dataclass(frozen=True, slots=True)
class BoardColumn:
    key: str
    label: str
    hue: str
    count: int
    sum_text: str
    cards: tuple[Card, ...]
    more_url: str = ""


def _card(at: int, step: int) -> Card:
    due = clock.now() + timedelta(days=[3, -2, 1, 5, -1][at % 5])
    return Card(
        at * 10 + step, COMPANIES[(at + step) % 6], "/_gallery/record", f"{NAMES[(at * 3 + step) % 14]} · {JOBS[at % 8]}",
        Decimal([12000, 155000, 68000, 480000][(at + step) % 4]), 60 + (at * 13 + step * 7) % 40, due, True, OWNERS[(at + step) % 6],
    )  # fmt: skip


def board() -> tuple[BoardColumn, ...]:
    return tuple(
        BoardColumn(key, label, hue, [323, 246, 211, 133, 0, 46][step], "¥1,234万" if step != 4 else "", tuple(_card(at, step) for at in range(0 if step == 4 else 5)))
        for step, (key, label, hue) in enumerate(STAGES)
    )  # fmt: skip


def sign_in_form() -> tuple[FieldControl, ...]:
    return (
        FieldControl("login", "邮箱", "email", autocomplete="username", placeholder="you@company.com"),
        FieldControl("password", "密码", "password", autocomplete="current-password"),
    )
