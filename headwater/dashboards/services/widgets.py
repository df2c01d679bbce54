"""Put widgets on a dashboard, change them, take them off, arrange them."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from headwater.dashboards.errors import ReportGone, TooManyWidgets
from headwater.dashboards.models import Dashboard, Widget
from headwater.dashboards.places import below, bounded, settled
from headwater.dashboards.queries.sources import source_of
from headwater.dashboards.services.writing import changed, locked
from headwater.dashboards.shapes import Item
from headwater.dashboards.types import MOST_WIDGETS, Place
from headwater.insight.engine import Definition
from headwater.insight.engine.definitions import CHARTS
from headwater.kernel import clock, text
from headwater.kernel.access import Access
from headwater.kernel.errors import Invalid, NotFound

# What a chart of this kind needs to be read: columns and rows.
SIZES = {"number": (3, 2), "table": (6, 6), "pivot": (12, 6), "heatmap": (12, 6)}
_USUAL = (6, 6)


@transaction.atomic
def add_widget(
    access: Access,
    board_id: int,
    *,
    report_id: int | None = None,
    preset: str = "",
    definition: Mapping[str, Any] | None = None,
    title: str = "",
    note: str = "",
    chart: str = "",
    place: Place | None = None,
) -> Widget:
    """Put one report, preset or definition on the board, under all others unless `place` says where.

    Refuses with `Invalid` what nobody could run, `ReportGone` what the caller does not see, `TooManyWidgets`.
    """
    row = locked(access, board_id)
    if sum((report_id is not None, bool(preset), definition is not None)) != 1:
        raise Invalid.one("report", "widget.one_thing", _("Choose one report, preset or definition."))
    item = Item("", Place(0, 0, 1, 1), None, report_id, preset, definition, chart=_chart(chart))
    kind = _shown(access, item)
    standing = list(row.widgets.filter(archived_at=None))
    if len(standing) >= MOST_WIDGETS:
        raise TooManyWidgets(limit=MOST_WIDGETS)
    w, h = SIZES.get(kind, _USUAL)
    wanted = bounded(place) if place else below([one.place for one in standing], w, h)
    widget = Widget.objects.create(
        dashboard=row,
        report_id=report_id,
        preset=preset,
        definition=definition,
        title=_line("title", title, 80),
        note=_line("note", note, 200),
        chart=item.chart,
        **asdict(wanted),
    )
    _settle(row, first=widget.pk if place else None)
    changed(access, row, "update", {"widget": [None, _name(widget)]})
    return widget


def _shown(access: Access, item: Item) -> str:
    """The kind of chart of something that can be shown; a refusal names the field."""
    reader = access.also("reports.view")
    try:
        source = source_of(reader, item)
    except ReportGone as gone:
        raise Invalid.one("preset" if item.preset else "report", gone.code, gone.detail) from None
    if item.definition is not None:
        Definition.parse(dict(item.definition), reader)
    return item.chart or source.chart


@transaction.atomic
def update_widget(access: Access, board_id: int, widget_id: int, **values: Any) -> Widget:
    """Change title, note or kind of chart."""
    row = locked(access, board_id)
    widget = _found(row, widget_id)
    wanted = {
        "title": lambda given: _line("title", given, 80),
        "note": lambda given: _line("note", given, 200),
        "chart": _chart,
    }
    changes = {}
    for key, given in values.items():
        value = wanted[key](given or "")
        if value != getattr(widget, key):
            changes[key] = [getattr(widget, key), value]
            setattr(widget, key, value)
    if changes:
        widget.save()
        changed(access, row, "update", {"widget": [_name(widget), _name(widget)]} | changes)
    return widget


@transaction.atomic
def remove_widget(access: Access, board_id: int, widget_id: int) -> None:
    """Take a widget off the board; its report is untouched."""
    row = locked(access, board_id)
    widget = _found(row, widget_id)
    widget.archived_at = clock.now()
    widget.save(update_fields=["archived_at"])
    _settle(row)
    changed(access, row, "update", {"widget": [_name(widget), None]})


@transaction.atomic
def restore_widget(access: Access, board_id: int, widget_id: int) -> Widget:
    """Put it back where it stood; what stands there now makes room."""
    row = locked(access, board_id)
    widget = _found(row, widget_id, archived=True)
    widget.archived_at = None
    widget.save(update_fields=["archived_at"])
    _settle(row, first=widget.pk)
    changed(access, row, "update", {"widget": [None, _name(widget)]})
    return widget


@transaction.atomic
def arrange(
    access: Access, board_id: int, places: Sequence[Mapping[str, Any]], *, version: int | None = None
) -> Dashboard:
    """Every widget's place at once, and with `position` its turn on a phone.

    Widgets that are not named keep theirs; what would overlap is moved down. Refuses with `Stale` when
    somebody changed the dashboard since `version`, and with `Invalid` a widget that is not on it.
    """
    row = locked(access, board_id, version=version)
    standing = {one.pk: one for one in row.widgets.filter(archived_at=None).order_by("y", "x", "id")}
    for given in places:
        widget = standing.get(given["id"])
        if widget is None:
            raise Invalid.one("widgets", "widget.unknown", _("One of these widgets is not on the dashboard."))
        _put(widget, bounded(Place(given["x"], given["y"], given["w"], given["h"])))
        if "position" in given:
            widget.position = given["position"]
    rows = list(standing.values())
    for widget, place in zip(rows, settled([one.place for one in rows]), strict=True):
        _put(widget, place)
    Widget.objects.bulk_update(rows, ["x", "y", "w", "h", "position"])
    changed(access, row, "arrange", {"widgets": [None, len(rows)]})
    return row


def _settle(row: Dashboard, *, first: int | None = None) -> None:
    rows = list(row.widgets.filter(archived_at=None).order_by("y", "x", "id"))
    rows.sort(key=lambda one: (one.y, one.pk != first, one.x))
    for widget, place in zip(rows, _stacked(rows, first), strict=True):
        _put(widget, place)
    Widget.objects.bulk_update(rows, ["x", "y"])


def _stacked(rows: Sequence[Widget], first: int | None) -> list[Place]:
    """Settled, with `first` winning its place against those that stand on it."""
    if first is None:
        return settled([one.place for one in rows])
    winner = next(one.place for one in rows if one.pk == first)
    moved = [
        one.place
        if one.pk == first or not one.place.meets(winner)
        else Place(one.x, winner.y + winner.h, one.w, one.h)
        for one in rows
    ]
    return settled(moved)


def _put(widget: Widget, place: Place) -> None:
    widget.x, widget.y, widget.w, widget.h = place.x, place.y, place.w, place.h


def _found(row: Dashboard, widget_id: int, *, archived: bool = False) -> Widget:
    widget = row.widgets.filter(pk=widget_id, archived_at__isnull=not archived).first()
    if widget is None:
        raise NotFound(record="widget", id=widget_id)
    return widget


def _name(widget: Widget) -> str:
    if widget.title or widget.preset:
        return widget.title or widget.preset
    return widget.report.name if widget.report else _("own figures")


def _chart(kind: str) -> str:
    if kind and kind not in CHARTS:
        raise Invalid.one("chart", "value.choice", _("This is not one of the choices."))
    return kind


def _line(field: str, given: str, limit: int) -> str:
    line = text.tidy(str(given))
    if len(line) > limit:
        raise Invalid.one(field, "value.too_long", _("At most %(limit)s characters.") % {"limit": limit})
    return line
