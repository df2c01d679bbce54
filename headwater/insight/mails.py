"""The mail that brings a report: its figures as a table in the text, the workbook attached."""

import hashlib
from collections.abc import Sequence
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from markupsafe import Markup

from headwater.exports.types import Format
from headwater.insight.drawing.words import short
from headwater.insight.engine import Column, Definition, Result
from headwater.insight.files import TYPES, file_name, notes_of
from headwater.insight.queries.reports import ReportView
from headwater.insight.services.exporting import file_content
from headwater.kernel.access import Access
from headwater.ui.formats import calendar_day

MOST_ROWS = 30
_SUBJECT = 150
_CELL = "padding:6px 10px;border-bottom:1px solid #e3e7ee"
_PAGE = Markup(
    '<div style="font:14px/1.6 sans-serif;color:#1b2130;max-width:900px"><h2 style="font-size:16px">{}</h2>'
    '<p>{}</p><table style="border-collapse:collapse;font-size:13px">{}{}</table>{}'
    '<p><a href="{}">{}</a></p><p style="color:#6b7385;font-size:12px">{}</p></div>'
)


def compose(
    access: Access,
    view: ReportView,
    definition: Definition,
    result: Result,
    *,
    to: str,
    at: datetime,
    mark: str,
    with_file: bool,
) -> EmailMultiAlternatives:
    """The mail for one reader, in the active language; `mark` makes its Message-ID."""
    day = calendar_day(at)
    link = f"{settings.PUBLIC_URL}{view.url}"
    rows = [_texts(result, row.labels, row.values) for row in result.rows[:MOST_ROWS]]
    total = [_("Total"), *[""] * (len(result.groupings) - 1)] if result.groupings else []
    total += [short(value, one, result.currency) for one, value in _pairs(result, result.total)]
    notes = [*notes_of(result), *_more(result)]
    foot = _("%(owner)s has this report sent to you. It shows what you may see.") % {"owner": view.owner_name}
    heads = [one.label for one in (*result.groupings, *result.measures)]
    message = EmailMultiAlternatives(
        subject=" ".join(f"{view.name} · {day}".split())[:_SUBJECT],
        body="\n".join([view.name, "", *_lines([heads, *rows, total]), "", *notes, link, "", foot]),
        to=[to],
        headers={"Auto-Submitted": "auto-generated", "Message-ID": _message_id(to, mark)},
    )
    page = _PAGE.format(
        f"{view.name} · {day}",
        view.description,
        _row(heads, result, is_head=True),
        Markup().join(_row(cells, result) for cells in [*rows, total]),
        Markup().join(Markup("<p>{}</p>").format(note) for note in notes),
        link,
        _("Open the report"),
        foot,
    )
    message.attach_alternative(str(page), "text/html")
    if with_file:
        name = file_name(view.name, Format.XLSX, at)
        content = file_content(
            access, definition, result, name=view.name, kind=Format.XLSX, number=view.id or 0
        )
        message.attach(name, content, TYPES[Format.XLSX])
    return message


def _pairs(result: Result, values: Sequence[Any]) -> list[tuple[Column, Any]]:
    return list(zip(result.measures, values, strict=True))


def _texts(result: Result, labels: Sequence[str], values: Sequence[Any]) -> list[str]:
    return [*labels, *(short(value, one, result.currency) for one, value in _pairs(result, values))]


def _lines(rows: Sequence[Sequence[str]]) -> list[str]:
    return ["  ".join(row) for row in rows]


def _more(result: Result) -> list[str]:
    left = result.group_count - MOST_ROWS
    if left <= 0:
        return []
    return [ngettext("and %(num)s more row", "and %(num)s more rows", left) % {"num": left}]


def _row(cells: Sequence[str], result: Result, *, is_head: bool = False) -> Markup:
    tag = Markup("th") if is_head else Markup("td")
    words = Markup().join(
        Markup('<{} style="{};text-align:{}">{}</{}>').format(
            tag, _CELL, "left" if place < len(result.groupings) else "right", cell, tag
        )
        for place, cell in enumerate(cells)
    )
    return Markup("<tr>{}</tr>").format(words)


def _message_id(to: str, mark: str) -> str:
    """The same for the same copy."""
    digest = hashlib.sha256(f"{to}:{mark}".encode()).hexdigest()[:32]
    return f"<{digest}.report@{urlsplit(settings.PUBLIC_URL).hostname or 'headwater'}>"
