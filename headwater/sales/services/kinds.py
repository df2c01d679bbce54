"""The three record types of the room as the shared writing code sees them."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from headwater.kernel.catalogue import RecordType, record_type
from headwater.platform.events import Event
from headwater.sales import events
from headwater.sales.models import Account, Contact, Opportunity
from headwater.sales.types import Owned

AnyRecord = Account | Contact | Opportunity


@dataclass(frozen=True, slots=True)
class Kind:
    """A record type with its table and the events of its life."""

    key: Owned
    model: type[Any]
    table: str
    created: Callable[..., Event]
    changed: Callable[..., Event]
    archived: Callable[..., Event]
    restored: Callable[..., Event]
    assigned: Callable[..., Event]

    @property
    def record_type(self) -> RecordType:
        return record_type(self.key.value)


ACCOUNT = Kind(
    Owned.ACCOUNT,
    Account,
    "sales_account",
    events.AccountsCreated,
    events.AccountsChanged,
    events.AccountsArchived,
    events.AccountsRestored,
    events.AccountsAssigned,
)
CONTACT = Kind(
    Owned.CONTACT,
    Contact,
    "sales_contact",
    events.ContactsCreated,
    events.ContactsChanged,
    events.ContactsArchived,
    events.ContactsRestored,
    events.ContactsAssigned,
)
OPPORTUNITY = Kind(
    Owned.OPPORTUNITY,
    Opportunity,
    "sales_opportunity",
    events.OpportunitiesCreated,
    events.OpportunitiesChanged,
    events.OpportunitiesArchived,
    events.OpportunitiesRestored,
    events.OpportunitiesAssigned,
)
KINDS = {kind.key.value: kind for kind in (ACCOUNT, CONTACT, OPPORTUNITY)}
