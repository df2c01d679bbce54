"""Refusals of the room."""

from django.utils.translation import gettext_lazy as _

from headwater.kernel.errors import Conflict


class ChannelLoop(Conflict):
    """Facts: `name`."""

    code = "channel.loop"
    message = _("“%(name)s” cannot stand below itself.")
    remedy = _("Choose a channel that is not one of its own branches.")


class ChannelTooDeep(Conflict):
    """Facts: `limit`."""

    code = "channel.too_deep"
    message = _("The tree of channels has at most %(limit)s levels.")


class ChannelHasBranches(Conflict):
    """Facts: `name`, `branches`."""

    code = "channel.has_branches"
    message = _("“%(name)s” still has %(branches)s channels below it.")
    remedy = _("Retire or move those first.")


class OnlyNotes(Conflict):
    code = "campaign.only_notes"
    message = _("A campaign is not contacted: it takes notes, comments, tasks and files.")
    remedy = _("Write the follow-up on the lead or customer whom you spoke to, or choose “Note”.")
