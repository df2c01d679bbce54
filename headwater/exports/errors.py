"""Refusals of exports."""

from django.utils.translation import gettext_lazy as _

from headwater.kernel.errors import Conflict, TooMany


class ExportTooLarge(Conflict):
    """Facts: `limit`, `count`."""

    code = "export.too_large"
    message = _("This list has %(count)s rows or more; a file may hold %(limit)s.")
    remedy = _("Narrow the list with a filter and export it in parts.")


class ExportEmpty(Conflict):
    """There is nothing within reach to export."""

    code = "export.empty"
    message = _("There is nothing here to export.")
    remedy = _("Loosen a condition of the list.")


class TooManyExports(TooMany):
    """Facts: `limit`."""

    code = "export.too_many"
    message = _("%(limit)s of your exports are being written already.")
    remedy = _("Wait until one is ready, or cancel one.")


class ExportNotReady(Conflict):
    """Facts: `status`."""

    code = "export.not_ready"
    message = _("This file is not there: %(status)s.")
    remedy = _("Export the list again.")
