"""Entering and editing a lead."""

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from headwater.kernel import listing
from headwater.kernel.access import Access, permit
from headwater.kernel.catalogue import record_type
from headwater.leads import services
from headwater.leads.errors import Duplicate
from headwater.pools.queries import pools_within
from headwater.ui import records
from headwater.ui.pages import FieldControl, FieldGroup, Option
from headwater.ui.responses import done, respond

QUICK = (
    "name", "mobile", "company", "title", "wechat", "phone", "email", "qq", "intent", "source", "campaign",
    "region", "industry", "requirement",
)  # fmt: skip


@require_http_methods(["GET", "POST"])
def new_lead(request: HttpRequest) -> HttpResponse:
    """Enter a lead: for myself, or into a pool."""
    access = permit(request, "leads.create")
    kind = record_type("lead")
    if request.method == "POST":
        values = records.submitted(request, kind, access, None) | _placing(request)
        if request.POST.get("on_duplicate") == services.OnDuplicate.REINQUIRE:
            return _captured(request, services.capture_lead(access, values, door="manual"))
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
        extra_groups=(FieldGroup((_place_control(access, request.GET.get("place", "me")),)),),
    )
    return respond(request, "leads/form.html", page)


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
            version=int(version) if version.isdigit() else None,
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


def _placing(request: HttpRequest) -> dict[str, object]:
    place = request.POST.get("place", "")
    if place == "me":
        return {"owner": "@me"}
    return {"pool": place} if place.isdigit() else {}


def _place_control(access: Access, value: str) -> FieldControl:
    pools = pools_within(access.also("pools.view")) if access.may("pools.view") else []
    options = [Option("me", _("I follow it up"))]
    options += [Option(str(pool.pk), _("Pool: %(name)s") % {"name": pool.name}) for pool in pools]
    return FieldControl("place", _("Goes to"), kind="select", value=value, options=tuple(options))


def _prefilled(access: Access, given: dict[str, str]) -> dict[str, object]:
    row: dict[str, object] = {"custom": {}}
    for key, raw in given.items():
        field = record_type("lead").field(key)
        if field is not None and field.relation and raw.isdigit():
            target = record_type(field.relation)
            if access.may(target.permission("view")):
                found = listing.get(access.also(target.permission("view")), target, int(raw), fields=["name"])
                row[key] = {"id": found["id"], "name": found["name"]}
        elif field is not None:
            row[key] = raw
    return row if len(row) > 1 else {}
