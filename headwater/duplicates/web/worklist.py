"""The work-list of pairs that may be the same."""

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from headwater.duplicates import queries, services
from headwater.duplicates.api import after
from headwater.duplicates.models import Scan
from headwater.duplicates.queries import Group
from headwater.duplicates.services.scanning import progress
from headwater.duplicates.types import RECORDS, State
from headwater.kernel.access import permit
from headwater.kernel.catalogue import record_type
from headwater.kernel.errors import Invalid
from headwater.kernel.text import whole
from headwater.ui.responses import done, respond

HOME = "/duplicates"
MOST = 1000  # suggestions decided at once


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
class Line:
    """A pair, or a group, as it is shown."""

    pk: int  # of its likeliest pair
    ids: str  # of all its pairs
    percent: int
    sides: tuple[Side, ...]
    agrees: tuple[str, ...]
    differs: tuple[str, ...]
    merge: str  # the dialog; empty where the reader may not


@dataclass(frozen=True, slots=True)
class WorklistPage:
    record: str
    state: str
    tabs: tuple[KindTab, ...]
    lines: tuple[Line, ...]
    more: str
    only: str  # what the list is narrowed to, in words
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
    found: list[Group] = []
    following = None
    if record:
        cursor = after(request.GET.get("after", ""))
        only = _only(request)
        if state == State.OPEN and not only:
            found, following = queries.visible_groups(access, record, after=cursor)
        else:
            pairs = queries.visible_suggestions(
                access,
                record=record,
                state=state,
                of=only.get("of"),
                import_id=only.get("import_id"),
                after=cursor,
            )
            found = [Group((pair,), pair.sides) for pair in pairs]
            following = (pairs[-1].percent, pairs[-1].pk) if len(pairs) == queries.PAGE else None
    scan = services.latest_scan()
    may_merge = bool(record) and access.may(record_type(record).permission("merge"))
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
        lines=tuple(_line(group, may_merge=may_merge) for group in found),
        more=_more(request, record, state, following),
        only=_only_words(_only(request)),
        scan=scan,
        scan_percent=round(100 * progress(scan)) if scan else 0,
        may_scan=access.may("duplicates.configure"),
        may_decide=access.may("duplicates.edit"),
    )
    return respond(request, "duplicates/worklist.html", page, fragments={"hw-pairs": "pairs"})


def _only(request: HttpRequest) -> dict[str, int]:
    """One record, or one import, to which the address narrows the list."""
    asked = {"of": whole(request.GET.get("of", "")), "import_id": whole(request.GET.get("import", ""))}
    return {name: one for name, one in asked.items() if one is not None}


def _only_words(only: dict[str, int]) -> str:
    if "import_id" in only:
        return _("Only what import %(number)s brought.") % {"number": only["import_id"]}
    return _("Only what looks like one record.") if "of" in only else ""


def _more(request: HttpRequest, record: str, state: str, following: tuple[int, int] | None) -> str:
    if following is None:
        return ""
    names = {"of": "of", "import_id": "import"}
    only = "".join(f"&{names[name]}={one}" for name, one in _only(request).items())
    return f"{HOME}?record={record}&state={state}{only}&after={following[0]}.{following[1]}"


def _line(group: Group, *, may_merge: bool) -> Line:
    best = group.pairs[0]
    kind = record_type(best.record)
    ids = "&".join(f"ids={side.id}" for side in group.sides)
    return Line(
        best.pk,
        ",".join(map(str, group.ids)),
        best.percent,
        tuple(
            Side(side.name, " · ".join(part for part in (side.note, side.owner) if part), kind.link(side.id))
            for side in group.sides
        ),
        tuple(best.agrees),
        tuple(best.differs),
        f"/{kind.plural}/merge?{ids}" if may_merge else "",
    )


def _chosen(request: HttpRequest) -> list[int]:
    """The suggestions meant: of one line, or of all that are ticked."""
    given = request.GET.getlist("ids") or request.POST.getlist("ids")
    ids = [one for text in given for one in map(whole, text.split(",")) if one is not None]
    if not 1 <= len(ids) <= MOST:
        raise Invalid.one("ids", "value.required", _("Choose at least one record."))
    return list(dict.fromkeys(ids))


@require_POST
def dismiss(request: HttpRequest) -> HttpResponse:
    """Not the same, one line or many; not suggested again."""
    ids = _chosen(request)
    services.dismiss(permit(request, "duplicates.edit"), ids)
    undo = f"{HOME}/reopen?ids={','.join(map(str, ids))}" if len(ids) <= 100 else None
    return done(request, _("Not the same; kept apart"), undo=undo)


@require_POST
def reopen(request: HttpRequest) -> HttpResponse:
    """A dismissal taken back."""
    services.reopen_suggestions(permit(request, "duplicates.edit"), _chosen(request))
    return done(request, _("Back in the list"))


@require_POST
def scan(request: HttpRequest) -> HttpResponse:
    """Look through all records now."""
    services.start_scan(permit(request, "duplicates.configure"))
    return done(request, _("The scan runs in the background"))
