"""The company's logo on paper: one file, checked and written anew as a picture of ours."""

from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from typing import IO

from django.db import transaction

from headwater.kernel.access import Access
from headwater.kernel.errors import NotFound
from headwater.platform.files.models import StoredFile
from headwater.platform.files.pictures import PictureRefused, check_picture
from headwater.platform.files.services import Upload, archive_file, files_of, store_file
from headwater.quotes.printing.document import LETTERHEAD, THE_ONE

_WIDEST = (1200, 600)


@dataclass(slots=True)
class _Picture:
    name: str | None
    content: bytes

    def chunks(self, chunk_size: int | None = None) -> Iterator[bytes]:
        yield self.content


def present_logo() -> StoredFile | None:
    """The logo, if there is one."""
    return next(iter(files_of(LETTERHEAD, THE_ONE)), None)


def set_logo(access: Access, upload: Upload) -> StoredFile:
    """Take a picture as the logo, in place of the one before. Refuses what is no picture, or too large."""
    raw = BytesIO(b"".join(upload.chunks()))
    check_picture(raw)
    made = _Picture("logo.png", _as_png(raw))
    with transaction.atomic():
        remove_logo(access)
        return store_file(access, made, record_type=LETTERHEAD, record_id=THE_ONE)


@transaction.atomic
def remove_logo(access: Access) -> None:
    """Papers go without a logo from now on; those that are out keep theirs."""
    for stored in files_of(LETTERHEAD, THE_ONE):
        archive_file(access, stored.pk)


def _as_png(raw: IO[bytes]) -> bytes:
    from PIL import Image

    try:
        with Image.open(raw) as picture:
            picture.thumbnail(_WIDEST)
            written = BytesIO()
            picture.convert("RGBA").save(written, "PNG", optimize=True)
    except (OSError, ValueError, SyntaxError):
        raise PictureRefused from None
    return written.getvalue()


def check_letterhead_file(access: Access, record_id: int, *, write: bool) -> None:
    """Everybody who sees quotes sees the logo; who sets up quotes changes it."""
    if record_id != THE_ONE or not access.may("quotes.configure" if write else "quotes.view"):
        raise NotFound(record=LETTERHEAD, id=record_id)
