"""Papers of versions: printed anew while a draft changes, kept once it is out."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from django.db import transaction

from headwater.kernel import clock, listing, sql
from headwater.kernel.access import Access, system_access
from headwater.kernel.catalogue import record_type
from headwater.kernel.errors import NotFound
from headwater.platform.files.models import StoredFile
from headwater.platform.files.services import content_path, store_file
from headwater.quotes.models import QuoteLine, QuotePaper, QuoteVersion
from headwater.quotes.printing.document import Sides, paper_data, present_sides
from headwater.quotes.printing.typesetting import print_paper
from headwater.quotes.types import OURS


@dataclass(slots=True)
class _Made:
    """A PDF on its way into the store of files."""

    name: str | None
    content: bytes

    def chunks(self, chunk_size: int | None = None) -> Iterator[bytes]:
        yield self.content


def paper_name(version: QuoteVersion) -> str:
    """How the file is called: Q2026-00001-V2.pdf."""
    mark = f"-V{version.number}" if version.number > 1 else ""
    return f"{version.quote.number}{mark}.pdf"


def printed(version: QuoteVersion, language: str, sides: Sides) -> bytes:
    """The PDF of a version as it says now; refuses `PaperFailed`. Takes a third of a second."""
    lines = list(QuoteLine.objects.filter(version=version).order_by("position"))
    logo = content_path(sides["logo"]) if sides["logo"] else None
    found: Path | None = logo if logo is not None and logo.exists() else None
    return print_paper(paper_data(version, lines, sides, language), found)


def paper_of(access: Access, version: QuoteVersion, language: str) -> bytes:
    """The PDF of a version that the caller may see. What is out is printed once for each language.

    Refuses `PaperFailed`. Call it outside transactions.
    """
    if version.state in OURS or not version.frozen:
        sides = version.frozen or present_sides(version, access.user_id)
        return printed(version, language, sides)
    kept = kept_paper(version, language)
    if kept is not None:
        return kept
    made = printed(version, language, version.frozen)
    with transaction.atomic():
        keep_paper(version, language, made)
    return made


def kept_paper(version: QuoteVersion, language: str) -> bytes | None:
    """The PDF as it was printed first, if it was."""
    place = _place(version, language)
    return place.read_bytes() if place is not None else None


def _place(version: QuoteVersion, language: str) -> Path | None:
    paper = QuotePaper.objects.filter(version=version, language=language).first()
    if paper is None:
        return None
    digest = _digest(paper.file_id)
    place = content_path(digest) if digest else None
    return place if place is not None and place.exists() else None


def _digest(file_id: int) -> str:
    return str(sql.value("SELECT sha256 FROM platform_file WHERE id = %s", (file_id,)) or "")


def keep_paper(version: QuoteVersion, language: str, content: bytes) -> None:
    """Keep a PDF as a file of the quote; what another process kept meanwhile stays."""
    stored: StoredFile = store_file(
        system_access("quotes.paper"),
        _Made(paper_name(version), content),
        record_type="quote",
        record_id=version.quote_id,
    )
    QuotePaper.objects.update_or_create(
        version=version, language=language, defaults={"file_id": stored.pk, "made_at": clock.now()}
    )


def check_quote_file(access: Access, record_id: int, *, write: bool) -> None:
    """Who may see the files of a quote: who sees it; what is on it is put there by sending."""
    kind = record_type("quote")
    act = "edit" if write else "view"
    if not listing.ids_within(access.also(kind.permission(act)), kind, [record_id]):
        raise NotFound(record="quote", id=record_id)
