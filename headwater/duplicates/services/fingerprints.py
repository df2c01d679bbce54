"""Fingerprints of records, kept up to date in sets."""

from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta

from django.db import transaction

from headwater.duplicates.matching.corpus import count_words
from headwater.duplicates.matching.keys import MOST_SHARED, keys_of, number_of
from headwater.duplicates.matching.profiles import Profile
from headwater.duplicates.matching.scoring import Frequencies
from headwater.duplicates.models import Commonness
from headwater.duplicates.sources import SOURCES
from headwater.kernel import clock
from headwater.kernel.sql import execute, values

SAMPLE = 20_000
_KEPT = 20_000  # words; what is rarer than these is rare

# Whose keys are new is paired with its like by the next scan; what else changed pairs nobody.
_WRITE = """
WITH given AS (
  SELECT %s::varchar AS record, x.id AS record_id, string_to_array(x.keys, ',')::bigint[] AS keys, x.version
  FROM unnest(%s::bigint[], %s::text[], %s::int[]) AS x (id, keys, version)
), written AS (
  INSERT INTO duplicates_fingerprint (record, record_id, keys, version)
  SELECT record, record_id, keys, version FROM given
  ON CONFLICT (record, record_id) DO UPDATE SET keys = excluded.keys, version = excluded.version
)
INSERT INTO duplicates_unpaired (record, record_id)
SELECT g.record, g.record_id FROM given g
LEFT JOIN duplicates_fingerprint f ON f.record = g.record AND f.record_id = g.record_id
WHERE f.keys IS DISTINCT FROM g.keys
ON CONFLICT DO NOTHING
"""


def renew_fingerprints(record: str, ids: Sequence[int]) -> dict[int, Profile]:
    """Read records and write their keys; what is archived or gone loses its own. The profiles read."""
    source = SOURCES[record]
    found = source.read(ids)
    profiles = {record_id: source.profile(row) for record_id, row in found.items()}
    if profiles:
        execute(
            _WRITE,
            (
                record,
                list(profiles),
                [",".join(map(str, numbers(profile))) for profile in profiles.values()],
                [found[record_id]["version"] for record_id in profiles],
            ),
        )
    gone = [one for one in ids if one not in profiles]
    if gone:
        execute(
            "DELETE FROM duplicates_fingerprint WHERE record = %s AND record_id = ANY(%s::bigint[])",
            (record, gone),
        )
    return profiles


@contextmanager
def by_index() -> Iterator[None]:
    """Have keys looked up in their index. Of a single key the planner knows nothing; for the first few of
    what it takes for many it would read the table from its beginning, a second a record among a million.
    """
    with transaction.atomic():
        execute("SET LOCAL enable_seqscan = off")
        yield
        execute("SET LOCAL enable_seqscan = on")


def numbers(profile: Profile) -> list[int]:
    """The keys of a profile as they are stored."""
    return [number_of(key) for key in keys_of(profile)]


def count_commonness(record: str) -> None:
    """Count the words of names over a sample of the records, evenly over their ids."""
    source = SOURCES[record]
    every = values(f"SELECT GREATEST(1, count(*) / {SAMPLE}) FROM {source.table} WHERE archived_at IS NULL")[
        0
    ]
    ids = values(
        f"SELECT t.id FROM {source.table} t WHERE t.archived_at IS NULL AND t.id %% %s = 0 LIMIT %s",
        (every, 2 * SAMPLE),
    )
    counts: Counter[str] = Counter()
    total = 0
    for start in range(0, len(ids), 5000):
        read = source.read(ids[start : start + 5000])
        total += len(read)
        count_words(counts, (source.profile(row) for row in read.values()))
    kept = {word: number for word, number in counts.most_common(_KEPT) if number > 1}
    Commonness.objects.update_or_create(
        record=record, defaults={"total": max(total, 1), "counts": kept, "made_at": clock.now()}
    )


_COMMON = f"""
INSERT INTO duplicates_commonkey (record, key)
SELECT %s, k.key FROM duplicates_fingerprint f CROSS JOIN LATERAL unnest(f.keys) AS k (key)
WHERE f.record = %s AND ((k.key >> 1) & 3) = %s GROUP BY k.key HAVING count(*) > {MOST_SHARED}
"""


def count_common_keys(record: str) -> None:
    """Note anew which keys too many records share: look-ups pass over them without walking through all who
    do. A share of the keys at a time, so that memory stays bounded.
    """
    execute("SET LOCAL work_mem = '64MB'")
    execute("DELETE FROM duplicates_commonkey WHERE record = %s", (record,))
    for share in range(4):
        execute(_COMMON, (record, record, share))


def needs_counting(record: str, read: int) -> bool:
    """Whether words are to be counted again: never done, a week ago, or much of the table is new."""
    known = Commonness.objects.filter(record=record).values("made_at", "total").first()
    if known is None or known["made_at"] < clock.now() - timedelta(days=7):
        return True
    return 10 * read > int(known["total"])


_counted: dict[str, tuple[datetime, int, dict[str, int]]] = {}  # as last read: looked at for every new record


def commonness(record: str) -> Frequencies:
    """How common words are among the records; before the first scan nothing is known."""
    made_at = (
        Commonness.objects.filter(record=record, total__gte=500).values_list("made_at", flat=True).first()
    )
    if made_at is None:
        return Frequencies()
    if record not in _counted or _counted[record][0] != made_at:
        known = Commonness.objects.get(record=record)
        _counted[record] = (known.made_at, known.total, known.counts)
    _made_at, total, counts = _counted[record]
    return Frequencies(total, counts)
