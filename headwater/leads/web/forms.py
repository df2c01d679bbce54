"""Entering and editing a lead."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from headwater.kernel import listing
from headwater.kernel.access import Access, permit
from headwater.kernel.catalogue import record_type
from headwater.kernel.errors import Conflict, Invalid
from headwater.leads import services
from headwater.leads.errors import Duplicate
from headwater.leads.services.duplicates import Match
from headwater.leads.types import IDENTITIES
from headwater.platform.api import limit_rate
from headwater.pools.queries import pools_within
from headwater.ui import formats, records
from headwater.ui.pages import FieldControl, FieldGroup, Option
from headwater.ui.responses import done, respond

QUICK = (
    "name", "mobile", "company", "title", "wechat", "phone", "email", "qq", "intent", "source", "campaign",
    "region", "industry", "requirement",
)  # fmt: skip

# What says who somebody is.
_TELLING = ("name", "company", *IDENTITIES, "address", "region", "website")


@require_http_methods(["GET", "POST"])
def new_lead(request: HttpRequest) -> HttpResponse:
    """Enter a lead: for myself, or into a pool."""
    access = permit(request, "leads.create")
    kind = record_type("lead")
    if request.method == "POST":
        values = records.submitted(request, kind, access, None) | placing(request)
        if request.POST.get("on_duplicate") == services.OnDuplicate.REINQUIRE:
            return _captured(request, services.capture_lead(access, values, door="manual"))
        _ask_about_similar(access, values, confirmed=request.POST.get("on_similar") == "save")
        try:
            lead_id = services.create_lead(access, values)
        except Duplicate as refusal:
            refusal.facts["offer"] = {
                "name": "on_duplicate",
                "value": services.OnDuplicate.REINQUIRE.value,
                "label": _("Record as another inquiry"),
            }
            raise
        return done(request, _("Lead saved"), go=f"/leads/{lead_id}")
    given = {key: request.GET[key] for key in ("campaign", "source", "mobile", "name") if key in request.GET}
    page = records.form_page(
        kind,
        access,
        title=_("New lead"),
        action="/leads/new",
        keys=QUICK if request.GET.get("all") is None else None,
        row=_prefilled(access, given) or None,
        submit=_("Save"),
        extra_groups=(FieldGroup((place_control(access, request.GET.get("place", "me")),)),),
    )
    return respond(request, "leads/form.html", page)


def _ask_about_similar(access: Access, values: dict[str, object], *, confirmed: bool) -> None:
    """A lead that looks like a known one is saved when the person has seen it and says so."""
    known = {key: value for key, value in values.items() if key not in ("owner", "pool")}
    try:
        services.similar_to(access, known, confirmed=confirmed)
    except Conflict as refusal:
        if refusal.facts.get("act") == "warn":
            refusal.facts["offer"] = {"name": "on_similar", "value": "save", "label": _("Save anyway")}
        raise


@dataclass(frozen=True, slots=True)
class Known:
    """A record that may be the same as the one being entered; without an address where it is out of sight."""

    title: str
    note: str
    why: str
    href: str
    icon: str
    lead_id: int | None = None  # of a lead within sight


@require_POST
def known_already(request: HttpRequest) -> HttpResponse:
    """Advice below the form while a lead is entered: who has this contact, and who looks like it."""
    return respond(request, "leads/known.html", known_of(request), block="known")


def known_of(request: HttpRequest) -> list[Known]:
    """Who has a contact that a posted form holds, and who looks like it."""
    access = permit(request, "leads.create")
    values = {key: request.POST[key] for key in _TELLING if request.POST.get(key, "").strip()}
    found: list[Known] = []
    if values:
        limit_rate("leads.duplicates", str(access.user_id), 120)
        try:
            same = services.look_up(access, {key: values[key] for key in IDENTITIES if key in values})
        except Invalid:
            same = []
        found = [_known_by_contact(match) for match in same]
        try:
            alike = services.similar_to(access, values, confirmed=True)
        except Conflict as refusal:
            alike = refusal.facts.get("matches", [])
        ids = {match.lead_id for match in same}
        found += [_known(match) for match in alike if match["record"] != "lead" or match["id"] not in ids]
    return found


def _known_by_contact(match: Match) -> Known:
    field = record_type("lead").field(match.field)
    label = field.label if field is not None else ""
    return Known(
        title=match.name or str(record_type("lead").label),
        note=_since(match.owner or match.pool, match.since),
        why=_("The same %(label)s") % {"label": label},
        href=f"/leads/{match.lead_id}" if match.lead_id else "",
        icon=record_type("lead").icon,
        lead_id=match.lead_id,
    )


def _known(match: Mapping[str, Any]) -> Known:
    kind = record_type(match["record"])
    why = [_("%(percent)s %% likely") % {"percent": match["percent"]}, *match["reasons"][:3]]
    title = " · ".join(part for part in (match["name"], match["company"]) if part)
    return Known(
        title=title or str(kind.label),
        note=_since(match["owner"] or match["pool"], match["since"]),
        why=" · ".join(why),
        href=kind.link(match["id"]) if match["id"] else "",
        icon=kind.icon,
        lead_id=match["id"] if match["record"] == "lead" else None,
    )


def _since(place: str, since: datetime) -> str:
    day = formats.calendar_day(since)
    return f"{place} · {day}" if place else day


def _captured(request: HttpRequest, captured: services.Captured) -> HttpResponse:
    """To the lead where it may be seen; else a word on who takes care."""
    if captured.is_new:
        return done(request, _("Lead saved"), go=f"/leads/{captured.lead_id}")
    if captured.lead_id is None:
        return done(request, _("Recorded; who takes care of this lead has been told."))
    text = _("The lead inquired again and is active") if captured.is_woken else _("Recorded as an inquiry")
    return done(request, text, go=f"/leads/{captured.lead_id}")


@require_http_methods(["GET", "POST"])
def edit_lead(request: HttpRequest, lead_id: int) -> HttpResponse:
    """Change what is known of a lead; a change by somebody else in between is told, not overwritten."""
    access = permit(request, "leads.edit")
    kind = record_type("lead")
    if request.method == "POST":
        version = request.POST.get("version", "")
        services.update_lead(
            access,
            lead_id,
            records.submitted(request, kind, access, None),
            version=int(version) if version.isdecimal() else None,
        )
        return done(request, _("Saved"))
    row = listing.get(access.also("leads.view"), kind, lead_id)
    page = records.form_page(
        kind,
        access,
        title=_("Edit lead"),
        action=f"/leads/{lead_id}/edit",
        row=row,
        hidden={"version": row["version"]},
    )
    return respond(request, "leads/form.html", page)


def placing(request: HttpRequest) -> dict[str, object]:
    """Owner or pool, as `place_control` asked for it."""
    place = request.POST.get("place", "")
    if place == "me":
        return {"owner": "@me"}
    return {"pool": place} if place.isdecimal() else {}


def place_control(access: Access, value: str) -> FieldControl:
    """Where a new lead goes: to me, or into one of the pools that I may see."""
    pools = pools_within(access.also("pools.view")) if access.may("pools.view") else []
    options = [Option("me", _("I follow it up"))]
    options += [Option(str(pool.pk), _("Pool: %(name)s") % {"name": pool.name}) for pool in pools]
    return FieldControl("place", _("Goes to"), kind="select", value=value, options=tuple(options))


def _prefilled(access: Access, given: dict[str, str]) -> dict[str, object]:
    row: dict[str, object] = {"custom": {}}
    for key, raw in given.items():
        field = record_type("lead").field(key)
        if field is not None and field.relation and raw.isdecimal():
            target = record_type(field.relation)
            if access.may(target.permission("view")):
                found = listing.get(access.also(target.permission("view")), target, int(raw), fields=["name"])
                row[key] = {"id": found["id"], "name": found["name"]}
        elif field is not None:
            row[key] = raw
    return row if len(row) > 1 else {}
