"""What can be done with people, departments and roles."""

from headwater.organization.services.departments import (
    archive_department,
    create_department,
    move_department,
    restore_department,
    update_department,
)
from headwater.organization.services.invitations import (
    accept_invitation,
    find_invitation,
    invite_user,
    renew_invitation,
)
from headwater.organization.services.leaving import Leaving, deactivate_user, reactivate_user
from headwater.organization.services.people import create_user, update_profile, update_user
from headwater.organization.services.roles import (
    copy_role,
    create_role,
    delete_role,
    ensure_builtin_roles,
    update_role,
)
from headwater.organization.services.setup import create_administrator, set_up_first_administrator

__all__ = [
    "Leaving",
    "accept_invitation",
    "archive_department",
    "copy_role",
    "create_administrator",
    "create_department",
    "create_role",
    "create_user",
    "deactivate_user",
    "delete_role",
    "ensure_builtin_roles",
    "find_invitation",
    "invite_user",
    "move_department",
    "reactivate_user",
    "renew_invitation",
    "restore_department",
    "set_up_first_administrator",
    "update_department",
    "update_profile",
    "update_role",
    "update_user",
]
