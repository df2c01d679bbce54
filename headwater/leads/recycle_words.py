"""Recycle rules and deadlines in words: what a rule says in one line, why a lead goes, what keeps it."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from headwater.customization.queries import picklist_label
from headwater.kernel.access import Access
from headwater.kernel.sql import rows
from headwater.leads.services.deadlines import Period
from headwater.leads.types import Stage
from headwater.pools.models import RecycleRule
from headwater.pools.recycling import pool_names
from headwater.pools.types import CalendarOf, Clock, Got, Joined
from headwater.ui.formats import enumerated, when_text

Number = Decimal | int | float


def plain(value: Number) -> str:
    """24.00 as 24, 1.50 as 1.5."""
    return f"{float(value):g}"


def hours_text(value: Number) -> str:
    return ngettext("%(n)s hour", "%(n)s hours", int(value)) % {"n": plain(value)}


def days_text(value: Number) -> str:
    return ngettext("%(n)s day", "%(n)s days", int(value)) % {"n": plain(value)}


def conditions_text(rule: RecycleRule) -> str:
    """When the rule takes leads back, in one line."""
    parts = _conditions(rule)
    if not parts:
        return _("Never takes leads back")
    joined = _(" and ") if rule.joined == Joined.ALL else _(" or ")
    return _by_clock(joined.join(parts.values()), rule)


def reason_text(cause: str, rule: RecycleRule) -> str:
    """Why a lead goes, in a few words: the one condition of the rule that decides."""
    found = _conditions(rule).get(cause)
    return _by_clock(found, rule) if found else ""


def _conditions(rule: RecycleRule) -> dict[str, str]:
    parts = {}
    if rule.response_hours is not None:
        parts["response"] = _("no first follow-up within %(time)s") % {
            "time": hours_text(rule.response_hours)
        }
    if rule.overdue_days is not None:
        parts["overdue"] = _("no follow-up for %(time)s") % {"time": days_text(rule.overdue_days)}
    if rule.convert_days is not None:
        parts["unconverted"] = _("not converted within %(time)s") % {"time": days_text(rule.convert_days)}
    return parts


def _by_clock(text: str, rule: RecycleRule) -> str:
    return text if rule.clock == Clock.NATURAL else _("%(text)s (working time)") % {"text": text}


def clock_text(rule: RecycleRule) -> str:
    """Which hours the rule counts."""
    if rule.clock == Clock.NATURAL:
        return _("All hours, nights and days off too")
    return str(Clock.WORKING.label)


def what_a_follow_up_changed(access: Access, lead_id: int, is_contact: bool) -> str:
    """When the lead goes back now that somebody wrote about it; nothing where no rule takes it."""
    found = rows("SELECT recycle_due_at FROM leads_lead WHERE id = %s", (lead_id,))
    due = found[0]["recycle_due_at"] if found else None
    if due is None:
        return ""
    at = {"at": when_text(due)}
    return _("It now goes back %(at)s.") % at if is_contact else _("The lead still goes back %(at)s.") % at


def applies_text(rule: RecycleRule) -> str:
    """Which leads the rule is for, in one line."""
    parts = []
    if rule.business_lines:
        parts.append(enumerated(rule.business_lines))
    if rule.stages:
        parts.append(enumerated(str(Stage(stage).label) for stage in rule.stages))
    if rule.intents:
        labels = enumerated(picklist_label("lead_intent", item) for item in rule.intents)
        parts.append(_("intent %(levels)s") % {"levels": labels})
    if rule.gots:
        parts.append(enumerated(str(Got(item).label) for item in rule.gots))
    return " · ".join(parts) or _("All leads")


def cause_text(cause: str, rule: RecycleRule) -> str:
    """Why a lead goes, as the period that ends says."""
    if cause == "response" and rule.response_hours is not None:
        return _("It goes back if there is no first follow-up within %(time)s of getting it.") % {
            "time": hours_text(rule.response_hours)
        }
    if cause == "overdue" and rule.overdue_days is not None:
        return _("It goes back if there is no follow-up for %(time)s.") % {
            "time": days_text(rule.overdue_days)
        }
    if cause == "unconverted" and rule.convert_days is not None:
        return _("It goes back if it is not converted within %(time)s of getting it.") % {
            "time": days_text(rule.convert_days)
        }
    return ""


def period_label(period: Period) -> str:
    labels = {
        "response": _("First follow-up until"),
        "overdue": _("Next follow-up until"),
        "unconverted": _("Converted until"),
    }
    return labels[period.kind]


def field_labels() -> Mapping[str, str]:
    """The fields of a rule, for showing what changed between two versions."""
    return {
        "name": _("Name"),
        "pool": _("Pool"),
        "is_enabled": _("In force"),
        "position": _("Position"),
        "business_lines": _("Business lines"),
        "stages": _("Stages"),
        "intents": _("Intent levels"),
        "gots": _("Got by"),
        "response_hours": _("Hours to the first follow-up"),
        "overdue_days": _("Days without a follow-up"),
        "convert_days": _("Days without conversion"),
        "joined": _("Taken back"),
        "clock": _("Which hours count"),
        "calendar_of": _("Whose working hours"),
        "exempt_stages": _("Exempt stages"),
        "exempts_opportunity": _("Exempt while an opportunity is open"),
        "warn_response_hours": _("Warning before the first follow-up, hours"),
        "warn_recycle_hours": _("Warning before being taken back, hours"),
        "max_rounds": _("Rounds"),
        "rhythm": _("Days between follow-ups"),
    }


def facts(content: Mapping[str, Any]) -> dict[str, str]:
    """A version in words, for showing what changed; the place in the order belongs to no version."""
    labels = field_labels()
    return {
        label: _fact(key, content[key])
        for key, label in labels.items()
        if key in content and key != "position"
    }


_LABELS = {"joined": Joined, "clock": Clock, "calendar_of": CalendarOf}


def _fact(key: str, value: Any) -> str:
    if key == "pool":
        return _("Whole company") if value is None else pool_names().get(value, str(value))
    if value is None or value in ([], {}):
        return "—"
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    if key in _LABELS:
        return str(_LABELS[key](value).label)
    if key == "gots":
        return enumerated(str(Got(one).label) for one in value)
    if isinstance(value, dict):
        return enumerated(f"{_of_intent(one)} {days_text(days)}" for one, days in value.items())
    if key in ("stages", "exempt_stages"):
        return enumerated(str(Stage(one).label) for one in value)
    if isinstance(value, list):
        return enumerated(_of_intent(one) if key == "intents" else str(one) for one in value)
    return str(value)


def _of_intent(value: str) -> str:
    return picklist_label("lead_intent", value)
