"""Quotes of the demo company, in every state."""

from collections.abc import Mapping
from datetime import timedelta

from headwater.kernel import clock, sql
from headwater.kernel.access import load_actor, permit, system_access
from headwater.platform.settings import set_setting
from headwater.quotes import services
from headwater.quotes.errors import NeedsApproval

_LETTERHEAD = {
    "quotes.company": "云帆科技（深圳）有限公司",
    "quotes.company_en": "Yunfan Technology (Shenzhen) Co., Ltd.",
    "quotes.address": "深圳市南山区科技园高新南一道 8 号",
    "quotes.address_en": "8 Gaoxin South 1st Road, Nanshan, Shenzhen, China",
    "quotes.phone": "0755-8888 6666",
    "quotes.website": "www.yunfan.example",
    "quotes.tax_id": "91440300MA5DEMO001",
    "quotes.bank": "示例银行深圳科技园支行",
    "quotes.bank_account": "7559 0001 2345 678",
    "quotes.terms": [
        "1. 付款方式：合同签订后 5 个工作日内支付 50%，验收合格后支付余款。",
        "2. 交付周期：收到首付款后 30 天内完成部署与培训。",
        "3. 本报价含一年升级与远程支持。",
    ],
    "quotes.terms_en": [
        "1. Payment: 50% within 5 working days of signing, the rest on acceptance.",
        "2. Delivery: set-up and training within 30 days of the first payment.",
        "3. One year of updates and remote support is included.",
    ],
}
_LINES = (
    {
        "name": "客户管理系统 · 用户许可",
        "unit": "用户/年",
        "quantity": 30,
        "unit_price": "1280",
        "tax_rate": 13,
    },
    {"name": "实施与培训", "unit": "人天", "quantity": 8, "unit_price": "1800", "tax_rate": 6},
    {"name": "数据迁移", "unit": "项", "quantity": 1, "unit_price": "9600", "tax_rate": 6},
)
_OPEN = 9
_ALONE = 10  # percent off that nobody need approve
_FOUND = """
SELECT id, owner_id, status FROM (
  SELECT o.id, o.owner_id, o.status, row_number() OVER (PARTITION BY o.status ORDER BY o.id DESC) AS place
  FROM sales_opportunity o JOIN organization_user u ON u.id = o.owner_id
  WHERE o.archived_at IS NULL AND o.status <> 'lost' AND u.is_active AND u.manager_id IS NOT NULL
) found WHERE place <= CASE status WHEN 'won' THEN 2 ELSE %s END ORDER BY status DESC, id DESC
"""


def set_up_quotes(people: Mapping[str, int], pools: Mapping[str, int]) -> None:
    """Letterhead, and a quote for each of the latest opportunities."""
    house = system_access("demo")
    for key, value in _LETTERHEAD.items():
        set_setting(house, key, value)
    for place, row in enumerate(sql.rows(_FOUND, (_OPEN,))):
        _quote(place, row["id"], row["owner_id"], is_won=row["status"] == "won")


def _quote(place: int, opportunity_id: int, owner_id: int, *, is_won: bool) -> None:
    owner = load_actor(owner_id)
    access = permit(owner, "quotes.edit")
    made = services.create_quote(permit(owner, "quotes.create"), {"opportunity": opportunity_id})
    discount = (0, 5, 0, 8, 25, 0, 3, 0, 40)[place % 9]
    lines = [dict(line, quantity=int(str(line["quantity"])) + place) for line in _LINES[: 1 + place % 3]]
    draft = {"lines": lines, "discount_percent": discount or None, "currency": "CNY"}
    services.write_draft(access, made, draft)
    if discount > _ALONE:
        services.ask_approval(access, made, note="客户一次签三年，申请折扣。")
        return
    if place % 9 == 5:
        return
    try:
        services.send_quote(access, made)
    except NeedsApproval:
        services.ask_approval(access, made)
        return
    if is_won:
        services.accept(access, made, who="王经理", note="")
    elif place % 9 == 3:
        services.decline(access, made, who="", note="预算今年不批，明年再谈。")
    elif place % 9 == 2:
        services.revise(access, made)
        services.write_draft(access, made, {"valid_until": (clock.today() + timedelta(days=45)).isoformat()})
