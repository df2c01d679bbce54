"""The work-list: pairs that may be the same, until somebody merges or dismisses them."""

from collections.abc import Mapping, Sequence

import orjson
from django.db import transaction

from headwater.duplicates.events import SuggestionsDecided
from headwater.duplicates.matching.scoring import Score
from headwater.duplicates.models import Suggestion
from headwater.duplicates.queries import visible_suggestions
from headwater.duplicates.types import State
from headwater.kernel import clock
from headwater.kernel.access import Access
from headwater.kernel.errors import NotFound
from headwater.kernel.sql import execute
from headwater.platform import audit
from headwater.platform.events import emit

_SAVE = """
INSERT INTO duplicates_suggestion (record, low_id, high_id, bits, percent, evidence, state, found_at)
SELECT %s, x.low_id, x.high_id, x.bits, x.percent, x.evidence::jsonb, 'open', %s
FROM unnest(%s::bigint[], %s::bigint[], %s::float8[], %s::int[], %s::text[])
  AS x (low_id, high_id, bits, percent, evidence)
ON CONFLICT (record, low_id, high_id) DO UPDATE
  SET bits = excluded.bits, percent = excluded.percent, evidence = excluded.evidence
"""


def save_suggestions(record: str, scores: Mapping[tuple[int, int], Score]) -> int:
    """Write the pairs; what was dismissed or merged stays so. How many."""
    if scores:
        execute(
            _SAVE,
            (
                record,
                clock.now(),
                [low for low, _high in scores],
                [high for _low, high in scores],
                [float(found.bits) for found in scores.values()],
                [found.percent for found in scores.values()],
                [_evidence(found) for found in scores.values()],
            ),
        )
    return len(scores)


_JOIN = """
UPDATE duplicates_suggestion s SET group_id = (
  SELECT min(LEAST(o.group_id, o.low_id)) FROM duplicates_suggestion o
  WHERE o.record = s.record AND o.state = 'open'
    AND (o.low_id IN (s.low_id, s.high_id) OR o.high_id IN (s.low_id, s.high_id)))
FROM unnest(%s::bigint[], %s::bigint[]) AS x (low_id, high_id)
WHERE s.record = %s AND s.low_id = x.low_id AND s.high_id = x.high_id AND s.state = 'open'
"""


def join_groups(record: str, pairs: Sequence[tuple[int, int]]) -> None:
    """Let new pairs stand with what they hang together with; what that brings together ends with the next
    scan.
    """
    if pairs:
        execute(_JOIN, ([low for low, _high in pairs], [high for _low, high in pairs], record))


def drop_suggestions(record: str, pairs: Sequence[tuple[int, int]]) -> None:
    """Take pairs off the work-list that are not likely any more; what people decided stays."""
    if pairs:
        execute(
            "DELETE FROM duplicates_suggestion s"
            " USING unnest(%s::bigint[], %s::bigint[]) AS x (low_id, high_id)"
            " WHERE s.record = %s AND s.low_id = x.low_id AND s.high_id = x.high_id AND s.state = 'open'",
            ([low for low, _high in pairs], [high for _low, high in pairs], record),
        )


def _evidence(found: Score) -> str:
    said = [[str(item.part), item.level, round(item.bits, 1)] for item in found.evidence]
    return orjson.dumps(said).decode()


def mark_pairs(record: str, ids: Sequence[int], state: State) -> None:
    """Let the pairs among these records stand as merged, or as open again."""
    before = State.OPEN if state == State.MERGED else State.MERGED
    Suggestion.objects.filter(record=record, low_id__in=ids, high_id__in=ids, state=before).update(
        state=state, decided_at=clock.now()
    )


@transaction.atomic
def dismiss(access: Access, ids: Sequence[int]) -> int:
    """Say that these pairs are not the same; they are not suggested again. How many."""
    return _decide(access, ids, State.OPEN, State.DISMISSED)


@transaction.atomic
def reopen_suggestions(access: Access, ids: Sequence[int]) -> int:
    """Take a dismissal back; how many."""
    return _decide(access, ids, State.DISMISSED, State.OPEN)


def _decide(access: Access, ids: Sequence[int], before: State, after: State) -> int:
    seen = {item.pk for item in visible_suggestions(access, ids=ids)}
    if set(ids) - seen:
        raise NotFound(record="suggestion", id=min(set(ids) - seen))
    found = list(Suggestion.objects.select_for_update().filter(pk__in=ids, state=before).order_by("pk"))
    moment = clock.now()
    taken = [item.pk for item in found]
    Suggestion.objects.filter(pk__in=taken).update(
        state=after, decided_at=moment, decided_by_id=access.user_id
    )
    audit.record_many(
        access, "suggestion", str(after), audit.same_changes(taken, {"state": [str(before), str(after)]})
    )
    if taken:
        emit(SuggestionsDecided(suggestion_ids=taken, state=str(after)), access)
    return len(taken)
