"""What happened to accounts, contacts and opportunities."""

from dataclasses import field
from typing import Any

from headwater.platform.events import Event


class AccountsCreated(Event):
    name = "account.created"
    ids: list[int]


class AccountsChanged(Event):
    """`changes` holds {field: [before, after]} when one record changed by hand."""

    name = "account.changed"
    ids: list[int]
    fields: list[str]
    changes: dict[str, Any] = field(default_factory=dict)


class AccountsArchived(Event):
    name = "account.archived"
    ids: list[int]


class AccountsRestored(Event):
    name = "account.restored"
    ids: list[int]


class AccountsAssigned(Event):
    name = "account.assigned"
    ids: list[int]
    owner_id: int | None
    why: str


class AccountsMerged(Event):
    """Accounts went into another; what they had is the survivor's now."""

    name = "account.merged"
    survivor_id: int
    ids: list[int]
    merge_id: int


class AccountsUnmerged(Event):
    """A merge was undone."""

    name = "account.unmerged"
    survivor_id: int
    ids: list[int]
    merge_id: int


class ContactsMerged(Event):
    name = "contact.merged"
    survivor_id: int
    ids: list[int]
    merge_id: int


class ContactsUnmerged(Event):
    name = "contact.unmerged"
    survivor_id: int
    ids: list[int]
    merge_id: int


class ContactsListed(Event):
    """Rows of an imported file named these contacts, new ones or not, under a campaign."""

    name = "contact.listed"
    contact_ids: list[int]
    campaign_id: int
    import_id: int


class ContactsCreated(Event):
    name = "contact.created"
    ids: list[int]


class ContactsChanged(Event):
    """`changes` holds {field: [before, after]} when one record changed by hand."""

    name = "contact.changed"
    ids: list[int]
    fields: list[str]
    changes: dict[str, Any] = field(default_factory=dict)


class ContactsArchived(Event):
    name = "contact.archived"
    ids: list[int]


class ContactsRestored(Event):
    name = "contact.restored"
    ids: list[int]


class ContactsAssigned(Event):
    name = "contact.assigned"
    ids: list[int]
    owner_id: int | None
    why: str


class OpportunitiesCreated(Event):
    name = "opportunity.created"
    ids: list[int]


class OpportunitiesChanged(Event):
    """`changes` holds {field: [before, after]} when one record changed by hand."""

    name = "opportunity.changed"
    ids: list[int]
    fields: list[str]
    changes: dict[str, Any] = field(default_factory=dict)


class OpportunitiesArchived(Event):
    name = "opportunity.archived"
    ids: list[int]


class OpportunitiesRestored(Event):
    name = "opportunity.restored"
    ids: list[int]


class OpportunitiesAssigned(Event):
    name = "opportunity.assigned"
    ids: list[int]
    owner_id: int | None
    why: str


class OpportunitiesMoved(Event):
    """Opportunities came to a stage; `status` is what that makes them: open, won or lost."""

    name = "opportunity.moved"
    ids: list[int]
    stage_id: int
    status: str


class PipelinesChanged(Event):
    """Pipelines were set up anew: made, changed, archived; or their stages were."""

    name = "pipeline.changed"
    ids: list[int]


class CompetitorsChanged(Event):
    """Competitors were made, changed or archived."""

    name = "competitor.changed"
    ids: list[int]


class TeamChanged(Event):
    """Somebody joined or left the team of an account or opportunity, or got another role there."""

    name = "team.changed"
    record: str
    record_id: int
    user_id: int
    joined: bool
    left: bool
    by_handover: bool = False  # told with all that was handed over
