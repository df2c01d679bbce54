"""What notifications need to know about people: addresses, clocks, departments, and who stands above whom."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from django.utils.translation import gettext_lazy as _

from headwater.kernel import sql
from headwater.organization.models import User
from headwater.organization.queries import calendar_of_department, working_time
from headwater.platform.notifications import (
    Address,
    register_address_book,
    register_reporting_line,
    register_working_due,
)
from headwater.ui import navigation
from headwater.ui.navigation import NavItem


def register() -> None:
    """Called once when Django is ready, after the room's own registrations."""
    register_address_book(addresses)
    register_reporting_line(next_up)
    register_working_due(working_due)
    navigation.register(
        NavItem(
            "group_bots",
            _("Group bots"),
            "group_bots",
            "bot",
            group="integration",
            area="settings",
            permission="bots.configure",
            order=30,
            keywords="wecom dingtalk feishu webhook robot",
            note=_("Send news to a group of WeCom, DingTalk or Feishu"),
        )
    )


def addresses(user_ids: Sequence[int]) -> Mapping[int, Address]:
    """Where active people get their mail, and the departments they are of."""
    found = User.objects.filter(pk__in=user_ids, is_active=True).values_list(
        "pk", "email", "language", "name", "time_zone", "department__path"
    )
    return {
        pk: Address(email, language, name, zone, _ids(path or ""))
        for pk, email, language, name, zone, path in found
    }


def _ids(path: str) -> frozenset[int]:
    return frozenset(int(part) for part in path.split("/") if part)


def next_up(user_id: int, told: Collection[int]) -> int | None:
    """The nearest active person above who was not told yet; None at the top.

    First along the chain of managers, over those who left; where it ends, the leaders of the department and
    of those above it.
    """
    known = {*told, user_id}
    above = sql.values(
        """
        WITH RECURSIVE line (id, depth, seen) AS (
            SELECT manager_id, 1, ARRAY[id] FROM organization_user WHERE id = %s
            UNION ALL
            SELECT u.manager_id, line.depth + 1, line.seen || u.id
            FROM line JOIN organization_user u ON u.id = line.id
            WHERE line.depth < 50 AND NOT u.id = ANY(line.seen)
        ), leaders AS (
            SELECT above.leader_id AS id, length(above.path) AS nearness
            FROM organization_user u JOIN organization_department d ON d.id = u.department_id
            JOIN organization_department above
                ON starts_with(d.path, above.path) AND above.archived_at IS NULL
            WHERE u.id = %s
        )
        SELECT person.id FROM (
            SELECT id, depth AS place FROM line UNION ALL SELECT id, 1000 - nearness FROM leaders
        ) AS candidate JOIN organization_user person ON person.id = candidate.id AND person.is_active
        WHERE NOT person.id = ANY(%s::bigint[])
        ORDER BY candidate.place LIMIT 1
        """,
        (user_id, user_id, list(known)),
    )
    return above[0] if above else None


def working_due(user_id: int, moment: datetime, seconds: int) -> datetime:
    """So many working seconds later, by the calendar of the person's department."""
    department = User.objects.filter(pk=user_id).values_list("department_id", flat=True).first()
    return working_time(calendar_of_department(department)).add(moment, seconds)
