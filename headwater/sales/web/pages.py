"""The pages of one account, contact or opportunity."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_GET

from headwater.engagement import screens
from headwater.kernel import clock, listing
from headwater.kernel.access import Access, permit
from headwater.kernel.catalogue import RecordType, record_type
from headwater.kernel.errors import NotFound
from headwater.sales.next_steps import next_steps
from headwater.sales.queries import PipelineView, stages_by_id
from headwater.sales.queries.board import is_stuck
from headwater.sales.queries.pipelines import StageView, find_pipeline
from headwater.sales.summary import summary_of
from headwater.sales.types import Standing
from headwater.sales.web import parts, people
from headwater.sales.web.lines import lines_card
from headwater.sales.web.merging import to_survivor, undo_action
from headwater.sales.web.money import equivalent, left_out_words
from headwater.sales.web.parts import SalesPage
from headwater.sales.web.people import PeopleCard
from headwater.sales.web.related import related_cards
from headwater.sales.web.requirements import checklist_card
from headwater.ui import records
from headwater.ui.pages import Action, Cell, Fact, StageStep, Tag
from headwater.ui.responses import respond

Data = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Viewed:
    """A record being looked at, and what its reader may do with it."""

    access: Access
    kind: RecordType
    row: Data

    @property
    def id(self) -> int:
        return int(self.row["id"])

    @property
    def url(self) -> str:
        return self.kind.link(self.id)

    def may(self, act: str) -> bool:
        return self.access.may(self.kind.permission(act))

    @property
    def may_edit(self) -> bool:
        """Holds the permission, and its reach covers this record."""
        if not self.may("edit"):
            return False
        edit = self.access.also(self.kind.permission("edit"))
        return edit.reach.everyone or self.id in listing.ids_within(edit, self.kind, [self.id])


def _seen(request: HttpRequest, key: str, record_id: int) -> Viewed:
    kind = record_type(key)
    access = permit(request, kind.permission("view"))
    return Viewed(access, kind, listing.get(access, kind, record_id))


def _viewed(request: HttpRequest, key: str, record_id: int) -> Viewed | HttpResponse:
    """The record, or the way to the one that it was merged into."""
    try:
        return _seen(request, key, record_id)
    except NotFound:
        return to_survivor(permit(request, record_type(key).permission("view")), key, record_id)


def _page(
    request: HttpRequest,
    seen: Viewed,
    may_edit: bool,
    *,
    cards: Sequence[PeopleCard | None] = (),
    **parts_of_page: Any,
) -> HttpResponse:
    """The parts that all three pages share."""
    access, kind = seen.access, seen.kind
    reading = access.also(kind.permission("edit")) if may_edit else access
    groups = records.fact_groups(kind, reading, seen.row, groups=parts.groups_of(kind, seen.row))
    may_follow_up = access.may("activities.create")
    page = SalesPage(
        later=groups[1:] if may_edit else parts.without_edits(groups[1:]),
        title=seen.row["name"],
        url=seen.url,
        back_href=f"/{kind.plural}",
        back_label=str(kind.label_plural),
        groups=groups[:1] if may_edit else parts.without_edits(groups[:1]),
        composer=screens.composer(kind.key, seen.id) if may_follow_up else None,
        timeline=screens.timeline_page(access, kind.key, seen.id),
        glances=tuple(summary_of(access, kind.key, seen.id)),
        people=tuple(card for card in cards if card is not None),
        lists=related_cards(access, kind, seen.id, may_add=may_edit),
        side="details" if request.GET.get("side") == "details" else "activity",
        version=seen.row["version"],
        **parts_of_page,
    )
    return respond(request, "sales/page.html", page)


@require_GET
def account_page(request: HttpRequest, record_id: int) -> HttpResponse:
    """Everything about a customer."""
    seen = _viewed(request, "account", record_id)
    if isinstance(seen, HttpResponse):
        return seen
    row, may_edit = seen.row, seen.may_edit
    totals = parts.account_totals(seen.access, record_id)
    facts = [
        Fact(_("Owner"), Cell("person", row["owner"]["name"] if row["owner"] else None)),
        Fact(_("Last follow-up"), Cell("when", row["last_activity_at"])),
    ]
    if totals is not None:
        for label, amount, count, left_out in (
            (_("In progress"), totals.open_amount, totals.open_count, totals.open_left_out),
            (_("Won so far"), totals.won_amount, totals.won_count, totals.won_left_out),
        ):
            words = " · ".join(filter(None, (parts.count_note(count), left_out_words(left_out))))
            facts.append(Fact(label, Cell("money", amount, currency=totals.currency, note=words)))
    return _page(
        request,
        seen,
        may_edit,
        icon="building-2",
        tags=_choice_tags(seen, "level"),
        note=parts.label(seen.kind, row, "industry"),
        key_facts=tuple(facts),
        actions=_account_actions(seen, may_edit),
        cards=(people.team_card("account", "accounts", record_id, may_edit=may_edit),),
        companies=people.group_card(seen.access, record_id, may_edit=may_edit),
        more=_more(seen, may_edit),
        phone_bar=_phone_bar(seen, row.get("phone")),
    )


def _account_actions(seen: Viewed, may_edit: bool) -> tuple[Action, ...]:
    acts = []
    if seen.row.get("phone"):
        acts.append(Action(_("Call"), icon="phone", href=f"tel:{seen.row['phone']}"))
    if may_edit and seen.access.may("contacts.create"):
        acts.append(Action(_("New contact"), icon="user-plus", dialog=f"/contacts/new?account={seen.id}"))
    if seen.access.may("opportunities.create"):
        acts.append(
            Action(
                _("New opportunity"),
                icon="plus",
                dialog=f"/opportunities/new?account={seen.id}",
                kind="primary",
            )
        )
    return tuple(acts)


@require_GET
def contact_page(request: HttpRequest, record_id: int) -> HttpResponse:
    """Everything about a person at a customer."""
    seen = _viewed(request, "contact", record_id)
    if isinstance(seen, HttpResponse):
        return seen
    row, may_edit = seen.row, seen.may_edit
    account = row["account"]
    number = row.get("mobile") or row.get("phone")
    tags = []
    if row["do_not_call"]:
        tags.append(Tag(_("Do not call"), "red", icon="phone-off"))
    if row["do_not_email"]:
        tags.append(Tag(_("Do not e-mail"), "red", icon="mail-x"))
    acts = []
    if number and not row["do_not_call"]:
        acts.append(Action(_("Call"), icon="phone", href=f"tel:{number}"))
    if row.get("email") and not row["do_not_email"]:
        acts.append(Action(pgettext("act", "E-mail"), icon="mail", href=f"mailto:{row['email']}"))
    if seen.access.may("opportunities.create") and account:
        acts.append(
            Action(
                _("New opportunity"),
                icon="plus",
                dialog=f"/opportunities/new?account={account['id']}&contact={record_id}",
                kind="primary",
            )
        )
    return _page(
        request,
        seen,
        may_edit,
        subtitle=row.get("title") or "",
        note=account["name"] if account else "",
        note_href=f"/accounts/{account['id']}" if account and seen.access.may("accounts.view") else "",
        tags=tuple(tags),
        key_facts=(
            Fact(_("Owner"), Cell("person", row["owner"]["name"] if row["owner"] else None)),
            Fact(_("Mobile"), Cell("phone", row.get("mobile"))),
            Fact(_("Last follow-up"), Cell("when", row["last_activity_at"])),
        ),
        actions=tuple(acts),
        more=_more(seen, may_edit),
        phone_bar=_phone_bar(seen, None if row["do_not_call"] else number),
        banner=_("This person does not want to be called.") if row["do_not_call"] else "",
        banner_tone="warn" if row["do_not_call"] else "",
    )


@require_GET
def opportunity_page(request: HttpRequest, record_id: int) -> HttpResponse:
    """Everything about a possible sale, with its way along the pipeline."""
    seen = _seen(request, "opportunity", record_id)
    row, may_edit = seen.row, seen.may_edit
    pipeline = find_pipeline(row["pipeline"]["id"])
    stage = stages_by_id()[row["stage"]["id"]]
    account = row["account"]
    is_open = row["status"] == Standing.OPEN
    money = Cell(
        "money",
        row["amount"],
        currency=row["currency"],
        note=equivalent(row["amount"], row["currency"], clock.today()),
    )
    when_closed = (
        Fact(_("Expected close"), Cell("date", row["expected_close_on"], overdue=True))
        if is_open
        else Fact(_("Closed"), Cell("when", row["closed_at"]))
    )
    banner = _banner(seen, stage, is_open)
    return _page(
        request,
        seen,
        may_edit,
        cards=(
            people.contacts_card(seen.access, record_id, row.get("contact"), may_edit=may_edit),
            people.rivals_card(seen.access, record_id, may_edit=may_edit),
            people.team_card("opportunity", "opportunities", record_id, may_edit=may_edit),
        ),
        icon="circle-dollar-sign",
        note=account["name"],
        note_href=f"/accounts/{account['id']}" if seen.access.may("accounts.view") else "",
        tags=_opportunity_tags(seen, stage, pipeline),
        key_facts=(
            Fact(_("Amount"), money),
            Fact(_("Probability"), Cell("percent", row["probability"])),
            when_closed,
            Fact(_("Owner"), Cell("person", row["owner"]["name"] if row["owner"] else None)),
            Fact(_("Last follow-up"), Cell("when", row["last_activity_at"])),
        ),
        path=_path(seen, pipeline, stage, may_edit),
        lines=lines_card(row, may_edit=may_edit),
        checklist=checklist_card(seen.access, row, pipeline, may_edit=may_edit),
        actions=_opportunity_actions(seen, is_open, may_edit),
        more=_more(seen, may_edit),
        phone_bar=_opportunity_phone_bar(seen, is_open, may_edit),
        banner=banner,
        banner_tone="warn" if banner else "",
    )


def _banner(seen: Viewed, stage: StageView, is_open: bool) -> str:
    row = seen.row
    if row["status"] == Standing.LOST and row.get("lost_note"):
        return str(row["lost_note"])
    if is_open and is_stuck(row, stage):
        days = (clock.now() - row["stage_entered_at"]).days
        return _(
            "In “%(stage)s” for %(days)s days; %(limit)s are usual. Move it on, or agree on a next step."
        ) % {"stage": stage.name, "days": days, "limit": stage.days_until_stuck}
    return ""


def _opportunity_tags(seen: Viewed, stage: StageView, pipeline: PipelineView) -> tuple[Tag, ...]:
    tags = [Tag(stage.name, stage.color, dot=True)]
    if not pipeline.is_default:
        tags.append(Tag(pipeline.name, "gray"))
    if seen.row.get("lost_reason"):
        tags.append(Tag(parts.label(seen.kind, seen.row, "lost_reason"), "gray"))
    return tuple(tags)


def _path(seen: Viewed, pipeline: PipelineView, stage: StageView, may_edit: bool) -> tuple[StageStep, ...]:
    """The open stages, then won; a lost one stands at the end as lost."""
    is_lost = stage.kind == Standing.LOST
    shown = [*pipeline.open_stages, pipeline.lost if is_lost else pipeline.won]
    now_at = next((index for index, one in enumerate(shown) if one.id == stage.id), 0)
    steps = []
    for index, one in enumerate(shown):
        state = "done" if index < now_at else "now" if index == now_at else "next"
        if is_lost and index < now_at:
            state = "next"  # it did not get there: nothing of the way counts as done
        if index == now_at and not stage.is_open:
            state = stage.kind
        go = may_edit and index != now_at
        steps.append(
            StageStep(
                one.name,
                state,  # type: ignore[arg-type]
                post=f"/opportunities/{seen.id}/move?stage={one.id}&from={stage.id}" if go else "",
                note=f"{one.probability}%" if state in ("now", "next") and one.is_open else "",
            )
        )
    return tuple(steps)


def _opportunity_actions(seen: Viewed, is_open: bool, may_edit: bool) -> tuple[Action, ...]:
    base = f"/opportunities/{seen.id}"
    steps = next_steps(seen.access, seen.row)
    if not may_edit:
        return steps
    if not is_open:
        return (Action(_("Reopen"), icon="rotate-ccw", post=f"{base}/reopen"), *steps)
    return (
        *steps,
        Action(pgettext("opportunity", "Lost"), icon="circle-x", dialog=f"{base}/lose"),
        Action(pgettext("opportunity", "Won"), icon="trophy", post=f"{base}/win", kind="primary"),
    )


def _opportunity_phone_bar(seen: Viewed, is_open: bool, may_edit: bool) -> tuple[Action, ...]:
    acts: list[Action] = []
    if may_edit and is_open:
        acts.append(Action(_("Stage"), icon="flag", dialog=f"/opportunities/stage?ids={seen.id}"))
    if seen.access.may("activities.create"):
        acts.append(Action(_("Write follow-up"), icon="square-pen", href="#hw-composer", kind="primary"))
    return tuple(acts)


def _phone_bar(seen: Viewed, number: str | None) -> tuple[Action, ...]:
    acts = []
    if number:
        acts.append(Action(_("Call"), icon="phone", href=f"tel:{number}"))
    if seen.access.may("activities.create"):
        acts.append(Action(_("Write follow-up"), icon="square-pen", href="#hw-composer", kind="primary"))
    return tuple(acts)


def _more(seen: Viewed, may_edit: bool) -> tuple[Action, ...]:
    acts: list[Action] = list(undo_action(seen.access, seen.kind.key, seen.id)) if seen.may("merge") else []
    base = f"/{seen.kind.plural}"
    if may_edit:
        acts.append(Action(_("Edit"), icon="pencil", dialog=f"{base}/{seen.id}/edit"))
    if seen.may("assign"):
        acts.append(Action(_("Assign"), icon="user-round-check", dialog=f"{base}/assign?ids={seen.id}"))
    if seen.may("delete"):
        acts.append(
            Action(_("Archive"), icon="archive", dialog=f"{base}/archive?ids={seen.id}&page=1", kind="danger")
        )
    return tuple(acts)


def _choice_tags(seen: Viewed, key: str) -> tuple[Tag, ...]:
    field = seen.kind.field(key)
    value = seen.row.get(key)
    if field is None or not value:
        return ()
    choice = next((one for one in field.choices() if one.value == value), None)
    return (Tag(field.label_of(value), choice.color if choice and choice.color else "gray"),)


@require_GET
def related_list(request: HttpRequest, plural: str, record_id: int, name: str) -> HttpResponse:
    """All records of a related list."""
    return parts.related_list_page(request, plural, record_id, name)
