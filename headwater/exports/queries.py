"""Exports as readers see them."""

from pathlib import Path

from django.conf import settings
from django.db.models import QuerySet

from headwater.exports.models import ExportJob
from headwater.kernel.access import Access, permissions
from headwater.kernel.catalogue import RecordType, find_record_type
from headwater.kernel.errors import NotFound


def exportable(key: str) -> RecordType:
    """A record type that lists can be taken from; `NotFound` for others."""
    kind = find_record_type(key)
    if kind.permission("export") not in {one.code for one in permissions()}:
        raise NotFound(record=key, id=None)
    return kind


def exports_within(access: Access) -> QuerySet[ExportJob]:
    """One's own exports and those of the people within reach, newest first."""
    jobs = ExportJob.objects.order_by("-id")
    if access.reach.everyone:
        return jobs
    people = access.reach.people | ({access.user_id} if access.user_id else set())
    return jobs.filter(user_id__in=people)


def get_export(access: Access, export_id: int) -> ExportJob:
    """An export within reach; `NotFound` otherwise."""
    job = exports_within(access).filter(pk=export_id).first()
    if job is None:
        raise NotFound(record="export", id=export_id)
    return job


def folder_of(job: ExportJob) -> Path:
    """Where its file lies, alone."""
    return Path(settings.FILES_ROOT) / "exports" / job.folder


def file_of(job: ExportJob) -> Path:
    """The finished file."""
    return folder_of(job) / f"file.{job.format}"
