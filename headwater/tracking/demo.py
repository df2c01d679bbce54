"""The demo company's website: visits of the last weeks, some of them by people who then inquired."""

import random
import uuid
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from msgspec.json import encode

from headwater.kernel import clock
from headwater.kernel.access import system_access
from headwater.kernel.sql import execute, rows
from headwater.tracking.collecting.shapes import Kept, Touch
from headwater.tracking.origins import origin_of
from headwater.tracking.services import create_site, identify, take_arrived
from headwater.tracking.types import IdentifiedBy

DAYS = 30
STRANGERS = 420
KNOWN = 40
SEED = 20261122

_PRICES = ("/pricing", "价格 · 云帆智联")
_PAGES = (
    ("/", "云帆智联 · 工业数据平台"),
    ("/product", "产品 · 云帆智联"),
    ("/product/gateway", "边缘网关 · 云帆智联"),
    ("/solutions/manufacturing", "制造业方案 · 云帆智联"),
    ("/solutions/energy", "能源行业方案 · 云帆智联"),
    _PRICES,
    ("/customers", "客户案例 · 云帆智联"),
    ("/blog/oee", "如何提升设备综合效率 · 云帆智联"),
    ("/about", "关于我们 · 云帆智联"),
)
_WEIGHTS = (9, 7, 4, 5, 3, 6, 4, 3, 2)
_TOUCHES = (
    (Touch(utm_source="baidu", utm_medium="cpc", utm_campaign="品牌词", bd_vid="demo"), 26),
    (Touch(ref="https://www.baidu.com/"), 20),
    (Touch(ref="https://cn.bing.com/"), 8),
    (Touch(utm_source="douyin", utm_medium="feed", clickid="demo"), 8),
    (Touch(utm_source="weixin", utm_medium="mp"), 9),
    (Touch(ref="https://www.zhihu.com/"), 5),
    (None, 24),
)


def set_up_site(people: Mapping[str, int], pools: Mapping[str, int]) -> None:
    """One site; strangers' visits, and those of leads who came by a form."""
    access = system_access("demo")
    site_id = create_site(
        access,
        {"name": "公司官网", "domains": "www.yunfan.example", "consent": "ask",
         "privacy_url": "https://www.yunfan.example/privacy"},
    )  # fmt: skip
    pick = random.Random(SEED)
    now = clock.now()
    begin = now - timedelta(days=DAYS)
    leads = rows(
        "SELECT lead_id, min(at) AS at FROM leads_touch WHERE door = 'form' AND is_first AND at > %s"
        " GROUP BY lead_id ORDER BY lead_id * 7919 %% 1009 LIMIT %s",
        (begin + timedelta(days=4), KNOWN),
    )
    rows_: list[Kept] = []
    for _number in range(STRANGERS):
        first = begin + (now - begin) * pick.random()
        rows_ += _visits(pick, site_id, _key(pick), first, pick.choice((1, 1, 1, 2, 3)), now)
    known: list[tuple[uuid.UUID, dict[str, Any]]] = []
    for lead in leads:
        key = _key(pick)
        known.append((uuid.UUID(hex=key), lead))
        rows_ += _visits(pick, site_id, key, lead["at"] - timedelta(days=pick.randint(1, 9)), 2, lead["at"])
        last = lead["at"] - timedelta(minutes=12)
        rows_ += _visit(pick, site_id, key, last, None)
        begun = (last + timedelta(minutes=9)).timestamp()
        rows_.append(Kept(site_id, key, begun, "form", *_PRICES, "预约演示"))
        if pick.random() < 0.5:
            rows_ += _visits(pick, site_id, key, lead["at"] + timedelta(days=1), 2, now)
    rows_.sort(key=lambda row: row.t)
    for start in range(0, len(rows_), 2_000):
        execute(
            "INSERT INTO tracking_batch (at, events) VALUES (%s, %s::jsonb)",
            (now, encode(rows_[start : start + 2_000]).decode()),
        )
    while take_arrived():
        pass
    for key_, lead in known:
        identify(key_, lead["lead_id"], by=IdentifiedBy.CAPTURE, at=lead["at"])


def _key(pick: random.Random) -> str:
    return f"{pick.getrandbits(128):032x}"


def _visits(
    pick: random.Random, site_id: int, key: str, first: datetime, count: int, until: datetime
) -> list[Kept]:
    """Some visits from the first on, days apart; the first one came from somewhere."""
    found: list[Kept] = []
    at = first
    for number in range(count):
        if at > until:
            break
        touches, weights = zip(*_TOUCHES, strict=True)
        touch = pick.choices(touches, weights)[0] if number == 0 or pick.random() < 0.2 else None
        found += _visit(pick, site_id, key, at, touch)
        at += timedelta(hours=pick.randint(20, 120))
    return [row for row in found if row.t < until.timestamp()]


def _visit(pick: random.Random, site_id: int, key: str, at: datetime, touch: Touch | None) -> list[Kept]:
    found: list[Kept] = []
    for path, title in pick.choices(_PAGES, _WEIGHTS, k=pick.choice((1, 2, 2, 3, 4, 6))):
        found.append(Kept(site_id, key, at.timestamp(), "page", path, title))
        at += timedelta(seconds=pick.randint(15, 240))
    if touch is not None:
        found[0].o, found[0].g = touch, origin_of(touch)
    if pick.random() < 0.12:
        found.append(
            Kept(site_id, key, at.timestamp(), "download", "/product", "产品 · 云帆智联", "产品手册.pdf")
        )
    return found
