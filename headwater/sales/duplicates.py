"""Do we know this person or company already? Exact on contact methods, advice on company names.

Looks across data scopes on purpose: somebody who asks learns that a customer exists, since when and whose
it is, never the other's notes or number. `in_reach` says whether they may open it.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from headwater.kernel import listing, sql
from headwater.kernel.access import Access
from headwater.kernel.catalogue import record_type
from headwater.kernel.text import BadPhone, email_address, fold, phone_e164
from headwater.sales.names import company_key, key_similarity, name_pieces
from headwater.sales.types import METHODS

ALIKE = 75  # from here on a name is worth showing
_CANDIDATES = 60


@dataclass(frozen=True, slots=True)
class Match:
    """A record that may be the same customer. `matched` is the method or "name"."""

    record: str
    id: int
    name: str
    account_id: int | None
    account_name: str | None
    owner_id: int | None
    owner_name: str | None
    matched: str
    similarity: int
    in_reach: bool
    created_at: datetime


def find_duplicates(
    access: Access,
    *,
    company: str | None = None,
    methods: Mapping[str, str | None] | None = None,
    limit: int = 5,
) -> list[Match]:
    """Contacts and accounts with one of the normalised `methods`, then accounts named like `company`.

    Best first: exact ones, then by similarity. At most `limit` of each sort.
    """
    rows = _by_method(methods or {}, limit) + _by_name(company, limit)
    return _matches(access, rows)


def accounts_for_match(
    access: Access,
    *,
    company: str | None = None,
    methods: Mapping[str, str | None] | None = None,
    limit: int = 5,
) -> list[Match]:
    """Accounts to offer at a conversion, best first: those of known contacts, then similar names."""
    found: dict[int, Match] = {}
    for match in find_duplicates(access, company=company, methods=methods, limit=limit):
        if match.account_id is None or match.account_id in found:
            continue
        found[match.account_id] = match
    through_contacts = [match.account_id for match in found.values() if match.record == "contact"]
    accounts = {row["id"]: row for row in _accounts(through_contacts)}
    kept = {
        key: (_as_account(access, accounts[key], match) if match.record == "contact" else match)
        for key, match in found.items()
        if match.record == "account" or key in accounts
    }
    return list(kept.values())[:limit]


def normalised(typed: Mapping[str, str | None]) -> dict[str, str]:
    """Contact methods as typed in the form in which they are compared; what is none is left out."""
    methods: dict[str, str] = {}
    for method, value in typed.items():
        if not value or not value.strip():
            continue
        if method in ("mobile", "phone"):
            try:
                methods[method] = phone_e164(value[:64])
            except BadPhone:
                continue
        elif method == "email":
            address = email_address(value)
            if address:
                methods[method] = address
        else:
            methods[method] = fold(value)
    return methods


def _by_method(methods: Mapping[str, str | None], limit: int) -> list[dict[str, Any]]:
    given = {method: value for method, value in methods.items() if method in METHODS and value}
    parts: list[str] = []
    params: list[Any] = []
    for method, value in given.items():
        # A switchboard and a mobile may stand in either field.
        fields = ("mobile", "phone") if method in ("mobile", "phone") else (method,)
        for field in fields:
            parts.append(
                "(SELECT 'contact' AS record, c.id, c.name, c.account_id, c.owner_id, c.created_at,"
                f" %s::text AS matched FROM sales_contact c WHERE c.{field} = %s AND c.archived_at IS NULL"
                " ORDER BY c.id LIMIT %s)"
            )
            params += [method, value, limit]
        if method in ("mobile", "phone"):
            parts.append(
                "(SELECT 'account', a.id, a.name, a.id, a.owner_id, a.created_at, %s::text"
                " FROM sales_account a"
                " WHERE a.phone = %s AND a.archived_at IS NULL ORDER BY a.id LIMIT %s)"
            )
            params += [method, value, limit]
    if not parts:
        return []
    found: dict[tuple[str, int], dict[str, Any]] = {}
    for row in sql.rows(" UNION ALL ".join(parts), params):
        found.setdefault((row["record"], row["id"]), row | {"similarity": 100})
    return list(found.values())[:limit]


def _by_name(company: str | None, limit: int) -> list[dict[str, Any]]:
    key = company_key(company or "")
    pieces = list(name_pieces(key))
    if not pieces:
        return []
    rows = sql.rows(
        "SELECT 'account' AS record, a.id, a.name, a.name_key, a.id AS account_id, a.owner_id, a.created_at,"
        " 'name' AS matched FROM sales_account a"
        " WHERE a.archived_at IS NULL AND (a.name_key = %s OR a.name_pieces && %s::varchar[])"
        " ORDER BY a.name_key = %s DESC,"
        " cardinality(ARRAY(SELECT unnest(a.name_pieces) INTERSECT SELECT unnest(%s::varchar[]))) DESC, a.id"
        " LIMIT %s",
        (key, pieces, key, pieces, _CANDIDATES),
    )
    alike = []
    for row in rows:
        row["similarity"] = key_similarity(key, row.pop("name_key"))
        if row["similarity"] >= ALIKE:
            alike.append(row)
    return sorted(alike, key=lambda row: (-row["similarity"], row["id"]))[:limit]


def _accounts(ids: Iterable[int | None]) -> list[dict[str, Any]]:
    wanted = [one for one in ids if one is not None]
    if not wanted:
        return []
    return sql.rows(
        "SELECT a.id, a.name, a.owner_id, a.created_at FROM sales_account a"
        " WHERE a.id = ANY(%s::bigint[]) AND a.archived_at IS NULL",
        (wanted,),
    )


def _as_account(access: Access, row: dict[str, Any], match: Match) -> Match:
    return _matches(
        access,
        [
            row
            | {
                "record": "account",
                "account_id": row["id"],
                "matched": match.matched,
                "similarity": match.similarity,
            }
        ],
    )[0]


def _matches(access: Access, rows: list[dict[str, Any]]) -> list[Match]:
    if not rows:
        return []
    names = _names("organization_user", {row["owner_id"] for row in rows})
    companies = _names("sales_account", {row["account_id"] for row in rows})
    reachable = {record: _within_reach(access, record, rows) for record in {row["record"] for row in rows}}
    return [
        Match(
            record=row["record"],
            id=row["id"],
            name=row["name"],
            account_id=row["account_id"],
            account_name=companies.get(row["account_id"]),
            owner_id=row["owner_id"],
            owner_name=names.get(row["owner_id"]),
            matched=row["matched"],
            similarity=row["similarity"],
            in_reach=row["id"] in reachable[row["record"]],
            created_at=row["created_at"],
        )
        for row in rows
    ]


def _names(table: str, ids: set[int | None]) -> dict[int | None, str]:
    rows = sql.rows(
        f"SELECT id, name FROM {table} WHERE id = ANY(%s::bigint[])", ([one for one in ids if one],)
    )
    return {row["id"]: row["name"] for row in rows}


def _within_reach(access: Access, record: str, rows: list[dict[str, Any]]) -> set[int]:
    kind = record_type(record)
    if not access.may(kind.permission("view")):
        return set()
    ids = [row["id"] for row in rows if row["record"] == record]
    return listing.ids_within(access.also(kind.permission("view")), kind, ids)
