"""Records of one type side by side, to become one; and taking that apart again."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from headwater.kernel import listing
from headwater.kernel.access import Access, permit
from headwater.kernel.catalogue import RecordType, find_record_type, record_type
from headwater.kernel.errors import Invalid, NotFound
from headwater.kernel.text import whole
from headwater.sales.queries.merges import merged_into, merges_of
from headwater.sales.services.merging import Merging
from headwater.sales.services.merging_customers import ACCOUNTS, CONTACTS
from headwater.sales.types import MOST_MERGED
from headwater.ui import records
from headwater.ui.pages import Action, Cell
from headwater.ui.responses import done, respond

Row = Mapping[str, Any]
Rank = Callable[[Row], tuple[Any, ...]]
_MERGINGS = {merging.record: merging for merging in (ACCOUNTS, CONTACTS)}


@dataclass(frozen=True, slots=True)
class Column:
    """One of the records."""

    id: int
    version: int
    name: str
    note: str
    href: str
    is_survivor: bool


@dataclass(frozen=True, slots=True)
class Choice:
    """One field: a cell a record, which one is chosen, and whether there is anything to choose."""

    key: str
    label: str
    cells: tuple[tuple[int, Cell, bool], ...]
    is_open: bool
    may_join: bool  # all of them may stay together


@dataclass(frozen=True, slots=True)
class MergePage:
    action: str
    columns: tuple[Column, ...]
    choices: tuple[Choice, ...]
    title: str


@require_http_methods(["GET", "POST"])
def merge(request: HttpRequest, plural: str) -> HttpResponse:
    """Accounts or contacts."""
    return merging_view(request, _merging_of(plural), lambda row: (row["created_at"], row["id"]))


@require_POST
def undo(request: HttpRequest, plural: str, merge_id: int) -> HttpResponse:
    """Take it apart again."""
    return undo_view(request, _merging_of(plural), merge_id)


def _merging_of(plural: str) -> Merging:
    key = find_record_type(plural).key
    if key not in _MERGINGS:
        raise NotFound(record=key, id=None)
    return _MERGINGS[key]


def merging_view(request: HttpRequest, merging: Merging, rank: Rank) -> HttpResponse:
    """Choose who stays, and per field whose value; first who `rank` puts first."""
    kind = record_type(merging.record)
    access = permit(request, kind.permission("merge"))
    if request.method == "POST":
        posted = request.POST
        ids = [one for one in map(whole, posted.getlist("ids")) if one is not None]
        survivor_id = whole(posted.get("survivor", "")) or (ids[0] if ids else 0)
        made = merging.merge(
            access,
            survivor_id,
            ids,
            _given(posted, "field."),
            versions={one: seen for key, seen in _given(posted, "version.").items() if (one := whole(key))},
        )
        return done(request, _("Merged into one"), go=kind.link(made.survivor_id))
    ids = [one for one in map(whole, request.GET.getlist("ids")) if one is not None]
    page = _page(access, kind, merging, list(dict.fromkeys(ids)), rank)
    return respond(request, "sales/merge.html", page)


def undo_view(request: HttpRequest, merging: Merging, merge_id: int) -> HttpResponse:
    """Take a merge apart and go to the survivor."""
    kind = record_type(merging.record)
    made = merging.undo(permit(request, kind.permission("merge")), merge_id)
    return done(request, _("Taken apart again"), go=kind.link(made.survivor_id))


def _given(posted: Mapping[str, str], prefix: str) -> dict[str, int]:
    return {
        key.removeprefix(prefix): one
        for key in posted
        if key.startswith(prefix) and (one := whole(posted[key])) is not None
    }


def _page(access: Access, kind: RecordType, merging: Merging, ids: Sequence[int], rank: Rank) -> MergePage:
    if not 2 <= len(ids) <= MOST_MERGED:
        raise Invalid.one("ids", "merge.number", _("Choose 2 to %(most)s records.") % {"most": MOST_MERGED})
    view = access.also(kind.permission("view"))
    rows = sorted((listing.get(view, kind, one) for one in ids), key=rank)
    custom = [key for key, field in kind.all_fields.items() if field.is_custom]
    choices = (_choice(kind, merging, key, rows) for key in [*merging.fields, *custom])
    return MergePage(
        action=f"/{kind.plural}/merge",
        columns=tuple(
            Column(row["id"], row["version"], row["name"], _note(row), kind.link(row["id"]), at == 0)
            for at, row in enumerate(rows)
        ),
        choices=tuple(choice for choice in choices if choice is not None),
        title=_("Make one of %(count)s") % {"count": len(rows)},
    )


def _note(row: Row) -> str:
    place = row.get("owner") or row.get("pool")
    return place["name"] if place else ""


def _choice(kind: RecordType, merging: Merging, key: str, rows: Sequence[Row]) -> Choice | None:
    field = kind.field(key)
    if field is None:
        return None
    given = [row["custom"].get(field.name) if field.is_custom else row.get(key) for row in rows]
    if not any(value not in (None, "", []) for value in given):
        return None
    chosen = next((at for at, value in enumerate(given) if value not in (None, "", [])), 0)
    cells = tuple((row["id"], records.cell(field, row), at == chosen) for at, row in enumerate(rows))
    may_join = merging.fields.get(key, "") in (*merging.plan.lists, *merging.plan.texts)
    return Choice(key, str(field.label), cells, len({str(value) for value in given}) > 1, may_join)


def undo_action(access: Access, key: str, record_id: int) -> tuple[Action, ...]:
    """On the survivor's page, while there is time."""
    kind = record_type(key)
    if not access.may(kind.permission("merge")):
        return ()
    latest = next((one for one in merges_of(key, record_id) if one["can_undo"]), None)
    if latest is None:
        return ()
    return (
        Action(
            _("Undo the merge"),
            icon="undo-2",
            post=f"/{kind.plural}/merges/{latest['id']}/undo",
            confirm=_("Take this apart again? What was added since stays with it."),
        ),
    )


def to_survivor(access: Access, key: str, record_id: int) -> HttpResponse:
    """The way from a merged record's address to the survivor; `NotFound` where there is none in sight.

    Not permanent: the merge may be undone.
    """
    kind = record_type(key)
    into = merged_into(key, record_id)
    if into is None or not listing.ids_within(access, kind, [into]):
        raise NotFound(record=key, id=record_id)
    return HttpResponseRedirect(kind.link(into))
