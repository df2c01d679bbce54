"""Reads of the room: actors, the directory of people, the department tree, roles."""

from headwater.organization.queries.actors import actor_for, load_actor, person_remembered
from headwater.organization.queries.departments import (
    DepartmentNode,
    department_below,
    department_tree,
    get_department,
)
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
from headwater.organization.queries.remembered import company_stamp
from headwater.organization.queries.roles import RoleSheet, get_role, role_sheets

__all__ = [
    "DepartmentNode",
    "Person",
    "RoleSheet",
    "active_ids",
    "active_people",
    "actor_for",
    "administrators",
    "anybody_exists",
    "company_stamp",
    "department_below",
    "department_tree",
    "get_department",
    "get_role",
    "get_user",
    "holders_of",
    "load_actor",
    "matching",
    "names_of",
    "people_by_id",
    "people_choices",
    "people_in",
    "person_remembered",
    "role_sheets",
    "users_within",
]
