"""Refusals of the event log."""

from django.utils.translation import gettext_lazy as _

from headwater.kernel.errors import DomainError


class ChainTooDeep(DomainError):
    """Events that cause each other in a circle are cut here. Facts: `event`, `depth`, `limit`."""

    code = "events.chain_too_deep"
    status = 409
    message = _("This change was set off by a chain of %(depth)s automatic changes; the limit is %(limit)s.")
    remedy = _("Look for automations that trigger each other.")
