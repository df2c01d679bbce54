"""Looking through all records for duplicates, in the background: in sets, in chunks, from where it stood.

Reading brings the fingerprints up to date; pairing finds who shares keys (`pairing`); scoring compares what
was paired; grouping brings together what hangs together. Each chunk commits with the mark of how far it went,
so that a killed scan goes on and does nothing twice.
"""

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from django.db import transaction

from headwater.duplicates.events import SuggestionsFound
from headwater.duplicates.matching.corpus import shared_phones
from headwater.duplicates.matching.profiles import Profile
from headwater.duplicates.matching.scoring import LIKELY, Frequencies, score
from headwater.duplicates.models import Scan
from headwater.duplicates.services.fingerprints import (
    commonness,
    count_common_keys,
    count_commonness,
    needs_counting,
    renew_fingerprints,
)
from headwater.duplicates.services.pairing import (
    begin_all,
    much_is_new,
    pair_new,
    pair_share,
    spread_groups,
    take_candidates,
)
from headwater.duplicates.services.suggestions import drop_suggestions, save_suggestions
from headwater.duplicates.sources import SOURCES
from headwater.duplicates.types import RECORDS
from headwater.kernel import clock
from headwater.kernel.access import Access, system_access
from headwater.kernel.sql import execute, values
from headwater.platform.events import emit
from headwater.platform.jobs import defer, is_stopping, task

READ = 5000
PAIRS = 5000
KEPT = 50_000  # profiles in memory, so that who is compared often is read once

_STEPS = ("reading", "pairing", "scoring", "grouping")
_MOST_ROUNDS = 30  # of grouping: chains longer than that stay in pieces


@dataclass(slots=True)
class Kept:
    """What a run keeps in memory from chunk to chunk."""

    profiles: dict[tuple[str, int], Profile] = field(default_factory=dict)
    frequencies: dict[str, Frequencies] = field(default_factory=dict)


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
    kept = Kept()
    while not is_stopping():
        if _chunk(scan_id, kept):
            return True
    return False


@transaction.atomic
def _chunk(scan_id: int, kept: Kept) -> bool:
    """The next chunk, with the mark of how far the scan went; whether it came to its end."""
    scan = Scan.objects.select_for_update().filter(pk=scan_id).first()
    if scan is None or scan.finished_at is not None:
        return True
    _CHUNKS[scan.step](scan, kept)
    scan.save()
    if scan.step != "done":
        return False
    emit(SuggestionsFound(scan_id=scan.pk, found=scan.found), system_access("duplicates"))
    return True


_STALE = """
SELECT t.id FROM {table} t LEFT JOIN duplicates_fingerprint f ON f.record = %s AND f.record_id = t.id
WHERE t.id > %s AND t.archived_at IS NULL AND f.version IS DISTINCT FROM t.version ORDER BY t.id LIMIT %s
"""


def _read(scan: Scan, _kept: Kept) -> None:
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
        if needs_counting(scan.record, scan.seen):
            count_commonness(scan.record)
            count_common_keys(scan.record)
        scan.step, scan.cursor = "pairing", 0


def _pair(scan: Scan, _kept: Kept) -> None:
    """Where little is new, the next new records; else one share of the keys. `cursor` counts the shares."""
    if scan.cursor == 0 and much_is_new(scan.record):
        begin_all(scan.record)
        scan.cursor = 1
    if scan.cursor == 0:
        is_last = pair_new(scan.record)
    else:
        is_last = pair_share(scan.record, scan.cursor - 1)
        scan.cursor += 1
    if is_last:
        scan.step, scan.cursor = "scoring", 0


def _score(scan: Scan, kept: Kept) -> None:
    pairs = take_candidates(scan.record, PAIRS)
    profiles = _profiles_of(scan.record, {one for pair in pairs for one in pair}, kept)
    if scan.record not in kept.frequencies:
        kept.frequencies[scan.record] = commonness(scan.record)
    frequencies = kept.frequencies[scan.record]
    frequencies.spread = shared_phones(profiles.values())
    likely: dict[tuple[int, int], Any] = {}
    for low, high in pairs:
        if low in profiles and high in profiles:
            scored = score(profiles[low], profiles[high], frequencies)
            if scored.bits >= LIKELY:
                likely[low, high] = scored
    scan.compared += len(pairs)
    scan.found += save_suggestions(scan.record, likely)
    drop_suggestions(scan.record, [pair for pair in pairs if pair not in likely])
    if len(pairs) < PAIRS:
        scan.step, scan.cursor = "grouping", 0


def _profiles_of(record: str, ids: set[int], kept: Kept) -> dict[int, Profile]:
    """Profiles of living records; `kept` holds those that earlier chunks read."""
    known = kept.profiles
    if len(known) > KEPT:
        known.clear()
    missing = sorted(one for one in ids if (record, one) not in known)
    if missing:
        source = SOURCES[record]
        known.update({(record, one): source.profile(row) for one, row in source.read(missing).items()})
    return {one: known[record, one] for one in ids if (record, one) in known}


def _group(scan: Scan, _kept: Kept) -> None:
    scan.cursor += 1
    if spread_groups(scan.record) or scan.cursor >= _MOST_ROUNDS:
        _next_record(scan)


def _next_record(scan: Scan) -> None:
    at = RECORDS.index(scan.record) + 1
    if at < len(RECORDS):
        scan.record, scan.step, scan.cursor = RECORDS[at], "reading", 0
    else:
        scan.step, scan.finished_at = "done", clock.now()


_CHUNKS = {"reading": _read, "pairing": _pair, "scoring": _score, "grouping": _group}


def progress(scan: Scan) -> float:
    """How far a scan is, 0 to 1, by its steps."""
    if scan.finished_at is not None:
        return 1.0
    steps = len(RECORDS) * len(_STEPS)
    return (RECORDS.index(scan.record) * len(_STEPS) + _STEPS.index(scan.step)) / steps
