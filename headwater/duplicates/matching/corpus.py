"""How common values are among records at hand."""

from collections import Counter
from collections.abc import Hashable, Mapping

from headwater.duplicates.matching.profiles import Profile
from headwater.duplicates.matching.scoring import Frequencies


def frequencies_of(profiles: Mapping[Hashable, Profile]) -> Frequencies:
    """Count the words of names, and the different places that share a telephone number."""
    counts: Counter[str] = Counter()
    places: dict[str, set[str]] = {}
    for profile in profiles.values():
        counts.update(f"w:{word}" for word in profile.person.words)
        counts.update(f"p:{piece}" for piece in profile.pieces)
        if profile.company:
            counts[f"c:{profile.company}"] += 1
        if profile.address.place:
            for phone in profile.phones:
                places.setdefault(phone, set()).add(profile.address.place)
    return Frequencies(len(profiles), counts, {phone: len(found) for phone, found in places.items()})
