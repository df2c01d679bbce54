"""Reads of the room: reports as readers see them, their schedules and what was sent."""

from headwater.insight.queries.reports import (
    Reports,
    ReportView,
    definition_of,
    get_report,
    problem_of,
    report_scope,
    reports_for,
)
from headwater.insight.queries.schedules import (
    DeliveryView,
    ScheduleView,
    deliveries_of,
    due_after,
    schedules_of,
)

__all__ = [
    "DeliveryView",
    "ReportView",
    "Reports",
    "ScheduleView",
    "definition_of",
    "deliveries_of",
    "due_after",
    "get_report",
    "problem_of",
    "report_scope",
    "reports_for",
    "schedules_of",
]
