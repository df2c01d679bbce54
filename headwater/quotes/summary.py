"""Past quotes at a glance, on the pages of opportunities and accounts."""

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from headwater.kernel.access import Access
from headwater.quotes.queries import past_quotes
from headwater.quotes.types import QuoteState
from headwater.sales.summary import Glance
from headwater.ui import formats
from headwater.ui.pages import Cell


def past(access: Access, record_type: str, record_id: int) -> list[Glance]:
    """The latest quote with its state and total, and how many there are besides; nothing without any."""
    if not access.may("quotes.view"):
        return []
    rows = past_quotes(access, record_type, record_id)
    if not rows:
        return []
    latest = rows[0]
    state = QuoteState(latest["state"]).label
    parts = [f"{latest['number']} · {state}"]
    if len(rows) > 1:
        more = len(rows) - 1
        parts.append(ngettext("%(count)s more", "%(count)s more", more) % {"count": f"{more}"})
    text = formats.money(latest["total"], latest["currency"])
    return [
        Glance(
            _("Past quotes"),
            Cell("text", text, text=text),
            note=" · ".join(parts),
            href=f"/quotes/{latest['id']}",
            icon="file-text",
        )
    ]
