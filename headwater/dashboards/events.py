"""What happened to dashboards."""

from headwater.platform.events import Event


class DashboardsChanged(Event):
    """Dashboards were made, changed, arranged, archived or restored."""

    name = "dashboard.changed"
    ids: list[int]
