"""Refusals of the room."""

from django.utils.translation import gettext_lazy as _

from headwater.kernel.errors import Conflict, DomainError, Forbidden


class DepartmentCycle(Conflict):
    """Facts: `name`, `under` (the department below it that was chosen as its parent)."""

    code = "department.cycle"
    message = _("“%(name)s” cannot be moved under “%(under)s”, which lies below it.")
    remedy = _("Choose a parent outside this department.")


class DepartmentInUse(Conflict):
    """Facts: `name`, `people`, `departments` (active ones in it)."""

    code = "department.in_use"
    message = _("“%(name)s” still has %(people)s people and %(departments)s departments.")
    remedy = _("Move them first, then archive it.")


class DepartmentArchived(Conflict):
    """Facts: `name`."""

    code = "department.archived"
    message = _("“%(name)s” is archived.")
    remedy = _("Restore it first, or choose another department.")


class ReportingCycle(Conflict):
    """Facts: `name`, `manager`."""

    code = "user.reporting_cycle"
    message = _("%(manager)s already reports to %(name)s, directly or through others.")
    remedy = _("Choose somebody who does not report to this person.")


class LastAdministrator(Conflict):
    """Facts: `name`."""

    code = "user.last_administrator"
    message = _("%(name)s is the last administrator.")
    remedy = _("Make somebody else an administrator first.")


class NotYourself(Conflict):
    """Nobody deactivates themselves by accident. Facts: none."""

    code = "user.not_yourself"
    message = _("You cannot deactivate yourself.")
    remedy = _("Ask another administrator.")


class AlreadyJoined(Conflict):
    """Facts: `name`."""

    code = "user.already_joined"
    message = _("%(name)s has already joined.")


class NotDeactivated(Conflict):
    """Facts: `name`."""

    code = "user.not_deactivated"
    message = _("%(name)s is not deactivated.")


class InvitationInvalid(DomainError):
    """Unknown, used, withdrawn or expired; the answer is the same."""

    code = "invitation.invalid"
    status = 410
    message = _("This invitation is no longer valid.")
    remedy = _("Ask the person who invited you to send a new one.")


class MoreThanYourOwn(Forbidden):
    """Nobody hands out, or takes over, more than they may do themselves. Facts: `permissions`."""

    code = "role.more_than_your_own"
    message = _("This needs permissions that you do not have yourself.")
    remedy = _("Ask an administrator.")


class BuiltinRoleKept(Conflict):
    """Facts: `name`."""

    code = "role.builtin"
    message = _("“%(name)s” is a built-in role and cannot be deleted.")
    remedy = _("Take it away from people who should not have it, or copy it and change the copy.")


class AdministratorRoleFixed(Conflict):
    """Facts: `name`."""

    code = "role.administrator"
    message = _("“%(name)s” always may do everything and cannot be changed.")
    remedy = _("Copy it and change the copy.")


class RoleInUse(Conflict):
    """Facts: `name`, `people`."""

    code = "role.in_use"
    message = _("%(people)s people still have the role “%(name)s”.")
    remedy = _("Give them another role first.")


class AlreadySetUp(Conflict):
    """The first administrator exists."""

    code = "setup.done"
    message = _("This installation already has an administrator.")
    remedy = _("Sign in, or ask an administrator to invite you.")


class CalendarNeverOpens(Conflict):
    """Facts: `name`."""

    code = "calendar.never_opens"
    message = _("“%(name)s” would have no working day in a whole year.")
    remedy = _("Give it hours on a weekday, or take back some of the days off.")


class DefaultCalendarKept(Conflict):
    """Facts: `name`."""

    code = "calendar.default"
    message = _("“%(name)s” is the default calendar: whatever names no other goes by it.")
    remedy = _("Make another calendar the default one first.")


class CalendarInUse(Conflict):
    """Facts: `name`, `uses`."""

    code = "calendar.in_use"
    message = _("“%(name)s” is still used in %(uses)s places.")
    remedy = _("Choose another calendar for its departments and pools first.")


class AbsenceOverlaps(Conflict):
    """Facts: `name`, `since`, `until` (moments as text)."""

    code = "absence.overlaps"
    message = _("%(name)s is already away from %(since)s to %(until)s.")
    remedy = _("Change that absence, or choose other times.")


class AbsenceNotRunning(Conflict):
    """Facts: `name`."""

    code = "absence.not_running"
    message = _("%(name)s is not away now.")


class BeyondYourPeople(Forbidden):
    """Facts: `name`."""

    code = "absence.beyond_your_people"
    message = _("%(name)s is not one of your people.")
    remedy = _("Ask the person, their manager or an administrator.")
