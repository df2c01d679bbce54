"""Entries of orders in the search index: by number and by their company."""

from collections.abc import Sequence

from headwater.kernel import sql
from headwater.platform import search
from headwater.platform.search import SearchRow

CHUNK = 2000


def index_orders(ids: Sequence[int]) -> None:
    """Write the entries of these orders anew."""
    for start in range(0, len(ids), CHUNK):
        found = sql.rows(
            "SELECT o.id, o.number, a.name FROM orders_order o JOIN sales_account a ON a.id = o.account_id"
            " WHERE o.id = ANY(%s::bigint[])",
            (list(ids[start : start + CHUNK]),),
        )
        search.index(
            "order",
            [SearchRow(id=row["id"], names=[row["name"]], words=[row["number"]]) for row in found],
        )


def index_of_accounts(account_ids: Sequence[int]) -> None:
    """Write anew what carries the names of these accounts."""
    index_orders(
        sql.values(
            "SELECT id FROM orders_order WHERE account_id = ANY(%s::bigint[]) ORDER BY id",
            (list(account_ids),),
        )
    )
