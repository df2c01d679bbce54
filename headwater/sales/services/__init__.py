"""What can be done with accounts, contacts, opportunities and pipelines."""

from headwater.sales.services.accounts import (
    archive_accounts,
    assign_accounts,
    create_account,
    restore_accounts,
    update_account,
)
from headwater.sales.services.contacts import (
    archive_contacts,
    assign_contacts,
    create_contact,
    merge_consent,
    restore_contacts,
    update_contact,
)
from headwater.sales.services.moving import lose, move_many, move_stage, reopen, win
from headwater.sales.services.opportunities import (
    archive_opportunities,
    assign_opportunities,
    create_opportunity,
    restore_opportunities,
    update_opportunity,
)
from headwater.sales.services.pipelines import ensure_default_pipeline
from headwater.sales.services.roles import remove_contact_role, set_contact_role

__all__ = [
    "archive_accounts",
    "archive_contacts",
    "archive_opportunities",
    "assign_accounts",
    "assign_contacts",
    "assign_opportunities",
    "create_account",
    "create_contact",
    "create_opportunity",
    "ensure_default_pipeline",
    "lose",
    "merge_consent",
    "move_many",
    "move_stage",
    "remove_contact_role",
    "reopen",
    "restore_accounts",
    "restore_contacts",
    "restore_opportunities",
    "set_contact_role",
    "update_account",
    "update_contact",
    "update_opportunity",
    "win",
]
