"""The records behind a number: beside the page, or on a page of their own as a list."""

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from typing import Any
from urllib.parse import urlencode

import orjson
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from headwater.insight.drawing.view import key_text
from headwater.insight.engine import Definition, Result, drill
from headwater.insight.engine.guarding import limited
from headwater.insight.queries import get_report
from headwater.insight.results import cached
from headwater.insight.web.asked import overridden
from headwater.insight.web.report import FRESH
from headwater.kernel.access import Access, permit
from headwater.kernel.errors import DomainError, Invalid
from headwater.ui.pages import ListPage
from headwater.ui.records.lists import list_page
from headwater.ui.responses import is_htmx, respond

_BESIDE = 30  # rows beside the page
_COLUMNS = 4
_KEPT = ("m", "k", "by", "period")


@dataclass(frozen=True, slots=True)
class BehindPage:
    """All of `insight/behind.html`."""

    list: ListPage
    measure: str
    groups: tuple[str, ...]
    whole: str  # the address of the list on a page of its own
    back: str
    back_label: str


@dataclass(frozen=True, slots=True)
class BehindList(ListPage):
    """All of `insight/behind_list.html`: the list, and the report that it came from."""

    back: str = ""
    back_label: str = ""


@require_GET
def saved_behind(request: HttpRequest, report_id: int) -> HttpResponse:
    """Behind a number of a saved report."""
    return _behind(request, report_id)


@require_GET
def preset_behind(request: HttpRequest, key: str) -> HttpResponse:
    """Behind a number of a preset."""
    return _behind(request, key)


def _behind(request: HttpRequest, key: int | str) -> HttpResponse:
    access = permit(request, "reports.view")
    report = get_report(access, key)
    definition = Definition.stored(overridden(report.definition, request.GET), access)
    path = f"{report.url}/records"
    kept = {name: request.GET[name] for name in _KEPT if request.GET.get(name)}
    page = listed(request, access, definition, path, request.GET.get("m", ""), request.GET.get("k", ""))
    page = replace(page, back=report.url, back_label=report.name, whole=f"{path}?{urlencode(kept)}")
    if is_htmx(request) and request.headers.get("HX-Target") == "hw-drawer":
        return respond(request, "insight/behind.html", page)
    return respond(request, "insight/behind_list.html", whole(page, path, kept))


@require_POST
def draft_behind(request: HttpRequest) -> HttpResponse:
    """Behind a number of a report in the making."""
    access = permit(request, "reports.view")
    definition = Definition.parse(request.POST.get("definition", ""), access)
    page = listed(request, access, definition, "", request.POST.get("m", ""), request.POST.get("k", ""))
    return respond(request, "insight/behind.html", page)


def listed(
    request: HttpRequest, access: Access, definition: Definition, path: str, measure: str, raw_keys: str
) -> BehindPage:
    """Behind one number of a definition; with `by=last` its key is of the last grouping, a pivot's column."""
    keys = _keys(raw_keys)
    given = request.POST if request.method == "POST" else request.GET
    if given.get("by") == "last" and len(definition.groupings) > 1:
        definition = replace(definition, groupings=definition.groupings[-1:], sort="")
    if measure not in {one.key for one in definition.measures}:
        raise Invalid.one("m", "report.measure", _("There is no such number in this report."))
    kind, ids = drill(access, definition, measure, keys)
    seeing = permit(request, kind.permission("view"))
    beside = is_htmx(request) and request.headers.get("HX-Target") == "hw-drawer"
    with limited():
        found = list_page(request, seeing, kind, url=path, where=ids, limit=_BESIDE if beside else 50)
    label, groups = _named(access, definition, measure, keys)
    return BehindPage(list=found, measure=label, groups=groups, whole="", back="", back_label="")


def _keys(raw: str) -> list[Any]:
    try:
        keys = orjson.loads(raw or "[]")
    except orjson.JSONDecodeError:
        keys = None
    if not isinstance(keys, list) or len(keys) > 3 or any(isinstance(one, list | dict) for one in keys):
        raise Invalid.one("k", "report.keys", _("There is no such group in this report."))
    return keys


def _named(
    access: Access, definition: Definition, measure: str, keys: Sequence[Any]
) -> tuple[str, tuple[str, ...]]:
    """What the number is called, and its groups, as the report shows them."""
    try:
        result = cached(access, definition, FRESH)
    except DomainError:
        return "", ()
    label = next((column.label for column in result.measures if column.key == measure), "")
    return label, _labels(result, keys)


def _labels(result: Result, keys: Sequence[Any]) -> tuple[str, ...]:
    wanted = key_text(keys)
    for row in result.rows:
        if key_text(row.keys[: len(keys)]) == wanted:
            return tuple(row.labels[: len(keys)])
    return ()


def whole(page: BehindPage, path: str, kept: dict[str, str]) -> BehindList:
    """The list keeps what it is the list of, whatever is searched or filtered in it."""
    shown = {one.name: getattr(page.list, one.name) for one in fields(page.list)}
    shown |= {
        "title": " · ".join([*page.groups, page.measure]) or page.list.title,
        "hidden": {**page.list.hidden, **kept},
        "clear_href": f"{path}?{urlencode(kept)}" if page.list.clear_href else "",
    }
    return BehindList(**shown, back=page.back, back_label=page.back_label)
