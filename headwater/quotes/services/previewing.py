"""What a draft would come to, without writing anything: for the screen on which it is written."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from headwater.kernel.access import Access
from headwater.quotes.documents import Line, read_document
from headwater.quotes.errors import Frozen
from headwater.quotes.models import QuoteVersion
from headwater.quotes.services.drafting import complete, kept_lines
from headwater.quotes.services.quotes import get_quote
from headwater.quotes.services.writing import version_of
from headwater.quotes.totals import Sums
from headwater.quotes.types import QuoteState


@dataclass(frozen=True, slots=True)
class Preview:
    """The draft as it would be, its lines filled in, and their sums."""

    draft: QuoteVersion
    lines: list[Line]
    sums: Sums


def preview(access: Access, quote_id: int, raw: Mapping[str, Any]) -> Preview:
    """Compute; refuses `NotFound`, `Frozen` and `Invalid` like `write_draft`."""
    draft = version_of(get_quote(access, quote_id))
    if draft.state != QuoteState.DRAFT:
        raise Frozen(number=draft.quote.number, version=draft.number)
    document = read_document(raw)
    lines = kept_lines(draft) if document.lines is None else document.lines
    return Preview(draft, lines, complete(access, draft, document, lines))
