"""Realistic data by the million, seeded: Chinese names, skewed sources, owners, regions and activities.

Rows are drawn in SQL with a fixed seed; search tokens are the product's own, computed in Python.
"""

import random
import time
from datetime import date, timedelta
from typing import Any

from django.db import connection, transaction

from bench.histories import draw_histories
from bench.journeys import draw_journeys
from headwater.acquisition.picklists import campaign_types
from headwater.acquisition.services import create_campaign, create_channel
from headwater.kernel.access import Access, system_access
from headwater.kernel.sql import execute, rows, value, values
from headwater.leads.demo.words import CITIES, GIVEN, NAMES, SURNAMES, TRADES
from headwater.leads.services import index_leads
from headwater.organization import services as organization
from headwater.pools.services import create_pool, ensure_default_pool
from headwater.rollups.services import start_anew
from headwater.rollups.types import Key

REPS = 200
POOLS = 8
CAMPAIGNS = 20
CHANNELS = ("搜索广告", "信息流", "展会", "官网", "转介绍", "短视频")
FOLLOW_UPS = {1_000_000: 10}  # a lead, in the mean
USUAL_FOLLOW_UPS = 4
SEED = 20261121

_LEADS = """
INSERT INTO leads_lead (created_at, updated_at, version, custom, name, company, title, mobile, email,
  contact_as_typed, region, address, industry, company_size, website, intent, requirement, budget, tags,
  business_line, source_id, channel_id, campaign_id, consent_basis, consent_evidence, do_not_call, do_not_email, stage, stage_at,
  disqualify_reason, status, owner_id, pool_id, home_pool_id, placed_at, assigned_at, last_activity_at,
  next_follow_at, invalid_reason, may_duplicate)
SELECT at, at, 1, '{}'::jsonb,
  (%(surnames)s::text[])[1 + floor(r1 * %(n_surnames)s)::int] || (%(given)s::text[])[1 + floor(r2 * %(n_given)s)::int],
  (%(cities)s::text[])[city] || (%(names)s::text[])[1 + floor(r3 * %(n_names)s)::int]
    || (%(trades)s::text[])[trade] || '有限公司',
  '经理', '+86142' || lpad((%(first)s + i)::text, 8, '0'),
  CASE WHEN r4 < 0.4 THEN 'lead' || (%(first)s + i) || '@example.com' END,
  '{}'::jsonb, (%(regions)s::text[])[city], '', (%(industries)s::text[])[trade], '21-50', '',
  CASE WHEN r5 < 0.2 THEN 'high' WHEN r5 < 0.6 THEN 'medium' ELSE 'low' END, '', round((r6 * 200000)::numeric, -3),
  '[]'::jsonb, '', (%(sources)s::bigint[])[1 + floor(power(r4, 2) * %(n_sources)s)::int],
  (%(channels)s::bigint[])[1 + floor(power(r1, 2) * %(n_channels)s)::int],
  CASE WHEN i %% 5 = 0 THEN (%(campaigns)s::bigint[])[1 + i / 5 %% %(n_campaigns)s] END, '', '', FALSE, FALSE,
  CASE WHEN r6 < 0.6 THEN 'UQL' WHEN r6 < 0.9 THEN 'MQL' ELSE 'SQL' END, at, '',
  status, CASE WHEN status IN ('following', 'converted') THEN owner END,
  CASE WHEN status = 'pooled' THEN pool END, pool, at, at,
  CASE WHEN status <> 'pooled' THEN at + interval '2 days' END,
  CASE WHEN status = 'following' AND r2 < 0.5 THEN now() + (r3 - 0.5) * interval '20 days' END,
  CASE WHEN status = 'invalid' THEN (%(reasons)s::text[])[1 + floor(r6 * %(n_reasons)s)::int] ELSE '' END, FALSE
FROM (
  SELECT i, r1, r2, r3, r4, r5, r6, now() - power(r1, 1.5) * interval '900 days' AS at,
    1 + floor(r2 * %(n_cities)s)::int AS city, 1 + floor(r6 * %(n_trades)s)::int AS trade,
    (%(pools)s::bigint[])[1 + floor(r3 * %(n_pools)s)::int] AS pool,
    (%(owners)s::bigint[])[1 + floor(power(r5, 1.6) * %(n_owners)s)::int] AS owner,
    CASE WHEN r4 < 0.55 THEN 'pooled' WHEN r4 < 0.56 AND i %% 100 < 4 THEN 'following'
         WHEN r4 < 0.80 THEN 'converted' ELSE 'invalid' END AS status
  FROM (SELECT i, random() r1, random() r2, random() r3, random() r4, random() r5, random() r6
        FROM generate_series(1, %(count)s) i) dice
) drawn ORDER BY at
"""


def ensure(size: int) -> None:
    """Bring the database to `size` leads; what is there already is kept."""
    held = value("SELECT count(*) FROM leads_lead")
    if held >= size:
        return
    began = time.monotonic()
    people, pools = _company()
    last = value("SELECT coalesce(max(id), 0) FROM leads_lead")
    with transaction.atomic():
        execute("SELECT setseed(%s)", (SEED % 1000 / 1000,))
        _draw_leads(held, size - held, people, pools)
        draw_histories(last, people, (size - held) * FOLLOW_UPS.get(size, USUAL_FOLLOW_UPS))
        execute("ANALYZE leads_lead, leads_transfer")
        draw_journeys(last)
        for key in Key:  # nobody told them of rows that no service wrote
            start_anew(key)
    _index(last)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
    print(f"generated {size - held} leads in {time.monotonic() - began:.0f} s", flush=True)


def _company() -> tuple[list[int], list[int]]:
    access = system_access("bench")
    known = organization.ensure_builtin_roles()
    have = rows("SELECT id FROM organization_user ORDER BY id")
    if not have:
        pick = random.Random(SEED)
        organization.create_user(
            access,
            email="admin@example.com",
            name="管理员",
            password="bench-bench-1",
            roles=[known["admin"].pk],
        )
        for number in range(REPS):
            organization.create_user(
                access,
                email=f"rep{number}@example.com",
                name=pick.choice(SURNAMES) + pick.choice(GIVEN),
                roles=[known["rep"].pk],
            )
        ensure_default_pool()
        for number in range(POOLS):
            create_pool(access, {"name": f"线索池 {number + 1}", "cooldown_days": 0})
        _origins(access, pick)
    people = [
        row["id"] for row in rows("SELECT id FROM organization_user WHERE email LIKE 'rep%%' ORDER BY id")
    ]
    pools = [row["id"] for row in rows("SELECT id FROM pools_pool WHERE NOT is_default ORDER BY id")]
    return people, pools


def _origins(access: Access, pick: random.Random) -> None:
    """Channels and campaigns, with what they cost."""
    kinds = campaign_types()
    channels = [create_channel(access, {"name": name}) for name in CHANNELS]
    for number in range(CAMPAIGNS):
        begins = date.today() - timedelta(days=pick.randint(30, 800))
        values = {
            "name": f"bench {number}",
            "type": pick.choice(kinds).value,
            "starts_on": begins.isoformat(),
        }
        create_campaign(access, values | {"cost": str(pick.randint(10_000, 300_000))})
    execute(
        "INSERT INTO acquisition_channelcost (channel_id, first_day, last_day, amount, currency, note, version, custom,"
        " created_at, updated_at) SELECT c, m::date, (m + interval '1 month - 1 day')::date, 20000 + c * 100, 'CNY', '',"
        " 1, '{}'::jsonb, now(), now() FROM unnest(%s::bigint[]) c, generate_series("
        "date_trunc('month', now()) - interval '24 months', date_trunc('month', now()), '1 month') m",
        (channels,),
    )


def _draw_leads(first: int, count: int, people: list[int], pools: list[int]) -> None:
    lists: dict[str, list[Any]] = {
        "surnames": list(SURNAMES),
        "given": list(GIVEN),
        "names": list(NAMES),
        "cities": [city for _region, city, _pool in CITIES],
        "regions": [region for region, _city, _pool in CITIES],
        "trades": [trade for _industry, trade in TRADES],
        "industries": [industry for industry, _trade in TRADES],
        "reasons": ["wrong_number", "not_a_customer", "competitor", "test", "refused"],
        "owners": people,
        "pools": pools,
        "sources": values("SELECT id FROM acquisition_source ORDER BY id"),
        "channels": values(
            "SELECT id FROM acquisition_channel WHERE name = ANY(%s) ORDER BY id", (list(CHANNELS),)
        ),
        "campaigns": values("SELECT id FROM acquisition_campaign WHERE name LIKE 'bench %%' ORDER BY id"),
    }
    sizes = {f"n_{key}": len(items) for key, items in lists.items()}
    with connection.cursor() as cursor:
        cursor.execute(_LEADS, {**lists, **sizes, "first": first, "count": count})


def _index(after: int) -> None:
    ids = values("SELECT id FROM leads_lead WHERE id > %s ORDER BY id", (after,))
    for start in range(0, len(ids), 20_000):
        with transaction.atomic():
            index_leads(ids[start : start + 20_000])
