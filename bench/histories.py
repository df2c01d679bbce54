"""What happened to the leads before anything is measured: who had them when, what was said, what rules decided.

Everything is drawn from the lead's number, so each run draws the same, and written as sets: whatever an owner, a
status or a stage says today, the ledger tells how it came to it.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from django.db import connection

from headwater.kernel.sql import execute, rows, value

RULES, VERSIONS = 3, 4


def dice(of: str, salt: int) -> str:
    """SQL: a number from 0 to 1, the same for the same `of`."""
    return f"((hashint8(({of}) * 1000 + {salt}) & 1048575) / 1048576.0::float8)"


def one_of(words: Sequence[str], of: str, salt: int) -> str:
    """SQL: one of some words."""
    listed = ", ".join(f"'{word}'" for word in words)
    return f"(ARRAY[{listed}])[1 + floor({dice(of, salt)} * {len(words)})::int]"


# A spell: somebody has the lead. Open leads have one that lasts, pooled ones up to two that are over, closed ones up
# to three of which the last ended in closing it. A young lead went through it all faster.
_SPELLS = f"""
CREATE TEMP TABLE bench_spell ON COMMIT DROP AS
SELECT l.*, row_number() OVER () AS id,
  l.created_at + l.span * ((k - 0.95 + 0.3 * {dice("l.lead_id + k", 3)}) / n) AS began,
  CASE WHEN k < n OR l.status <> 'following' THEN l.created_at + l.span * ((k - 0.1) / n) END AS ended,
  CASE WHEN k = n AND l.owner_id IS NOT NULL THEN l.owner_id
    ELSE (%(people)s::bigint[])[1 + floor({dice("l.lead_id + k", 4)} * %(n_people)s)::int] END AS rep,
  CASE WHEN k = n AND l.status IN ('converted', 'invalid') THEN l.status
    WHEN {dice("l.lead_id + k", 5)} < 0.4 THEN 'returned' ELSE 'recycled' END AS end_why,
  CASE WHEN {dice("l.lead_id + k", 6)} < 0.35 AND l.created_at < now() - interval '41 days' THEN 'claimed'
    WHEN {dice("l.lead_id + k", 6)} < 0.6 THEN 'assigned' ELSE 'dispatched' END AS why
FROM (
  SELECT d.*, least(now() - d.created_at, interval '40 days') AS span,
    CASE WHEN d.status = 'pooled' THEN CASE WHEN r < 0.4 THEN 0 WHEN r < 0.85 THEN 1 ELSE 2 END
      WHEN r < 0.75 THEN 1 WHEN r < 0.95 THEN 2 ELSE 3 END AS n
  FROM (
    SELECT id AS lead_id, created_at, status, owner_id, home_pool_id AS pool_id, {dice("id", 1)} AS r
    FROM leads_lead WHERE id > %(after)s
  ) d
) l CROSS JOIN LATERAL generate_series(1, l.n) k
"""

# The ledger in the order in which it was written.
_LEDGER = f"""
INSERT INTO leads_transfer (lead_id, at, why, spot, from_owner_id, from_pool_id, to_owner_id, to_pool_id,
  from_status, to_status, reason, note, rule, over_cap)
SELECT lead_id, at, why, spot, from_owner_id, from_pool_id, to_owner_id, to_pool_id, from_status, to_status, reason,
  '', rule, FALSE
FROM (
  SELECT id AS lead_id, created_at AS at, 'created' AS why, 'pool' AS spot, NULL::bigint AS from_owner_id,
    NULL::bigint AS from_pool_id, NULL::bigint AS to_owner_id, home_pool_id AS to_pool_id, NULL AS from_status,
    'pooled' AS to_status, '' AS reason, '' AS rule
  FROM leads_lead WHERE id > %(after)s
  UNION ALL
  SELECT lead_id, began, why, 'owner', NULL, pool_id, rep, NULL, 'pooled', 'assigned', '',
    CASE WHEN why = 'dispatched' THEN 'bench' ELSE '' END
  FROM bench_spell
  UNION ALL
  SELECT lead_id, ended, CASE end_why WHEN 'invalid' THEN 'invalidated' ELSE end_why END,
    CASE WHEN end_why IN ('returned', 'recycled') THEN 'pool' ELSE 'closed' END, rep, NULL, NULL,
    CASE WHEN end_why IN ('returned', 'recycled') THEN pool_id END, 'following',
    CASE WHEN end_why IN ('returned', 'recycled') THEN 'pooled' ELSE end_why END,
    CASE end_why WHEN 'returned' THEN {one_of(("no_answer", "no_need", "no_budget", "no_capacity"), "id", 7)}
      WHEN 'recycled' THEN {one_of(("response", "overdue", "unconverted"), "id", 8)} ELSE '' END, ''
  FROM bench_spell WHERE ended IS NOT NULL
) x ORDER BY at
"""

_TOUCHES = """
INSERT INTO leads_touch (lead_id, at, door, source_id, channel_id, campaign_id, is_first, utm, keyword, landing_page)
SELECT id, created_at, 'form', source_id, channel_id, campaign_id, TRUE, '{}'::jsonb, '', ''
FROM leads_lead WHERE id > %(after)s ORDER BY id
"""

_STEPS = f"""
INSERT INTO leads_stagechange (lead_id, at, kind, before, after, reason, due_at)
SELECT lead_id, at, kind, before, after, '', due_at FROM (
  SELECT l.id AS lead_id, l.created_at + l.span * (0.01 + 0.2 * {dice("l.id", 11)}) AS at, 'stage' AS kind,
    'UQL' AS before, 'MQL' AS after, NULL::timestamptz AS due_at
  FROM (SELECT *, least(now() - created_at, interval '40 days') AS span FROM leads_lead WHERE id > %(after)s) l
  WHERE l.stage IN ('MQL', 'SQL')
  UNION ALL
  SELECT l.id, l.created_at + l.span * (0.25 + 0.3 * {dice("l.id", 12)}), 'stage', 'MQL', 'SQL', NULL
  FROM (SELECT *, least(now() - created_at, interval '40 days') AS span FROM leads_lead WHERE id > %(after)s) l
  WHERE l.stage = 'SQL'
  UNION ALL
  SELECT lead_id, began + interval '1 hour' * {dice("id", 13)}, 'status', 'assigned', 'following',
    began + interval '1 day'
  FROM bench_spell
) x ORDER BY at
"""

_DECISIONS = f"""
INSERT INTO routing_decision (lead_id, event_id, step, at, trigger, outcome, rule_name, rule_version, strategy,
  owner_id, detail)
SELECT lead_id, id, 0, began, 'captured', 'dispatched', 'bench ' || 1 + floor({dice("id", 14)} * {RULES})::int,
  1 + floor({dice("id", 15)} * {VERSIONS})::int, 'round_robin', rep, '{{}}'::jsonb
FROM bench_spell WHERE why = 'dispatched' ORDER BY began
"""

# Follow-ups lie in spells and are the owner's: up to twice as many as there are to be in the mean, none at times.
_FOLLOW_UPS = f"""
INSERT INTO engagement_activity (record_type, record_id, kind, outcome, content, occurred_at, created_at, author_id,
  duration_seconds, participants, version)
SELECT 'lead', lead_id, kind, CASE WHEN kind <> 'note'
    THEN {one_of(("connected", "no_answer", "interested", "refused", "call_back"), "id * 50 + i", 24)} END,
  '介绍了产品，约下周演示。', at, at, rep,
  CASE kind WHEN 'call' THEN 30 + floor(570 * {dice("id * 50 + i", 25)})::int END, '{{}}'::bigint[], 1
FROM (
  SELECT s.lead_id, s.rep, s.id, g.i, CASE WHEN q < 0.5 THEN 'call' WHEN q < 0.7 THEN 'wechat' WHEN q < 0.78 THEN 'visit'
      WHEN q < 0.9 THEN 'note' ELSE 'email' END AS kind,
    s.began + (coalesce(s.ended, now()) - s.began)
      * power((g.i - {dice("s.id * 50 + g.i", 22)}) / (s.many + 1.0), 1.5) AS at
  FROM (SELECT *, floor({dice("id", 21)} * (2 * %(mean)s + 1))::int AS many FROM bench_spell) s
  CROSS JOIN LATERAL generate_series(1, s.many) g (i)
  CROSS JOIN LATERAL (SELECT {dice("s.id * 50 + g.i", 23)} AS q) d
) x ORDER BY at
"""

_TASKS = f"""
INSERT INTO engagement_task (title, kind, note, record_type, record_id, owner_id, due_at, priority, repeat, version,
  created_at, updated_at)
SELECT '回访', 'call', '', 'lead', lead_id, rep, now() + ({dice("id", 31)} - 0.3) * interval '20 days', 'normal', '',
  1, began, began
FROM bench_spell WHERE id %% 40 = 0
"""


def draw_histories(after: int, people: Sequence[int], follow_ups: int) -> None:
    """Of the leads with a higher number than `after`, with about so many follow-ups together."""
    given = {"after": after, "people": list(people), "n_people": len(people)}
    execute("SELECT set_config('work_mem', '256MB', TRUE), set_config('maintenance_work_mem', '512MB', TRUE)")
    _run(_SPELLS, given)
    execute("ANALYZE bench_spell")
    with _written_freely("leads_transfer", "leads_touch", "leads_stagechange", "routing_decision"):
        for text in (_LEDGER, _TOUCHES, _STEPS, _DECISIONS):
            _run(text, given)
    spells = value("SELECT count(*) FROM bench_spell")
    with _written_freely("engagement_activity", "engagement_task"):
        _run(_FOLLOW_UPS, {"mean": round(follow_ups / spells, 2)})
        _run(_TASKS, {})


def _run(text: str, given: Mapping[str, Any]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(text, given)


@contextmanager
def _written_freely(*tables: str) -> Iterator[None]:
    """Foreign keys unchecked and indexes made at the end: what is written is known to fit."""
    found = rows(
        "SELECT i.indexrelid::regclass::text AS name, pg_get_indexdef(i.indexrelid) AS made FROM pg_index i"
        " WHERE i.indrelid = ANY(%s::text[]::regclass[]) AND NOT i.indisunique",
        (list(tables),),
    )
    for index in found:
        execute(f"DROP INDEX {index['name']}")
    execute("SET LOCAL session_replication_role = replica")
    yield
    execute("SET LOCAL session_replication_role = origin")
    for index in found:
        execute(index["made"].replace("%", "%%"))
