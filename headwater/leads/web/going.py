"""A lead that goes back, as its owner reads it: why, when, what keeps it, and the protection that does."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.utils.translation import gettext as _

from headwater.kernel import clock
from headwater.kernel.access import Access
from headwater.leads.recycle_words import reason_text
from headwater.leads.services.deadlines import causes_of
from headwater.ui.formats import calendar_day, duration, when_text
from headwater.ui.pages import Action, Cell, Fact, Tag

GOING = {"ahead": 3, "unit": "day"}  # "soon" on the workbench and in the view of that name
_BANNER_WITHIN = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Going:
    """The banner over a lead that goes within a day."""

    text: str
    next: str
    actions: tuple[Action, ...]


def reason_of(lead_ids: list[int]) -> dict[int, str]:
    """Why each of the leads goes, in a few words."""
    return {lead_id: reason_text(cause, rule) for lead_id, (rule, cause) in causes_of(lead_ids).items()}


def going(access: Access, row: Mapping[str, Any], *, may_follow_up: bool) -> Going | None:
    """What stands above a lead that goes within a day; none above any other."""
    due = row.get("recycle_due_at")
    if due is None or due - clock.now() > _BANNER_WITHIN:
        return None
    found = causes_of([row["id"]]).get(row["id"])
    if found is None:
        return None
    rule, cause = found
    reason, left = reason_text(cause, rule), (due - clock.now()).total_seconds()
    if left <= 0:
        text = _("This lead goes back to its pool now: %(reason)s.") % {"reason": reason}
    else:
        text = _("Goes back to its pool %(at)s (%(left)s left): %(reason)s.") % {
            "at": when_text(due),
            "left": duration(left),
            "reason": reason,
        }
    remedy = (
        _("Write down a follow-up and the clock starts anew.")
        if cause != "unconverted"
        else _("Convert it, or have it protected.")
    )
    return Going(text, remedy, _ways_to_keep(access, row, may_follow_up=may_follow_up))


def _ways_to_keep(access: Access, row: Mapping[str, Any], *, may_follow_up: bool) -> tuple[Action, ...]:
    explanation = f"/leads/{row['id']}/deadline"
    acts = []
    if may_follow_up:
        acts.append(Action(_("Write follow-up"), icon="square-pen", href="#hw-composer"))
    if may_protect(access, row["owner"]["id"] if row["owner"] else None):
        acts.append(Action(_("Protect"), icon="shield", dialog=explanation))
    acts.append(Action(_("Why"), icon="circle-help", dialog=explanation))
    return tuple(acts)


def may_protect(access: Access, owner_id: int | None) -> bool:
    """Whether the actor may keep leads of this owner from being taken back."""
    return access.may("leads.protect") and access.also("leads.protect").reach.covers(owner_id)


def countdown_fact(row: Mapping[str, Any]) -> Fact | None:
    """On the page of a lead: how long until it goes; none where no rule governs it."""
    due = row.get("recycle_due_at")
    if due is None:
        return None
    countdown = Cell("countdown", due, title=row.get("recycle_rule") or "")
    return Fact(_("Goes back to the pool"), deadline_cell(row) or countdown)


def deadline_action(access: Access, lead_id: int) -> Action:
    """Opens the explanation."""
    return Action(_("When and why it goes back"), icon="hourglass", dialog=f"/leads/{lead_id}/deadline")


def protection_tag(row: Mapping[str, Any]) -> Tag | None:
    """The shield beside the name of a lead that is protected now."""
    until = _protected(row)
    return None if until is None else Tag(_until(until), "green", icon="shield-check")


def deadline_cell(row: Mapping[str, Any]) -> Cell | None:
    """In a list: the shield where the protection decides; otherwise the countdown of any lead."""
    until = _protected(row)
    if until is None or row["recycle_due_at"] is None or row["recycle_due_at"] > until:
        return None
    return Cell("tag", text=_until(until), hue="green", icon="shield-check")


def _protected(row: Mapping[str, Any]) -> datetime | None:
    until: datetime | None = row.get("protected_until")
    return until if until is not None and until > clock.now() and row.get("owner") else None


def _until(until: datetime) -> str:
    return _("Protected until %(day)s") % {"day": calendar_day(until)}
