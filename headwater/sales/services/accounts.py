"""What can be done with accounts."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import transaction

from headwater.engagement.types import BulkResult
from headwater.kernel import sql
from headwater.kernel.access import Access
from headwater.kernel.catalogue import clean
from headwater.sales.checking import check_new
from headwater.sales.errors import AccountInUse
from headwater.sales.names import company_key, name_pieces
from headwater.sales.services import sets
from headwater.sales.services.kinds import ACCOUNT
from headwater.sales.services.ties import own_parent, tree_refusal
from headwater.sales.services.writing import (
    choose_owner,
    differences,
    external_id_taken,
    insert,
    lock_record,
    lock_records,
    refuse_merged,
    save_changes,
)
from headwater.sales.types import Why

_TAKEN = {
    "account_external_id_once": external_id_taken,
    "account_tree": tree_refusal,
    "account_below_another": own_parent,
}


def named(name: str) -> dict[str, Any]:
    """The columns derived from a company's name."""
    key = company_key(name)
    return {"name_key": key, "name_pieces": list(name_pieces(key))}


@transaction.atomic
def create_account(access: Access, values: Mapping[str, Any], *, why: str = Why.CREATED) -> int:
    """Make an account from raw values; its id. The owner is the one given, or who acts."""
    cleaned = clean(ACCOUNT.record_type, values, access)
    if why == Why.CREATED:
        check_new(access, "account", cleaned.fields, confirmed=True)
    choose_owner(access, cleaned.fields)
    derived = named(cleaned.fields["name"])
    return int(insert(access, ACCOUNT, cleaned, why=why, on_conflict=_TAKEN, derived=derived).pk)


@transaction.atomic
def update_account(
    access: Access, record_id: int, values: Mapping[str, Any], *, version: int | None = None
) -> None:
    """Change an account. Another owner needs the permission to assign."""
    account = lock_record(access, ACCOUNT, record_id, version=version)
    cleaned = clean(ACCOUNT.record_type, values, access, partial=True)
    owner_id = cleaned.fields.pop("owner", account.owner_id)
    changes = differences(ACCOUNT, account, cleaned)
    derived = named(cleaned.fields["name"]) if "name" in changes else None
    save_changes(access, ACCOUNT, account, changes, on_conflict=_TAKEN, derived=derived)
    if owner_id is not None and owner_id != account.owner_id:
        assign_accounts(access.also("accounts.assign"), [record_id], owner_id=owner_id)


def assign_accounts(
    access: Access,
    ids: Sequence[int],
    *,
    owner_id: int,
    why: str = Why.ASSIGNED,
    note: str | None = None,
) -> list[BulkResult]:
    """Give accounts to somebody; see `sets.assign`."""
    return sets.assign(access, ACCOUNT, ids, owner_id=owner_id, why=why, note=note)


@transaction.atomic
def archive_accounts(access: Access, ids: Sequence[int]) -> int:
    """Archive accounts; refused with `AccountInUse` while one has open opportunities."""
    found = lock_records(access, ACCOUNT, ids)
    busy = sql.rows(
        "SELECT account_id, count(*) AS open FROM sales_opportunity"
        " WHERE account_id = ANY(%s::bigint[]) AND status = 'open' AND archived_at IS NULL"
        " GROUP BY account_id ORDER BY account_id LIMIT 1",
        ([account.pk for account in found],),
    )
    if busy:
        account = next(account for account in found if account.pk == busy[0]["account_id"])
        raise AccountInUse(id=account.pk, name=account.name, opportunities=busy[0]["open"])
    return sets.archive(access, ACCOUNT, ids)


def restore_accounts(access: Access, ids: Sequence[int]) -> int:
    """Bring archived accounts back; how many. Refused with `MergedAway` for one that went into another."""
    refuse_merged(ACCOUNT, ids)
    return sets.restore(access, ACCOUNT, ids)
