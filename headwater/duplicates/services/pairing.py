"""Which records share keys: in the database, as sets.

What is new looks its like up in the index, a chunk at a time, so a night's scan costs what the day brought.
Where much is new, all records are gone through at once, a share of the keys at a time, each share bounded in
memory; a key that very many records share pairs nobody either way.
"""

from headwater.duplicates.matching.keys import MOST_SHARED
from headwater.duplicates.services.fingerprints import by_index
from headwater.kernel.sql import execute, rows, value, values

SHARES = 4  # parts into which the strong keys are cut where all records are gone through
CHUNK = 1000  # records that look their like up at once
_MUCH = 200  # one in so many is new: going through all is cheaper then

# Of strong keys one is enough, so they go share by share; of weak ones one statement counts two.
_ALL = """
WITH shared AS (
  SELECT k.key, array_agg(f.record_id ORDER BY f.record_id) AS ids
  FROM duplicates_fingerprint f CROSS JOIN LATERAL unnest(f.keys) AS k (key)
  WHERE f.record = %s AND (k.key & 1) = %s AND ((k.key >> 1) & %s) = %s
  GROUP BY k.key HAVING count(*) BETWEEN 2 AND %s
), pairs AS (
  SELECT a.id AS low_id, b.id AS high_id FROM shared
  CROSS JOIN LATERAL unnest(shared.ids) AS a (id) CROSS JOIN LATERAL unnest(shared.ids) AS b (id)
  WHERE a.id < b.id
)
INSERT INTO duplicates_candidate (record, low_id, high_id)
SELECT %s, low_id, high_id FROM pairs GROUP BY low_id, high_id HAVING count(*) >= %s
ON CONFLICT DO NOTHING
"""

_NEXT = """
DELETE FROM duplicates_unpaired WHERE (record, record_id) IN (
  SELECT record, record_id FROM duplicates_unpaired WHERE record = %s ORDER BY record_id LIMIT %s
) RETURNING record_id
"""

_NEW = f"""
WITH keyed AS MATERIALIZED (
  SELECT f.record_id AS id, k.key FROM duplicates_fingerprint f CROSS JOIN LATERAL unnest(f.keys) AS k (key)
  WHERE f.record = %s AND f.record_id = ANY(%s::bigint[])
    AND NOT EXISTS (SELECT 1 FROM duplicates_commonkey c WHERE c.record = f.record AND c.key = k.key)
), holders AS MATERIALIZED (
  SELECT w.key, h.record_id FROM (SELECT DISTINCT key FROM keyed) w CROSS JOIN LATERAL (
    WITH held AS MATERIALIZED (
      SELECT record_id FROM duplicates_fingerprint WHERE record = %s AND keys @> ARRAY[w.key]
    ) SELECT record_id FROM held LIMIT {MOST_SHARED + 1}
  ) h
), few AS (
  SELECT key FROM holders GROUP BY key HAVING count(*) BETWEEN 2 AND {MOST_SHARED}
), pairs AS (
  SELECT DISTINCT LEAST(k.id, h.record_id) AS low_id, GREATEST(k.id, h.record_id) AS high_id, k.key
  FROM few JOIN keyed k USING (key) JOIN holders h USING (key) WHERE k.id <> h.record_id
)
INSERT INTO duplicates_candidate (record, low_id, high_id)
SELECT %s, low_id, high_id FROM pairs GROUP BY low_id, high_id
HAVING sum(CASE WHEN key & 1 = 1 THEN 2 ELSE 1 END) >= 2
ON CONFLICT DO NOTHING
"""

# What is on the work-list already is compared again with the new values, and leaves it when they differ.
_KNOWN = """
INSERT INTO duplicates_candidate (record, low_id, high_id)
SELECT record, low_id, high_id FROM duplicates_suggestion WHERE record = %s AND state = 'open'
"""


def much_is_new(record: str) -> bool:
    """Whether going through all records is cheaper than looking up each new one."""
    new = value("SELECT count(*) FROM duplicates_unpaired WHERE record = %s", (record,))
    whole = value("SELECT count(*) FROM duplicates_fingerprint WHERE record = %s", (record,))
    return int(new) * _MUCH > int(whole)


def begin_all(record: str) -> None:
    """Before the first share: what becomes new from here on waits for the next scan."""
    execute("DELETE FROM duplicates_unpaired WHERE record = %s", (record,))
    execute(_KNOWN + " ON CONFLICT DO NOTHING", (record,))


def pair_share(record: str, share: int) -> bool:
    """Pair all records on one share of the keys; whether it was the last."""
    execute("SET LOCAL work_mem = '64MB'")
    if share < SHARES:
        execute(_ALL, (record, 1, SHARES - 1, share, MOST_SHARED, record, 1))
        return False
    execute(_ALL, (record, 0, 0, 0, MOST_SHARED, record, 2))
    return True


def pair_new(record: str) -> bool:
    """Pair the next records that are new; whether they were the last."""
    ids = values(_NEXT, (record, CHUNK))
    if ids:
        with by_index():
            execute(_NEW, (record, ids, record, record))
        execute(
            _KNOWN
            + " AND (low_id = ANY(%s::bigint[]) OR high_id = ANY(%s::bigint[])) ON CONFLICT DO NOTHING",
            (record, ids, ids),
        )
    return len(ids) < CHUNK


_SPREAD = """
WITH node AS (
  SELECT id, min(group_id) AS group_id FROM (
    SELECT low_id AS id, group_id FROM duplicates_suggestion WHERE record = %s AND state = 'open'
    UNION ALL
    SELECT high_id, group_id FROM duplicates_suggestion WHERE record = %s AND state = 'open'
  ) x GROUP BY id
)
UPDATE duplicates_suggestion s SET group_id = LEAST(l.group_id, h.group_id)
FROM node l, node h
WHERE s.record = %s AND s.state = 'open' AND l.id = s.low_id AND h.id = s.high_id
  AND s.group_id > LEAST(l.group_id, h.group_id)
"""


def spread_groups(record: str) -> bool:
    """Bring pairs that hang together one step nearer to one group; whether nothing moved any more."""
    fresh = execute(
        "UPDATE duplicates_suggestion SET group_id = low_id"
        " WHERE record = %s AND state = 'open' AND group_id IS NULL",
        (record,),
    )
    moved = execute(_SPREAD, (record, record, record))
    return fresh == 0 and moved == 0


def take_candidates(record: str, limit: int) -> list[tuple[int, int]]:
    """The next pairs to compare, in order, so that who is compared often is read once."""
    taken = rows(
        "DELETE FROM duplicates_candidate WHERE (record, low_id, high_id) IN ("
        "  SELECT record, low_id, high_id FROM duplicates_candidate WHERE record = %s"
        "  ORDER BY low_id, high_id LIMIT %s"
        ") RETURNING low_id, high_id",
        (record, limit),
    )
    return [(row["low_id"], row["high_id"]) for row in taken]
