"""Realistic data by the million, seeded: Chinese names, skewed sources, owners, regions and activities.

Rows are drawn in SQL with a fixed seed; search tokens are the product's own, computed in Python.
"""

import random
import time

from django.db import connection, transaction

from headwater.kernel.access import system_access
from headwater.kernel.sql import execute, rows, value
from headwater.leads.demo.words import CITIES, GIVEN, NAMES, SURNAMES, TRADES
from headwater.leads.services import index_leads
from headwater.organization import services as organization
from headwater.pools.services import create_pool, ensure_default_pool

REPS = 200
POOLS = 8
ACTIVITIES_PER_LEAD = 4
SEED = 20261121

_LEADS = """
INSERT INTO leads_lead (created_at, updated_at, version, custom, name, company, title, mobile, email,
  contact_as_typed, region, address, industry, company_size, website, intent, requirement, budget, tags,
  business_line, source_id, consent_basis, consent_evidence, do_not_call, do_not_email, stage, stage_at,
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
  '[]'::jsonb, '', (%(sources)s::bigint[])[1 + floor(power(r4, 2) * %(n_sources)s)::int], '', '', FALSE, FALSE,
  CASE WHEN r6 < 0.6 THEN 'UQL' WHEN r6 < 0.9 THEN 'MQL' ELSE 'SQL' END, at, '',
  status, CASE WHEN status IN ('following', 'converted') THEN owner END,
  CASE WHEN status = 'pooled' THEN pool END, pool, at, at,
  CASE WHEN status <> 'pooled' THEN at + interval '2 days' END,
  CASE WHEN status = 'following' AND r2 < 0.5 THEN now() + (r3 - 0.5) * interval '20 days' END,
  CASE WHEN status = 'invalid' THEN 'test' ELSE '' END, FALSE
FROM (
  SELECT i, r1, r2, r3, r4, r5, r6, now() - power(r1, 1.5) * interval '900 days' AS at,
    1 + floor(r2 * %(n_cities)s)::int AS city, 1 + floor(r6 * %(n_trades)s)::int AS trade,
    (%(pools)s::bigint[])[1 + floor(r3 * %(n_pools)s)::int] AS pool,
    (%(owners)s::bigint[])[1 + floor(power(r5, 1.6) * %(n_owners)s)::int] AS owner,
    CASE WHEN r4 < 0.55 THEN 'pooled' WHEN r4 < 0.56 AND i %% 100 < 4 THEN 'following'
         WHEN r4 < 0.80 THEN 'converted' ELSE 'invalid' END AS status
  FROM (SELECT i, random() r1, random() r2, random() r3, random() r4, random() r5, random() r6
        FROM generate_series(1, %(count)s) i) dice
) drawn
"""


def ensure(size: int) -> None:
    """Bring the database to `size` leads; what is there already is kept."""
    held = value("SELECT count(*) FROM leads_lead")
    if held >= size:
        return
    began = time.monotonic()
    people, pools = _company()
    sources = [row["id"] for row in rows("SELECT id FROM acquisition_source ORDER BY id")]
    with transaction.atomic():
        execute("SELECT setseed(%s)", (SEED % 1000 / 1000,))
        _draw_leads(held, size - held, people, pools, sources)
        _draw_history(people)
    _index(held)
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
    people = [
        row["id"] for row in rows("SELECT id FROM organization_user WHERE email LIKE 'rep%%' ORDER BY id")
    ]
    pools = [row["id"] for row in rows("SELECT id FROM pools_pool WHERE NOT is_default ORDER BY id")]
    return people, pools


def _draw_leads(first: int, count: int, people: list[int], pools: list[int], sources: list[int]) -> None:
    lists = {
        "surnames": list(SURNAMES),
        "given": list(GIVEN),
        "names": list(NAMES),
        "cities": [city for _region, city, _pool in CITIES],
        "regions": [region for region, _city, _pool in CITIES],
        "trades": [trade for _industry, trade in TRADES],
        "industries": [industry for industry, _trade in TRADES],
        "owners": people,
        "pools": pools,
        "sources": sources,
    }
    sizes = {f"n_{key}": len(items) for key, items in lists.items()}
    with connection.cursor() as cursor:
        cursor.execute(_LEADS, {**lists, **sizes, "first": first, "count": count})


def _draw_history(people: list[int]) -> None:
    execute(
        "INSERT INTO leads_transfer (lead_id, at, why, spot, to_owner_id, to_pool_id, to_status, reason, note,"
        " rule, over_cap) SELECT id, placed_at, 'created', CASE WHEN pool_id IS NULL THEN 'owner' ELSE 'pool' END,"
        " owner_id, pool_id, status, '', '', '', FALSE FROM leads_lead l"
        " WHERE NOT EXISTS (SELECT 1 FROM leads_transfer t WHERE t.lead_id = l.id)"
    )
    execute(
        "INSERT INTO leads_touch (lead_id, at, door, source_id, is_first, utm, keyword, landing_page)"
        " SELECT id, created_at, 'form', source_id, TRUE, '{}'::jsonb, '', '' FROM leads_lead l"
        " WHERE NOT EXISTS (SELECT 1 FROM leads_touch t WHERE t.lead_id = l.id)"
    )
    columns = {
        row["column_name"]
        for row in rows(
            "SELECT column_name FROM information_schema.columns WHERE table_name = 'engagement_activity'"
            " AND is_nullable = 'NO' AND column_default IS NULL AND is_identity = 'NO'"
        )
    }
    given = {
        "record_type": "'lead'", "record_id": "l.id", "kind": "'call'", "content": "'介绍了产品，约下周演示。'",
        "author_id": f"({_array(people)})[1 + (l.id + n) % {len(people)}]",
        "occurred_at": "l.created_at + n * interval '3 days'", "outcome": "'connected'",
        "created_at": "l.created_at + n * interval '3 days'", "updated_at": "l.created_at + n * interval '3 days'",
        "version": "1", "messages": "'[]'::jsonb", "participants": "'{}'",
    }  # fmt: skip
    used = [key for key in given if key in columns or key == "outcome"]
    missing = columns - set(given)
    if missing:
        raise RuntimeError(f"the generator knows no value for engagement_activity: {sorted(missing)}")
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO engagement_activity ({', '.join(used)}) SELECT {', '.join(given[key] for key in used)}"
            f" FROM leads_lead l CROSS JOIN generate_series(1, {ACTIVITIES_PER_LEAD}) n"
            " WHERE NOT EXISTS (SELECT 1 FROM engagement_activity a WHERE a.record_type = 'lead'"
            " AND a.record_id = l.id)"
        )


def _array(people: list[int]) -> str:
    return f"ARRAY[{', '.join(str(item) for item in people)}]"


def _index(after: int) -> None:
    ids = [row["id"] for row in rows("SELECT id FROM leads_lead ORDER BY id OFFSET %s", (after,))]
    for start in range(0, len(ids), 20_000):
        with transaction.atomic():
            index_leads(ids[start : start + 20_000])
