"""Cells and the rows of a list as markup, in Python: they stand hundreds of times on a page.

As macros they cost half a millisecond a row; here they cost a twentieth. Templates use them as
`ui.cell`, `ui.list_rows`, `ui.avatar` … like every other component.
"""

from collections.abc import Callable
from datetime import datetime
from html import escape as quoted
from typing import Any

from django.utils.translation import gettext as _
from markupsafe import Markup, escape

from headwater.ui import formats
from headwater.ui.formats import Reader
from headwater.ui.icons import icon
from headwater.ui.pages import Action, Cell, ListPage, Row

Tools = Callable[[tuple[Action, ...]], str]
EMPTY = '<span class="hw-cell-empty">—</span>'


def text(value: Any) -> str:
    """Escaped text; what is already markup stays."""
    # Plain text is nearly all there is; it needs no Markup object in between.
    return quoted(value) if type(value) is str else str(escape(value))


def avatar(
    name: Any, size: int = 32, src: str | None = None, hue: str | None = None, square: bool = False
) -> Markup:
    """The picture or the first letter of somebody; decoration, so silent."""
    return Markup(_avatar(str(name or ""), size, src, hue, square))  # noqa: S704 - escaped in _avatar


def _avatar(
    name: str, size: int = 32, src: str | None = None, hue: str | None = None, square: bool = False
) -> str:
    inner = f'<img src="{text(src)}" alt="">' if src else text(formats.initial(name))
    more = (f' data-size="{size}"' if size != 32 else "") + (" data-square" if square else "")
    css = f"hw-avatar hw-hue-{text(hue or formats.hue(name))}"
    return f'<span class="{css}"{more} aria-hidden="true">{inner}</span>'


def person(name: Any, href: str | None = None, size: int = 20, note: Any = "") -> Markup:
    """An avatar and a name."""
    return Markup(_person(name, href, size, note))  # noqa: S704 - escaped in _person


def _person(name: Any, href: str | None = None, size: int = 20, note: Any = "") -> str:
    if not name:
        return EMPTY
    small = f' <small class="hw-muted">{text(note)}</small>' if note else ""
    inner = f"{_avatar(str(name), size)}<span>{text(name)}{small}</span>"
    if href:
        return f'<a class="hw-person" href="{text(href)}">{inner}</a>'
    return f'<span class="hw-person">{inner}</span>'


def tag(
    label: Any,
    hue: str = "gray",
    dot: bool = False,
    icon_name: str = "",
    size: str = "",
    outline: bool = False,
    href: str | None = None,
    title: str | None = None,
) -> Markup:
    """A small coloured word: a stage with its dot, a label."""
    return Markup(_tag(label, hue, dot, icon_name, size, outline, href, title))  # noqa: S704 - escaped in _tag


def _tag(
    label: Any,
    hue: str = "gray",
    dot: bool = False,
    icon_name: str = "",
    size: str = "",
    outline: bool = False,
    href: str | None = None,
    title: str | None = None,
) -> str:
    more = " data-dot" if dot else ""
    more += f' data-size="{text(size)}"' if size else ""
    more += " data-outline" if outline else ""
    more += f' title="{text(title)}"' if title else ""
    picture = icon(icon_name, 14) if icon_name else ""
    inner = f"{picture}<span>{text(label)}</span>"
    css = f'class="hw-tag hw-hue-{text(hue or "gray")}"{more}'
    return f'<a {css} href="{text(href)}">{inner}</a>' if href else f"<span {css}>{inner}</span>"


def score(value: Any, href: str | None = None) -> Markup:
    """A score of a hundred with its bar."""
    return Markup(_score(value))  # noqa: S704 - numbers only


def _score(value: Any) -> str:
    if value is None:
        return EMPTY
    shown, label = formats.number(value, 0), text(_("Score"))
    bar = f'<progress class="hw-meter" value="{shown}" max="100" aria-label="{label}"></progress>'
    return f'<span class="hw-score hw-hue-{formats.score_hue(value)}"><b>{shown}</b>{bar}</span>'


SOON = 86_400  # seconds; less than that is left in a warning colour


def countdown(until: datetime | None, *, bare: bool = False) -> Markup:
    """How long is left until a moment, kept current by the island; `bare` without the picture."""
    return Markup(_countdown(until, Reader.now(), bare=bare))  # noqa: S704 - words and numbers only


def _countdown(until: datetime | None, reader: Reader, *, bare: bool, why: Any = "") -> str:
    if until is None:
        return EMPTY
    # The browser gets what is left, not the moment: its own clock may be wrong.
    left = int((until - reader.moment).total_seconds() // 1)
    tone = ' data-tone="late"' if left <= 0 else ' data-tone="soon"' if left < SOON else ""
    day, time = reader.split(until)
    title = text(reader.full(day, time)) + (f" · {text(why)}" if why else "")
    moment = f"{day.isoformat()}T{time}"
    shown = f'<time datetime="{moment}" title="{title}">{text(formats.remaining(left))}</time>'
    picture = "" if bare else str(icon("timer", 14))
    return f'<hw-countdown class="hw-countdown" left="{left}"{tone}>{picture}{shown}</hw-countdown>'


def cell(c: Cell, in_facts: bool = False, reader: Reader | None = None) -> Markup:
    """A value as its kind wants it; `in_facts` where there is room for lines, links and a note."""
    return Markup(_cell(c, in_facts, reader or Reader.now()))  # noqa: S704 - escaped in _cell


def _cell(c: Cell, in_facts: bool, reader: Reader) -> str:
    if c.kind == "name":
        return _name(c)
    if c.is_empty:
        return EMPTY
    shown = _KINDS.get(c.kind, _plain)(c, in_facts, reader)
    return f'{shown} <small class="hw-muted">{text(c.note)}</small>' if c.note and in_facts else shown


def _name(c: Cell) -> str:
    label = text(c.text or c.value)
    picture = ""
    if c.avatar:
        picture = (
            f'<span class="hw-avatar hw-hue-{text(c.hue)}" aria-hidden="true">{icon(c.icon)}</span>'
            if c.icon
            else _avatar(str(c.text or c.value))
        )
    title = (
        f'<a href="{text(c.href)}" hx-boost="true">{label}</a>'
        if c.href
        else f'<b class="font-semibold">{label}</b>'
    )
    beside = f"<small>{text(c.title)}</small>" if c.title else ""
    below = f'<span class="hw-cell-note">{text(c.note)}</span>' if c.note else ""
    return (
        f'<span class="hw-cell-name">{picture}<span><span class="hw-cell-title">{title}{beside}</span>'
        f"{below}</span></span>"
    )


def _plain(c: Cell, in_facts: bool, reader: Reader) -> str:
    label = text(c.text or c.value)
    return (
        f'<span class="whitespace-pre-line">{label}</span>'
        if in_facts
        else f'<span title="{label}">{label}</span>'
    )


def _phone(c: Cell, in_facts: bool, reader: Reader) -> str:
    label = text(formats.phone(str(c.value)))
    if in_facts and "*" not in str(c.value):
        return f'<a class="hw-num" href="tel:{text(c.value)}">{label}</a>'
    return f'<span class="hw-num">{label}</span>'


def _email(c: Cell, in_facts: bool, reader: Reader) -> str:
    label = text(c.value)
    return label if "*" in str(c.value) else f'<a href="mailto:{label}">{label}</a>'


def _web(c: Cell, in_facts: bool, reader: Reader) -> str:
    label = text(c.text or c.value)
    # Anything but the web stays text: a javascript: address would run as the reader.
    if not str(c.value).lower().startswith(("http://", "https://")):
        return label
    return f'<a href="{text(c.value)}" target="_blank" rel="noreferrer noopener nofollow">{label}</a>'


def _money(c: Cell, in_facts: bool, reader: Reader) -> str:
    whole, short = formats.money_full(c.value, c.currency), reader.money(c.value, c.currency)
    return f'<span class="hw-num" title="{text(whole)}">{text(short)}</span>'


def _tags(c: Cell, in_facts: bool, reader: Reader) -> str:
    inner = "".join(_tag(label, hue, size="small") for label, hue in c.tags)
    return f'<span class="inline-flex flex-wrap gap-1">{inner}</span>'


def _boolean(c: Cell, in_facts: bool, reader: Reader) -> str:
    if c.value:
        return str(icon("check", label=_("Yes")))
    no = text(_("No"))
    return f'<span class="hw-cell-empty">{no}</span>'


def _link(c: Cell, in_facts: bool, reader: Reader) -> str:
    return f'<a href="{text(c.href)}" hx-boost="true">{text(c.text or c.value)}</a>'


_KINDS: dict[str, Callable[[Cell, bool, Reader], str]] = {
    "tag": lambda c, _f, _r: _tag(
        c.text or c.value, c.hue, dot=not c.icon, icon_name=c.icon, href=c.href or None
    ),
    "tags": _tags,
    "person": lambda c, _f, _r: _person(c.text or c.value, c.href or None),
    "link": _link,
    "money": _money,
    "number": lambda c, _f, _r: f'<span class="hw-num">{text(c.text or formats.number(c.value))}</span>',
    "percent": lambda c, _f, _r: f'<span class="hw-num">{formats.percent(c.value)}</span>',
    "when": lambda c, _f, reader: reader.when(c.value, c.overdue),
    "date": lambda c, _f, reader: reader.when(c.value, c.overdue),
    "countdown": lambda c, _f, reader: _countdown(c.value, reader, bare=True, why=c.title),
    "score": lambda c, _f, _r: _score(c.value),
    "phone": _phone,
    "email": _email,
    "url": _web,
    "boolean": _boolean,
    "html": lambda c, _f, _r: text(c.value),
}


def list_rows(page: ListPage, head: str, tools: Tools, *, table: bool = True, cards: bool = True) -> Markup:
    """The rows of a list: a table for a desk, cards for a phone.

    `head` is the table's head, `tools` draws a row's actions; both come from macros.
    """
    reader = Reader.now()
    parts: list[str] = []
    if table:
        parts.append(
            f'<table class="hw-table" data-density="{text(page.density)}" aria-label="{text(page.title)}">'
            f"{head}<tbody>"
        )
        aligned = [f' data-align="{column.align}"' if column.align else "" for column in page.columns]
        ticks = bool(page.batch)
        parts += [_table_row(row, aligned, ticks, tools, reader) for row in page.rows]
        parts.append("</tbody></table>")
    if cards:
        inner = "".join(_card(row, tools, reader) for row in page.rows)
        parts.append(f'<ul class="hw-row-cards">{inner}</ul>')
    return Markup("".join(parts))  # noqa: S704 - every part is escaped where it is made


def _table_row(row: Row, aligned: list[str], ticks: bool, tools: Tools, reader: Reader) -> str:
    name = row.cells[0]
    done = " data-done" if row.is_done else ""
    parts = [f'<tr data-row="{row.id}"{done}>']
    if ticks:
        parts.append(
            '<td class="hw-col-check"><label><input class="d-checkbox" type="checkbox" name="ids"'
            f' value="{row.id}" aria-label="{text(name.text or name.value)}"></label></td>'
        )
    parts.append(f'<td class="hw-col-name">{_cell(name, False, reader)}</td>')
    parts += [
        f"<td{align}>{_cell(c, False, reader)}</td>"
        for c, align in zip(row.cells[1:], aligned[1:], strict=True)
    ]
    if row.tools:
        parts.append(f'<td data-align="right">{tools(row.tools)}</td>')
    parts.append("</tr>")
    return "".join(parts)


def row_card(row: Row, tools: Tools) -> Markup:
    """A record as a phone shows it in a list."""
    return Markup(_card(row, tools, Reader.now()))  # noqa: S704 - escaped in _card


def _card(row: Row, tools: Tools, reader: Reader) -> str:
    name = row.cells[0]
    label = text(name.text or name.value)
    title = (
        f'<a class="hw-row-card-title" href="{text(row.href)}" hx-boost="true">{label}</a>'
        if row.href
        else f'<b class="font-semibold">{label}</b>'
    )
    beside = f' <small class="hw-muted">{text(name.title)}</small>' if name.title else ""
    below = f'<div class="hw-clip hw-muted text-sm">{text(name.note)}</div>' if name.note else ""
    mark = _cell(row.card_tag, False, reader) if row.card_tag and not row.card_tag.is_empty else ""
    facts = "".join(_card_fact(word, c, reader) for word, c in row.card if not c.is_empty)
    acts = f'<div class="hw-row-card-tools">{tools(row.tools)}</div>' if row.tools else ""
    facts = f'<div class="hw-row-card-facts">{facts}{acts}</div>' if facts or acts else ""
    picture = _avatar(str(name.text or name.value))
    return (
        f'<li class="hw-row-card" data-row="{row.id}"><div class="hw-row-card-top">{picture}'
        f'<div><div class="hw-clip">{title}{beside}</div>{below}</div>{mark}</div>{facts}</li>'
    )


def _card_fact(word: Any, c: Cell, reader: Reader) -> str:
    before = f'<span class="hw-faint">{text(word)}</span> ' if word else ""
    return f"<span>{before}{_cell(c, False, reader)}</span>"
