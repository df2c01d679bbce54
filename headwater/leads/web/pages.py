"""The page of one lead."""

from collections.abc import Mapping
from functools import cached_property
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from headwater.engagement.screens import composer, record_actions, timeline_page
from headwater.kernel import listing
from headwater.kernel.access import Access, permit
from headwater.kernel.catalogue import record_type
from headwater.kernel.errors import NotFound
from headwater.leads.models import Conversion
from headwater.leads.panels import lead_panels
from headwater.leads.record_type import STATUS_COLORS
from headwater.leads.services.unconverting import can_undo
from headwater.leads.services.viewing import view_pooled
from headwater.leads.types import Stage, Status
from headwater.leads.web.going import countdown_fact, deadline_action, going, protection_tag
from headwater.sales.web.merging import to_survivor, undo_action
from headwater.ui import records
from headwater.ui.pages import Action, Cell, Fact, RecordPage, StageStep, Tag
from headwater.ui.responses import respond

_STEPS = (Stage.UQL, Stage.MQL, Stage.SQL, Stage.WON)
_IN_HEAD = (
    "name",
    "company",
    "title",
    "status",
    "stage",
    "owner",
    "pool",
    "next_follow_at",
    "last_activity_at",
    "recycle_due_at",
    "protected_until",
)


@require_GET
def lead_page(request: HttpRequest, lead_id: int) -> HttpResponse:
    """Everything about one lead: facts, what to do next, its whole history."""
    access = permit(request, "leads.view")
    kind = record_type("lead")
    try:
        row = listing.get(access, kind, lead_id)
    except NotFound:
        return to_survivor(access, "lead", lead_id)
    left = view_pooled(access, lead_id, row["pool"]["id"] if row["pool"] else None)
    acts = _Acts(access, row)
    goes = going(access, row, may_follow_up=acts.may_follow_up)
    said = _banner(row, left)
    page = RecordPage(
        title=row["name"],
        url=f"/leads/{lead_id}",
        back_href="/leads",
        back_label=_("Leads"),
        subtitle=row.get("title") or "",
        note=row.get("company") or "",
        tags=_tags(row),
        key_facts=_key_facts(row),
        path=_path(row, may_edit=acts.may_work),
        actions=acts.head(),
        more=(*record_actions(access, "lead", lead_id), *undo_action(access, "lead", lead_id), *acts.more()),
        groups=records.fact_groups(
            kind, access.also("leads.edit") if acts.may_work else access, row, skip=_IN_HEAD
        ),
        composer=composer("lead", lead_id) if acts.may_follow_up else None,
        timeline=timeline_page(access, "lead", lead_id),
        related=lead_panels(access, lead_id),
        phone_bar=acts.phone_bar(),
        banner=said or (goes.text if goes else ""),
        banner_tone="warn" if goes and not said else "",
        banner_next=goes.next if goes and not said else "",
        banner_actions=goes.actions if goes and not said else (),
        version=row["version"],
    )
    return respond(request, "leads/page.html", page)


class _Acts:
    """What the reader may do with this lead now."""

    def __init__(self, access: Access, row: Mapping[str, Any]) -> None:
        self.access = access
        self.row = row
        self.id = row["id"]
        self.status = Status(row["status"])
        owner = row["owner"]
        self.owner_id = owner["id"] if owner else None
        edit = access.also("leads.edit") if access.may("leads.edit") else None
        self.may_work = edit is not None and (
            edit.reach.everyone or (self.owner_id is not None and edit.reach.covers(self.owner_id))
        )
        self.may_follow_up = self.status.is_owned and self.may_work

    @cached_property
    def conversion(self) -> Conversion | None:
        """What the lead became, where it became something."""
        return Conversion.objects.filter(lead_id=self.id).first()

    def _may(self, act: str) -> bool:
        return self.access.may(f"leads.{act}")

    def head(self) -> tuple[Action, ...]:
        """The acts of the moment; the last one is the primary."""
        if self.status == Status.POOLED:
            acts = []
            if self.row["is_masked"] and self._may("reveal"):
                acts.append(Action(_("Show contact"), icon="eye", dialog=f"/leads/{self.id}/reveal"))
            if self._may("assign"):
                acts.append(Action(_("Assign"), icon="user-plus", dialog=f"/leads/assign?ids={self.id}"))
            if self._may("claim"):
                acts.append(
                    Action(_("Claim"), icon="hand", post=f"/leads/claim?ids={self.id}", kind="primary")
                )
            return tuple(acts)
        if self.status.is_owned and self.may_work:
            acts = []
            if self.row.get("mobile") or self.row.get("phone"):
                number = self.row.get("mobile") or self.row.get("phone")
                acts.append(Action(_("Call"), icon="phone", href=f"tel:{number}"))
            if self._may("return"):
                acts.append(Action(_("Return"), icon="undo-2", dialog=f"/leads/return?ids={self.id}"))
            if self._may("convert"):
                acts.append(
                    Action(
                        _("Convert"),
                        icon="circle-check-big",
                        dialog=f"/leads/{self.id}/convert",
                        kind="primary",
                    )
                )
            return tuple(acts)
        if self.status == Status.CONVERTED:
            return _became(self.conversion)
        if self.status == Status.INVALID and self._may("reopen"):
            return (Action(_("Reopen"), icon="rotate-ccw", dialog=f"/leads/reopen?ids={self.id}"),)
        return ()

    def more(self) -> tuple[Action, ...]:
        acts: list[Action] = []
        if self.status.is_owned:
            acts.append(deadline_action(self.access, self.id))
        if self.may_work and self.status != Status.CONVERTED:
            acts.append(Action(_("Edit"), icon="pencil", dialog=f"/leads/{self.id}/edit"))
        if self._may("assign") and self.status.is_owned:
            acts.append(Action(_("Assign"), icon="user-plus", dialog=f"/leads/assign?ids={self.id}"))
        if self._may("move") and self.status == Status.POOLED:
            acts.append(Action(_("Move"), icon="move-right", dialog=f"/leads/move?ids={self.id}"))
        if self._may("invalidate") and not self.status.is_closed:
            acts.append(Action(_("Mark invalid"), icon="ban", dialog=f"/leads/invalidate?ids={self.id}"))
        if self.status == Status.CONVERTED:
            acts += [*_other_lines(self.access, self.conversion), *_undo(self.access, self.conversion)]
        if self._may("delete") and self.status != Status.CONVERTED:
            acts.append(
                Action(_("Archive"), icon="archive", dialog=f"/leads/archive?ids={self.id}", kind="danger")
            )
        return tuple(acts)

    def phone_bar(self) -> tuple[Action, ...]:
        """Thumb-sized: call, and write the follow-up or claim."""
        if self.status == Status.POOLED and self._may("claim"):
            return (Action(_("Claim"), icon="hand", post=f"/leads/claim?ids={self.id}", kind="primary"),)
        if not self.may_follow_up:
            return ()
        acts = []
        number = self.row.get("mobile") or self.row.get("phone")
        if number:
            acts.append(Action(_("Call"), icon="phone", href=f"tel:{number}"))
        if self._may("convert"):
            acts.append(Action(_("Convert"), icon="circle-check-big", dialog=f"/leads/{self.id}/convert"))
        acts.append(Action(_("Write follow-up"), icon="square-pen", href="#hw-composer", kind="primary"))
        return tuple(acts)


def _tags(row: Mapping[str, Any]) -> tuple[Tag, ...]:
    status = Status(row["status"])
    tags = [Tag(status.label, STATUS_COLORS[status], dot=True)]
    if row["stage"] == Stage.DISQUALIFIED:
        tags.append(Tag(Stage.DISQUALIFIED.label, "gray"))
    kind = record_type("lead")
    intent = kind.field("intent")
    if row.get("intent") and intent is not None:
        choice = intent.options.by_value.get(row["intent"])
        tags.append(
            Tag(
                _("Intent: %(level)s") % {"level": intent.label_of(row["intent"])},
                choice.color if choice else "",
            )
        )
    if shield := protection_tag(row):
        tags.append(shield)
    if row.get("do_not_call"):
        tags.append(Tag(_("Do not call"), "red"))
    return tuple(tags)


def _key_facts(row: Mapping[str, Any]) -> tuple[Fact, ...]:
    owner, pool = row["owner"], row["pool"]
    place = (
        Fact(_("Pool"), Cell("link", pool["id"], text=pool["name"], href=f"/pools/{pool['id']}"))
        if pool
        else Fact(_("Owner"), Cell("person", owner["name"] if owner else None))
    )
    goes = countdown_fact(row)
    return (
        place,
        *([goes] if goes else []),
        Fact(_("Next follow-up"), Cell("when", row["next_follow_at"], overdue=True)),
        Fact(_("Last follow-up"), Cell("when", row["last_activity_at"])),
        Fact(_("Created"), Cell("when", row["created_at"])),
    )


def _path(row: Mapping[str, Any], *, may_edit: bool) -> tuple[StageStep, ...]:
    stage, status = Stage(row["stage"]), Status(row["status"])
    if stage == Stage.DISQUALIFIED:
        return ()
    now_at = _STEPS.index(stage)
    steps = []
    for index, step in enumerate(_STEPS):
        movable = may_edit and not status.is_closed and step != Stage.WON and index != now_at
        state = "done" if index < now_at else "now" if index == now_at else "next"
        steps.append(
            StageStep(
                step.label,
                "won" if step == Stage.WON and state == "now" else state,  # type: ignore[arg-type]
                post=f"/leads/stage?ids={row['id']}&stage={step.value}" if movable else "",
            )
        )
    return tuple(steps)


def _banner(row: Mapping[str, Any], left: int | None) -> str:
    status = Status(row["status"])
    if status == Status.CONVERTED:
        return _("This lead was converted; it is kept here as history.")
    if status == Status.INVALID:
        kind = record_type("lead")
        reason = kind.field("invalid_reason")
        label = reason.label_of(row["invalid_reason"]) if reason else ""
        return _("This lead is invalid: %(reason)s.") % {"reason": label or "—"}
    if row["is_masked"]:
        hidden = _("Contacts are hidden while the lead lies in the pool. Claim it to see them.")
        more = "" if left is None else _("You may open %(left)s more pooled leads today.") % {"left": left}
        return f"{hidden} {more}".rstrip()
    if left is not None:
        return _("You may open %(left)s more pooled leads today.") % {"left": left}
    return ""


def _became(made: Conversion | None) -> tuple[Action, ...]:
    """Ways to the records that the lead became."""
    if made is None:
        return ()
    places = (
        (made.opportunity_id, _("Opportunity"), "circle-dollar-sign", "/opportunities"),
        (made.contact_id, _("Contact person"), "contact", "/contacts"),
        (made.account_id, _("Account"), "building-2", "/accounts"),
    )
    return tuple(
        Action(label, icon=icon, href=f"{path}/{record_id}")
        for record_id, label, icon, path in places
        if record_id
    )


def _other_lines(access: Access, made: Conversion | None) -> tuple[Action, ...]:
    """Ways to the opportunities of other lines, those that the reader may see."""
    others = sorted(set(made.opportunity_ids) - {made.opportunity_id}) if made is not None else []
    if not others or not access.may("opportunities.view"):
        return ()
    kind = record_type("opportunity")
    found = listing.rows_of(access.also("opportunities.view"), kind, others, fields=["name"])
    return tuple(Action(row["name"], icon="layers", href=f"/opportunities/{row['id']}") for row in found)


def _undo(access: Access, made: Conversion | None) -> tuple[Action, ...]:
    """Taking the conversion back, while there is time."""
    if not access.may("leads.unconvert"):
        return ()
    if made is None or not can_undo(made):
        return ()
    return (
        Action(
            _("Undo the conversion"), icon="undo-2", dialog=f"/leads/{made.lead_id}/unconvert", kind="danger"
        ),
    )
