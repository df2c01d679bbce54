"""Files hold personal data: they go after some days."""

import shutil
from pathlib import Path

from django.conf import settings

from headwater.exports.models import ExportJob
from headwater.exports.queries import folder_of
from headwater.exports.types import UNFINISHED, Status
from headwater.kernel import clock


def remove_expired() -> int:
    """Remove the files whose days are over, and folders that belong to nothing; how many exports expired."""
    over = list(ExportJob.objects.filter(status=Status.DONE, expires_at__lte=clock.now())[:1000])
    for job in over:
        shutil.rmtree(folder_of(job), ignore_errors=True)
        ExportJob.objects.filter(pk=job.pk, status=Status.DONE).update(status=Status.EXPIRED)
    # Looked at before the records: a folder that comes after this is of an export that may not be seen yet.
    folders = list((Path(settings.FILES_ROOT) / "exports").glob("*"))
    kept = set(
        ExportJob.objects.filter(status__in=(*UNFINISHED, Status.DONE)).values_list("folder", flat=True)
    )
    for folder in folders:
        if folder.name not in kept:
            shutil.rmtree(folder, ignore_errors=True)
    return len(over)
