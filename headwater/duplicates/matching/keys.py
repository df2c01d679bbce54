"""Keys under which records that may be the same are found: two records are compared when they share one.

Each key is an equality, so an index finds the candidates; a key that very many records share finds none
(`MOST_SHARED`): it says too little and would make the work grow with the square of their number. Some sorts
of keys say little by themselves: of those two must be shared.
"""

import hashlib
from collections.abc import Iterator

from headwater.duplicates.matching.people import PersonName
from headwater.duplicates.matching.profiles import Profile

MOST_SHARED = 60
WEAK = frozenset({"n", "bn", "cc"})
_VOWELS = str.maketrans("", "", "aeiouhwy")


def keys_of(profile: Profile) -> tuple[str, ...]:
    """The keys of a record, each `<sort>:<value>`; the same record always has the same."""
    return tuple(dict.fromkeys(_keys(profile)))


def is_weak(key: str) -> bool:
    """Whether one more key must be shared beside this one."""
    return key.partition(":")[0] in WEAK


def number_of(key: str) -> int:
    """A key as 64 bits for an index; odd where one is enough, even for a weak one."""
    digest = hashlib.blake2b(key.encode(), digest_size=8).digest()
    number = int.from_bytes(digest, "big", signed=True)
    return number & ~1 if is_weak(key) else number | 1


def _keys(profile: Profile) -> Iterator[str]:
    for phone in sorted(profile.phones):
        yield f"t:{phone}"
    for mail in sorted(profile.emails):
        yield f"m:{mail}"
    for handle in sorted(profile.handles):
        yield f"h:{handle}"
    if profile.number:
        yield f"i:{profile.number}"
    address = profile.address
    if address.place:
        yield f"a:{address.place}"
    words = sorted(_sounds(profile.person))
    if profile.born:
        yield f"b:{profile.born}"
        for word in words:
            yield f"bn:{profile.born[2:4]}{profile.born[-2:]}{word[:2]}"
    near = [
        part for part in (address.postcode, address.locality[:5], address.street[:5], address.number) if part
    ]
    for word in words:
        for part in near:
            yield f"n:{word}/{part}"
    if len(words) > 1:
        yield f"nn:{'/'.join(words[:3])}"
    if profile.company:
        yield f"c:{profile.company}"
        telling = sorted(profile.pieces, key=lambda piece: (-len(piece), piece))
        for at, one in enumerate(telling[:6]):
            for other in telling[at + 1 : 6]:
                yield f"cc:{min(one, other)}/{max(one, other)}"
        if len(telling) == 1:
            yield f"cc:{telling[0]}"
        for word in words[:2]:
            for piece in telling[:4]:
                yield f"cn:{word}/{piece}"


def _sounds(name: PersonName) -> set[str]:
    """Rough sounds of a name's words, the same for usual misspellings; of a Chinese name its pinyin."""
    if name.is_chinese:
        return {"".join(name.reading)}
    found = {skeleton(word) for word in name.words if len(word) > 1}
    if len(name.words) == 2:  # perhaps pinyin, family name first or last
        found |= {"".join(name.words), "".join(reversed(name.words))}
    return found


def skeleton(word: str) -> str:
    """The first letter and the consonants after it, doubled ones once."""
    bare = word[1:].translate(_VOWELS)
    kept = [char for at, char in enumerate(bare) if at == 0 or char != bare[at - 1]]
    return word[0] + "".join(kept)[:3]
