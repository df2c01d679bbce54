"""Shapes of the room's API."""

from datetime import date, datetime
from typing import Any

from ninja import Schema
from pydantic import ConfigDict, Field


class Strict(Schema):
    """Input: what is not known is refused, not ignored."""

    model_config = ConfigDict(extra="forbid")


class RoleRef(Schema):
    """A role as people have it."""

    id: int
    key: str | None
    name: str


class Me(Schema):
    """Who the caller is and what they may do."""

    id: int
    name: str
    email: str
    mobile: str
    title: str
    department: dict[str, Any] | None
    manager: dict[str, Any] | None
    language: str
    theme: str
    time_zone: str
    is_on_duty: bool
    roles: list[RoleRef]
    permissions: dict[str, str] = Field(description="Permission code to data scope.")
    people: dict[str, list[int]] = Field(description="Data scope to the people whose records it covers.")
    field_rules: list[dict[str, str]]
    token: dict[str, Any] | None = Field(description="The API token in use, with its scopes.")


class MeIn(Strict):
    """What people may change about themselves."""

    name: str | None = None
    mobile: str | None = None
    title: str | None = None
    language: str | None = None
    theme: str | None = None
    time_zone: str | None = None
    is_on_duty: bool | None = None


class FieldRuleIn(Strict):
    """How a role meets one field."""

    record: str = Field(max_length=40)
    field: str = Field(max_length=80)
    rule: str = Field(max_length=12)


class RoleIn(Strict):
    """A new role."""

    name: str
    description: str = ""
    grants: dict[str, str] = Field(default_factory=dict, description="Permission code to data scope.")
    field_rules: list[FieldRuleIn] = Field(default_factory=list)


class RolePatch(Strict):
    """Changes to a role; `grants` and `field_rules` are the whole new set."""

    name: str | None = None
    description: str | None = None
    grants: dict[str, str] | None = None
    field_rules: list[FieldRuleIn] | None = None


class RoleCopyIn(Strict):
    """The name of the copy."""

    name: str


class RoleOut(Schema):
    """A role with everything in it."""

    id: int
    key: str | None
    name: str
    description: str
    is_builtin: bool
    people: int
    grants: dict[str, str]
    field_rules: list[dict[str, str]]
    version: int


class PermissionOut(Schema):
    """Something a role can be given."""

    code: str
    label: str
    group: str
    scoped: bool


class TokenIn(Strict):
    """A new API token of mine; scopes are permission codes or `*`."""

    name: str
    scopes: list[str] = Field(default_factory=lambda: ["*"], max_length=500)
    expires_at: datetime | None = None


class TokenOut(Schema):
    """A token; `secret` only in the answer that made it."""

    id: int
    name: str
    prefix: str
    scopes: list[str]
    created_at: datetime
    expires_at: datetime | None
    revoked_at: datetime | None
    last_used_at: datetime | None
    secret: str | None = None


class SwitchIn(Strict):
    """One kind of notification on one channel."""

    kind: str = Field(max_length=80)
    channel: str = Field(max_length=10)
    is_on: bool


class LeavingOut(Schema):
    """What ended when somebody left, and what they still own."""

    id: int
    sessions: int
    tokens: int
    still_owns: dict[str, int]


Stretches = list[list[str]]


class CalendarIn(Strict):
    """A new working calendar."""

    name: str
    time_zone: str = "Asia/Shanghai"
    hours: list[Stretches] = Field(description='Seven days, Monday first, of ["09:00", "12:00"] stretches.')
    follows_statutory: bool = True


class CalendarPatch(Strict):
    """Changes to a calendar; `hours` is the whole week."""

    name: str | None = None
    time_zone: str | None = None
    hours: list[Stretches] | None = None
    follows_statutory: bool | None = None


class CalendarDayIn(Strict):
    """What a date is to be. Without hours a working day has the ordinary ones."""

    is_working: bool
    hours: Stretches | None = None
    name: str = Field("", max_length=60)
    for_all: bool = Field(False, description="On all calendars, not on this one alone.")


class CalendarDayOut(Schema):
    """A date as a calendar has it; `kind` is weekday, statutory or override."""

    date: date
    is_working: bool
    hours: Stretches
    kind: str
    name: str
    for_all: bool


class CalendarYear(Schema):
    """The days of a year, and whether its public holidays are announced yet."""

    year: int
    is_announced: bool
    items: list[CalendarDayOut]


class DueOut(Schema):
    """A moment in working time."""

    due_at: datetime


class AbsenceIn(Strict):
    """Somebody will be away; without `user` the caller."""

    user: int | None = Field(None, ge=1, le=2**63 - 1)
    starts_at: datetime
    ends_at: datetime
    kind: str = Field("leave", max_length=10)
    note: str = Field("", max_length=200)


class AbsencePatch(Strict):
    """Changes to an absence."""

    starts_at: datetime | None = None
    ends_at: datetime | None = None
    kind: str | None = Field(None, max_length=10)
    note: str | None = Field(None, max_length=200)


class AbsenceOut(Schema):
    """When somebody is away."""

    id: int
    user: dict[str, Any]
    starts_at: datetime
    ends_at: datetime
    kind: str
    note: str
    version: int


class DutyIn(Strict):
    """Who is to be switched on or off duty."""

    users: list[int] = Field(min_length=1, max_length=1000)
    is_on_duty: bool


class DutyOut(Schema):
    """Whose switch was changed, and who of all given is at work now."""

    changed: list[int]
    on_duty: list[int]
