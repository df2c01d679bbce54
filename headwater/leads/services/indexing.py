"""What search knows of leads."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from headwater.kernel.sql import rows
from headwater.platform.search import SearchRow, index

CHUNK = 2000


def index_leads(ids: Sequence[int]) -> None:
    """Bring the search entries of leads up to date, in their transaction: who saves a lead finds it."""
    for start in range(0, len(ids), CHUNK):
        index_rows(
            rows(
                "SELECT id, name, company, mobile, phone, email, wechat, qq, external_id FROM leads_lead"
                " WHERE id = ANY(%s::bigint[])",
                (list(ids[start : start + CHUNK]),),
            )
        )


def index_rows(found: Iterable[Mapping[str, Any]]) -> None:
    """The same for leads whose values are at hand, by column."""
    index(
        "lead",
        [
            SearchRow(
                id=row["id"],
                names=_given(row, "name", "company"),
                phones=_given(row, "mobile", "phone"),
                words=_given(row, "email", "wechat", "qq", "external_id"),
            )
            for row in found
        ],
    )


def _given(row: Mapping[str, Any], *names: str) -> list[str]:
    return [row[name] for name in names if row.get(name)]
