"""Files over the API: upload, look, download, take off."""

from typing import Any

from django.http import FileResponse, HttpResponse
from ninja import File, Form, Router, Schema, UploadedFile
from pydantic import Field

from headwater.kernel.access import permit
from headwater.platform.api import (
    ApiRequest,
    Problem,
    RecordId,
    created_response,
    empty_response,
    json_response,
)
from headwater.platform.files.models import StoredFile
from headwater.platform.files.services import archive_file, download_response, get_file, store_file

router = Router(tags=["Files"])


class Target(Schema):
    """Where the file goes; leave both out for a loose one that is attached within a day."""

    record_type: str = Field("", max_length=50, description="For example lead.")
    record_id: int | None = Field(None, ge=1, le=2**63 - 1)


class FileOut(Schema):
    id: int
    name: str
    size: int = Field(description="In bytes.")
    content_type: str = Field(description="Found out from the content.")
    sha256: str
    record_type: str
    record_id: int | None
    uploaded_by_id: int | None
    created_at: str
    content_url: str


def shown(stored: StoredFile) -> dict[str, Any]:
    return {
        "id": stored.pk,
        "name": stored.name,
        "size": stored.size,
        "content_type": stored.content_type,
        "sha256": stored.sha256,
        "record_type": stored.record_type,
        "record_id": stored.record_id,
        "uploaded_by_id": stored.uploaded_by_id,
        "created_at": stored.created_at,
        "content_url": f"/api/v1/files/{stored.pk}/content",
    }


@router.post(
    "",
    operation_id="file_upload",
    summary="Upload a file",
    description="As multipart form data. Programs and scripts are refused; the type is found out.",
    response={201: FileOut, 404: Problem, 413: Problem, 422: Problem},
)
def upload_file(request: ApiRequest, target: Form[Target], file: File[UploadedFile]) -> HttpResponse:
    access = permit(request, "files.create")
    stored = store_file(access, file, record_type=target.record_type, record_id=target.record_id)
    return created_response(shown(stored), location=f"/api/v1/files/{stored.pk}")


@router.get(
    "/{file_id}",
    operation_id="file_get",
    summary="Get a file's description",
    response={200: FileOut, 404: Problem},
)
def describe_file(request: ApiRequest, file_id: RecordId) -> HttpResponse:
    return json_response(shown(get_file(permit(request, "files.view"), file_id)))


@router.get(
    "/{file_id}/content",
    operation_id="file_content",
    summary="Download a file",
    description="As an attachment; with `inline=true` pictures are shown in place.",
    response={200: None, 404: Problem},
)
def download_file(request: ApiRequest, file_id: RecordId, inline: bool = False) -> FileResponse:
    return download_response(permit(request, "files.view"), file_id, inline=inline)


@router.delete(
    "/{file_id}",
    operation_id="file_delete",
    summary="Take a file off its record",
    response={204: None, 403: Problem, 404: Problem},
)
def remove_file(request: ApiRequest, file_id: RecordId) -> HttpResponse:
    archive_file(permit(request, "files.create"), file_id)
    return empty_response()


ROUTERS = [("/files", router)]
