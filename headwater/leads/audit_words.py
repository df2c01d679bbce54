"""What is done to leads, as the audit log says it."""

from typing import Any

from django.utils.translation import pgettext

from headwater.leads.types import Why


def audit_acts() -> dict[str, Any]:
    """The changes of place by their reasons, and what else happens to leads alone."""
    return {why.value: why.label for why in Why} | {
        "inquired": pgettext("audit", "noted another inquiry of"),
        "protect": pgettext("audit", "protected"),
        "unprotect": pgettext("audit", "ended the protection of"),
        "stage": pgettext("audit", "changed the stage of"),
    }
