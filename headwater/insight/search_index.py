"""Entries of reports in the search index: the palette finds them by name."""

from collections.abc import Sequence

from headwater.kernel import sql
from headwater.platform import search
from headwater.platform.search import SearchRow

CHUNK = 2000


def index_reports(ids: Sequence[int]) -> None:
    """Write the entries of these reports anew."""
    found = sql.rows("SELECT id, name FROM insight_report WHERE id = ANY(%s::bigint[])", (list(ids),))
    search.index("report", [SearchRow(id=row["id"], names=[row["name"]]) for row in found])
