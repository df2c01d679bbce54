"""Refusals of the card scan. Each says why and what to do instead."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from headwater.kernel.errors import Conflict, DomainError, Text, TooMany

_REASONS: dict[str, tuple[Text, Text]] = {
    "empty": (_("The picture is empty."), _("Take it again.")),
    "kind": (
        _("This is no JPEG, PNG or WebP picture."),
        _("Take a photo, or save the picture as JPEG and choose that."),
    ),
    "unreadable": (_("The picture cannot be opened; it may be damaged."), _("Take it again.")),
    "too_small": (_("The picture is too small to read."), _("Take it from nearer.")),
    "too_large": (
        _("The picture has more than %(limit)s MB."),
        _("Choose a smaller one; a card needs no more than a few megapixels."),
    ),
    "too_many_pixels": (
        _("The picture has %(megapixels)s megapixels; at most %(limit)s are read."),
        _("Choose a smaller one; a card needs no more than a few megapixels."),
    ),
    "memory": (
        _("Reading the picture took too much memory."),
        _("Choose a smaller one; a card needs no more than a few megapixels."),
    ),
}


class PictureRefused(DomainError):
    """The picture is not read. Facts: `reason` (a key of `_REASONS`) and its limits."""

    code = "card.picture_refused"
    status = 422

    def __init__(self, reason: str, **facts: Any) -> None:
        super().__init__(reason=reason, **facts)
        self._words = _REASONS[reason]

    @property
    def detail(self) -> str:
        return self._filled(self._words[0])

    @property
    def advice(self) -> str:
        return self._filled(self._words[1])


class PictureTooSlow(DomainError):
    """Reading was given up. Facts: `seconds`."""

    code = "card.too_slow"
    status = 422
    message = _("Reading this picture took longer than %(seconds)s seconds and was given up.")
    remedy = _("Take it again with the card alone on it, or type the fields.")


class CardReaderBusy(TooMany):
    """Others are reading cards. Facts: `retry_after` in seconds."""

    code = "card.busy"
    message = pgettext_lazy("card scan", "Several cards are being read just now.")
    remedy = _("Try again in a few seconds.")


class CardReaderMissing(Conflict):
    """The extra `[ocr]` is not installed."""

    code = "card.reader_missing"
    message = _("Reading of cards is not installed here.")
    remedy = _("An administrator installs it with the extra [ocr]; fields can be typed or pasted meanwhile.")


class NothingRead(DomainError):
    """There was no text to read."""

    code = "card.nothing_read"
    status = 422
    message = _("No text was found on the picture.")
    remedy = _("Take it again: the whole card, in good light, without glare.")
