"""A finished file as an answer."""

from pathlib import Path

from django.http import FileResponse

from headwater.exports.models import ExportJob
from headwater.exports.types import Format

_TYPES = {
    Format.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    Format.CSV: "text/csv; charset=utf-8",
}


def file_response(job: ExportJob, path: Path) -> FileResponse:
    """The file as a download that no cache keeps."""
    response = FileResponse(
        path.open("rb"), as_attachment=True, filename=job.file_name, content_type=_TYPES[Format(job.format)]
    )
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-store"
    return response
