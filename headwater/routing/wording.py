"""Decisions in words."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from headwater.kernel.catalogue import record_type
from headwater.routing.types import Outcome, Strategy
from headwater.ui.formats import enumerated

Facts = Mapping[str, Any]


def rule_text(facts: Facts) -> str:
    """Name and version of the rule."""
    if not facts["rule_name"]:
        return ""
    return _("“%(rule)s” v%(version)s") % {"rule": facts["rule_name"], "version": facts["rule_version"]}


def sentence(facts: Facts) -> str:
    """One run in one sentence. `facts`: outcome, rule_name, rule_version, strategy, owner, pool, detail."""
    told = {"rule": rule_text(facts), "owner": facts["owner"] or "—", "pool": facts["pool"] or "—"}
    detail: Facts = facts["detail"] or {}
    match Outcome(facts["outcome"]):
        case Outcome.DISPATCHED:
            how = Strategy(facts["strategy"]).label if facts["strategy"] else ""
            return _("%(rule)s gave it to %(owner)s: %(how)s") % (told | {"how": how})
        case Outcome.MOVED:
            return _("%(rule)s moved it to “%(pool)s”") % told
        case Outcome.FALLBACK:
            if facts["rule_name"]:
                return _("%(rule)s found nobody; the pool's default assignee %(owner)s got it") % told
            return _("No rule applies; the pool's default assignee %(owner)s got it") % told
        case Outcome.CLOSED:
            return _("%(rule)s waits for opening time, %(until)s") % (told | {"until": _until(detail)})
        case Outcome.HELD:
            missing = enumerated(check_text(name) for name in detail.get("gate", []))
            return _("%(rule)s holds it back until there is: %(missing)s") % (told | {"missing": missing})
        case Outcome.NOBODY:
            return _("%(rule)s found nobody; it waits for the administrators of “%(pool)s”") % told
        case Outcome.UNMATCHED:
            return _("No rule applies; it stays in “%(pool)s”") % told


def check_text(name: str) -> str:
    """A check of the gate as a person reads it."""
    kind, _colon, key = name.partition(":")
    if kind == "required":
        field = record_type("lead").field(key)
        return str(field.label) if field else key
    return {
        "consent": _("consent to be contacted"),
        "unique": _("no possible duplicate"),
        "score": _("a high enough score"),
    }.get(kind, kind)


def _until(detail: Facts) -> str:
    raw = detail.get("again_at")
    return timezone.localtime(datetime.fromisoformat(raw)).strftime("%m-%d %H:%M") if raw else "—"
