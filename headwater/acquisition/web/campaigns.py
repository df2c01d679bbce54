"""Campaigns: the list and the page."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from headwater.acquisition import services
from headwater.acquisition.panels import CampaignPart, campaign_parts
from headwater.acquisition.queries.results import CampaignResults, campaign_results
from headwater.customization.lists import view_options
from headwater.engagement import screens
from headwater.engagement.timeline import Group
from headwater.kernel import listing, text
from headwater.kernel.access import Access, permit
from headwater.kernel.catalogue import RecordType, record_type, record_types
from headwater.kernel.criteria import parse
from headwater.ui import records
from headwater.ui.formats import money, number, percent
from headwater.ui.pages import Action, Cell, Column, EmptyState, Fact, RecordPage, RelatedList, Row, Tag, Tile
from headwater.ui.records import cell
from headwater.ui.responses import done, respond

HIDDEN = ("created_at", "updated_at")
LEAD_COLUMNS = ("name", "status", "created_at")
LATEST = 6
TOLD = (Group.MEMBER, Group.CHANGE, Group.COMMENT, Group.TASK, Group.FILE)  # what timelines of campaigns hold


@dataclass(frozen=True, slots=True)
class CampaignPage(RecordPage):
    """A record page with figures and lists above the timeline."""

    tiles: tuple[Tile, ...] = ()
    parts: tuple[CampaignPart, ...] = ()


@require_GET
def campaigns(request: HttpRequest) -> HttpResponse:
    """Campaigns within reach; the address holds view, search, filter, sort and page."""
    access = permit(request, "campaigns.view")
    kind = record_type("campaign")
    new = Action(_("New campaign"), icon="plus", dialog=reverse("campaign_new"), kind="primary")
    page = records.list_page(
        request,
        access,
        kind,
        url=reverse("campaigns"),
        filters=("status", "type", "owner"),
        card=("type", "starts_on", "owner"),
        card_tag="status",
        actions=(new,) if access.may("campaigns.create") else (),
        batch=(Action(_("Archive"), icon="archive", post=reverse("campaigns_archive"), key="archive"),)
        if access.may("campaigns.delete")
        else (),
        search_placeholder=_("Search by name"),
        empty=EmptyState(
            _("No campaigns yet"),
            _("A campaign shows what an exhibition or an advertisement brought: leads, customers, money."),
            icon="megaphone",
            actions=(new,) if access.may("campaigns.create") else (),
        ),
        **view_options(request, access, kind),
    )
    return respond(request, "ui/records/list.html", page)


@require_http_methods(["GET", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Plan a campaign."""
    access = permit(request, "campaigns.create")
    kind = record_type("campaign")
    if request.method == "POST":
        made = services.create_campaign(access, records.submitted(request, kind, access))
        return done(request, _("The campaign is created."), go=reverse("campaign", args=[made]))
    form = records.form_page(
        kind,
        access,
        title=_("New campaign"),
        action=reverse("campaign_new"),
        submit=_("Create"),
        cancel_href=reverse("campaigns"),
    )
    return respond(request, "ui/records/form.html", form)


@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, campaign_id: int) -> HttpResponse:
    """All of its facts at once."""
    access = permit(request, "campaigns.edit")
    kind = record_type("campaign")
    if request.method == "POST":
        values = records.submitted(request, kind, access)
        services.update_campaign(
            access, campaign_id, values, version=text.whole(request.POST.get("version", ""))
        )
        return done(request, _("Saved"))
    form = records.form_page(
        kind,
        access,
        title=_("Edit campaign"),
        action=reverse("campaign_edit", args=[campaign_id]),
        row=listing.get(access, kind, campaign_id),
        cancel_href=reverse("campaign", args=[campaign_id]),
    )
    return respond(request, "ui/records/form.html", form)


@require_GET
def campaign(request: HttpRequest, campaign_id: int) -> HttpResponse:
    """One campaign: facts, what it brought, its latest leads, what happened to it."""
    access = permit(request, "campaigns.view")
    kind = record_type("campaign")
    row = listing.get(access, kind, campaign_id, archived=True)
    results = campaign_results(access, campaign_id)
    status = cell(kind.all_fields["status"], row)
    archived = _is_archived(access, kind, campaign_id)
    parts = () if archived else campaign_parts(access, campaign_id)
    page = CampaignPage(
        title=str(row["name"]),
        url=reverse("campaign", args=[campaign_id]),
        back_href=reverse("campaigns"),
        back_label=_("Campaigns"),
        icon="megaphone",
        tags=(Tag(str(status.text or status.value), status.hue, dot=True),),
        key_facts=_key_facts(kind, row),
        actions=_actions(access, campaign_id, is_archived=archived),
        phone_bar=_phone_bar(access, campaign_id, is_archived=archived),
        more=(
            *(act for part in parts for act in part.actions),
            *_more(access, campaign_id, is_archived=archived),
        ),
        groups=records.fact_groups(kind, access, row, skip=HIDDEN),
        version=row["version"],
        banner=_("This campaign is archived.") if archived else "",
        tiles=_tiles(row, results, campaign_id),
        parts=parts,
        related=_leads(access, campaign_id, results),
        timeline=screens.timeline_page(access, kind.key, campaign_id, offered=TOLD),
    )
    return respond(request, "acquisition/campaign.html", page)


def _is_archived(access: Access, kind: RecordType, campaign_id: int) -> bool:
    return not listing.ids_within(access, kind, [campaign_id])


def _key_facts(kind: RecordType, row: dict[str, Any]) -> tuple[Fact, ...]:
    known = kind.all_fields
    return tuple(
        Fact(known[key].label, cell(known[key], row)) for key in ("type", "starts_on", "ends_on", "owner")
    )


def _actions(access: Access, campaign_id: int, *, is_archived: bool) -> tuple[Action, ...]:
    if is_archived:
        return ()
    actions = []
    if access.may("leads.import"):
        href = f"/leads/import?campaign={campaign_id}"
        actions.append(Action(_("Import leads"), icon="upload", href=href))
    if access.may("leads.create"):
        actions.append(
            Action(_("New lead"), icon="plus", dialog=f"/leads/new?campaign={campaign_id}", kind="primary")
        )
    return tuple(actions)


def _phone_bar(access: Access, campaign_id: int, *, is_archived: bool) -> tuple[Action, ...]:
    if is_archived or not access.may("leads.create"):
        return ()
    return (Action(_("New lead"), icon="plus", dialog=f"/leads/new?campaign={campaign_id}", kind="primary"),)


def _more(access: Access, campaign_id: int, *, is_archived: bool) -> tuple[Action, ...]:
    more: list[Action] = []
    if not is_archived:
        if access.may("contacts.import"):
            href = f"/imports/new?record=contact&campaign={campaign_id}"
            more.append(Action(_("Import contacts"), icon="upload", href=href))
        more += (
            act
            for act in screens.record_actions(access, "campaign", campaign_id)
            if not act.dialog.startswith("/chats/")  # a campaign is not contacted
        )
    if access.may("campaigns.edit") and not is_archived:
        more.append(Action(_("Edit"), icon="pencil", dialog=reverse("campaign_edit", args=[campaign_id])))
    if access.may("campaigns.delete"):
        if is_archived:
            more.append(
                Action(_("Restore"), icon="undo-2", post=reverse("campaign_restore", args=[campaign_id]))
            )
        else:
            archive = reverse("campaign_archive", args=[campaign_id])
            more.append(Action(_("Archive"), icon="archive", post=archive, kind="danger"))
    return tuple(more)


def _tiles(row: dict[str, Any], results: CampaignResults, campaign_id: int) -> tuple[Tile, ...]:
    tiles = []
    if results.leads is not None:
        expected = row.get("expected_leads")
        note = _("of %(count)s expected") % {"count": number(expected)} if expected else ""
        href = f"/leads?f.campaign={campaign_id}"
        tiles.append(Tile(_("Leads"), number(results.leads), note=note, href=href, icon="users-round"))
        tiles.append(
            Tile(
                _("Valid"),
                number(results.valid or 0),
                note=_share(results.valid, results.leads),
                icon="badge-check",
            )
        )
        tiles.append(
            Tile(
                pgettext("leads", "Converted"),
                number(results.converted or 0),
                note=_share(results.converted, results.leads),
                icon="handshake",
            )
        )
    if results.opportunities is not None:
        tiles.append(Tile(_("Opportunities"), number(results.opportunities), icon="circle-dollar-sign"))
    return (*tiles, *_money_tiles(row, results))


def _money_tiles(row: dict[str, Any], results: CampaignResults) -> tuple[Tile, ...]:
    """Planned beside actual, what it came to per lead, and what came back."""
    tiles = []
    cost, budget = row.get("cost"), row.get("budget")
    if cost is not None or budget is not None:
        note = ""
        if budget:
            parts = {"budget": money(budget), "share": percent(100 * (cost or 0) / budget)}
            note = _("%(share)s of %(budget)s planned") % parts
        tiles.append(Tile(_("Actual cost"), money(cost or Decimal(0)), note=note, icon="wallet"))
    per_lead = results.cost_per_lead(cost)
    if per_lead is not None:
        tiles.append(Tile(_("Cost per lead"), money(per_lead), icon="coins"))
    won = results.won
    if won is not None and (won.count or cost):
        note = _("%(count)s opportunities") % {"count": number(won.count)}
        if won.left_out:
            note = pgettext("campaign", "%(count)s without a rate left out") % {"count": number(won.left_out)}
        tiles.append(
            Tile(pgettext("campaign", "Won"), money(won.amount, won.currency), note=note, icon="trophy")
        )
    gain = results.gain(cost)
    if gain is not None:
        tiles.append(
            Tile(
                pgettext("campaign", "Return"),
                percent(gain),
                note=_("Won, less the cost, over the cost"),
                icon="trending-up",
            )
        )
    return tuple(tiles)


def _share(part: int | None, whole: int | None) -> str:
    return percent(100 * part / whole) if part is not None and whole else ""


def _leads(access: Access, campaign_id: int, results: CampaignResults) -> tuple[RelatedList, ...]:
    kind = next((item for item in record_types() if item.key == "lead"), None)
    if results.leads is None or kind is None:
        return ()
    seeing = access.also(kind.permission("view"))
    known = kind.all_fields
    keys = [key for key in LEAD_COLUMNS if key in known]
    page = listing.fetch(
        seeing,
        kind,
        criteria=parse({"field": "campaign", "op": "eq", "value": campaign_id}, kind, seeing),
        sort="-created_at",
        fields=[*keys, "company"] if "company" in known else keys,
        limit=LATEST,
    )
    latest = RelatedList(
        title=_("Latest leads"),
        columns=tuple(Column(key, known[key].label) for key in keys),
        rows=tuple(
            Row(
                int(row["id"]),
                (
                    Cell(
                        "name",
                        row["name"],
                        note=str(row.get("company") or ""),
                        href=kind.link(int(row["id"])),
                    ),
                    *(cell(known[key], row) for key in keys[1:]),
                ),
                href=kind.link(int(row["id"])),
            )
            for row in page.rows
        ),
        count=results.leads,
        all_href=f"/leads?f.campaign={campaign_id}" if results.leads > len(page.rows) else "",
        empty=_("No leads yet: create the first one or import a list."),
    )
    return (latest,)


@require_POST
def archive_many(request: HttpRequest) -> HttpResponse:
    """Put the chosen campaigns away."""
    access = permit(request, "campaigns.delete")
    ids = [found for item in request.POST.getlist("ids") if (found := text.whole(item))]
    count = services.archive_campaigns(access, ids)
    return done(request, _("%(count)s campaigns are archived.") % {"count": count})


@require_POST
def archive(request: HttpRequest, campaign_id: int) -> HttpResponse:
    """Put one away."""
    services.archive_campaigns(permit(request, "campaigns.delete"), [campaign_id])
    return done(request, _("The campaign is archived."), undo=reverse("campaign_restore", args=[campaign_id]))


@require_POST
def restore(request: HttpRequest, campaign_id: int) -> HttpResponse:
    """Bring one back."""
    services.restore_campaigns(permit(request, "campaigns.delete"), [campaign_id])
    return done(request, _("The campaign is back."))
