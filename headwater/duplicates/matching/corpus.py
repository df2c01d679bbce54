"""How common values are among records at hand."""

from collections import Counter
from collections.abc import Hashable, Iterable, Mapping

from headwater.duplicates.matching.profiles import Profile
from headwater.duplicates.matching.scoring import Frequencies


def count_words(counts: Counter[str], profiles: Iterable[Profile]) -> None:
    """Add the words of names, the names of companies and their pieces."""
    for profile in profiles:
        counts.update(f"w:{word}" for word in profile.person.words)
        counts.update(f"p:{piece}" for piece in profile.pieces)
        if profile.company:
            counts[f"c:{profile.company}"] += 1


def shared_phones(profiles: Iterable[Profile]) -> dict[str, int]:
    """How many different places share each telephone number."""
    places: dict[str, set[str]] = {}
    for profile in profiles:
        if profile.address.place:
            for phone in profile.phones:
                places.setdefault(phone, set()).add(profile.address.place)
    return {phone: len(found) for phone, found in places.items()}


def frequencies_of(profiles: Mapping[Hashable, Profile]) -> Frequencies:
    """All of it for a set in memory."""
    counts: Counter[str] = Counter()
    count_words(counts, profiles.values())
    return Frequencies(len(profiles), counts, shared_phones(profiles.values()))
