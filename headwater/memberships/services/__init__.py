"""What can be done with members of campaigns."""

from headwater.memberships.services.adding import Added, add_members, check_campaign, create_member
from headwater.memberships.services.changing import (
    change_statuses,
    remove_members,
    restore_members,
    update_member,
)
from headwater.memberships.services.joining import join
from headwater.memberships.services.leaving import take_back_import

__all__ = [
    "Added",
    "add_members",
    "change_statuses",
    "check_campaign",
    "create_member",
    "join",
    "remove_members",
    "restore_members",
    "take_back_import",
    "update_member",
]
