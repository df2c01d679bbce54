"""What happened in this room."""

from headwater.platform.events import Event


class SitesChanged(Event):
    """Tracked sites were made, changed, archived or restored."""

    name = "tracking_site.changed"
    ids: list[int]


class VisitorIdentified(Event):
    """A visitor turned out to be a lead; what they did before is the lead's now."""

    name = "tracking.identified"
    lead_id: int
    visitor_id: int
    by: str
    visits: int
    pages: int


class LeadsVisited(Event):
    """Known visitors began new visits; the lists run alongside."""

    name = "tracking.visited"
    lead_ids: list[int]
    visit_ids: list[int]
