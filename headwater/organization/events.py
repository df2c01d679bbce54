"""What happened to people."""

from headwater.platform.events import Event


class UserJoined(Event):
    """A person may sign in from now on."""

    name = "user.joined"
    user_id: int


class UserChanged(Event):
    """Profile, place or roles of a person changed; `fields` names what."""

    name = "user.changed"
    user_id: int
    fields: list[str]


class UserDeactivated(Event):
    """A person left: sessions and tokens are ended, records still point to them."""

    name = "user.deactivated"
    user_id: int


class UserReactivated(Event):
    """A person came back."""

    name = "user.reactivated"
    user_id: int


class DepartmentsChanged(Event):
    """The tree changed its shape or names."""

    name = "department.changed"
    department_ids: list[int]


class RolesChanged(Event):
    """What roles grant changed."""

    name = "role.changed"
    role_ids: list[int]


class CalendarsChanged(Event):
    """When the company works changed: openings are computed anew, deadlines may follow."""

    name = "calendar.changed"
    calendar_ids: list[int]


class DutyChanged(Event):
    """People were switched on or off duty, their absences changed, or one ended by the clock (said within
    a minute). That one begins is no event.
    """

    name = "user.duty_changed"
    user_ids: list[int]
