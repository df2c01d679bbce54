"""The document as an answer, for screens, the API and the public page."""

from django.http import HttpResponse


def pdf_response(content: bytes, name: str) -> HttpResponse:
    """A document to look at or to keep; nothing in it may run."""
    response = HttpResponse(content, content_type="application/pdf")
    plain = name.encode("ascii", "ignore").decode().replace('"', "")
    response["Content-Disposition"] = f'inline; filename="{plain}"'
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-store"
    response["Referrer-Policy"] = "no-referrer"
    return response
