"""The work-list of pairs that may be the same."""

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from headwater.duplicates import queries, services
from headwater.duplicates.api import after
from headwater.duplicates.models import Scan
from headwater.duplicates.queries import Pair
from headwater.duplicates.services.scanning import progress
from headwater.duplicates.types import RECORDS, State
from headwater.kernel.access import permit
from headwater.kernel.catalogue import record_type
from headwater.ui.responses import done, respond

HOME = "/duplicates"


@dataclass(frozen=True, slots=True)
class KindTab:
    """One kind of record, with how many pairs wait."""

    label: str
    href: str
    count: int
    is_on: bool


@dataclass(frozen=True, slots=True)
class Side:
    name: str
    note: str
    href: str


@dataclass(frozen=True, slots=True)
class PairLine:
    """A pair as it is shown."""

    pk: int
    percent: int
    sides: tuple[Side, Side]
    agrees: tuple[str, ...]
    differs: tuple[str, ...]
    merge: str  # the dialog; empty where the reader may not


@dataclass(frozen=True, slots=True)
class WorklistPage:
    record: str
    state: str
    tabs: tuple[KindTab, ...]
    lines: tuple[PairLine, ...]
    more: str
    scan: Scan | None
    scan_percent: int
    may_scan: bool
    may_decide: bool


@require_GET
def worklist(request: HttpRequest) -> HttpResponse:
    """Pairs of which the reader sees both, the likeliest first."""
    access = permit(request, "duplicates.view")
    kinds = [kind for kind in RECORDS if access.may(record_type(kind).permission("view"))]
    asked = request.GET.get("record", "")
    record = asked if asked in kinds else (kinds[0] if kinds else "")
    state = State.DISMISSED if request.GET.get("state") == State.DISMISSED else State.OPEN
    found: list[Pair] = []
    if record:
        cursor = after(request.GET.get("after", ""))
        found = queries.visible_suggestions(access, record=record, state=state, after=cursor)
    scan = services.latest_scan()
    last = found[-1] if len(found) == queries.PAGE else None
    page = WorklistPage(
        record=record,
        state=state,
        tabs=tuple(
            KindTab(
                str(record_type(kind).label_plural),
                f"{HOME}?record={kind}",
                queries.count_open(access, kind),
                kind == record,
            )
            for kind in kinds
        ),
        lines=tuple(_line(pair, may_merge=access.may("leads.merge")) for pair in found),
        more=f"{HOME}?record={record}&state={state}&after={last.percent}.{last.pk}" if last else "",
        scan=scan,
        scan_percent=round(100 * progress(scan)) if scan else 0,
        may_scan=access.may("duplicates.configure"),
        may_decide=access.may("duplicates.edit"),
    )
    return respond(request, "duplicates/worklist.html", page, fragments={"hw-pairs": "pairs"})


def _line(pair: Pair, *, may_merge: bool) -> PairLine:
    kind = record_type(pair.record)
    low, high = (
        Side(side.name, " · ".join(part for part in (side.note, side.owner) if part), kind.link(side.id))
        for side in pair.sides
    )
    ids = "&".join(f"ids={side.id}" for side in pair.sides)
    return PairLine(
        pair.pk,
        pair.percent,
        (low, high),
        tuple(pair.agrees),
        tuple(pair.differs),
        f"/leads/merge?{ids}" if may_merge and pair.record == "lead" else "",
    )


@require_POST
def dismiss(request: HttpRequest, suggestion_id: int) -> HttpResponse:
    """Not the same; not suggested again."""
    services.dismiss(permit(request, "duplicates.edit"), [suggestion_id])
    return done(request, _("Not the same; kept apart"), undo=f"{HOME}/{suggestion_id}/reopen")


@require_POST
def reopen(request: HttpRequest, suggestion_id: int) -> HttpResponse:
    """A dismissal taken back."""
    services.reopen_suggestions(permit(request, "duplicates.edit"), [suggestion_id])
    return done(request, _("Back in the list"))


@require_POST
def scan(request: HttpRequest) -> HttpResponse:
    """Look through all records now."""
    services.start_scan(permit(request, "duplicates.configure"))
    return done(request, _("The scan runs in the background"))
