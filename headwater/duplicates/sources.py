"""How each record type is read for the matching: its columns, and which of them says what."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from headwater.duplicates.matching.profiles import Profile, read_profile
from headwater.kernel.sql import rows
from headwater.sales.names import is_company

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Source:
    """One record type; `select` gives `id`, `version` and the columns that `profile` reads."""

    record: str
    table: str
    select: str
    profile: Callable[[Row], Profile]

    def read(self, ids: Sequence[int]) -> dict[int, dict[str, Any]]:
        """The columns of living records by id."""
        found = rows(f"{self.select} WHERE t.id = ANY(%s::bigint[]) AND t.archived_at IS NULL", (list(ids),))
        return {row["id"]: row for row in found}


def _lead(row: Row) -> Profile:
    name, company = row.get("name") or "", row.get("company") or ""
    if not company and is_company(name):
        name, company = "", name
    return read_profile(
        person=name,
        company=company,
        phones=(row.get("mobile"), row.get("phone")),
        emails=(row.get("email"),),
        handles={"wechat": row.get("wechat"), "qq": row.get("qq")},
        address=row.get("address") or "",
        region=row.get("region") or "",
        website=row.get("website") or "",
    )


def _contact(row: Row) -> Profile:
    return read_profile(
        person=row.get("name") or "",
        company=row.get("account_name") or "",
        phones=(row.get("mobile"), row.get("phone")),
        emails=(row.get("email"),),
        handles={"wechat": row.get("wechat"), "qq": row.get("qq")},
    )


def _account(row: Row) -> Profile:
    return read_profile(
        company=row.get("name") or "",
        phones=(row.get("phone"),),
        address=row.get("address") or "",
        region=row.get("region") or "",
        website=row.get("website") or "",
    )


SOURCES = {
    source.record: source
    for source in (
        Source(
            "lead",
            "leads_lead",
            "SELECT t.id, t.version, t.name, t.company, t.mobile, t.phone, t.email, t.wechat, t.qq,"
            " t.address, t.region, t.website FROM leads_lead t",
            _lead,
        ),
        Source(
            "contact",
            "sales_contact",
            "SELECT t.id, t.version, t.name, a.name AS account_name, t.mobile, t.phone, t.email, t.wechat,"
            " t.qq FROM sales_contact t LEFT JOIN sales_account a ON a.id = t.account_id",
            _contact,
        ),
        Source(
            "account",
            "sales_account",
            "SELECT t.id, t.version, t.name, t.phone, t.address, t.region, t.website FROM sales_account t",
            _account,
        ),
    )
}
