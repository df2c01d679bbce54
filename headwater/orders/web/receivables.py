"""Receivables: what is owed, by how long it has been due, and the parts behind every figure."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext
from django.views.decorators.http import require_GET

from headwater.currencies.queries import company_currency
from headwater.kernel.access import permit
from headwater.orders.queries.ageing import Ageing, AgeingRow, ageing, owed_parts
from headwater.orders.types import Bucket
from headwater.ui.formats import money, money_full, series
from headwater.ui.pages import Cell, Column, Row, Tab, Tile
from headwater.ui.responses import respond

_PAGE = 100
_MOST_ROWS = 500


@dataclass(frozen=True, slots=True)
class AgeingPage:
    """What is owed by account or by owner."""

    tabs: tuple[Tab, ...]
    tiles: tuple[Tile, ...]
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    note: str
    left_out: str
    more: str


@dataclass(frozen=True, slots=True)
class PartsPage:
    """The parts behind a figure."""

    title: str
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    back: str
    next_href: str


@require_GET
def receivables(request: HttpRequest) -> HttpResponse:
    """Not due, 1–30, 31–60, 61–90, over 90 days: by account or by owner, in the company's currency."""
    access = permit(request, "payments.view")
    permit(request, "orders.view")
    by = "owner" if request.GET.get("by") == "owner" else "account"
    found = ageing(access, by=by)  # type: ignore[arg-type]
    currency = company_currency()
    total = found.total
    href = f"/receivables/parts?{urlencode({'by': by})}"
    tiles = (
        Tile(pgettext("receivables", "Owed in all"), money(total.total, currency), icon="wallet", href=href),
        Tile(
            pgettext("receivables", "Overdue"),
            money(total.overdue, currency),
            note=_share(total.overdue, total.total),
            icon="hourglass",
        ),
        *(
            Tile(str(one.label), money(total.amounts[one], currency), href=f"{href}&bucket={one}")
            for one in (Bucket.NOT_DUE, Bucket.MORE)
        ),
    )
    tabs = (
        Tab(pgettext("receivables", "By account"), "/receivables", current=by == "account"),
        Tab(pgettext("receivables", "By owner"), "/receivables?by=owner", current=by == "owner"),
    )
    page = AgeingPage(
        tabs=tabs,
        tiles=tiles,
        columns=_columns(by),
        rows=(
            *(_row(one, by, currency) for one in found.rows[:_MOST_ROWS]),
            *((_sum(total, by, currency),) if found.rows else ()),
        ),
        note=_("In %(currency)s; other currencies at today's rate.") % {"currency": currency},
        left_out=_left_out(found),
        more=_more(found),
    )
    return respond(request, "orders/receivables.html", page)


def _share(part: Decimal, whole: Decimal) -> str:
    return f"{part * 100 / whole:.0f}%" if whole else ""


def _left_out(found: Ageing) -> str:
    """Amounts that no total holds, because nobody said what their currency is worth."""
    amounts = [f"{currency} {amount:,.2f}" for currency, amount in sorted(found.total.left_out.items())]
    if not amounts:
        return ""
    return _("Left out, because there is no rate: %(amounts)s.") % {"amounts": series(amounts)}


def _more(found: Ageing) -> str:
    hidden = len(found.rows) - _MOST_ROWS
    if hidden <= 0:
        return ""
    words = ngettext("%(count)s more owes less.", "%(count)s more owe less.", hidden)
    return words % {"count": hidden}


def _columns(by: str) -> tuple[Column, ...]:
    first = _("Account") if by == "account" else _("Owner")
    buckets = tuple(Column(one.value, one.label, align="right") for one in Bucket)
    return (
        Column("name", first),
        *buckets,
        Column("total", pgettext("receivables", "In all"), align="right"),
    )


def _row(one: AgeingRow, by: str, currency: str) -> Row:
    where = {by: one.id or 0, "by": by}

    def cell(amount: Decimal, **more: str) -> Cell:
        if not amount:
            return Cell()
        href = f"/receivables/parts?{urlencode(where | more)}"
        return Cell("link", text=money_full(amount, currency), href=href)

    note = ""
    if one.left_out:
        note = series(f"{key} {amount:,.2f}" for key, amount in sorted(one.left_out.items()))
    amounts = tuple(cell(one.amounts[bucket], bucket=bucket.value) for bucket in Bucket)
    name = one.name or _("Nobody")
    link = f"/accounts/{one.id}" if by == "account" else ""
    return Row(one.id or 0, (Cell("text", text=name, note=note), *amounts, cell(one.total)), href=link)


def _sum(total: AgeingRow, by: str, currency: str) -> Row:
    """The last row: all of it."""
    cells = [
        Cell(
            "link",
            text=money_full(total.amounts[one], currency),
            href=f"/receivables/parts?{urlencode({'by': by, 'bucket': one.value})}",
        )
        for one in Bucket
    ]
    whole = Cell("link", text=money_full(total.total, currency), href=f"/receivables/parts?by={by}")
    return Row(0, (Cell("text", text=pgettext("receivables", "In all")), *cells, whole))


@require_GET
def parts(request: HttpRequest) -> HttpResponse:
    """The parts behind a figure, the oldest first."""
    access = permit(request, "payments.view")
    permit(request, "orders.view")
    query = request.GET
    bucket = Bucket(query["bucket"]) if query.get("bucket") in Bucket.values else None
    start = _number(query.get("from", "")) or 0
    found = owed_parts(
        access,
        bucket=bucket,
        owner_id=_number(query.get("owner", "")),
        account_id=_number(query.get("account", "")),
        limit=_PAGE + 1,
        offset=start,
    )
    next_href = ""
    if len(found) > _PAGE:
        kept = {key: query[key] for key in ("by", "bucket", "owner", "account") if key in query}
        next_href = f"/receivables/parts?{urlencode(kept | {'from': start + _PAGE})}"
    page = PartsPage(
        title=str(bucket.label) if bucket is not None else pgettext("receivables", "All that is owed"),
        columns=(
            Column("order", pgettext("record", "Order")),
            Column("account", _("Account")),
            Column("owner", _("Owner")),
            Column("due_on", pgettext("order", "Due on")),
            Column("days", _("Days overdue"), align="right"),
            Column("open", pgettext("order", "Still open"), align="right"),
        ),
        rows=tuple(_part(place, one) for place, one in enumerate(found[:_PAGE])),
        back="/receivables?by=owner" if query.get("by") == "owner" else "/receivables",
        next_href=next_href,
    )
    return respond(request, "orders/parts.html", page)


def _part(place: int, one: Mapping[str, Any]) -> Row:
    cells = (
        Cell("text", text=one["number"]),
        Cell("link", text=one["account"], href=f"/accounts/{one['account_id']}"),
        Cell("person", one["owner"]),
        Cell("date", one["due_on"], overdue=one["days"] > 0),
        Cell("text", text=str(one["days"]) if one["days"] else "—"),
        Cell("text", text=money_full(one["open"], one["currency"])),
    )
    return Row(place + 1, cells, href=f"/orders/{one['order_id']}")


def _number(raw: str) -> int | None:
    return int(raw) if raw.isascii() and raw.isdigit() and len(raw) < 19 else None
