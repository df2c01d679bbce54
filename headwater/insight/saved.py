"""What saved reports add to the house: record type, words, notices, what leavers own, files, demo reports."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext, pgettext_lazy

from headwater.exports.sources import register_source
from headwater.insight import belongings
from headwater.insight.demo import save_reports
from headwater.insight.record_type import REPORT
from headwater.insight.services.exporting import SOURCE, describe_source, write_source
from headwater.kernel.catalogue import register_record_type
from headwater.leads.demo import register_demo_part
from headwater.organization.belongings import register_belongings
from headwater.platform.audit import Words, register_words
from headwater.platform.notifications import register_kind


def _fields() -> dict[str, Any]:
    return {
        "definition.dataset": _("Data"),
        "definition.filters": _("Filters"),
        "definition.period": pgettext("report", "Period"),
        "definition.compare": _("Comparison"),
        "definition.groupings": _("Groupings"),
        "definition.measures": _("Measures"),
        "definition.sort": pgettext("report", "Order"),
        "definition.limit": _("Rows at most"),
        "definition.attribution": _("Attribution"),
        "definition.chart": _("Chart"),
        "department_ids": _("Departments"),
        "role_ids": _("Roles"),
        "person_ids": _("People"),
        "preset_key": _("Preset"),
        "schedule.rhythm": _("Rhythm"),
        "schedule.day": pgettext("schedule", "Day"),
        "schedule.hour": pgettext("schedule", "Hour"),
        "schedule.person_ids": _("Receivers"),
        "schedule.attachment": _("Attachment"),
        "schedule.next_at": pgettext("schedule", "Next time"),
        "schedule.pause_reason": pgettext("schedule", "Why it rests"),
        "rows": pgettext("export", "Rows"),
        "file": _("File"),
    }


def _acts() -> dict[str, Any]:
    return {
        "schedule": pgettext("audit", "scheduled"),
        "unschedule": pgettext("audit", "ended a schedule of"),
        "pause_schedule": pgettext("audit", "paused a schedule of"),
        "resume_schedule": pgettext("audit", "resumed a schedule of"),
        "send": pgettext("audit", "sent"),
    }


def register() -> None:
    """Called from `registrations.py`."""
    register_record_type(REPORT)
    register_words("report", Words(gettext_lazy("Report"), fields=_fields, acts=_acts))
    register_source(SOURCE, write=write_source, describe=describe_source)
    register_belongings(
        "saved_reports",
        gettext_lazy("Saved reports"),
        count=belongings.saved_reports,
        holding=belongings.SAVED_REPORTS,
        record="report",
        position=95,
        icon=REPORT.icon,
    )
    register_kind(
        "report.not_sent",
        label=gettext_lazy("Reports that could not be sent"),
        text=gettext_lazy("“%(report)s” was not sent to everybody: %(reason)s"),
        icon=REPORT.icon,
        group=pgettext_lazy("group of notifications", "Reports"),
        email=True,
        bots=False,
    )
    register_demo_part(save_reports)
