"""Refusals of the room."""

from django.utils.translation import gettext_lazy as _

from headwater.kernel.errors import Conflict, Forbidden


class AmountsHidden(Forbidden):
    """A role that does not see amounts of opportunities sees no sums of them either. Facts: `permission`."""

    code = "targets.amounts_hidden"
    message = _("Your role does not show you the amounts of opportunities.")


class NotOpen(Conflict):
    """Facts: `name`."""

    code = "commitment.not_open"
    message = _("“%(name)s” is closed; its category follows from that.")
    remedy = _("Reopen it to commit to it anew.")
