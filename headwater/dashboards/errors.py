"""Refusals of the room."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from headwater.kernel.errors import Conflict, Forbidden


class NotYourDashboard(Forbidden):
    """Facts: `name`, `owner`."""

    code = "dashboard.not_yours"
    message = _("“%(name)s” belongs to %(owner)s.")
    remedy = _("Make a copy of your own and change that.")


class ComesWithTheSystem(Conflict):
    """A built-in dashboard is not changed. Facts: `name`."""

    code = "dashboard.builtin"
    message = _("“%(name)s” comes with the system.")
    remedy = _("Make a copy of your own and change that.")


class TooManyWidgets(Conflict):
    """Facts: `limit`."""

    code = "dashboard.full"
    message = _("A dashboard holds at most %(limit)s widgets.")
    remedy = _("Remove one, or make another dashboard.")


class NotSharedWithRole(Conflict):
    """Facts: `name`, `role`."""

    code = "dashboard.not_shared"
    message = _("People with the role “%(role)s” cannot see “%(name)s”.")
    remedy = _("Share it with the role first.")


class ReportGone(Conflict):
    """What a widget shows was archived, or is not shared with the reader."""

    code = "widget.report_gone"
    status = 404
    message = pgettext_lazy("widget", "This report is no longer there, or is not shared with you.")
