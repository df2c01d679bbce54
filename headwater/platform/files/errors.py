"""Refusals of the files."""

from django.utils.translation import gettext_lazy as _

from headwater.kernel.errors import Invalid


class FileTooLarge(Invalid):
    """Facts: `limit` in bytes, `megabytes`."""

    code = "file.too_large"
    status = 413
    message = _("This file is larger than %(megabytes)s MB.")
    remedy = _("Make it smaller, or ask an administrator to raise the limit.")


class FileEmpty(Invalid):
    code = "file.empty"
    message = _("This file is empty.")


class FileRefused(Invalid):
    """Facts: `name`."""

    code = "file.type_refused"
    message = _("Programs and scripts cannot be uploaded.")
