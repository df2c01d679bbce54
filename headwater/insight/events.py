"""What happened to reports."""

from headwater.platform.events import Event


class ReportsChanged(Event):
    """Reports were made, changed, shared, archived, restored or passed on."""

    name = "report.changed"
    ids: list[int]


class ReportExported(Event):
    """Somebody took a report along as a file."""

    name = "report.exported"
    id: int | None
    rows: int
