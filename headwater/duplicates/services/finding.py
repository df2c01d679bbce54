"""Which known records look like one that somebody enters: bounded, from the index, walls kept."""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

from headwater.duplicates.matching.corpus import shared_phones
from headwater.duplicates.matching.keys import MOST_SHARED
from headwater.duplicates.matching.profiles import Profile
from headwater.duplicates.matching.scoring import LIKELY, Score, score
from headwater.duplicates.services.fingerprints import by_index, commonness, numbers
from headwater.duplicates.sources import SOURCES
from headwater.duplicates.types import Similar
from headwater.kernel import listing
from headwater.kernel.access import Access
from headwater.kernel.catalogue import record_type
from headwater.kernel.sql import rows

SHOWN = 5
_MOST = 80  # candidates that are compared

# Each key is looked up once, for however many rows; one that very many records share finds nobody.
_CANDIDATES = f"""
WITH asked AS MATERIALIZED (
  SELECT row, key FROM unnest(%s::bigint[], %s::bigint[]) AS x (row, key)
  WHERE NOT EXISTS (SELECT 1 FROM duplicates_commonkey c WHERE c.record = %s AND c.key = x.key)
), holders AS MATERIALIZED (
  SELECT w.key, h.record_id FROM (SELECT DISTINCT key FROM asked) w CROSS JOIN LATERAL (
    WITH held AS MATERIALIZED (
      SELECT record_id FROM duplicates_fingerprint WHERE record = %s AND keys @> ARRAY[w.key]
    ) SELECT record_id FROM held LIMIT {MOST_SHARED + 1}
  ) h
), few AS (
  SELECT key FROM holders GROUP BY key HAVING count(*) <= {MOST_SHARED}
)
SELECT a.row, h.record_id FROM few JOIN asked a USING (key) JOIN holders h USING (key)
GROUP BY a.row, h.record_id HAVING sum(CASE WHEN a.key & 1 = 1 THEN 2 ELSE 1 END) >= 2
ORDER BY a.row, sum(CASE WHEN a.key & 1 = 1 THEN 2 ELSE 1 END) DESC, h.record_id
"""

_Found = tuple[str, int, Score, dict[str, Any]]


def find_similar(
    access: Access,
    record: str,
    values: Mapping[str, Any],
    *,
    against: Sequence[str],
    least: float = LIKELY,
    but_not: int | None = None,
) -> list[tuple[Similar, Score]]:
    """Records of the kinds `against` that look like a `record` with these normalised values; best first.

    Looks across data scopes; what the actor may not see comes without name.
    """
    found = find_similar_rows(access, record, {0: values}, against=against, least=least, but_not=but_not)
    return found.get(0, [])


def find_similar_rows(
    access: Access,
    record: str,
    given: Mapping[int, Mapping[str, Any]],
    *,
    against: Sequence[str],
    least: float = LIKELY,
    but_not: int | None = None,
    known: bool = False,
) -> dict[int, list[tuple[Similar, Score]]]:
    """The same for many rows at once, by their numbers: a few statements, however many there are.

    With `known` the numbers are ids of records of this kind, which are not compared with themselves.
    """
    source = SOURCES[record]
    profiles = {number: source.profile(values) for number, values in given.items()}
    keyed = [(number, key) for number, profile in profiles.items() for key in numbers(profile)]
    found: dict[int, list[_Found]] = {}
    for kind in against if keyed else ():
        candidates = _candidates(keyed, kind)
        ids = {one for some in candidates.values() for one in some if kind != record or one != but_not}
        read = SOURCES[kind].read(sorted(ids))
        others = {one: SOURCES[kind].profile(row) for one, row in read.items()}
        frequencies = commonness(kind)
        for number, some in candidates.items():
            itself = number if known and kind == record else None
            mine, theirs = profiles[number], [one for one in some if one in others and one != itself]
            frequencies.spread = shared_phones([mine, *(others[one] for one in theirs)])
            for one in theirs:
                scored = score(_comparable(mine, others[one]), others[one], frequencies)
                if scored.bits >= least:
                    found.setdefault(number, []).append((kind, one, scored, read[one]))
    for likely in found.values():
        likely.sort(key=lambda item: (-item[2].bits, item[1]))
        del likely[4 * SHOWN :]
    told = _told(access, [item for likely in found.values() for item in likely])
    return {
        number: [told[item[0], item[1]](item[2]) for item in likely if (item[0], item[1]) in told]
        for number, likely in found.items()
    }


def _candidates(keyed: Sequence[tuple[int, int]], kind: str) -> dict[int, list[int]]:
    """Who shares keys with each row, the most of them first."""
    text = [number for number, _key in keyed], [key for _number, key in keyed], kind, kind
    found: dict[int, list[int]] = {}
    with by_index():
        selected = rows(_CANDIDATES, text)
    for row in selected:
        some = found.setdefault(row["row"], [])
        if len(some) < _MOST:
            some.append(row["record_id"])
    return found


def _comparable(profile: Profile, other: Profile) -> Profile:
    """Against a company only what the company is counts: its people are not it."""
    if other.person.words or not profile.person.words:
        return profile
    return Profile(
        company=profile.company,
        pieces=profile.pieces,
        seat=profile.seat,
        phones=profile.phones,
        address=profile.address,
        host=profile.host,
    )


def _told(
    access: Access, found: Sequence[_Found]
) -> dict[tuple[str, int], Callable[[Score], tuple[Similar, Score]]]:
    """What may be told of each record, to be joined with its score."""
    told: dict[tuple[str, int], Callable[[Score], tuple[Similar, Score]]] = {}
    for kind in {item[0] for item in found}:
        known = {item[1]: item[3] for item in found if item[0] == kind}
        visible = _visible(access, kind, list(known))
        for row in rows(_facts(kind), (list(known),)):
            told[kind, row["id"]] = partial(_similar, kind, known[row["id"]], row, row["id"] in visible)
    return told


def _similar(
    kind: str, record: Mapping[str, Any], facts: Mapping[str, Any], visible: bool, scored: Score
) -> tuple[Similar, Score]:
    similar = Similar(
        record=kind,
        id=facts["id"],
        percent=scored.percent,
        evidence=scored.evidence,
        name=record["name"],
        company=record.get("company") or record.get("account_name") or "",
        owner=facts["owner"] or "",
        pool=facts["pool"] or "",
        since=facts["created_at"],
        visible=visible,
    )
    return similar, scored


def _visible(access: Access, kind: str, ids: Sequence[int]) -> set[int]:
    described = record_type(kind)
    view = described.permission("view")
    return set(listing.ids_within(access.also(view), described, ids)) if access.may(view) else set()


def _facts(kind: str) -> str:
    pool = "p.name" if kind == "lead" else "NULL"
    join = "LEFT JOIN pools_pool p ON p.id = t.pool_id" if kind == "lead" else ""
    return (
        f"SELECT t.id, t.created_at, u.name AS owner, {pool} AS pool FROM {SOURCES[kind].table} t"
        f" LEFT JOIN organization_user u ON u.id = t.owner_id {join} WHERE t.id = ANY(%s::bigint[])"
    )
