"""Looking through all records for duplicates, in the background: in sets, in chunks, from where it stood.

Reading brings the fingerprints up to date; pairing joins records on their keys in the database; scoring
compares what was paired. Each chunk commits with the mark of how far it went. The work grows with the number
of records and never with its square: a key that very many share pairs nobody.
"""

from datetime import timedelta
from typing import Any

from django.db import transaction

from headwater.duplicates.events import SuggestionsFound
from headwater.duplicates.matching.corpus import shared_phones
from headwater.duplicates.matching.keys import MOST_SHARED
from headwater.duplicates.matching.profiles import Profile
from headwater.duplicates.matching.scoring import LIKELY, score
from headwater.duplicates.models import Scan
from headwater.duplicates.services.fingerprints import commonness, count_commonness, renew_fingerprints
from headwater.duplicates.services.suggestions import save_suggestions
from headwater.duplicates.sources import SOURCES
from headwater.duplicates.types import RECORDS
from headwater.kernel import clock
from headwater.kernel.access import Access, system_access
from headwater.kernel.sql import execute, rows, values
from headwater.platform.events import emit
from headwater.platform.jobs import defer, is_stopping, task

READ = 5000
PAIRS = 5000
KEPT = 100_000  # profiles in memory, so that who is compared often is read once
SHARES = 16  # parts into which the keys are cut for pairing, so that each fits into memory

Profiles = dict[tuple[str, int], Profile]

_STEPS = ("reading", "pairing", "scoring")


@transaction.atomic
def start_scan(access: Access) -> Scan:
    """Begin a scan, or return the one that runs."""
    running = latest_scan()
    if running is not None and running.finished_at is None:
        defer(scan_records, queueing_lock="duplicates.scan", scan_id=running.pk)
        return running
    made = Scan.objects.create(started_at=clock.now(), actor_id=access.user_id, record=RECORDS[0])
    defer(scan_records, queueing_lock="duplicates.scan", scan_id=made.pk)
    return made


def latest_scan() -> Scan | None:
    """The scan that runs, or ran last."""
    return Scan.objects.order_by("-pk").first()


@task("duplicates.scan", queue="long")
def scan_records(scan_id: int) -> None:
    """Go through the records; what a stopped worker leaves, a new job takes up."""
    if not run_scan(scan_id):
        with transaction.atomic():
            defer(scan_records, at=clock.now() + timedelta(seconds=5), scan_id=scan_id)


def run_scan(scan_id: int) -> bool:
    """Go on from where the scan stands; whether it came to its end."""
    profiles: Profiles = {}
    while not is_stopping():
        if _chunk(scan_id, profiles):
            return True
    return False


@transaction.atomic
def _chunk(scan_id: int, profiles: Profiles) -> bool:
    """The next chunk, with the mark of how far the scan went; whether it came to its end."""
    scan = Scan.objects.select_for_update().filter(pk=scan_id).first()
    if scan is None or scan.finished_at is not None:
        return True
    _CHUNKS[scan.step](scan, profiles)
    scan.save()
    if scan.step != "done":
        return False
    emit(SuggestionsFound(scan_id=scan.pk, found=scan.found), system_access("duplicates"))
    return True


_STALE = """
SELECT t.id FROM {table} t LEFT JOIN duplicates_fingerprint f ON f.record = %s AND f.record_id = t.id
WHERE t.id > %s AND t.archived_at IS NULL AND f.version IS DISTINCT FROM t.version ORDER BY t.id LIMIT %s
"""


def _read(scan: Scan, _profiles: Profiles) -> None:
    ids = values(_STALE.format(table=SOURCES[scan.record].table), (scan.record, scan.cursor, READ))
    if ids:
        renew_fingerprints(scan.record, ids)
        scan.seen += len(ids)
        scan.cursor = ids[-1]
    if len(ids) < READ:
        execute(
            "DELETE FROM duplicates_fingerprint f WHERE f.record = %s AND NOT EXISTS (SELECT 1"
            f" FROM {SOURCES[scan.record].table} t WHERE t.id = f.record_id AND t.archived_at IS NULL)",
            (scan.record,),
        )
        count_commonness(scan.record)
        execute("DELETE FROM duplicates_candidate")
        scan.step, scan.cursor = "pairing", 0


# Of strong keys one is enough, so they go share by share; of weak ones one statement counts two.
_PAIR = """
WITH keyed AS MATERIALIZED (
  SELECT f.record_id AS id, k.key FROM duplicates_fingerprint f CROSS JOIN LATERAL unnest(f.keys) AS k (key)
  WHERE f.record = %s AND (k.key & 1) = %s AND ((k.key >> 1) & %s) = %s
), shared AS (
  SELECT key, array_agg(id ORDER BY id) AS ids FROM keyed GROUP BY key HAVING count(*) BETWEEN 2 AND %s
), pairs AS (
  SELECT a.id AS low_id, b.id AS high_id FROM shared
  CROSS JOIN LATERAL unnest(shared.ids) AS a (id) CROSS JOIN LATERAL unnest(shared.ids) AS b (id)
  WHERE a.id < b.id
)
INSERT INTO duplicates_candidate (record, low_id, high_id)
SELECT %s, low_id, high_id FROM pairs GROUP BY low_id, high_id HAVING count(*) >= %s
ON CONFLICT DO NOTHING
"""


def _pair(scan: Scan, _profiles: Profiles) -> None:
    """One share of the strong keys at a time, then the weak ones."""
    share = scan.cursor
    if share < SHARES:
        execute(_PAIR, (scan.record, 1, SHARES - 1, share, MOST_SHARED, scan.record, 1))
        scan.cursor += 1
        return
    execute(_PAIR, (scan.record, 0, 0, 0, MOST_SHARED, scan.record, 2))
    scan.step, scan.cursor = "scoring", 0


_NEXT = """
DELETE FROM duplicates_candidate WHERE (record, low_id, high_id) IN (
  SELECT record, low_id, high_id FROM duplicates_candidate WHERE record = %s
  ORDER BY low_id, high_id LIMIT %s
) RETURNING low_id, high_id
"""


def _score(scan: Scan, kept: Profiles) -> None:
    taken = rows(_NEXT, (scan.record, PAIRS))
    pairs = [(row["low_id"], row["high_id"]) for row in taken]
    profiles = _profiles_of(scan.record, {one for pair in pairs for one in pair}, kept)
    frequencies = commonness(scan.record)
    frequencies.spread = shared_phones(profiles.values())
    likely: dict[tuple[int, int], Any] = {}
    for low, high in pairs:
        if low in profiles and high in profiles:
            scored = score(profiles[low], profiles[high], frequencies)
            if scored.bits >= LIKELY:
                likely[low, high] = scored
    scan.compared += len(pairs)
    scan.found += save_suggestions(scan.record, likely)
    if len(pairs) < PAIRS:
        _next_record(scan)


def _profiles_of(record: str, ids: set[int], kept: Profiles) -> dict[int, Profile]:
    """Profiles of living records; `kept` holds those that earlier chunks read."""
    if len(kept) > KEPT:
        kept.clear()
    missing = sorted(one for one in ids if (record, one) not in kept)
    if missing:
        source = SOURCES[record]
        kept.update({(record, one): source.profile(row) for one, row in source.read(missing).items()})
    return {one: kept[record, one] for one in ids if (record, one) in kept}


def _next_record(scan: Scan) -> None:
    at = RECORDS.index(scan.record) + 1
    if at < len(RECORDS):
        scan.record, scan.step, scan.cursor = RECORDS[at], "reading", 0
    else:
        scan.step, scan.finished_at = "done", clock.now()


_CHUNKS = {"reading": _read, "pairing": _pair, "scoring": _score}


def progress(scan: Scan) -> float:
    """How far a scan is, 0 to 1, by its steps."""
    if scan.finished_at is not None:
        return 1.0
    steps = len(RECORDS) * len(_STEPS)
    return (RECORDS.index(scan.record) * len(_STEPS) + _STEPS.index(scan.step)) / steps
