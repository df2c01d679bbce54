"""Refusals of imports, and the words for what can be wrong with a row."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from headwater.kernel.errors import Conflict, DomainError, Text, TooMany

_FILE: dict[str, Text] = {
    "file.empty": _("The file is empty."),
    "file.no_rows": _("The file holds no rows below its header."),
    "file.too_large": _("The file is larger than %(limit)s MB."),
    "file.too_many_rows": _("The file has more than %(limit)s rows. Split it and import the parts."),
    "file.too_many_columns": _("The file has %(found)s columns; at most %(limit)s can be imported."),
    "file.not_a_table": _("This is not a table. Use a CSV file or an Excel workbook (.xlsx)."),
    "file.old_workbook": _("This is an old Excel workbook (.xls). Save it as .xlsx and try again."),
    "file.not_a_workbook": _("This workbook cannot be read. Open it in Excel, save it again and retry."),
    "file.locked": _("This workbook is protected by a password. Remove the password and try again."),
    "file.zip_bomb": _("This workbook would unpack to far more than any list of leads; it was not opened."),
    "file.gone": _("The file is no longer kept."),
    "file.encoding": _("The file cannot be read in this encoding."),
}

_ROW: dict[str, Text] = {
    "row.too_many_cells": _("The row has more cells than the header."),
    "row.cell_too_long": _("A cell is longer than 32,000 characters."),
    "row.encoding": _("The row holds characters that cannot be read in the file's encoding."),
    "row.quote": _("A quotation mark in this row is never closed."),
    "row.empty": _("Nothing in this row is imported."),
    "row.unexpected": _("The database did not take this row."),
}


def row_words(code: str) -> str:
    """The sentence for a code of the engine's own; empty for codes of importers, who write their own."""
    return str(_ROW.get(code, ""))


class FileRefused(DomainError):
    """The file is no table that can be imported. Facts: `limit`, `found` where there is one."""

    status = 422
    remedy = _("Download the template to see what a list looks like.")

    def __init__(self, reason: str, **facts: Any) -> None:
        super().__init__(reason=reason, **facts)
        self.code = reason  # type: ignore[misc]

    @property
    def detail(self) -> str:
        return self._filled(_FILE.get(self.code, _FILE["file.not_a_table"]))


class FileTooLarge(FileRefused):
    status = 413


class WrongStatus(Conflict):
    """The import is not where this act begins. Facts: `status`, `label`."""

    code = "import.wrong_status"
    message = _("This is not possible while the import is “%(label)s”.")


class TooLateToRevert(Conflict):
    """Facts: `until`, `days`."""

    code = "import.too_late_to_revert"
    message = _("An import can be reverted for %(days)s days; that time is over.")


class TooManyImports(TooMany):
    """Facts: `limit`."""

    code = "import.too_many_at_once"
    message = _("%(limit)s of your imports are still running.")
    remedy = _("Wait until one of them is done.")
