"""Made-up fields, conditions and finds."""

# ruff: noqa: E501 - samples, a line each

from headwater.ui.gallery.names import OWNERS, SOURCES, STAGES
from headwater.ui.pages import FieldControl, Option

PEOPLE_OPTIONS = [
    {"value": str(at), "label": name, "note": "华东一部", "hue": hue}
    for at, (name, hue) in enumerate(
        zip(OWNERS, ("pink", "indigo", "teal", "violet", "cyan", "orange"), strict=True)
    )
]


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
        FieldControl("next_at", "下次跟进", "datetime", span=6, placeholder="选择时间", days=(3, 7)),
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


def sign_in_form() -> tuple[FieldControl, ...]:
    return (
        FieldControl("login", "邮箱", "email", autocomplete="username", placeholder="you@company.com"),
        FieldControl("password", "密码", "password", autocomplete="current-password"),
    )
