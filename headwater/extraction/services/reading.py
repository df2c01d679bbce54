"""A picture of a card, or a text, becomes fields; nothing is stored."""

from collections.abc import Mapping
from dataclasses import dataclass

from headwater.extraction.errors import NothingRead
from headwater.extraction.ocr.keeper import keeper
from headwater.extraction.reading import contacts
from headwater.extraction.reading.cards import ordered
from headwater.extraction.reading.codes import read_with_codes
from headwater.extraction.reading.texts import read_texts
from headwater.extraction.reading.types import FIELDS, Box, Extraction, Line
from headwater.extraction.settings import CARDS_PER_MINUTE, TEXTS_PER_MINUTE
from headwater.kernel.access import Access
from headwater.kernel.errors import Invalid
from headwater.kernel.text import tidy
from headwater.leads.record_type import LEAD
from headwater.leads.services import look_up
from headwater.leads.services.duplicates import Match
from headwater.leads.types import IDENTITIES
from headwater.platform.api import limit_rate


@dataclass(frozen=True, slots=True)
class TextRead:
    """What was read, as values of a lead, and who is known under its contacts."""

    extraction: Extraction
    values: Mapping[str, str]
    known: tuple[Match, ...]


@dataclass(frozen=True, slots=True)
class CardRead(TextRead):
    """The same of a picture: its lines, the small upright picture, and what its codes say."""

    lines: tuple[Line, ...]
    codes: tuple[str, ...]
    picture: bytes
    width: int
    height: int

    def place_of(self, field: str) -> Box | None:
        """Where a field's value stands in the picture, in percent of it."""
        found = self.extraction.fields.get(field)
        places = [place for at in (found.lines if found else ()) if (place := self.lines[at].place)]
        whole = places[0] if places else None
        for place in places[1:]:
            whole = place.with_(whole) if whole else place
        return whole


def read_picture(access: Access, raw: bytes) -> CardRead:
    """The fields of the card on a picture.

    Refuses `PictureRefused`, `PictureTooSlow`, `NothingRead`, `CardReaderBusy`, `CardReaderMissing` and
    `RateLimited`.
    """
    limit_rate("extraction.card", str(access.user_id), CARDS_PER_MINUTE)
    seen = keeper.see(raw)
    lines = ordered(seen.lines)
    if not lines and not seen.codes:
        raise NothingRead
    found = read_with_codes(lines, seen.codes)
    values = lead_values(found, " ".join(line.text for line in lines))
    return CardRead(
        extraction=found,
        values=values,
        known=_known(access, values),
        lines=tuple(lines),
        codes=seen.codes,
        picture=seen.picture,
        width=seen.width,
        height=seen.height,
    )


def read_words(access: Access, text: str) -> list[TextRead]:
    """The people that a free text names, each with fields. Refuses `RateLimited`."""
    limit_rate("extraction.text", str(access.user_id), TEXTS_PER_MINUTE)
    read: list[TextRead] = []
    for found in read_texts(tidy(text)):
        values = lead_values(found, text)
        read.append(TextRead(extraction=found, values=values, known=_known(access, values)))
    return read


def lead_values(found: Extraction, context: str) -> dict[str, str]:
    """The values as a lead takes them: numbers of another country with its code, nothing too long."""
    region = contacts.region_of(context)
    values: dict[str, str] = {}
    for name in FIELDS:
        value = found.value(name)
        field = LEAD.field(name)
        if not value or field is None:
            continue
        if name in ("mobile", "phone"):
            value = contacts.international(value, region)
        values[name] = value[: field.max_length] if field.max_length else value
    return values


def _known(access: Access, values: Mapping[str, str]) -> tuple[Match, ...]:
    """Leads with these contacts, each asked by itself: one that was misread hides no other."""
    matches: dict[object, Match] = {}
    for name in IDENTITIES:
        if name in values:
            try:
                found = look_up(access, {name: values[name]})
            except Invalid:
                continue
            for match in found:
                matches.setdefault(match.lead_id or (match.since, match.owner), match)
    return tuple(matches.values())
