"""Which rows an access reaches: those whose owner lies within its data scope."""

from collections.abc import Callable

from headwater.kernel.access import Access
from headwater.kernel.sql import TRUE, Fragment
from headwater.platform import search


def owned(access: Access, alias: str) -> Fragment:
    """Rows that belong to somebody within reach."""
    if access.reach.everyone:
        return TRUE
    return Fragment(f"{alias}.owner_id = ANY(%s::bigint[])", (sorted(access.reach.people),))


def owned_or_of_account(access: Access, alias: str) -> Fragment:
    """Rows that belong to somebody within reach, or to an account that does."""
    if access.reach.everyone:
        return TRUE
    people = sorted(access.reach.people)
    return Fragment(
        f"({alias}.owner_id = ANY(%s::bigint[]) OR EXISTS (SELECT 1 FROM sales_account a"
        f" WHERE a.id = {alias}.account_id AND a.owner_id = ANY(%s::bigint[])))",
        (people, people),
    )


def searched(record: str) -> Callable[[Access, str, str], Fragment]:
    """The search condition of a record type, over its entries in the search index."""

    def condition(access: Access, q: str, alias: str) -> Fragment:
        return search.match(record, q, id_sql=f"{alias}.id")

    return condition
