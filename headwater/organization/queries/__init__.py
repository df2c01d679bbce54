"""Reads of the room: actors, the directory of people, the department tree, roles."""

from headwater.organization.queries.actors import actor_for, load_actor, person_remembered
from headwater.organization.queries.calendars import (
    calendars,
    get_calendar,
    overrides_of,
    year_of,
)
from headwater.organization.queries.departments import (
    DepartmentNode,
    department_below,
    department_tree,
    get_department,
)
from headwater.organization.queries.duty import absences_of, away_until, get_absence, people_on_duty
from headwater.organization.queries.people import (
    Person,
    active_ids,
    active_people,
    administrators,
    anybody_exists,
    get_user,
    holders_of,
    matching,
    names_of,
    people_by_id,
    people_choices,
    people_in,
    users_within,
)
from headwater.organization.queries.remembered import company_stamp, remembered_now, remembered_of
from headwater.organization.queries.roles import RoleSheet, get_role, role_sheets
from headwater.organization.queries.working_time import WorkingTime, calendar_of_department, working_time

__all__ = [
    "DepartmentNode",
    "Person",
    "RoleSheet",
    "WorkingTime",
    "absences_of",
    "active_ids",
    "active_people",
    "actor_for",
    "administrators",
    "anybody_exists",
    "away_until",
    "calendar_of_department",
    "calendars",
    "company_stamp",
    "department_below",
    "department_tree",
    "get_absence",
    "get_calendar",
    "get_department",
    "get_role",
    "get_user",
    "holders_of",
    "load_actor",
    "matching",
    "names_of",
    "overrides_of",
    "people_by_id",
    "people_choices",
    "people_in",
    "people_on_duty",
    "person_remembered",
    "remembered_now",
    "remembered_of",
    "role_sheets",
    "users_within",
    "working_time",
    "year_of",
]
