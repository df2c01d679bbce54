"""All members of a campaign."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields, replace
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_GET

from headwater.customization.lists import export_dialog
from headwater.kernel import listing
from headwater.kernel.access import Access, permit
from headwater.kernel.catalogue import record_type
from headwater.memberships.queries import MemberCounts, member_counts
from headwater.memberships.web.panels import rate_words, status_tags
from headwater.ui import records
from headwater.ui.pages import Action, Cell, EmptyState, ListPage, Row, Tag
from headwater.ui.responses import respond

COLUMNS = ("name", "company", "status", "owner", "joined_at", "responded_at", "how")


@dataclass(frozen=True, slots=True)
class MembersPage(ListPage):
    """A list with its campaign and the counts by status above it."""

    campaign: str = ""
    campaign_href: str = ""
    tags: tuple[Tag, ...] = ()
    rate: str = ""


@require_GET
def member_list(request: HttpRequest, campaign_id: int) -> HttpResponse:
    """The members within reach; the address holds search, filter, sort and page."""
    access = permit(request, "campaign_members.view")
    campaigns = record_type("campaign")
    campaign = listing.get(access.also("campaigns.view"), campaigns, campaign_id, fields=["name"])
    kind = record_type("campaign_member")
    url = reverse("campaign_members", args=[campaign_id])
    add = _add(access, campaign_id)
    dialog = export_dialog(access, kind)
    page = records.list_page(
        request,
        access,
        kind,
        url=url,
        title=_("Campaign members"),
        criteria={"field": "campaign", "op": "eq", "value": campaign_id},
        columns=COLUMNS,
        needs=("lead", "contact"),
        name=name_cell,
        row=_tools(access),
        actions=(add,) if add else (),
        batch=_batch(access),
        filters=("status", "how", "owner"),
        card=("company", "owner", "responded_at"),
        card_tag="status",
        export_dialog=f"{dialog}?f.campaign={campaign_id}" if dialog else "",
        search_placeholder=_("Name, company"),
        empty=EmptyState(
            _("No members yet"),
            _("Add leads or contacts, or import a list: who inquires under the campaign comes by itself."),
            icon="users-round",
            actions=(add,) if add else (),
        ),
    )
    counts = member_counts(access, campaign_id)
    return respond(
        request, "memberships/members.html", _with_campaign(page, campaign["name"], campaign_id, counts)
    )


def _with_campaign(page: ListPage, name: str, campaign_id: int, counts: MemberCounts) -> MembersPage:
    known: dict[str, Any] = {one.name: getattr(page, one.name) for one in fields(ListPage)}
    return MembersPage(
        **known,
        campaign=name,
        campaign_href=reverse("campaign", args=[campaign_id]),
        tags=status_tags(counts, campaign_id),
        rate=rate_words(counts),
    )


def name_cell(row: Mapping[str, Any]) -> Cell:
    """The name leads to the lead or the contact."""
    return Cell("name", row["name"], href=member_href(row))


def member_href(row: Mapping[str, Any]) -> str:
    """The page of the lead or contact that a member is."""
    for of in ("lead", "contact"):
        if row.get(of):
            return record_type(of).link(row[of]["id"])
    return ""


def _tools(access: Access) -> Callable[[Mapping[str, Any], Row], Row] | None:
    if not access.may("campaign_members.edit"):
        return None

    def change(data: Mapping[str, Any], row: Row) -> Row:
        edit = Action(
            _("Edit"), icon="pencil", dialog=reverse("campaign_member_edit", args=[data["id"]]), key="edit"
        )
        return replace(row, href=member_href(data), tools=(edit,))

    return change


def _add(access: Access, campaign_id: int) -> Action | None:
    if not access.may("campaign_members.create"):
        return None
    dialog = reverse("campaign_members_add", args=[campaign_id])
    return Action(_("Add members"), icon="user-plus", dialog=dialog, kind="primary")


def _batch(access: Access) -> tuple[Action, ...]:
    acts = []
    if access.may("campaign_members.edit"):
        dialog = reverse("campaign_members_status")
        acts.append(Action(_("Set the status"), icon="flag", dialog=dialog, key="status"))
    if access.may("campaign_members.delete"):
        post = reverse("campaign_members_remove")
        acts.append(
            Action(
                pgettext("campaign member", "Take out"),
                icon="user-minus",
                post=post,
                key="remove",
                kind="danger",
            )
        )
    return tuple(acts)
