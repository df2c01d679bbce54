"""Which rows an access reaches: those whose owner lies within its data scope."""

from collections.abc import Callable

from headwater.kernel.access import Access, FieldRule
from headwater.kernel.sql import FALSE, TRUE, Fragment
from headwater.platform import search
from headwater.sales.types import METHODS


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
        hidden = {FieldRule.HIDDEN, FieldRule.MASKED}
        secret = any(access.field_rule(record, method) in hidden for method in METHODS)
        # A number that is masked must not be guessed digit by digit.
        return search.match(record, q, id_sql=f"{alias}.id", private=FALSE if secret else TRUE)

    return condition
