"""What campaigns, leads and lists show of memberships."""

from collections.abc import Callable
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from headwater.acquisition.panels import CampaignPart
from headwater.kernel import listing
from headwater.kernel.access import Access
from headwater.kernel.catalogue import record_type
from headwater.kernel.criteria import parse
from headwater.memberships.queries import MemberCounts, member_counts
from headwater.ui import records
from headwater.ui.formats import number, percent
from headwater.ui.pages import Action, Cell, Column, RelatedList, Row, Tag

SHOWN = 5


def campaign_part(access: Access, campaign_id: int) -> CampaignPart | None:
    """The latest members below counts and the share that responded; nothing for who may not see members."""
    if not access.may("campaign_members.view"):
        return None
    add = None
    if access.may("campaign_members.create"):
        dialog = reverse("campaign_members_add", args=[campaign_id])
        add = Action(_("Add members"), icon="user-plus", dialog=dialog)
    counts = member_counts(access, campaign_id)
    return CampaignPart(
        list=_members(access, campaign_id, counts, add), actions=() if add is None else (add,)
    )


def _members(access: Access, campaign_id: int, counts: MemberCounts, add: Action | None) -> RelatedList:
    kind = record_type("campaign_member")
    seeing = access.also("campaign_members.view")
    page = listing.fetch(
        seeing,
        kind,
        criteria=parse({"field": "campaign", "op": "eq", "value": campaign_id}, kind, seeing),
        fields=["name", "company", "status", "joined_at", "lead", "contact"],
        limit=SHOWN,
    )
    known = kind.all_fields
    rows = []
    for row in page.rows:
        of = "lead" if row["lead"] else "contact"
        href = record_type(of).link(row[of]["id"])
        rows.append(
            Row(
                row["id"],
                (
                    Cell("name", row["name"], note=row["company"], href=href),
                    records.cell(known["status"], row),
                    records.cell(known["joined_at"], row),
                ),
                href=href,
            )
        )
    return RelatedList(
        title=_("Members"),
        columns=tuple(Column(key, known[key].label) for key in ("name", "status", "joined_at")),
        rows=tuple(rows),
        count=counts.members,
        add=add,
        all_href=reverse("campaign_members", args=[campaign_id]) if counts.members else "",
        empty=_("Nobody yet: add leads or contacts, or import a list."),
        key="members",
        tags=status_tags(counts, campaign_id),
        note=rate_words(counts),
    )


def status_tags(counts: MemberCounts, campaign_id: int) -> tuple[Tag, ...]:
    """How many there are of each status; each leads to them."""
    place = reverse("campaign_members", args=[campaign_id])
    return tuple(
        Tag(
            f"{one.label} {number(one.members)}",
            one.color,
            dot=True,
            href=f"{place}?{urlencode({'f.status': one.status})}",
        )
        for one in counts.by_status
    )


def rate_words(counts: MemberCounts) -> str:
    """The share that responded, in words."""
    if counts.rate is None:
        return ""
    return _("%(rate)s responded") % {"rate": percent(counts.rate)}


def lead_panel(access: Access, lead_id: int) -> RelatedList | None:
    """The campaigns that a lead is a member of."""
    if not (access.may("campaign_members.view") and access.may("campaigns.view")):
        return None
    kind = record_type("campaign_member")
    seeing = access.also("campaign_members.view")
    page = listing.fetch(
        seeing,
        kind,
        criteria=parse({"field": "lead", "op": "eq", "value": lead_id}, kind, seeing),
        fields=["campaign", "status", "joined_at"],
        limit=SHOWN,
    )
    may_add = access.may("campaign_members.create")
    if not page.rows and not may_add:
        return None
    known = kind.all_fields
    campaigns = record_type("campaign")
    rows = tuple(
        Row(
            row["id"],
            (
                Cell("name", row["campaign"]["name"]),
                records.cell(known["status"], row),
                records.cell(known["joined_at"], row),
            ),
            href=campaigns.link(row["campaign"]["id"]),
        )
        for row in page.rows
    )
    dialog = f"{reverse('leads_to_campaign')}?ids={lead_id}"
    return RelatedList(
        title=_("Campaigns"),
        columns=tuple(Column(key, known[key].label) for key in ("campaign", "status", "joined_at")),
        rows=rows,
        count=len(rows) or None,
        add=Action(_("Add to a campaign"), icon="plus", dialog=dialog) if may_add else None,
        empty=_("In no campaign yet"),
        key="campaigns",
    )


def add_chosen_action(plural: str) -> Callable[[Access], Action | None]:
    """The act of a list that brings chosen records into a campaign."""

    def offer(access: Access) -> Action | None:
        if not (access.may("campaign_members.create") and access.may("campaigns.view")):
            return None
        return Action(
            pgettext("batch", "To campaign"), icon="megaphone", dialog=f"/{plural}/campaign", key="campaign"
        )

    return offer
