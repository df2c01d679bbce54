"""The roles every company starts with, and what each may do until an administrator decides otherwise.

`G` reads: object -> (acts, scope). A code is `<object>.<act>`; codes that no room registers are left
out, and reach the role when the room arrives. The administrator has every permission and needs no rows.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from django.utils import translation
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from headwater.kernel.access import Scope
from headwater.kernel.errors import Text

ADMINISTRATOR = "admin"

_OWN, _TEAM, _ALL = Scope.OWN, Scope.DEPARTMENT_BELOW, Scope.ALL

Acts = dict[str, tuple[str, Scope]]


@dataclass(frozen=True, slots=True)
class BuiltinRole:
    """A role written at the first start. Until somebody renames it its name follows the reader's language."""

    key: str
    name: Text
    description: Text
    acts: Acts = field(default_factory=dict)

    @property
    def given_name(self) -> str:
        """What the table holds until somebody renames the role."""
        with translation.override(None):
            return str(self.name)

    @property
    def given_description(self) -> str:
        """What the table holds until somebody writes another description."""
        with translation.override(None):
            return str(self.description)

    @property
    def grants(self) -> dict[str, Scope]:
        """Permission code to scope, additions of other rooms included."""
        own = {f"{thing}.{act}": scope for thing, (acts, scope) in self.acts.items() for act in acts.split()}
        return own | _additions.get(self.key, {})


_additions: dict[str, dict[str, Scope]] = {}


def register_role_grants(role_key: str, grants: Mapping[str, str]) -> None:
    """Default grants that a room adds to a built-in role; call it from `registrations.py`."""
    if role_key not in BUILTIN_ROLES:
        raise LookupError(f"unknown built-in role {role_key!r}")
    known = _additions.setdefault(role_key, {})
    known |= {code: Scope(scope) for code, scope in grants.items()}


# What everybody who signs in needs: the directory, their own tokens, the work of every day.
_EVERYBODY: Acts = {
    "users": ("view", _ALL),
    "departments": ("view", _ALL),
    "calendars": ("view", _ALL),
    "absences": ("view edit", _OWN),
    "tokens": ("create", _OWN),
    "views": ("view create edit delete", _OWN),
    "files": ("view create", _OWN),
    "products": ("view", _ALL),
    "sources": ("view", _ALL),
    "campaigns": ("view", _ALL),
    "channels": ("view", _ALL),
    "fields": ("view", _ALL),
    "picklists": ("view", _ALL),
}

_LEAD_WORK = (
    "view create edit claim return assign move invalidate reopen convert merge import reveal handover"
)

BUILTIN_ROLES: dict[str, BuiltinRole] = {
    role.key: role
    for role in [
        BuiltinRole(
            "rep",
            pgettext_lazy("role", "Sales representative"),
            _("Claims or receives leads, follows them up, returns or converts them."),
            _EVERYBODY
            | {
                "leads": ("view create edit claim return invalidate reopen convert import reveal", _OWN),
                "pools": ("view", _OWN),
                "accounts": ("view create edit import", _OWN),
                "contacts": ("view create edit import", _OWN),
                "opportunities": ("view create edit", _OWN),
                "quotes": ("view create edit", _OWN),
                "orders": ("view create edit", _OWN),
                "payments": ("view", _OWN),
                "activities": ("view create edit", _OWN),
                "tasks": ("view create edit delete", _OWN),
                "comments": ("view create edit delete", _OWN),
                "imports": ("view create", _OWN),
                "tickets": ("view create", _OWN),
                "reports": ("view", _OWN),
            },
        ),
        BuiltinRole(
            "mdr",
            pgettext_lazy("role", "Market qualifier (MDR)"),
            _("Checks new leads, completes them, qualifies or rejects them and dispatches them on."),
            _EVERYBODY
            | {
                "leads": (
                    "view create edit claim return assign move invalidate reopen merge import reveal",
                    _TEAM,
                ),
                "pools": ("view", _ALL),
                "accounts": ("view", _ALL),
                "contacts": ("view", _ALL),
                "activities": ("view create edit", _TEAM),
                "tasks": ("view create edit delete", _OWN),
                "comments": ("view create edit delete", _TEAM),
                "imports": ("view create", _OWN),
                "reports": ("view", _TEAM),
            },
        ),
        BuiltinRole(
            "pool_admin",
            pgettext_lazy("role", "Pool administrator"),
            _("Keeps the pools moving: assigns and moves in batches, watches stock and flow."),
            _EVERYBODY
            | {
                "leads": (f"{_LEAD_WORK} delete export", _ALL),
                "pools": ("view edit assign configure", _ALL),
                "accounts": ("view", _ALL),
                "contacts": ("view", _ALL),
                "opportunities": ("view", _ALL),
                "activities": ("view create edit", _ALL),
                "tasks": ("view create edit delete", _OWN),
                "comments": ("view create edit delete", _ALL),
                "imports": ("view create", _ALL),
                "reports": ("view", _ALL),
            },
        ),
        BuiltinRole(
            "manager",
            pgettext_lazy("role", "Sales manager"),
            _("Sees the team's work live, advises, reassigns, hands over when somebody leaves, forecasts."),
            _EVERYBODY
            | {
                "absences": ("view edit", _TEAM),
                "leads": (f"{_LEAD_WORK} delete export", _TEAM),
                "pools": ("view assign", _TEAM),
                "accounts": ("view create edit delete assign import export merge handover", _TEAM),
                "contacts": ("view create edit delete assign import export merge", _TEAM),
                "opportunities": ("view create edit delete assign import export", _TEAM),
                "quotes": ("view create edit delete approve", _TEAM),
                "orders": ("view create edit delete export", _TEAM),
                "payments": ("view create edit export", _TEAM),
                "activities": ("view create edit delete", _TEAM),
                "tasks": ("view create edit delete assign", _TEAM),
                "comments": ("view create edit delete", _TEAM),
                "imports": ("view create", _TEAM),
                "tickets": ("view create edit", _TEAM),
                "reports": ("view create edit export", _TEAM),
                "dashboards": ("view create edit", _TEAM),
                "forecast": ("view edit", _TEAM),
                "views": ("view create edit delete share", _OWN),
            },
        ),
        BuiltinRole(
            "marketing",
            pgettext_lazy("role", "Marketing manager"),
            _("Runs campaigns and channels, brings leads in and wakes sleeping ones."),
            _EVERYBODY
            | {
                "leads": ("view create edit assign move import export merge", _ALL),
                "pools": ("view", _ALL),
                "campaigns": ("view create edit delete import export configure", _ALL),
                "channels": ("view create edit delete configure", _ALL),
                "sources": ("view create edit delete configure", _ALL),
                "agents": ("view create edit delete", _ALL),
                "forms": ("view create edit delete", _ALL),
                "hooks": ("view create edit delete", _ALL),
                "contents": ("view create edit delete", _ALL),
                "cadences": ("view create edit delete", _ALL),
                "accounts": ("view", _ALL),
                "contacts": ("view", _ALL),
                "opportunities": ("view", _ALL),
                "orders": ("view", _ALL),
                "payments": ("view", _ALL),
                "activities": ("view create edit", _ALL),
                "tasks": ("view create edit delete", _OWN),
                "comments": ("view create edit delete", _ALL),
                "imports": ("view create", _ALL),
                "reports": ("view create edit export", _ALL),
                "dashboards": ("view create edit", _ALL),
                "views": ("view create edit delete share", _OWN),
            },
        ),
        BuiltinRole(
            "service",
            pgettext_lazy("role", "Service agent"),
            _("Takes customers' cases and answers them in time."),
            _EVERYBODY
            | {
                "tickets": ("view create edit assign", _TEAM),
                "accounts": ("view", _ALL),
                "contacts": ("view create edit", _ALL),
                "leads": ("view create", _OWN),
                "activities": ("view create edit", _OWN),
                "tasks": ("view create edit delete", _OWN),
                "comments": ("view create edit delete", _OWN),
            },
        ),
        BuiltinRole(
            ADMINISTRATOR,
            pgettext_lazy("role", "Administrator"),
            _("May do and see everything; keeps people, roles, fields, pools and rules."),
        ),
    ]
}
