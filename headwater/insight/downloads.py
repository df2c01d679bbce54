"""A finished file of a report as an answer."""

from django.http import HttpResponse
from django.utils.http import content_disposition_header

from headwater.insight.services.exporting import ReportFile


def file_response(made: ReportFile) -> HttpResponse:
    """The file as a download that no cache keeps."""
    response = HttpResponse(made.content, content_type=made.content_type)
    response["Content-Disposition"] = content_disposition_header(True, made.name) or "attachment"
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-store"
    return response
