"""Work in the background."""

from datetime import datetime

from headwater.exports.models import ExportJob
from headwater.exports.services.removing import remove_expired
from headwater.exports.services.writing import SILENT_FOR, start_work
from headwater.exports.types import UNFINISHED
from headwater.kernel import clock
from headwater.platform.jobs import periodic


@periodic("* * * * *", name="exports.take_up")
def take_up_forgotten(at: datetime) -> None:
    """An export that should move and does not (its worker died) is given to another one."""
    silent = ExportJob.objects.filter(status__in=UNFINISHED, worked_at__lt=clock.now() - SILENT_FOR)
    for export_id in silent.order_by("id").values_list("id", flat=True)[:20]:
        start_work(export_id)


@periodic("40 * * * *", name="exports.remove_expired")
def remove_files(at: datetime) -> None:
    """Files whose days are over."""
    remove_expired()
