"""A list of records from its URL: search, filters, sort, columns, page. Everything is in the address."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Literal, cast
from urllib.parse import urlencode

import orjson
from django.http import HttpRequest
from django.utils.translation import gettext as _

from headwater.kernel import listing
from headwater.kernel.access import Access, FieldRule
from headwater.kernel.catalogue import Field, FieldType, RecordType
from headwater.kernel.criteria import Criteria, parse
from headwater.kernel.criteria.periods import NAMED
from headwater.kernel.errors import Invalid, Text
from headwater.kernel.sql import TRUE, Fragment
from headwater.ui.pages import (
    Action,
    Cell,
    Column,
    ColumnChoice,
    EmptyState,
    FieldControl,
    FilterChip,
    ListPage,
    Option,
    Row,
    Tab,
)
from headwater.ui.records.cells import KNOWN_HUES, Cells, Drawn, cell
from headwater.ui.records.offers import offered_acts
from headwater.ui.records.words import condition_words, record_name
from headwater.ui.shell import DENSITIES, DENSITY_COOKIE, preference

COLUMNS_COOKIE = "hw_columns_"
WITHIN = "within"  # the parameter by which batch acts get `criteria` of `list_page`
TRAIL = 12  # how many pages "previous" remembers; beyond that it leads to the first
Data = Mapping[str, Any]
# Where the reader stands in the list: changing what is shown starts at the first page again.
_PLACE = ("cursor", "trail", "page")


def _query(params: Sequence[tuple[str, str]]) -> str:
    return urlencode([(key, value) for key, value in params if value != ""])


def _params(request: HttpRequest, *without: str) -> list[tuple[str, str]]:
    return [(key, value) for key, values in request.GET.lists() if key not in without for value in values]


def _href(url: str, params: Sequence[tuple[str, str]]) -> str:
    query = _query(params)
    return f"{url}?{query}" if query else url


def _raw_criteria(request: HttpRequest, name: str = "filter") -> list[Any]:
    """The conditions of the address: the builder's tree."""
    parts: list[Any] = []
    text = request.GET.get(name, "")
    if text:
        try:
            parts.append(orjson.loads(text))
        except orjson.JSONDecodeError:
            raise Invalid.one("filter", "criteria.json", _("The filter is not valid JSON.")) from None
    return parts


def _quick_parts(request: HttpRequest, kind: RecordType) -> list[tuple[Field, list[str]]]:
    known = kind.all_fields
    found = []
    for key, values in request.GET.lists():
        field = known.get(key.removeprefix("f."))
        given = [value for value in values if value]
        if key.startswith("f.") and field is not None and field.filterable and given:
            found.append((field, given))
    return found


def _quick_leaf(field: Field, values: list[str]) -> dict[str, Any]:
    if field.type == FieldType.MULTI_PICK:
        return {"field": field.key, "op": "has_any", "value": values}
    if field.type == FieldType.BOOLEAN:
        return {"field": field.key, "op": "eq", "value": values[0] == "true"}
    if field.type.is_temporal:
        return {"field": field.key, "op": "within", "value": values[0]}
    if field.type.is_relation:
        ids: list[Any] = [int(value) if value.isdecimal() else value for value in values]
        return {"field": field.key, "op": "in", "value": ids}
    return {"field": field.key, "op": "in", "value": values}


def quick_criteria(request: HttpRequest, kind: RecordType) -> list[dict[str, Any]]:
    """The quick filters of the address as conditions, for saving them as a view."""
    return [_quick_leaf(field, values) for field, values in _quick_parts(request, kind)]


def criteria_from(request: HttpRequest, kind: RecordType, access: Access, extra: Any = None) -> Criteria:
    """The criteria that the address of a list holds, with `extra` (a tree) added; raises `Invalid`.

    Boards, exports and batch acts on "all that match" read the same address; with such an act comes what
    narrows the list beyond its address (`WITHIN`): its saved view, the pool whose leads it shows.
    """
    parts = _raw_criteria(request)
    parts += _raw_criteria(request, WITHIN)
    parts += quick_criteria(request, kind)
    if extra:
        parts.append(extra)
    return parse({"all": parts} if parts else None, kind, access)


def column_keys(
    request: HttpRequest,
    kind: RecordType,
    access: Access,
    default: Sequence[str] | None = None,
    *,
    with_cookie: bool = True,
) -> list[str]:
    """The columns to show: of the address, else the reader's own, else `default`, else the catalogue's."""
    known = kind.all_fields
    asked = request.GET.get("columns", "").split(",")
    own = request.COOKIES.get(f"{COLUMNS_COOKIE}{kind.key}", "") if with_cookie else ""
    kept = [part.replace("custom-", "custom.") for part in own.split(".")] if own else []
    standard = list(default or [key for key, field in known.items() if field.in_list])
    for wanted in (asked, kept, standard):
        chosen = [
            key for key in wanted if key in known and access.field_rule(kind.key, key) != FieldRule.HIDDEN
        ]
        if chosen:
            first = standard[0] if standard else next(iter(known))
            return [first, *(key for key in dict.fromkeys(chosen) if key != first)]
    return list(known)[:1]


def list_page(
    request: HttpRequest,
    access: Access,
    kind: RecordType,
    *,
    url: str,
    title: Text = "",
    tabs: Sequence[Tab] = (),
    layouts: Sequence[Tab] = (),
    actions: Sequence[Action] = (),
    batch: Sequence[Action] = (),
    tools: Sequence[Action] = (),
    filters: Sequence[str] = (),
    columns: Sequence[str] | None = None,
    card: Sequence[str] = (),
    card_tag: str = "",
    where: Fragment = TRUE,
    criteria: Any = None,
    empty: EmptyState | None = None,
    name: Callable[[Data], Cell] | None = None,
    row: Callable[[Data, Row], Row] | None = None,
    overdue: Sequence[str] = (),
    deadlines: Mapping[str, str] | None = None,
    drawn: Mapping[str, Drawn] | None = None,
    needs: Sequence[str] = (),
    search_placeholder: Text = "",
    save_view_dialog: str = "",
    export_dialog: str = "",
    columns_url: str = "",
    sort: str = "",
    limit: int = 50,
) -> ListPage:
    """Read one page of records within the reader's scope and shape it for `ui/records/list.html`.

    `criteria` (a tree) and `where` narrow beyond the address; acts on all that match know of `criteria`
    alone. `name` makes the first cell, `row` changes a finished row (tools, done); with `columns_url` the
    reader's choice of columns is kept there and `columns` already holds it; `overdue` are moments that are
    red when past, `deadlines` such that are counted down to (each with the field that says why), `drawn`
    makes a field's cell where it gives one; `needs` are read along. `export_dialog` gets the address of the
    list, as `save_view_dialog` does; what narrows it beyond that it must say itself.
    """
    q = request.GET.get("q", "").strip()[:100]
    checked = criteria_from(request, kind, access, criteria)
    keys = column_keys(request, kind, access, columns, with_cookie=not columns_url)
    known = kind.all_fields
    sorting = request.GET.get("sort", "") or sort or kind.default_sort
    wanted = [*keys, *card, *needs, *([card_tag] if card_tag else [])]
    found = listing.fetch(
        access,
        kind,
        criteria=checked,
        where=where,
        sort=sorting,
        q=q,
        fields=[key for key in dict.fromkeys(wanted) if key in known],
        limit=limit,
        cursor=request.GET.get("cursor") or None,
    )
    count = listing.count(access, kind, criteria=checked, where=where, q=q)
    cells = Cells(known, overdue, deadlines or {}, drawn or {})
    shaped = tuple(
        _row(data, kind, keys, cells, name=name, card=card, card_tag=card_tag, change=row)
        for data in found.rows
    )
    density = preference(request, DENSITY_COOKIE, DENSITIES)
    number = _page_number(request)
    filtered = bool(q or request.GET.get("filter") or _quick_parts(request, kind))
    return ListPage(
        title=title or kind.label_plural,
        url=url,
        key=kind.key,
        columns=tuple(_column(known[key], url, request, sorting) for key in keys),
        rows=shaped,
        count=count,
        q=q,
        search_placeholder=search_placeholder,
        searchable=kind.search is not None,
        tabs=tuple(tabs),
        layouts=tuple(layouts),
        actions=tuple(actions),
        tools=(*_export(request, export_dialog, keys), *tools),
        batch=(*batch, *(offered_acts(kind.key, access) if batch else ()), *_export_ticked(export_dialog)),
        select_all_count=count if count > len(shaped) else None,
        filters=tuple(_quick_control(known[key], access, request) for key in filters if key in known),
        criteria=request.GET.get("filter", ""),
        criteria_fields_url=f"/fields/{kind.key}.json",
        chips=_chips(request, kind, access, url),
        clear_href=_href(url, _kept(request)) if filtered else "",
        save_view_dialog=f"{save_view_dialog}?{_query(_params(request, *_PLACE))}"
        if save_view_dialog
        else "",
        density=cast(Literal["cosy", "compact"], density),
        column_choices=_column_choices(kind, access, keys),
        columns_url=columns_url,
        sort=sorting,
        next_href=_next(request, url, found.next, number),
        previous_href=_previous(request, url, number),
        first_number=(number - 1) * limit + 1,
        self_href=_href(url, _params(request)),
        batch_href=_href(url, [*_params(request), (WITHIN, orjson.dumps(criteria).decode())])
        if criteria
        else "",
        empty=_nothing(kind, empty, filtered=filtered, clear=_href(url, _kept(request))),
        hidden={key: value for key, value in _params(request) if key in ("view", "sort", "columns")},
    )


def _export(request: HttpRequest, dialog: str, columns: Sequence[str]) -> tuple[Action, ...]:
    """The list as it stands, as a file."""
    if not dialog:
        return ()
    joint = "&" if "?" in dialog else "?"
    params = [*_params(request, "columns", *_PLACE), ("columns", ",".join(columns))]
    address = f"{dialog}{joint}{_query(params)}"
    return (Action(_("Export"), icon="download", dialog=address, key="export"),)


def _export_ticked(dialog: str) -> tuple[Action, ...]:
    return (Action(_("Export"), icon="download", dialog=dialog, key="export"),) if dialog else ()


def _kept(request: HttpRequest) -> list[tuple[str, str]]:
    """What survives "clear": the view, the order, the columns."""
    return [(key, value) for key, value in _params(request) if key in ("view", "sort", "columns")]


def _nothing(kind: RecordType, empty: EmptyState | None, *, filtered: bool, clear: str) -> EmptyState:
    if filtered:
        return EmptyState(
            _("No %(records)s meet these conditions") % {"records": kind.label_plural},
            _("Loosen a condition, or clear them all."),
            icon="list-filter",
            actions=(Action(_("Clear the conditions"), href=clear, kind="soft"),),
        )
    return empty or EmptyState(
        _("No %(records)s yet") % {"records": kind.label_plural}, icon=kind.icon if kind.icon else "inbox"
    )


def _row(
    data: Data,
    kind: RecordType,
    keys: Sequence[str],
    cells: Cells,
    *,
    name: Callable[[Data], Cell] | None,
    card: Sequence[str],
    card_tag: str,
    change: Callable[[Data, Row], Row] | None,
) -> Row:
    href = kind.link(int(data["id"])) if kind.url else ""
    known = cells.known
    first = name(data) if name else _name_cell(known[keys[0]], data)
    if href and not first.href:
        first = Cell(**{**{key: getattr(first, key) for key in Cell.__slots__}, "href": href})
    labels = {key: known[key].label if known[key].type.is_temporal else "" for key in card if key in known}
    made = Row(
        id=int(data["id"]),
        cells=(first, *(cells.of(key, data) for key in keys[1:])),
        href=href,
        card=tuple((label, cells.of(key, data)) for key, label in labels.items()),
        card_tag=cells.of(card_tag, data) if card_tag in known else None,
    )
    return change(data, made) if change else made


def _name_cell(field: Field, data: Data) -> Cell:
    shown = cell(field, data)
    text = shown.text or str(shown.value or f"#{data['id']}")
    company = data.get("company") if field.key == "name" else ""
    note = company.get("name", "") if isinstance(company, Mapping) else str(company or "")
    return Cell(
        "name",
        text,
        title=str(data.get("job_title") or data.get("title") or "") if field.key == "name" else "",
        note=note,
    )


def _column(field: Field, url: str, request: HttpRequest, sorting: str) -> Column:
    now: Literal["", "ascending", "descending"] = ""
    first = sorting.split(",", maxsplit=1)[0]
    if first.lstrip("-") == field.key:
        now = "descending" if first.startswith("-") else "ascending"
    # Numbers and moments are wanted largest and latest first.
    falling = field.type.is_numeric or field.type.is_temporal
    turned = f"-{field.key}" if (now == "ascending" or (not now and falling)) else field.key
    href = ""
    if field.sortable and field.type != FieldType.MULTI_PICK:
        href = _href(url, [*_params(request, "sort", *_PLACE), ("sort", turned)])
    numeric = field.type.is_numeric and field.key != "score"
    return Column(field.key, field.label, align="right" if numeric else "", sort_href=href, sort=now)


def _column_choices(kind: RecordType, access: Access, shown: Sequence[str]) -> tuple[ColumnChoice, ...]:
    known = {
        key: field
        for key, field in kind.all_fields.items()
        if access.field_rule(kind.key, key) != FieldRule.HIDDEN
    }
    order = [*shown[1:], *(key for key in known if key not in shown)]
    return tuple(
        ColumnChoice(key.replace("custom.", "custom-"), known[key].label, key in shown)
        for key in order
        if key in known
    )


def _quick_control(field: Field, access: Access, request: HttpRequest) -> FieldControl:
    name = f"f.{field.key}"
    values = [value for value in request.GET.getlist(name) if value]
    if field.type.is_relation:
        special: tuple[Option, ...] = ()
        if field.type == FieldType.USER:
            special = (Option("@me", _("Me")), Option("@my_team", _("My team")))
        known = {option.value for option in special}
        present = tuple(
            Option(value, record_name(field, access, value)) for value in values if value not in known
        )
        return FieldControl(
            name,
            field.label,
            "users" if field.type == FieldType.USER else "links",
            values,
            options=(*special, *present),
            options_url=f"/options/{field.relation}.json",
            placeholder=field.label,
        )
    if field.type.is_temporal:
        periods = tuple(Option(key, label) for key, label in NAMED.items())
        return FieldControl(
            name, field.label, "select", values[0] if values else "", options=periods, placeholder=field.label
        )
    if field.type == FieldType.BOOLEAN:
        both = (Option("true", _("Yes")), Option("false", _("No")))
        return FieldControl(
            name, field.label, "select", values[0] if values else "", options=both, placeholder=field.label
        )
    options = tuple(
        Option(choice.value, choice.label, hue=choice.color if choice.color in KNOWN_HUES else "")
        for choice in field.choices()
        if not choice.retired
    )
    return FieldControl(name, field.label, "multi", values, options=options, placeholder=field.label)


def _chips(request: HttpRequest, kind: RecordType, access: Access, url: str) -> tuple[FilterChip, ...]:
    """The builder's conditions in words; quick filters show themselves in their controls."""
    chips: list[FilterChip] = []
    for part in _raw_criteria(request):
        inner = part.get("all") if isinstance(part, dict) else None
        leaves: list[Any] = inner if isinstance(inner, list) else [part]
        for index, leaf in enumerate(leaves):
            rest = [item for at, item in enumerate(leaves) if at != index]
            remaining = orjson.dumps({"all": rest}).decode() if rest else ""
            href = _href(url, [*_params(request, "filter", *_PLACE), ("filter", remaining)])
            chips.append(FilterChip(condition_words(leaf, kind, access), href))
    return tuple(chips)


# --- pages


def _page_number(request: HttpRequest) -> int:
    raw = request.GET.get("page", "1")
    return max(1, int(raw)) if raw.isdecimal() and len(raw) < 8 and request.GET.get("cursor") else 1


def _next(request: HttpRequest, url: str, cursor: str | None, number: int) -> str:
    if not cursor:
        return ""
    here = request.GET.get("cursor", "")
    trail = [*(request.GET.get("trail", "").split(".") if number > 1 else []), here][-TRAIL:]
    place = [("cursor", cursor), ("trail", ".".join(trail)), ("page", str(number + 1))]
    return _href(url, [*_params(request, *_PLACE), *place])


def _previous(request: HttpRequest, url: str, number: int) -> str:
    if number <= 1:
        return ""
    *earlier, last = request.GET.get("trail", "").split(".")
    base = _params(request, *_PLACE)
    if not last:
        return _href(url, base)
    return _href(url, [*base, ("cursor", last), ("trail", ".".join(earlier)), ("page", str(number - 1))])
