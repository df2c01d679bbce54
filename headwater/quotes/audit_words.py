"""What is done to quotes, as the audit log says it."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from headwater.platform.audit import Words, register_acts, register_words


def _acts() -> dict[str, Any]:
    return {
        "revise": pgettext("audit", "made a new version of"),
        "reopen": pgettext("audit", "took back to draft"),
        "ask_approval": pgettext("audit", "asked for approval of"),
        "approve": pgettext("audit", "approved"),
        "reject": pgettext("audit", "did not approve"),
        "send": pgettext("audit", "sent"),
        "mail": pgettext("audit", "mailed"),
        "accept": pgettext("audit", "noted the acceptance of"),
        "decline": pgettext("audit", "noted the refusal of"),
        "withdraw": pgettext("audit", "withdrew"),
        "expire": pgettext("audit", "ended the time of"),
    }


def _limit_fields() -> dict[str, Any]:
    return {
        "discount_percent": _("Discount up to"),
        "amount": _("Amount up to"),
    }


def register() -> None:
    """Called from `registrations.py`."""
    register_acts(_acts)
    register_words("quote_limit", Words(gettext_lazy("Limits of quotes"), fields=_limit_fields))
    register_words("quote_letterhead", Words(gettext_lazy("Letterhead of quotes")))
