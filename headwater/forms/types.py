"""Vocabulary of landing forms. Meanings: docs/guides/forms.md."""

from django.db import models
from django.utils.translation import gettext_lazy as _

MOST_FILES = 5
MOST_MEGABYTES = 20  # a file


class FilesKind(models.TextChoices):
    """Which files a form takes."""

    PICTURES = "pictures", _("Pictures")
    DOCUMENTS = "documents", _("Pictures, PDF and Office documents")


_PICTURES = frozenset({"image/png", "image/jpeg", "image/gif", "image/webp"})
_OFFICE = "application/vnd.openxmlformats-officedocument."
TAKEN = {
    FilesKind.PICTURES: _PICTURES,
    FilesKind.DOCUMENTS: _PICTURES
    | {"application/pdf"}
    | {
        _OFFICE + rest
        for rest in ("wordprocessingml.document", "spreadsheetml.sheet", "presentationml.presentation")
    },
}
