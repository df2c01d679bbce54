"""Campaigns on timelines: what changed about one, and what may be written there."""

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from headwater.acquisition.errors import OnlyNotes
from headwater.engagement.changes import lines_of
from headwater.engagement.subjects import register_subject
from headwater.engagement.timeline import Entry, Found, TimelineEvent, log, register_timeline_source
from headwater.engagement.types import ActivityKind, Recorded
from headwater.kernel import listing
from headwater.kernel.access import Access
from headwater.kernel.catalogue import record_type
from headwater.kernel.errors import Text

_MONEY = frozenset({"cost", "budget"})
# The act, or what was changed: label, icon, hue.
_SHOWN: dict[str, tuple[Text, str, str]] = {
    "create": (pgettext_lazy("timeline", "planned the campaign"), "megaphone", "violet"),
    "update": (pgettext_lazy("timeline", "edited"), "pencil", "gray"),
    "cost": (pgettext_lazy("timeline", "updated budget or cost"), "wallet", "amber"),
    "status": (pgettext_lazy("timeline", "changed the status"), "flag", "blue"),
    "archive": (pgettext_lazy("timeline", "archived the campaign"), "archive", "gray"),
    "restore": (pgettext_lazy("timeline", "brought the campaign back"), "undo-2", "gray"),
}


@log(
    "platform_audit",
    where="e.record_type = 'campaign' AND e.action IN ('create', 'update', 'archive', 'restore')",
    facts={"action": "e.action", "changes": "e.changes"},
)
def changes(access: Access, found: Sequence[Found]) -> list[Entry]:
    """Made, edited, archived, out of the audit; fields hidden from the reader are left out."""
    told = lines_of(access, record_type("campaign"), [row.facts["changes"] for row in found])
    entries = []
    for row, lines in zip(found, told, strict=True):
        action = row.facts["action"]
        if action == "create":
            lines = []  # what it began with is what it was planned as; later changes say what it was
        if lines or action != "update":
            data = {"text": "\n".join(lines), "lines": lines}
            entries.append(row.entry(kind=_kind(action, row.facts["changes"]), data=data))
    return entries


def _kind(action: str, changed: dict[str, Any]) -> str:
    if action != "update":
        return action
    if "cost" in changed or changed.keys() <= _MONEY:
        return "cost"
    return "status" if "status" in changed else "update"


def change_event(entry: Entry, who: str) -> TimelineEvent:
    """A change with the mark of what it is about."""
    label, icon, hue = _SHOWN[entry.kind]
    return TimelineEvent(
        at=entry.at,
        who=who or _("System"),
        kind=label,
        icon=icon,
        hue=hue,
        text=entry.data["text"],
        is_system=True,
        key=f"{entry.source}-{entry.id}",
    )


def check_campaign(access: Access, record_id: int, write: bool) -> None:
    """Refuses with `NotFound` a campaign out of sight, and an archived one to write on."""
    kind = record_type("campaign")
    permission = kind.permission("view")
    view = access if access.permission == permission else access.also(permission)
    listing.get(view, kind, record_id, fields=["name"], archived=not write)


def only_notes(access: Access, activities: Sequence[Recorded]) -> None:
    """A campaign is nobody who could be called: it takes notes, so that counts of contacts stay true."""
    if any(one.kind != ActivityKind.NOTE for one in activities):
        raise OnlyNotes


def register() -> None:
    """Called from `registrations.py`."""
    register_subject("campaign", check=check_campaign, recorded=only_notes, imported=only_notes)
    register_timeline_source(
        "campaign_change",
        changes,
        label=gettext_lazy("Changes of the campaign"),
        group="change",
        icon="pencil",
        hue="gray",
        show=change_event,
    )
