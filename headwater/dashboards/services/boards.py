"""Make, rename, share, copy, archive dashboards."""

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from headwater.dashboards.errors import NotYourDashboard
from headwater.dashboards.events import DashboardsChanged
from headwater.dashboards.filters import read_period
from headwater.dashboards.models import Dashboard, FirstBoard, Widget
from headwater.dashboards.queries.boards import SHARE, find_board
from headwater.dashboards.queries.sources import source_of
from headwater.dashboards.services.writing import changed, locked
from headwater.dashboards.shapes import Item
from headwater.dashboards.types import NAME_LENGTH, Refresh, Visibility
from headwater.kernel import clock, text
from headwater.kernel.access import Access
from headwater.kernel.errors import DomainError, Forbidden, Invalid, NotSignedIn
from headwater.organization.queries import role_sheets
from headwater.platform import audit
from headwater.platform.events import emit

SETTINGS = ("name", "visibility", "role_ids", "period", "refresh_seconds")


@transaction.atomic
def create_board(access: Access, *, name: str, **settings: Any) -> Dashboard:
    """An empty dashboard of one's own; settings as in `SETTINGS`. Sharing needs `dashboards.share`."""
    if access.user_id is None:
        raise NotSignedIn
    return _made(access, access.user_id, _checked(access, {"name": name} | settings))


@transaction.atomic
def update_board(access: Access, board_id: int, *, version: int | None = None, **settings: Any) -> Dashboard:
    """Change name, sharing, period or refreshing; refuses with `Stale` when somebody saved in between."""
    row = locked(access, board_id, version=version)
    values = _checked(access, settings, row)
    changes = {key: [getattr(row, key), value] for key, value in values.items() if getattr(row, key) != value}
    if not changes:
        return row
    for key, value in values.items():
        setattr(row, key, value)
    if "visibility" in changes or "role_ids" in changes:
        _forget_hidden_firsts(row)
    changed(access, row, "update", changes)
    return row


@transaction.atomic
def duplicate_board(access: Access, key: str, *, name: str = "") -> Dashboard:
    """A private copy of any dashboard that one sees, widgets and all.

    What the reader cannot open - somebody's private report on a shared board - stays behind.
    """
    if access.user_id is None:
        raise NotSignedIn
    board = find_board(access, key)
    given = text.tidy(name) or _("%(name)s (copy)") % {"name": board.name}
    values = _checked(
        access,
        {"name": given[:NAME_LENGTH], "period": board.period, "refresh_seconds": board.refresh_seconds},
    )
    row = _made(access, access.user_id, values)
    kept = [item for item in board.items if _is_open(access, item)]
    Widget.objects.bulk_create(
        Widget(
            dashboard=row,
            report_id=item.report_id,
            preset=item.preset,
            definition=item.definition,
            # Words of the system stay with the preset, so that they follow the reader's language.
            title="" if board.is_builtin and item.preset else str(item.title),
            note="" if board.is_builtin and item.preset else str(item.note),
            chart=item.chart,
            position=item.position,
            x=item.place.x,
            y=item.place.y,
            w=item.place.w,
            h=item.place.h,
        )
        for item in kept
    )
    return row


@transaction.atomic
def archive_board(access: Access, board_id: int, *, version: int | None = None) -> None:
    """Take a dashboard away; whoever opened with it opens with the next one."""
    row = locked(access, board_id, version=version)
    row.archived_at = clock.now()
    changed(access, row, "archive", {"archived": [False, True]})


@transaction.atomic
def restore_board(access: Access, board_id: int) -> Dashboard:
    """Bring it back as it was."""
    row = locked(access, board_id, archived=True)
    if access.user_id not in (None, row.owner_id) and not access.may(SHARE):
        raise NotYourDashboard(name=row.name, owner=row.owner.name)
    row.archived_at = None
    changed(access, row, "restore", {"archived": [True, False]})
    return row


def _made(access: Access, owner_id: int, values: Mapping[str, Any]) -> Dashboard:
    moment = clock.now()
    row = Dashboard.objects.create(owner_id=owner_id, created_at=moment, updated_at=moment, **values)
    changes = {key: [None, value] for key, value in values.items() if value not in ("", [], 0)}
    audit.record(access, "dashboard", row.pk, "create", changes)
    emit(DashboardsChanged(ids=[row.pk]), access)
    return row


def _is_open(access: Access, item: Item) -> bool:
    try:
        source_of(access.also("reports.view"), item)
    except DomainError:
        return False
    return True


def _checked(access: Access, given: Mapping[str, Any], row: Dashboard | None = None) -> dict[str, Any]:
    values: dict[str, Any] = {}
    if "name" in given:
        values["name"] = text.tidy(str(given["name"] or ""))
        if not 1 <= len(values["name"]) <= NAME_LENGTH:
            said = _("Between 1 and %(limit)s characters.") % {"limit": NAME_LENGTH}
            raise Invalid.one("name", "value.required", said)
    if "period" in given:
        values["period"] = str(given["period"] or "")
        if values["period"]:
            read_period(values["period"])
    if "refresh_seconds" in given:
        if given["refresh_seconds"] not in Refresh.values:
            raise Invalid.one("refresh_seconds", "value.choice", _("This is not one of the choices."))
        values["refresh_seconds"] = int(given["refresh_seconds"])
    return values | _sharing(access, given, row)


def _sharing(access: Access, given: Mapping[str, Any], row: Dashboard | None) -> dict[str, Any]:
    if "visibility" not in given and "role_ids" not in given:
        return {}
    before = row.visibility if row else Visibility.PRIVATE
    visibility = given.get("visibility", before) or Visibility.PRIVATE
    if visibility not in Visibility.values:
        raise Invalid.one("visibility", "value.choice", _("This is not one of the choices."))
    wanted = given.get("role_ids", row.role_ids if row else []) if visibility == Visibility.ROLES else []
    role_ids = sorted(set(wanted))
    known = {sheet.role.pk for sheet in role_sheets()} if role_ids else set()
    if not known.issuperset(role_ids):
        raise Invalid.one("role_ids", "value.choice", _("This is not one of the choices."))
    if visibility == Visibility.ROLES and not role_ids:
        raise Invalid.one("role_ids", "dashboard.nobody", _("Choose at least one role."))
    is_wider = (visibility, role_ids) != (before, list(row.role_ids) if row else [])
    if is_wider and visibility != Visibility.PRIVATE and not access.may(SHARE):
        raise Forbidden(permission=SHARE)
    return {"visibility": str(visibility), "role_ids": role_ids}


def _forget_hidden_firsts(row: Dashboard) -> None:
    """A role that no longer sees the dashboard does not open with it."""
    firsts = FirstBoard.objects.filter(dashboard=row, role__isnull=False)
    if row.visibility == Visibility.PRIVATE:
        firsts.delete()
    elif row.visibility == Visibility.ROLES:
        firsts.exclude(role_id__in=row.role_ids).delete()
