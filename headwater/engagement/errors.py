"""Refusals of the room."""

from django.utils.translation import gettext_lazy as _

from headwater.kernel.errors import Conflict, Forbidden


class ActivityLocked(Conflict):
    """One's own follow-up may be edited for a time. Facts: `hours`, `until` (ISO)."""

    code = "activity.locked"
    message = _("A follow-up can be edited by its author for %(hours)s hours; that time is over.")
    remedy = _("Add a comment, or ask your manager to correct it.")


class NotYours(Forbidden):
    """Only the author, or a manager whose reach covers them. Facts: `record`, `id`."""

    code = "engagement.not_yours"
    message = _("Only the author or their manager may change this.")
    remedy = _("Add a comment instead.")


class TaskDone(Conflict):
    """Facts: `id`, `done_at` (ISO), `done_by`."""

    code = "task.done"
    message = _("This task is already done.")
    remedy = _("Reopen it first.")


class RecordOfTaskFixed(Conflict):
    """Facts: `id`."""

    code = "task.record_fixed"
    message = _("A task stays with the record it was made for.")
    remedy = _("Make a new task on the other record.")
