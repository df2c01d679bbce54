"""Work in the background."""

import shutil
from datetime import datetime, timedelta

from headwater.kernel import clock
from headwater.platform.imports.limits import KEPT_DAYS
from headwater.platform.imports.models import ImportJob, SeenKey
from headwater.platform.imports.queries import folder_of
from headwater.platform.imports.running import work_on
from headwater.platform.imports.services.upload import start_work
from headwater.platform.imports.types import WORKING
from headwater.platform.jobs import periodic, task

FORGOTTEN_AFTER = timedelta(minutes=2)


@task("imports.work", queue="long", retries=3)
def work_on_import(*, import_id: int) -> None:
    """Read, check, write or revert, whatever the import is waiting for."""
    work_on(import_id)


@periodic("* * * * *", name="imports.take_up")
def take_up_forgotten(at: datetime) -> None:
    """An import that should move and does not (its job was lost) is given to a worker again."""
    stuck = ImportJob.objects.filter(status__in=WORKING, worked_at__lt=clock.now() - FORGOTTEN_AFTER)
    for job in stuck.order_by("id")[:20]:
        start_work(job)


@periodic("20 3 * * *", name="imports.remove_files")
def remove_old_files(at: datetime) -> None:
    """Files hold personal data: they go when an import can no longer be reverted."""
    old = ImportJob.objects.filter(files_kept=True, created_at__lt=clock.now() - timedelta(days=KEPT_DAYS))
    for job in old.exclude(status__in=WORKING).order_by("id")[:500]:
        shutil.rmtree(folder_of(job), ignore_errors=True)
        ImportJob.objects.filter(id=job.pk).update(files_kept=False)
        SeenKey.objects.filter(job_id=job.pk).delete()
