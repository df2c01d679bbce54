"""Refusals of the room."""

from django.utils.translation import gettext_lazy as _

from headwater.kernel.errors import Conflict


class WrongState(Conflict):
    """Facts: `number`, `version`, `state`, `state_name`."""

    code = "quote.wrong_state"
    message = _("Version %(version)s of %(number)s is “%(state_name)s”: this is not possible any more.")
    remedy = _("Look at the quote again.")


class Frozen(Conflict):
    """What is out does not change. Facts: `number`, `version`."""

    code = "quote.frozen"
    message = _("Version %(version)s of %(number)s is no draft any more.")
    remedy = _("Make a new version, or take it back to draft.")


class HasDraft(Conflict):
    """Facts: `number`, `version`."""

    code = "quote.has_draft"
    message = _("%(number)s has version %(version)s in work already.")
    remedy = _("Go on with that one.")


class NeedsApproval(Conflict):
    """Facts: `reasons`: [{"code", "value", "limit"}]."""

    code = "quote.needs_approval"
    message = _("This quote passes your limits.")
    remedy = _("Ask for approval first.")


class NobodyMayApprove(Conflict):
    code = "quote.nobody_may_approve"
    message = _("Nobody above you may approve this quote.")
    remedy = _("Ask an administrator to set the limits of a manager.")


class NotYourApproval(Conflict):
    """Facts: `reason`."""

    code = "quote.not_your_approval"
    message = _("You cannot decide this: %(reason)s")


class NothingOffered(Conflict):
    code = "quote.empty"
    message = _("There is nothing on this quote yet.")
    remedy = _("Add at least one line.")


class Lapsed(Conflict):
    """Facts: `day`."""

    code = "quote.lapsed"
    message = _("This quote was good until %(day)s.")
    remedy = _("Give it a later day.")


class OpportunityLost(Conflict):
    """Facts: `name`."""

    code = "quote.opportunity_lost"
    message = _("“%(name)s” is lost.")
    remedy = _("Reopen the opportunity first.")


class QuoteInUse(Conflict):
    """Facts: `number`."""

    code = "quote.in_use"
    message = _("%(number)s was accepted: it is not put away.")


class PaperFailed(Conflict):
    """The document could not be made."""

    code = "quote.paper_failed"
    status = 503
    message = _("The document could not be made just now.")
    remedy = _("Try again in a moment; if it stays so, tell an administrator.")


class CannotMail(Conflict):
    """Facts: `reason`."""

    code = "quote.cannot_mail"
    message = _("It cannot go by mail: %(reason)s")
    remedy = _("Hand over the document or the link in another way.")
