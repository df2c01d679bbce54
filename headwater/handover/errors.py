"""Refusals of the room."""

from django.utils.translation import gettext_lazy as _

from headwater.kernel.errors import Conflict


class AlreadyRunning(Conflict):
    """One handover of a person at a time. Facts: `name`, `handover`."""

    code = "handover.running"
    message = _("A handover of %(name)s is running already.")
    remedy = _("Wait until it is done; what is left can be handed over after it.")


class UndoTooLate(Conflict):
    """Facts: `days`."""

    code = "handover.undo_too_late"
    message = _("A handover can be taken back for %(days)s days.")
    remedy = _("Hand the records over again, the other way round.")


class NotUndoable(Conflict):
    """Facts: `status`, `label`."""

    code = "handover.not_done"
    message = _("This handover cannot be taken back now (%(label)s).")
