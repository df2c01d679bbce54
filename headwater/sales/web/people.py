"""Cards of the pages that name people and companies: who takes part, who competes, who works on it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from headwater.customization.queries import picklist_label
from headwater.kernel.access import Access
from headwater.kernel.catalogue import Choice
from headwater.sales import picklists
from headwater.sales.queries.board import contact_roles
from headwater.sales.queries.parties import Rival, company_tree, relations, rivals, team
from headwater.sales.types import Against, Tie
from headwater.ui.pages import Action, Tag

_STANDING_HUES = {
    Against.AHEAD: "green",
    Against.LEVEL: "amber",
    Against.BEHIND: "red",
    Against.OUT: "gray",
    Against.UNKNOWN: "gray",
}
_TIE_HUES = {
    Tie.SUPPLIER: "blue",
    Tie.CUSTOMER: "teal",
    Tie.PARTNER: "green",
    Tie.COMPETITOR: "red",
    Tie.INVESTOR: "violet",
    Tie.INVESTEE: "violet",
    Tie.OTHER: "gray",
}


@dataclass(frozen=True, slots=True)
class PersonRow:
    """Somebody, or a company, with what they are here and what can be done about it."""

    title: str
    note: str = ""
    href: str = ""
    tags: tuple[Tag, ...] = ()
    tools: tuple[Action, ...] = ()
    icon: str = ""
    hue: str = "gray"


@dataclass(frozen=True, slots=True)
class PeopleCard:
    """A card of them."""

    title: str
    rows: tuple[PersonRow, ...]
    add: Action | None
    empty: str
    key: str


@dataclass(frozen=True, slots=True)
class NodeRow:
    """A company of the tree."""

    id: int
    name: str
    depth: int
    is_self: bool


@dataclass(frozen=True, slots=True)
class GroupCard:
    """The companies around an account."""

    nodes: tuple[NodeRow, ...]
    more: int
    rows: tuple[PersonRow, ...]
    add: Action | None


def contacts_card(
    access: Access, opportunity_id: int, primary: Mapping[str, Any] | None, *, may_edit: bool
) -> PeopleCard | None:
    """Who at the customer takes part, and as what; the primary contact does, named or not."""
    if not access.may("contacts.view"):
        return None
    base = f"/opportunities/{opportunity_id}/contacts"
    rows = []
    named = contact_roles(opportunity_id)
    if primary is not None and primary["id"] not in {one["contact_id"] for one in named}:
        name_role = Action(_("Change the role"), icon="pencil", dialog=f"{base}?contact={primary['id']}")
        rows.append(
            PersonRow(
                primary["name"],
                note=_("Primary contact"),
                href=f"/contacts/{primary['id']}",
                tools=(name_role,) if may_edit else (),
            )
        )
    for one in named:
        role = one["role"]
        tag = (
            Tag(picklist_label("contact_role", role), _hue(picklists.contact_roles(), role)) if role else None
        )
        tools = (
            Action(_("Change the role"), icon="pencil", dialog=f"{base}?contact={one['contact_id']}"),
            Action(_("Does not take part any more"), icon="x", post=f"{base}/{one['contact_id']}/remove"),
        )
        rows.append(
            PersonRow(
                one["name"],
                note=one["title"] or "",
                href=f"/contacts/{one['contact_id']}",
                tags=(tag,) if tag else (),
                tools=tools if may_edit else (),
            )
        )
    add = Action(_("Add contact"), icon="plus", dialog=base) if may_edit else None
    return PeopleCard(_("Contacts"), tuple(rows), add, _("Nobody named yet"), "people")


def rivals_card(access: Access, opportunity_id: int, *, may_edit: bool) -> PeopleCard | None:
    """Who else is in the race, and how it stands."""
    if not access.may("competitors.view"):
        return None
    base = f"/opportunities/{opportunity_id}/competitors"
    rows = []
    for one in rivals(opportunity_id):
        tools = (
            Action(_("Change"), icon="pencil", dialog=f"{base}?competitor={one.id}"),
            Action(_("Take out"), icon="x", post=f"{base}/{one.id}/remove"),
        )
        rows.append(
            PersonRow(
                one.name,
                note=one.note or "",
                href=f"/competitors/{one.id}",
                tags=(_standing(one),),
                tools=tools if may_edit else (),
                icon="flag",
                hue="red" if one.took_it else "gray",
            )
        )
    add = Action(_("Add competitor"), icon="plus", dialog=base) if may_edit else None
    return PeopleCard(_("Competitors"), tuple(rows), add, _("No competitor named yet"), "competitors")


def _standing(one: Rival) -> Tag:
    if one.took_it:
        return Tag(_("Lost to them"), "red")
    return Tag(str(one.standing.label), _STANDING_HUES[one.standing])


def team_card(record: str, plural: str, record_id: int, *, may_edit: bool) -> PeopleCard | None:
    """Who works on it besides the owner; nothing where nobody does and nobody may be added."""
    base = f"/{plural}/{record_id}/team"
    rows = []
    for one in team(record, record_id):
        tags = (
            [Tag(picklist_label("team_role", one.role), _hue(picklists.team_roles(), one.role))]
            if one.role
            else []
        )
        rights = _("Reads and edits") if one.may_edit else _("Reads")
        tools = (
            Action(_("Change"), icon="pencil", dialog=f"{base}?user={one.id}"),
            Action(_("Take off the team"), icon="x", post=f"{base}/{one.id}/remove"),
        )
        rows.append(
            PersonRow(
                one.name,
                note=rights if one.is_active else _("Has left"),
                tags=tuple(tags),
                tools=tools if may_edit else (),
            )
        )
    if not rows and not may_edit:
        return None
    add = Action(_("Add to the team"), icon="plus", dialog=base) if may_edit else None
    return PeopleCard(pgettext("record", "Team"), tuple(rows), add, _("Only the owner works on it"), "team")


def _hue(choices: Sequence[Choice], value: str) -> str:
    choice = next((one for one in choices if one.value == value), None)
    return choice.color if choice is not None and choice.color else "gray"


def group_card(access: Access, account_id: int, *, may_edit: bool) -> GroupCard | None:
    """The company's group and ties; nothing where there is nothing and nothing may be added."""
    tree = company_tree(access, account_id)
    base = f"/accounts/{account_id}/relations"
    rows = tuple(
        PersonRow(
            one.name,
            note=one.note or "",
            href=f"/accounts/{one.other_id}",
            tags=(Tag(str(one.tie.label), _TIE_HUES[one.tie]),),
            tools=(
                Action(_("Change"), icon="pencil", dialog=f"{base}?other={one.other_id}&tie={one.tie}"),
                Action(_("Take out"), icon="x", post=f"{base}/{one.id}/remove"),
            )
            if may_edit
            else (),
            icon="building-2",
        )
        for one in relations(access, account_id)
    )
    if not rows and tree.is_alone and not may_edit:
        return None
    nodes = tuple(NodeRow(one.id, one.name, one.depth, one.is_self) for one in tree.nodes)
    add = Action(_("Add related company"), icon="plus", dialog=base) if may_edit else None
    return GroupCard(() if tree.is_alone else nodes, tree.more, rows, add)
