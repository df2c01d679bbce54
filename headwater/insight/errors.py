"""Refusals of the room."""

from django.utils.translation import gettext_lazy as _

from headwater.kernel.errors import Conflict, DomainError


class ReportUnreadable(Conflict):
    """A report that was saved speaks of something that is gone or that this reader may not see.

    Facts: `what` (the key, or what was wrong with a condition), `place` ("dataset", "filters", "period",
    "groupings", "measures").
    """

    code = "report.unreadable"
    message = _("This report uses something that does not exist any more or that you may not see: %(what)s.")
    remedy = _("Change the report, or ask its author for one that suits your rights.")


class ReportTooSlow(DomainError):
    """Cancelled, for it would have taken too long. Facts: `seconds`, the time that it had."""

    code = "report.too_slow"
    status = 503
    message = _("The report was cancelled: it took longer than %(seconds)s seconds.")
    remedy = _("Choose a shorter period, add a filter, or take out a grouping.")


class ReportsBusy(DomainError):
    """As many reports are being computed as may be at once. Facts: `limit`, `retry_after` (seconds)."""

    code = "report.busy"
    status = 503
    message = _("Other reports are being computed, %(limit)s at most at once.")
    remedy = _("Try again in a few seconds.")


class ReportOvertaken(Conflict):
    """Given up, for the same person has asked anew at the same place."""

    code = "report.overtaken"
    message = _("A newer preview has taken the place of this one.")


class NotYourReport(Conflict):
    """Facts: `name`, `owner`."""

    code = "report.not_yours"
    message = _("“%(name)s” belongs to %(owner)s.")
    remedy = _("Make a copy to have your own.")
