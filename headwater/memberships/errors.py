"""Refusals of the room."""

from django.utils.translation import gettext_lazy as _

from headwater.kernel.errors import Conflict


class AlreadyMember(Conflict):
    """Facts: `campaign` (its id)."""

    code = "member.exists"
    message = _("This person is a member of the campaign already.")
    remedy = _("Change the status of the member that there is.")
