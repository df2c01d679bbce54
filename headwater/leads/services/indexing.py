"""What search knows of leads."""

from collections.abc import Sequence

from headwater.kernel.sql import rows
from headwater.platform.search import SearchRow, index

CHUNK = 2000


def index_leads(ids: Sequence[int]) -> None:
    """Bring the search entries of leads up to date, in their transaction: who saves a lead finds it."""
    for start in range(0, len(ids), CHUNK):
        found = rows(
            "SELECT id, name, company, mobile, phone, email, wechat, qq, external_id FROM leads_lead"
            " WHERE id = ANY(%s::bigint[])",
            (list(ids[start : start + CHUNK]),),
        )
        index(
            "lead",
            [
                SearchRow(
                    id=row["id"],
                    names=[text for text in (row["name"], row["company"]) if text],
                    phones=[text for text in (row["mobile"], row["phone"]) if text],
                    words=[
                        text for text in (row["email"], row["wechat"], row["qq"], row["external_id"]) if text
                    ],
                )
                for row in found
            ],
        )
