"""Which known records look like one that somebody enters: bounded, from the index, walls kept."""

from collections.abc import Mapping, Sequence
from typing import Any

from headwater.duplicates.matching.corpus import shared_phones
from headwater.duplicates.matching.keys import MOST_SHARED
from headwater.duplicates.matching.profiles import Profile
from headwater.duplicates.matching.scoring import LIKELY, Score, score
from headwater.duplicates.services.fingerprints import commonness, numbers
from headwater.duplicates.sources import SOURCES
from headwater.duplicates.types import Similar
from headwater.kernel import listing
from headwater.kernel.access import Access
from headwater.kernel.catalogue import record_type
from headwater.kernel.sql import rows

SHOWN = 5
_MOST = 80  # candidates that are compared

# Per key at most so many holders are looked at: one key shared by half the table must not cost more.
_CANDIDATES = f"""
SELECT f.record_id, sum(CASE WHEN k.key & 1 = 1 THEN 2 ELSE 1 END) AS shared
FROM unnest(%s::bigint[]) AS k (key)
CROSS JOIN LATERAL (
  SELECT record_id FROM duplicates_fingerprint
  WHERE record = %s AND keys @> ARRAY[k.key] LIMIT {MOST_SHARED + 1}
) f
GROUP BY f.record_id HAVING sum(CASE WHEN k.key & 1 = 1 THEN 2 ELSE 1 END) >= 2
ORDER BY shared DESC, f.record_id LIMIT {_MOST}
"""


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
    profile = SOURCES[record].profile(values)
    keys = numbers(profile)
    found: list[tuple[str, int, Score, dict[str, Any]]] = []
    if not keys:
        return []
    for kind in against:
        source = SOURCES[kind]
        ids = [row["record_id"] for row in rows(_CANDIDATES, (keys, kind))]
        known = source.read([one for one in ids if kind != record or one != but_not])
        profiles = {one: source.profile(row) for one, row in known.items()}
        frequencies = commonness(kind)
        frequencies.spread = shared_phones([profile, *profiles.values()])
        for one, other in profiles.items():
            scored = score(_comparable(profile, other), other, frequencies)
            if scored.bits >= least:
                found.append((kind, one, scored, known[one]))
    found.sort(key=lambda item: (-item[2].bits, item[1]))
    return _told(access, found[: 4 * SHOWN])


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
    access: Access, found: Sequence[tuple[str, int, Score, dict[str, Any]]]
) -> list[tuple[Similar, Score]]:
    told: dict[tuple[str, int], dict[str, Any]] = {}
    for kind in {item[0] for item in found}:
        ids = [item[1] for item in found if item[0] == kind]
        visible = _visible(access, kind, ids)
        for row in rows(_facts(kind), (ids,)):
            told[kind, row["id"]] = row | {"visible": row["id"] in visible}
    return [
        (
            Similar(
                record=kind,
                id=one,
                percent=scored.percent,
                evidence=scored.evidence,
                name=row["name"],
                company=row.get("company") or row.get("account_name") or "",
                owner=told[kind, one]["owner"] or "",
                pool=told[kind, one]["pool"] or "",
                since=told[kind, one]["created_at"],
                visible=told[kind, one]["visible"],
            ),
            scored,
        )
        for kind, one, scored, row in found
        if (kind, one) in told
    ]


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
