"""The call list: one lead after the other, with keyboard or thumb."""

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from headwater.engagement.screens import composer
from headwater.kernel import criteria, listing
from headwater.kernel.access import permit
from headwater.kernel.catalogue import record_type
from headwater.ui import records
from headwater.ui.pages import Composer, FactGroup, Tab
from headwater.ui.responses import respond

LENGTH = 60
FIELDS = (
    "name",
    "company",
    "title",
    "mobile",
    "phone",
    "next_follow_at",
    "last_activity_at",
    "stage",
    "pool",
)
_SHOWN = ("mobile", "phone", "wechat", "email", "company", "region", "intent", "source", "requirement")

LISTS: dict[str, tuple[Any, str]] = {
    "due": ({"field": "next_follow_at", "op": "lte", "value": "today"}, "next_follow_at"),
    "new": ({"field": "last_activity_at", "op": "is_empty"}, "assigned_at"),
    "all": ({"all": []}, "next_follow_at"),
}


@dataclass(frozen=True, slots=True)
class CallPage:
    """All of `leads/calls.html`."""

    tabs: tuple[Tab, ...]
    rows: list[dict[str, Any]]
    current: dict[str, Any] | None
    groups: tuple[FactGroup, ...]
    composer: Composer | None
    next_url: str
    self_url: str
    position: int


@require_GET
def call_list(request: HttpRequest) -> HttpResponse:
    """My open leads to be called; `at` is the one in hand, saving its follow-up goes on to the next."""
    access = permit(request, "leads.view")
    kind = record_type("lead")
    key = request.GET.get("list", "due") if request.GET.get("list") in LISTS else "due"
    leaf, sort = LISTS[key]
    mine = {"field": "owner", "op": "eq", "value": "@me"}
    is_open = {"field": "status", "op": "in", "value": ["assigned", "following"]}
    wanted = criteria.parse({"all": [mine, is_open, leaf]}, kind, access)
    found = listing.fetch(access, kind, criteria=wanted, sort=sort, fields=FIELDS, limit=LENGTH).rows
    asked = request.GET.get("at", "")
    ids = [row["id"] for row in found]
    position = ids.index(int(asked)) if asked.isdecimal() and int(asked) in ids else 0
    current = listing.get(access, kind, ids[position]) if ids else None
    following = ids[position + 1] if position + 1 < len(ids) else None
    labels = {"due": _("Due"), "new": _("Not yet contacted"), "all": _("All mine")}
    page = CallPage(
        tabs=tuple(Tab(labels[name], f"/leads/calls?list={name}", current=name == key) for name in LISTS),
        rows=found,
        current=current,
        groups=tuple(records.fact_groups(kind, access, current, groups=(("", _SHOWN),))) if current else (),
        composer=composer("lead", current["id"], kind="call")
        if current and access.may("leads.edit")
        else None,
        next_url=f"/leads/calls?list={key}&at={following}" if following else f"/leads/calls?list={key}",
        self_url=f"/leads/calls?list={key}" + (f"&at={ids[position]}" if ids else ""),
        position=position + 1 if ids else 0,
    )
    return respond(request, "leads/calls.html", page, fragments={"hw-calls": "calls"})
