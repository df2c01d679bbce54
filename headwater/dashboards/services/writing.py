"""What every act on a dashboard shares: it is locked, its version is looked at, the change is told."""

from collections.abc import Mapping
from typing import Any

from headwater.dashboards.errors import NotYourDashboard
from headwater.dashboards.events import DashboardsChanged
from headwater.dashboards.models import Dashboard
from headwater.dashboards.queries.boards import SHARE, find_board
from headwater.dashboards.types import Visibility
from headwater.kernel import clock
from headwater.kernel.access import Access
from headwater.kernel.errors import NotFound, Stale
from headwater.platform import audit
from headwater.platform.events import emit


def locked(access: Access, board_id: int, *, version: int | None = None, archived: bool = False) -> Dashboard:
    """The dashboard, to be changed by its owner, or by whoever may share where it is shared.

    Refuses with `NotFound` what the reader does not see, `NotYourDashboard`, `Stale`.
    """
    rows = Dashboard.objects.select_for_update(no_key=True, of=("self",)).select_related("owner")
    row = rows.filter(pk=board_id).first()
    if row is None or (row.archived_at is not None) != archived:
        raise NotFound(record="dashboard", id=board_id)
    if access.user_id is not None and row.owner_id != access.user_id:
        find_board(access, str(row.pk), archived=archived)  # what one does not see does not exist
        if row.visibility == Visibility.PRIVATE or not access.may(SHARE):
            raise NotYourDashboard(name=row.name, owner=row.owner.name)
    if version is not None and version != row.version:
        raise Stale(version=row.version)
    return row


def changed(access: Access, row: Dashboard, act: str, changes: Mapping[str, Any]) -> None:
    """Write the dashboard under its next version, with audit and event."""
    row.version += 1
    row.updated_at = clock.now()
    row.save()
    audit.record(access, "dashboard", row.pk, act, dict(changes))
    emit(DashboardsChanged(ids=[row.pk]), access)
