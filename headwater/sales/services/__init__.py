"""What can be done with accounts, contacts, opportunities and pipelines."""

from headwater.sales.services.accounts import (
    archive_accounts,
    assign_accounts,
    create_account,
    restore_accounts,
    update_account,
)
from headwater.sales.services.checklists import tick, untick
from headwater.sales.services.competitors import (
    archive_competitors,
    create_competitor,
    remove_rival,
    set_rival,
    update_competitor,
)
from headwater.sales.services.contacts import (
    account_of_contact,
    archive_contacts,
    assign_contacts,
    create_contact,
    join_account,
    merge_consent,
    restore_contacts,
    update_contact,
)
from headwater.sales.services.lines import add_line, follow_lines, remove_line, set_lines, update_line
from headwater.sales.services.moving import lose, move_many, move_stage, reopen, win
from headwater.sales.services.opportunities import (
    archive_opportunities,
    assign_opportunities,
    create_opportunity,
    restore_opportunities,
    update_opportunity,
)
from headwater.sales.services.pipelines import (
    archive_pipeline,
    create_pipeline,
    ensure_default_pipeline,
    make_default,
    restore_pipeline,
    update_pipeline,
)
from headwater.sales.services.restoring import restore_version
from headwater.sales.services.roles import remove_contact_role, set_contact_role
from headwater.sales.services.stages import (
    add_stage,
    order_stages,
    remove_stage,
    set_checklist,
    update_stage,
)
from headwater.sales.services.teams import remove_member, set_member
from headwater.sales.services.ties import tie, untie

__all__ = [
    "account_of_contact",
    "add_line",
    "add_stage",
    "archive_accounts",
    "archive_competitors",
    "archive_contacts",
    "archive_opportunities",
    "archive_pipeline",
    "assign_accounts",
    "assign_contacts",
    "assign_opportunities",
    "create_account",
    "create_competitor",
    "create_contact",
    "create_opportunity",
    "create_pipeline",
    "ensure_default_pipeline",
    "follow_lines",
    "join_account",
    "lose",
    "make_default",
    "merge_consent",
    "move_many",
    "move_stage",
    "order_stages",
    "remove_contact_role",
    "remove_line",
    "remove_member",
    "remove_rival",
    "remove_stage",
    "reopen",
    "restore_accounts",
    "restore_contacts",
    "restore_opportunities",
    "restore_pipeline",
    "restore_version",
    "set_checklist",
    "set_contact_role",
    "set_lines",
    "set_member",
    "set_rival",
    "tick",
    "tie",
    "untick",
    "untie",
    "update_account",
    "update_competitor",
    "update_contact",
    "update_line",
    "update_opportunity",
    "update_pipeline",
    "update_stage",
    "win",
]
