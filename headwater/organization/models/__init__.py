"""The tables of the room. Verbs live in `services`."""

from headwater.organization.models.absences import Absence
from headwater.organization.models.people import (
    Department,
    FieldRule,
    Invitation,
    People,
    Role,
    RoleGrant,
    User,
)
from headwater.organization.models.working_time import Calendar, CalendarDay, Opening

__all__ = [
    "Absence",
    "Calendar",
    "CalendarDay",
    "Department",
    "FieldRule",
    "Invitation",
    "Opening",
    "People",
    "Role",
    "RoleGrant",
    "User",
]
