"""Entries of the room's records in the search index."""

from collections.abc import Sequence

from headwater.kernel import sql
from headwater.platform import search
from headwater.platform.search import SearchRow

CHUNK = 2000


def index_accounts(ids: Sequence[int]) -> None:
    """Write the entries of these accounts anew."""
    found = sql.rows("SELECT id, name, phone FROM sales_account WHERE id = ANY(%s::bigint[])", (list(ids),))
    search.index(
        "account",
        [SearchRow(id=row["id"], names=[row["name"]], phones=_given(row["phone"])) for row in found],
    )


def index_contacts(ids: Sequence[int]) -> None:
    """Write the entries of these contacts anew; they are found by their company too."""
    found = sql.rows(
        "SELECT c.id, c.name, a.name AS account, c.mobile, c.phone, c.email, c.wechat, c.qq"
        " FROM sales_contact c LEFT JOIN sales_account a ON a.id = c.account_id"
        " WHERE c.id = ANY(%s::bigint[])",
        (list(ids),),
    )
    search.index(
        "contact",
        [
            SearchRow(
                id=row["id"],
                names=_given(row["name"], row["account"]),
                phones=_given(row["mobile"], row["phone"]),
                words=_given(row["email"], row["wechat"], row["qq"]),
            )
            for row in found
        ],
    )


def index_opportunities(ids: Sequence[int]) -> None:
    """Write the entries of these opportunities anew; they are found by their company too."""
    found = sql.rows(
        "SELECT o.id, o.name, a.name AS account FROM sales_opportunity o"
        " JOIN sales_account a ON a.id = o.account_id WHERE o.id = ANY(%s::bigint[])",
        (list(ids),),
    )
    search.index(
        "opportunity", [SearchRow(id=row["id"], names=[row["name"], row["account"]]) for row in found]
    )


def index_of_accounts(ids: Sequence[int]) -> None:
    """Write anew what carries the names of these accounts: contacts and opportunities."""
    for table, write in (("sales_contact", index_contacts), ("sales_opportunity", index_opportunities)):
        found = sql.values(
            f"SELECT id FROM {table} WHERE account_id = ANY(%s::bigint[]) ORDER BY id", (list(ids),)
        )
        for start in range(0, len(found), CHUNK):
            write(found[start : start + CHUNK])


def _given(*values: str | None) -> list[str]:
    return [value for value in values if value]
