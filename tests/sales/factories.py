"""Accounts, contacts and opportunities for tests of any room."""

import itertools
from typing import Any

from headwater.kernel.access import Access, system_access
from headwater.organization.models import User
from headwater.sales import services
from headwater.sales.models import Account, Contact, Opportunity
from headwater.sales.queries import PipelineView, default_pipeline
from tests.organization.factories import access

_numbers = itertools.count(1)


def _by(owner: User | None, permission: str) -> Access:
    return system_access("tests") if owner is None else access(owner, permission)


def make_account(name: str | None = None, *, owner: User | None = None, **values: Any) -> Account:
    """An account that `owner` made (nobody's without one)."""
    values = {"name": name or f"示例{next(_numbers)}有限公司"} | values
    made = services.create_account(_by(owner, "accounts.create"), values)
    return Account.objects.get(pk=made)


def make_contact(
    name: str = "李四", *, account: Account | None = None, owner: User | None = None, **values: Any
) -> Contact:
    """A contact that `owner` made."""
    values = {"name": name, "account": account and account.pk} | values
    made = services.create_contact(_by(owner, "contacts.create"), values)
    return Contact.objects.get(pk=made)


def make_opportunity(
    name: str | None = None, *, account: Account | None = None, owner: User | None = None, **values: Any
) -> Opportunity:
    """An opportunity that `owner` made, at the first stage unless told otherwise."""
    account = account or make_account(owner=owner)
    values = {"name": name or f"商机{next(_numbers)}", "account": account.pk} | values
    made = services.create_opportunity(_by(owner, "opportunities.create"), values)
    return Opportunity.objects.get(pk=made)


def stage(name_or_position: str | int, pipeline: PipelineView | None = None) -> int:
    """The id of a stage of the default pipeline, by position or name."""
    for one in (pipeline or default_pipeline()).stages:
        if name_or_position in (one.position, one.name, one.kind if one.kind != "open" else None):
            return one.id
    raise LookupError(name_or_position)
