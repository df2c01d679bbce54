"""Reports of somebody who leaves get another owner; those they are shared with notice nothing."""

from collections.abc import Mapping

from django.db.models import F

from headwater.insight.events import ReportsChanged
from headwater.insight.models import Report, ReportSchedule
from headwater.insight.services.reports import free_name
from headwater.kernel import clock
from headwater.kernel.access import Access
from headwater.platform import audit
from headwater.platform.events import emit


def give_reports(access: Access, owners: Mapping[int, int]) -> None:
    """Give reports, already locked, to others; a name that the receiver has already gets a number.

    The schedules that the giver set up go along. In the caller's transaction.
    """
    moment = clock.now()
    for report in Report.objects.filter(pk__in=owners).order_by("pk"):
        giver, receiver = report.owner_id, owners[report.pk]
        changes = {"owner": [giver, receiver]}
        name = free_name(receiver, report.name)
        if name != report.name:
            changes["name"] = [report.name, name]  # type: ignore[list-item]
            report.name = name
        report.owner_id = receiver
        report.version += 1
        report.updated_at = moment
        report.save(update_fields=["owner", "name", "version", "updated_at"])
        schedules = ReportSchedule.objects.filter(report_id=report.pk, created_by_id=giver)
        schedules.update(created_by_id=receiver, updated_at=moment, version=F("version") + 1)
        audit.record(access, "report", report.pk, "update", changes)
    if owners:
        emit(ReportsChanged(ids=sorted(owners)), access)
