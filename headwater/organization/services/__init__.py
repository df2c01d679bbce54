"""What can be done with people, departments and roles."""

from headwater.organization.services.calendars import (
    clear_day,
    create_calendar,
    delete_calendar,
    make_default_calendar,
    set_day,
    turn_day,
    update_calendar,
)
from headwater.organization.services.departments import (
    archive_department,
    create_department,
    move_department,
    restore_department,
    update_department,
)
from headwater.organization.services.duty import (
    create_absence,
    delete_absence,
    end_absence,
    set_duty,
    tell_ends,
    update_absence,
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
    "clear_day",
    "copy_role",
    "create_absence",
    "create_administrator",
    "create_calendar",
    "create_department",
    "create_role",
    "create_user",
    "deactivate_user",
    "delete_absence",
    "delete_calendar",
    "delete_role",
    "end_absence",
    "ensure_builtin_roles",
    "find_invitation",
    "invite_user",
    "make_default_calendar",
    "move_department",
    "reactivate_user",
    "renew_invitation",
    "restore_department",
    "set_day",
    "set_duty",
    "set_up_first_administrator",
    "tell_ends",
    "turn_day",
    "update_absence",
    "update_calendar",
    "update_department",
    "update_profile",
    "update_role",
    "update_user",
]
