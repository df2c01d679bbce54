"""The room's endpoints."""

from headwater.organization.api import company, me, roles, working_time

ROUTERS = [
    ("/me", me.router),
    ("/tokens", me.tokens),
    ("/users", company.users),
    ("/departments/tree", company.tree),
    ("/departments", company.departments),
    ("/calendars", working_time.calendars),
    ("/absences", working_time.absences),
    ("/roles", roles.router),
    ("/audit", roles.audit_router),
    ("/settings", roles.settings_router),
]
