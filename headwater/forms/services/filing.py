"""Files that visitors send: looked at by content, bounded in number, size and volume a day, then kept."""

import zipfile
from collections.abc import Sequence
from typing import Any, cast

from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _

from headwater.forms.models import Form
from headwater.forms.settings import FILES_PER_ADDRESS, FILES_PER_DAY
from headwater.forms.types import TAKEN, FilesKind
from headwater.kernel.access import Access
from headwater.kernel.errors import Invalid
from headwater.platform.api.limits import RateLimited
from headwater.platform.files.pictures import check_picture
from headwater.platform.files.services import store_file
from headwater.platform.files.sniffing import content_type
from headwater.platform.limits import allow

FILES = "files"
_MEGABYTE = 1024 * 1024
_DAY = 24 * 3600


def file_complaint(form: Form, files: Sequence["UploadedFile[Any]"]) -> dict[str, str] | None:
    """What is wrong with the files of a submission; None when nothing is."""
    if len(files) > form.files_most:
        return _wrong("form.files_number", _("At most %(number)s files.") % {"number": form.files_most})
    if form.files_most and form.files_required and not files:
        return _wrong("value.required", _("Please add a file."))
    for file in files:
        named = {"name": (file.name or "")[:80], "megabytes": form.files_megabytes}
        if (file.size or 0) > form.files_megabytes * _MEGABYTE:
            return _wrong("file.too_large", _("“%(name)s” is larger than %(megabytes)s MB.") % named)
        if not file.size:
            return _wrong("file.empty", _("“%(name)s” is empty.") % named)
        found = _content_complaint(form, file, named)
        if found is not None:
            return found
    return None


def keep_files(
    access: Access, form: Form, files: Sequence["UploadedFile[Any]"], *, address: str
) -> list[int]:
    """Keep checked files, loose until their lead is known; their ids.

    Refuses `RateLimited` when one address, or all together, have sent too much today.
    """
    megabytes = max(sum(file.size or 0 for file in files) / _MEGABYTE, 0.01)
    for key, limit in ((f"forms.files:{address}", FILES_PER_ADDRESS), ("forms.files", FILES_PER_DAY)):
        answer = allow(key, limit=limit.get(), seconds=_DAY, cost=megabytes)
        if not answer:
            raise RateLimited(limit=limit.get(), retry_after=answer.retry_after, used=limit.get(), until=None)
    return [store_file(access, cast(Any, file)).pk for file in files]


def _content_complaint(form: Form, file: "UploadedFile[Any]", named: dict[str, Any]) -> dict[str, str] | None:
    content = cast(Any, file)
    kind = content_type(content)
    content.seek(0)
    if kind not in TAKEN[FilesKind(form.files_kind)] or _holds_macros(file, kind):
        return _wrong("file.type_refused", _("“%(name)s” is not a kind of file that we take.") % named)
    if kind.startswith("image/"):
        try:
            check_picture(content)
        except Invalid as refusal:
            return _wrong(refusal.code, refusal.detail)
    return None


def _holds_macros(file: "UploadedFile[Any]", kind: str) -> bool:
    if "openxmlformats" not in kind:
        return False
    content = cast(Any, file)
    try:
        with zipfile.ZipFile(content) as archive:
            names = archive.namelist()
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
        return True
    finally:
        content.seek(0)
    return any(name.casefold().endswith("vbaproject.bin") for name in names)


def _wrong(code: str, detail: str) -> dict[str, str]:
    return {"code": code, "detail": detail}
