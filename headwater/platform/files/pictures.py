"""Pictures from strangers: what they are is read from their content, with bounds on what that may cost."""

import warnings
from typing import IO

from django.utils.translation import gettext_lazy as _

from headwater.kernel.errors import Invalid

MOST_PIXELS = 50_000_000
_FORMATS = ("JPEG", "PNG", "GIF", "WEBP")
_SEEN_AT = (512, 512)  # a JPEG is decoded at this size: all its data is read, little memory is used
_DECODED_WHOLE = 4_000_000


class PictureRefused(Invalid):
    code = "file.not_a_picture"
    message = _("This picture cannot be read. Save it as JPEG or PNG and try again.")


class PictureTooLarge(Invalid):
    """Facts: `megapixels`, the most that is taken."""

    code = "file.too_many_pixels"
    message = _("This picture has more than %(megapixels)s megapixels.")
    remedy = _("Make it smaller and try again.")


def check_picture(file: IO[bytes]) -> None:
    """Refuse what is no whole JPEG, PNG, GIF or WebP, or has too many pixels; those are never decoded."""
    from PIL import Image, UnidentifiedImageError

    file.seek(0)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            picture = Image.open(file, formats=_FORMATS)
        pixels = picture.width * picture.height
        if pixels > MOST_PIXELS:
            raise PictureTooLarge(megapixels=MOST_PIXELS // 1_000_000)
        if picture.format == "JPEG":
            picture.draft("RGB", _SEEN_AT)
            picture.load()
        elif pixels <= _DECODED_WHOLE:
            picture.load()
        else:
            picture.verify()
    except Image.DecompressionBombError:
        raise PictureTooLarge(megapixels=MOST_PIXELS // 1_000_000) from None
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, EOFError, TypeError, IndexError):
        raise PictureRefused from None
    finally:
        file.seek(0)
