"""A forecast as a file to take along; no cell of it is a formula."""

import csv
from decimal import Decimal
from io import BytesIO, StringIO

from django.http import HttpResponse

from headwater.exports.types import Format
from headwater.forecasting.queries.outlook import Outlook
from headwater.forecasting.tables import header, lines
from headwater.platform.spreadsheet import safe_cell

_TYPES = {
    Format.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    Format.CSV: "text/csv; charset=utf-8",
}


def file_of(found: Outlook, kind: Format) -> HttpResponse:
    """The file as a download that no cache keeps."""
    content = _workbook(found) if kind == Format.XLSX else _text(found)
    response = HttpResponse(content, content_type=_TYPES[kind])
    name = f"forecast-{found.period.code}.{kind.value}"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-store"
    return response


def _text(found: Outlook) -> bytes:
    out = StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(safe_cell(label) for label in header())
    for line in lines(found):
        writer.writerow(
            "" if value is None else safe_cell(value) if isinstance(value, str) else str(value)
            for value in line
        )
    return out.getvalue().encode("utf-8-sig")


def _workbook(found: Outlook) -> bytes:
    import xlsxwriter

    out = BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(out, options) as book:
        sheet = book.add_worksheet(found.period.code)
        bold = book.add_format({"bold": True, "bottom": 1})
        money = book.add_format({"num_format": "#,##0.00"})
        for place, label in enumerate(header()):
            sheet.set_column(place, place, 18)
            sheet.write_string(0, place, label, bold)
        sheet.freeze_panes(1, 1)
        for number, line in enumerate(lines(found), 1):
            for place, value in enumerate(line):
                if isinstance(value, str):
                    sheet.write_string(number, place, value)
                elif isinstance(value, Decimal) and len(value.as_tuple().digits) > 15:
                    sheet.write_string(number, place, str(value))  # Excel would round it
                elif value is not None:
                    sheet.write_number(number, place, value, money if isinstance(value, Decimal) else None)
    return out.getvalue()
