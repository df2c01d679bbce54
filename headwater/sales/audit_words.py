"""What is done to records of the room, as the audit log says it."""

from typing import Any

from django.utils.translation import pgettext


def audit_acts() -> dict[str, Any]:
    """Acts that the house has no common words for."""
    return {
        "merge": pgettext("audit", "merged"),
        "unmerge": pgettext("audit", "took apart"),
        "tick": pgettext("audit", "ticked off a point of the checklist of"),
        "untick": pgettext("audit", "took back a tick on the checklist of"),
        "make_default": pgettext("audit", "made the default"),
        "add_stage": pgettext("audit", "added a stage to"),
        "change_stage": pgettext("audit", "changed a stage of"),
        "remove_stage": pgettext("audit", "removed a stage of"),
        "order_stages": pgettext("audit", "reordered the stages of"),
        "restore_version": pgettext("audit", "brought back an earlier version of"),
        "change_checklist": pgettext("audit", "changed a checklist of"),
    }
