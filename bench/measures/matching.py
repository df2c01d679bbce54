"""The look at one new lead against all; pairs a second of a scan; a chunk of rows against a blocking rule."""

from collections.abc import Iterator
from itertools import cycle

from bench.timing import Result, median, wall
from headwater.duplicates.matching.scoring import score
from headwater.duplicates.services.finding import find_similar, find_similar_rows
from headwater.duplicates.services.fingerprints import commonness, renew_fingerprints
from headwater.duplicates.sources import SOURCES
from headwater.kernel.access import system_access
from headwater.kernel.sql import execute, values

ROWS = 1000  # of a chunk
LOOKS = 200
PAIRS = 20_000
ROW_MS = 5
RATE = 10_000
LOOK_MS = 100  # what somebody who types does not notice


def matching() -> Iterator[Result]:
    """On the fingerprints that are there; makes those of a sample where a scan has not run."""
    access = system_access("bench")
    source = SOURCES["lead"]
    ids = values(
        "SELECT id FROM leads_lead WHERE archived_at IS NULL ORDER BY md5(id::text) LIMIT %s", (ROWS,)
    )
    if not values("SELECT 1 FROM duplicates_fingerprint WHERE record = 'lead' LIMIT 1"):
        renew_fingerprints("lead", values("SELECT id FROM leads_lead ORDER BY id LIMIT 50000"))
        execute("VACUUM ANALYZE duplicates_fingerprint")  # as autovacuum does within a minute
    known = source.read(ids)
    turn = cycle(list(known.items())[:LOOKS])

    def look() -> None:
        one, row = next(turn)
        find_similar(access, "lead", row, against=["lead"], but_not=one)

    looks = median([wall(look) for _turn in range(LOOKS)])
    yield Result(
        "Look at one new lead for look-alikes", looks, None, "ms", f"≤ {LOOK_MS} ms", looks <= LOOK_MS
    )
    chunk = wall(lambda: find_similar_rows(access, "lead", known, against=["lead"]))
    row = chunk / max(len(known), 1)
    yield Result(
        "Check a row of an import against a blocking rule", row, None, "ms", f"≤ {ROW_MS} ms", row <= ROW_MS
    )
    profiles = [source.profile(row) for row in known.values()]
    frequencies = commonness("lead")
    others = profiles[1:] + profiles[:1]

    def compare() -> None:
        for _round in range(PAIRS // len(profiles)):
            for one, other in zip(profiles, others, strict=True):
                score(one, other, frequencies)

    rate = 1000 * PAIRS / wall(compare)
    yield Result("Compare pairs of a scan", rate, None, "pairs/s", f"≥ {RATE:,} /s", rate >= RATE)
