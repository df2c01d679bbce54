"""Leads side by side, to become one; and taking that apart again."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from headwater.kernel import listing
from headwater.kernel.access import Access, permit
from headwater.kernel.catalogue import record_type
from headwater.kernel.errors import Invalid, NotFound
from headwater.kernel.text import whole
from headwater.leads import services
from headwater.leads.queries import merged_into, merges_of
from headwater.leads.services.merging import FIELDS, MOST
from headwater.leads.types import OWNED
from headwater.ui import records
from headwater.ui.pages import Action, Cell
from headwater.ui.responses import done, respond


@dataclass(frozen=True, slots=True)
class Column:
    """One of the leads."""

    id: int
    name: str
    note: str
    is_survivor: bool


@dataclass(frozen=True, slots=True)
class Choice:
    """One field: a cell a lead, which one is chosen, and whether there is anything to choose."""

    key: str
    label: str
    cells: tuple[tuple[int, Cell, bool], ...]
    is_open: bool


@dataclass(frozen=True, slots=True)
class MergePage:
    columns: tuple[Column, ...]
    choices: tuple[Choice, ...]
    title: str


@require_http_methods(["GET", "POST"])
def merge(request: HttpRequest) -> HttpResponse:
    """Choose who stays, and per field whose value."""
    access = permit(request, "leads.merge")
    if request.method == "POST":
        posted = request.POST
        ids = [one for one in map(whole, posted.getlist("ids")) if one is not None]
        survivor_id = whole(posted.get("survivor", "")) or (ids[0] if ids else 0)
        choices = {
            key.removeprefix("field."): one
            for key in posted
            if key.startswith("field.") and (one := whole(posted[key])) is not None
        }
        made = services.merge_leads(access, survivor_id, ids, choices)
        return done(request, _("Merged into one lead"), go=f"/leads/{made.survivor_id}")
    ids = [one for one in map(whole, request.GET.getlist("ids")) if one is not None]
    return respond(request, "leads/merge.html", _page(access, list(dict.fromkeys(ids))))


@require_POST
def undo(request: HttpRequest, merge_id: int) -> HttpResponse:
    """Take it apart again."""
    made = services.undo_merge(permit(request, "leads.merge"), merge_id)
    return done(request, _("Taken apart again"), go=f"/leads/{made.survivor_id}")


def _page(access: Access, ids: Sequence[int]) -> MergePage:
    if not 2 <= len(ids) <= MOST:
        raise Invalid.one("ids", "merge.number", _("Choose 2 to %(most)s leads.") % {"most": MOST})
    view = access.also("leads.view")
    kind = record_type("lead")
    rows = [listing.get(view, kind, one) for one in ids]
    # Who is worked on stays by default, then who came first.
    survivor = min(rows, key=lambda row: (row["status"] not in OWNED, row["created_at"], row["id"]))
    ordered = [survivor, *(row for row in rows if row["id"] != survivor["id"])]
    return MergePage(
        columns=tuple(
            Column(row["id"], row["name"], _note(row), row["id"] == survivor["id"]) for row in ordered
        ),
        choices=tuple(choice for key in _keys() if (choice := _choice(view, key, ordered)) is not None),
        title=_("Make one lead of %(count)s") % {"count": len(rows)},
    )


def _keys() -> list[str]:
    custom = [key for key, field in record_type("lead").all_fields.items() if field.is_custom]
    return [*FIELDS, *custom]


def _note(row: Mapping[str, Any]) -> str:
    place = row["owner"] or row["pool"]
    return place["name"] if place else ""


def _choice(access: Access, key: str, rows: Sequence[Mapping[str, Any]]) -> Choice | None:
    kind = record_type("lead")
    field = kind.field(key)
    if field is None:
        return None
    given = [row["custom"].get(field.name) if field.is_custom else row.get(key) for row in rows]
    if not any(value not in (None, "", []) for value in given):
        return None
    chosen = next((at for at, value in enumerate(given) if value not in (None, "", [])), 0)
    cells = tuple((row["id"], records.cell(field, row), at == chosen) for at, row in enumerate(rows))
    return Choice(key, str(field.label), cells, len({str(value) for value in given}) > 1)


def undo_action(access: Access, lead_id: int) -> tuple[Action, ...]:
    """On the survivor's page, while there is time."""
    if not access.may("leads.merge"):
        return ()
    latest = next((one for one in merges_of(lead_id) if one["can_undo"]), None)
    if latest is None:
        return ()
    return (
        Action(
            _("Undo the merge"),
            icon="undo-2",
            post=f"/leads/merges/{latest['id']}/undo",
            confirm=_("Take this lead apart again? What was added since stays with it."),
        ),
    )


def where_it_went(access: Access, lead_id: int) -> int | None:
    """The lead that a merged one is now, where the reader sees it."""
    into = merged_into(lead_id)
    if into is None or not listing.ids_within(access, record_type("lead"), [into]):
        return None
    return into


def to_survivor(access: Access, lead_id: int) -> HttpResponse:
    """The way from a merged lead's address to the survivor; `NotFound` where there is none.

    Not permanent: the merge may be undone.
    """
    into = where_it_went(access, lead_id)
    if into is None:
        raise NotFound(record="lead", id=lead_id)
    return HttpResponseRedirect(f"/leads/{into}")
