"""A business card: lines with their places become fields."""

from collections.abc import Sequence
from dataclasses import replace

from headwater.extraction.reading import contacts
from headwater.extraction.reading.agreement import without_mark
from headwater.extraction.reading.findings import Findings
from headwater.extraction.reading.firms import read_brand, read_company
from headwater.extraction.reading.mending import mend
from headwater.extraction.reading.persons import read_person
from headwater.extraction.reading.pieces import cut, in_order
from headwater.extraction.reading.reachable import read_contacts
from headwater.extraction.reading.types import Extraction, Line
from headwater.extraction.reading.whereabouts import read_addresses


def ordered(lines: Sequence[Line]) -> list[Line]:
    """The lines in the order to which places of findings refer."""
    return in_order(mend([line for line in lines if line.text.strip() and line.score >= 0.4]))


def read_card(lines: Sequence[Line]) -> Extraction:
    """The fields of one card from its lines as `ordered` gave them.

    What is surest is taken away first, so that what is left has fewer things to be.
    """
    region = contacts.region_of(" ".join(line.text for line in lines))
    found = Findings()
    free = read_contacts(cut(lines), region, found)
    free = read_addresses(free, lines, found)
    free = read_company(free, lines, found)
    read_person(free, lines, found)
    mail = found.fields.get("email")
    if mail is not None:
        found.fields["email"] = replace(mail, value=without_mark(mail.value, found.value("name")))
    if any(line.box.height for line in lines):  # by size and place, which a text has not
        read_brand(free, lines, found)
    return Extraction(found.fields, tuple(found.others))
