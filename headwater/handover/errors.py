"""Refusals of the room."""

from django.utils.translation import gettext_lazy as _

from headwater.kernel.errors import Conflict, TooMany


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


class LookUpLimit(TooMany):
    """Facts: `limit`, `used`, `until`."""

    code = "lookup.limit"
    message = _("You looked %(used)s customers up today; the limit is %(limit)s.")
    remedy = _("Come back after %(until_text)s, or ask your manager.")


class CannotTakeOver(Conflict):
    """Nobody to ask, or it is one's own. Facts: none."""

    code = "lookup.not_requestable"
    message = _("This record cannot be asked for: it is not an open lead of somebody else.")
    remedy = _("Leads in a pool can be claimed there; for customers ask their owner's team.")


class AlreadyAsked(Conflict):
    """Facts: none."""

    code = "lookup.already_requested"
    message = _("You have asked for this lead already and the answer is still open.")


class AlreadyAnswered(Conflict):
    """Facts: `label`."""

    code = "lookup.answered"
    message = _("This request is settled already (%(label)s).")
