"""The demo company's hooks: one for an ad platform, one for a partner, with dead letters to look at."""

from collections.abc import Mapping
from datetime import timedelta

import orjson

from headwater.acquisition.queries import source_by_key
from headwater.hooks.models import Hook
from headwater.hooks.services import create_hook
from headwater.kernel import clock
from headwater.kernel.access import system_access
from headwater.kernel.sql import execute

_SHOWN = 40


def set_up_hooks(people: Mapping[str, int], pools: Mapping[str, int]) -> None:
    """Two hooks with deliveries of the last weeks; of three nothing could be made."""
    access = system_access("demo")
    source = source_by_key("search_ads")
    feiyu = create_hook(access, {"name": "巨量引擎 · 表单线索", "preset": "oceanengine", "source": source})
    partner = create_hook(access, {"name": "渠道伙伴 · 青禾软件", "preset": "generic"})
    Hook.objects.filter(pk__in=[feiyu, partner]).update(created_at=clock.now() - timedelta(days=28))
    execute(
        "INSERT INTO hooks_delivery (hook_id, number, at, body, state, tries, code, detail, done_at, lead_id,"
        " touch_id, is_new) SELECT %s, 'body:demo-' || id, at, NULL, 'captured', 0, '', '', at, lead_id, id,"
        " is_first FROM leads_touch WHERE source_id = %s AND at > %s ORDER BY at DESC LIMIT %s",
        (feiyu, source, clock.now() - timedelta(days=27), _SHOWN),
    )
    letters = (
        (3, {"id": "Q-1041", "name": "宋先生", "tel": "13800006021", "city": "杭州"}),
        (27, {"id": "Q-1038", "name": "何女士", "tel": "13800006018", "city": "苏州", "note": "想看演示"}),
        (51, {"id": "Q-1031", "company": "北岸物流", "tel": "0571-88000016", "city": "宁波"}),
    )
    why = "请至少提供手机、电话、邮箱、微信、QQ 中的一项。"
    for hours, body in reversed(letters):
        at = clock.now() - timedelta(hours=hours)
        execute(
            "INSERT INTO hooks_delivery (hook_id, number, at, body, state, tries, code, detail, done_at,"
            " is_new) VALUES (%s, %s, %s, %s::jsonb, 'failed', 0, 'input.invalid', %s, %s, FALSE)",
            (partner, f"id:{body['id']}", at, orjson.dumps(body).decode(), why, at),
        )
