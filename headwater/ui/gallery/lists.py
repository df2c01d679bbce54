"""A made-up list, its board and its tiles."""

# ruff: noqa: E501 - samples, a line each

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from decimal import Decimal

from django.http import HttpRequest

from headwater.kernel import clock
from headwater.ui.gallery.names import COMPANIES, JOBS, NAMES, OWNERS, SOURCES, STAGES
from headwater.ui.pages import (
    Action,
    Cell,
    Column,
    ColumnChoice,
    EmptyState,
    FieldControl,
    FilterChip,
    ListPage,
    Option,
    Row,
    Tab,
    Tile,
)
from headwater.ui.shell import DENSITIES, DENSITY_COOKIE, preference

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


TILES = (
    Tile("本月新增线索", "375", "条", "较上月", 12.4, icon="users-round"),
    Tile("今日待跟进", "59", "条", "较上月", -3.1, icon="calendar-check"),
    Tile("线索转化率", "9.8", "%", "较上月", 1.8, icon="target"),
    Tile("平均响应", "6 分钟", "", "较上月", -18.0, up_is_good=False, icon="timer", href="#"),
)
TABLE_ROWS = tuple(
    replace(_row(at), tools=(Action("编辑", icon="pencil", dialog="/_gallery/form"),)) for at in range(4)
)


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
