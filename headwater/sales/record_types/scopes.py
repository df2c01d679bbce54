"""Which rows an access reaches: those whose owner, or a member of whose team, lies within its data scope.

A member reads the record, and changes it where the team says so; giving away, archiving and merging stay with
who reaches the owner. Who works on an opportunity also reads its account; who reads an account so, reads its
contacts. The ids come from a sub-select that PostgreSQL runs once, so an index finds the rows.
"""

from collections.abc import Callable

from headwater.kernel.access import Access, FieldRule
from headwater.kernel.sql import FALSE, TRUE, Fragment
from headwater.platform import search
from headwater.sales.types import METHODS

_CLOSED_TO_MEMBERS = frozenset({"delete", "assign", "merge", "handover", "import", "reveal", "configure"})
# Accounts on whose team, or on the team of one of whose opportunities, these people are.
_ACCOUNTS = (
    "SELECT m.account_id FROM sales_accountmember m WHERE m.user_id = ANY(%s::bigint[])"
    " UNION ALL SELECT o.account_id FROM sales_opportunitymember m"
    " JOIN sales_opportunity o ON o.id = m.opportunity_id WHERE m.user_id = ANY(%s::bigint[])"
)
_EDITED_ACCOUNTS = (
    "SELECT m.account_id FROM sales_accountmember m WHERE m.user_id = ANY(%s::bigint[]) AND m.may_edit"
)
_OPPORTUNITIES = "SELECT m.opportunity_id FROM sales_opportunitymember m WHERE m.user_id = ANY(%s::bigint[])"


def _right(access: Access, plural: str) -> str:
    """What membership gives under this permission: "edit", "read" or nothing."""
    thing, _dot, act = access.permission.rpartition(".")
    if thing == plural and act == "edit":
        return "edit"
    return "" if act in _CLOSED_TO_MEMBERS else "read"


def _owner(access: Access, alias: str) -> Fragment:
    return Fragment(f"{alias}.owner_id = ANY(%s::bigint[])", (sorted(access.reach.people),))


def _among(column: str, select: str, access: Access) -> Fragment:
    people = sorted(access.reach.people)
    return Fragment(f"{column} = ANY(ARRAY({select}))", (people,) * select.count("%s"))


def accounts(access: Access, alias: str) -> Fragment:
    """Accounts of somebody within reach, and those that they work on."""
    if access.reach.everyone:
        return TRUE
    right = _right(access, "accounts")
    if not right:
        return _owner(access, alias)
    select = _EDITED_ACCOUNTS if right == "edit" else _ACCOUNTS
    return _owner(access, alias) | _among(f"{alias}.id", select, access)


def opportunities(access: Access, alias: str) -> Fragment:
    """Opportunities of somebody within reach, and those that they work on."""
    if access.reach.everyone:
        return TRUE
    right = _right(access, "opportunities")
    if not right:
        return _owner(access, alias)
    select = f"{_OPPORTUNITIES} AND m.may_edit" if right == "edit" else _OPPORTUNITIES
    return _owner(access, alias) | _among(f"{alias}.id", select, access)


def contacts(access: Access, alias: str) -> Fragment:
    """Contacts of somebody within reach, and those at accounts that are theirs or that they work on."""
    if access.reach.everyone:
        return TRUE
    people = sorted(access.reach.people)
    own = _owner(access, alias) | Fragment(
        f"EXISTS (SELECT 1 FROM sales_account a WHERE a.id = {alias}.account_id"
        " AND a.owner_id = ANY(%s::bigint[]))",
        (people,),
    )
    right = _right(access, "contacts")
    if not right:
        return own
    select = _EDITED_ACCOUNTS if right == "edit" else _ACCOUNTS
    return own | _among(f"{alias}.account_id", select, access)


def searched(record: str) -> Callable[[Access, str, str], Fragment]:
    """The search condition of a record type, over its entries in the search index."""

    def condition(access: Access, q: str, alias: str) -> Fragment:
        hidden = {FieldRule.HIDDEN, FieldRule.MASKED}
        secret = any(access.field_rule(record, method) in hidden for method in METHODS)
        # A number that is masked must not be guessed digit by digit.
        return search.match(record, q, id_sql=f"{alias}.id", private=FALSE if secret else TRUE)

    return condition
