"""A board as its template sees it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlencode

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from headwater.dashboards.filters import Filters, is_of_now
from headwater.dashboards.queries import Outcome
from headwater.dashboards.shapes import Board
from headwater.dashboards.types import Place
from headwater.insight.drawing import ResultView, report_view
from headwater.kernel import clock
from headwater.kernel.errors import Text
from headwater.ui import formats
from headwater.ui.pages import Action, EmptyState, FieldControl

_CHARTS = frozenset({"bar", "line", "area", "pie", "funnel", "heatmap"})


@dataclass(frozen=True, slots=True)
class Card:
    """A widget on the page. `src` is where its figures are asked for."""

    key: str
    title: str
    note: Text
    href: str
    place: Place
    look: str  # number, chart or table: how it behaves where there is little room
    src: str
    is_known: bool  # there is something to show at once
    is_fresh: bool
    view: ResultView | None
    trouble: str
    advice: str
    code: str
    may_retry: bool
    missing: str
    as_of: datetime | None
    edit: str = ""  # addresses of one's own boards
    remove: str = ""

    @property
    def said_as_of(self) -> str:
        return said_as_of(self.as_of)


@dataclass(frozen=True, slots=True)
class BoardPage:
    """All of `dashboards/board.html`."""

    key: str
    name: Text
    version: int
    may_edit: bool
    cards: tuple[Card, ...]
    filters: tuple[FieldControl, ...]
    is_filtered: bool
    clear: str
    self_url: str
    refresh_seconds: int
    as_of: datetime | None
    layout: str  # where places are PUT; empty: not one's own to arrange
    groups: tuple[tuple[Text, tuple[Action, ...]], ...]  # other boards to go to
    tools: tuple[Action, ...]
    edit_action: Action | None
    add: str
    empty: EmptyState | None

    @property
    def said_as_of(self) -> str:
        return said_as_of(self.as_of)


def card(board: Board, found: Outcome, filters: Filters) -> Card:
    """A widget with what is known of it."""
    item, trouble = found.item, found.trouble
    view = None
    if found.result is not None and found.definition is not None:
        address = reverse("dashboard_widget_records", args=[board.key, item.key])
        address = f"{address}{query_of(filters.params)}"
        view = report_view(found.definition, found.result, drill=address, across=found.across)
    own = board.may_edit and item.id is not None
    return Card(
        key=item.key,
        title=found.title or _("Report"),
        note=item.note or (found.source.question if found.source else ""),
        href=found.source.href if found.source else "",
        place=item.place,
        look=_look(view.kind if view else found.chart),
        src=widget_url(board.key, item.key, filters),
        is_known=view is not None or trouble is not None,
        is_fresh=found.is_fresh,
        view=view,
        trouble=trouble.text if trouble else "",
        advice=trouble.advice if trouble else "",
        code=trouble.code if trouble else "",
        may_retry=trouble.passes if trouble else False,
        missing=_missing(found),
        as_of=found.as_of,
        edit=reverse("dashboard_widget_edit", args=[board.id, item.id]) if own else "",
        remove=reverse("dashboard_widget_remove", args=[board.id, item.id]) if own else "",
    )


def said_as_of(moment: datetime | None) -> str:
    """`截至 09:54`; with the day where it is not today's."""
    if moment is None:
        return ""
    is_today = timezone.localdate(moment) == clock.today()
    time = formats.clock_time(moment) if is_today else formats.when_text(moment)
    return _("as of %(time)s") % {"time": time}


def widget_url(board: str, item: str, filters: Filters) -> str:
    """Where a widget's figures are asked for, under the page's filters."""
    return f"{reverse('dashboard_widget', args=[board, item])}{query_of(filters.params)}"


def query_of(params: Mapping[str, str]) -> str:
    """`?a=b`, or nothing."""
    return f"?{urlencode(params)}" if params else ""


def _look(kind: str) -> str:
    if kind == "number":
        return "number"
    return "chart" if kind in _CHARTS else "table"


def _missing(found: Outcome) -> str:
    names = [str(name) for name in found.missing]
    said = []
    if found.source is not None and is_of_now(found.source.definition) and (period := _("period")) in names:
        names.remove(period)
        said.append(_("As things stand now, whatever the period."))
    if names:
        words = _("Not narrowed by %(names)s: these figures do not know it.")
        said.append(words % {"names": _(", ").join(names)})
    return " ".join(said)
