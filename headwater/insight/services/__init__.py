"""What can be done with reports."""

from headwater.insight.services.exporting import ReportFile, export_report
from headwater.insight.services.passing_on import give_reports
from headwater.insight.services.reports import (
    archive_reports,
    copy_report,
    pin_report,
    restore_reports,
    save_report,
    share_report,
    unpin_report,
)
from headwater.insight.services.scheduling import (
    pause_schedule,
    plan_due,
    remove_schedule,
    resume_schedule,
    schedule_report,
    send_now,
)
from headwater.insight.services.sending import resume_interrupted, send_copies

__all__ = [
    "ReportFile",
    "archive_reports",
    "copy_report",
    "export_report",
    "give_reports",
    "pause_schedule",
    "pin_report",
    "plan_due",
    "remove_schedule",
    "restore_reports",
    "resume_interrupted",
    "resume_schedule",
    "save_report",
    "schedule_report",
    "send_copies",
    "send_now",
    "share_report",
    "unpin_report",
]
