"""Refusals of leads. Each names the rule, its limit, the present value, when it ends and what to do."""

from django.utils.translation import gettext_lazy as _

from headwater.kernel.errors import Conflict, Forbidden, TooMany


class Duplicate(Conflict):
    """This contact method is known. Facts: `field`, `matches` (what may be shown), `visible`."""

    code = "lead.duplicate"
    message = _("A lead with the same %(label)s exists already.")
    remedy = _("Open the existing lead, or ask its owner for a handover.")


class AlreadyOwned(Conflict):
    """Facts: `id`, `owner`, `since`."""

    code = "lead.already_owned"
    message = _("%(owner)s took this lead at %(since_text)s.")
    remedy = _("Choose another lead from the pool.")


class Closed(Conflict):
    """Facts: `id`, `status`, `label`."""

    code = "lead.closed"
    message = _("This lead is closed (%(label)s).")
    remedy = _("Reopen it first if it may still buy.")


class NotInPool(Conflict):
    """Facts: `id`, `status`."""

    code = "lead.not_in_pool"
    message = _("This lead does not lie in a pool.")


class NotOwned(Conflict):
    """Facts: `id`, `status`."""

    code = "lead.not_owned"
    message = _("Nobody owns this lead.")
    remedy = _("Claim it or have it assigned to you first.")


class ClaimClosed(Conflict):
    """The pool's administrators assign; nobody claims. Facts: `pool`."""

    code = "lead.claim_closed"
    message = _("Leads of “%(pool)s” cannot be claimed; they are assigned.")
    remedy = _("Ask an administrator of the pool.")


class HeldBack(Conflict):
    """Facts: `until`, `until_text`, `pool`."""

    code = "lead.held_back"
    message = _("New leads of “%(pool)s” are reserved for its administrators until %(until_text)s.")
    remedy = _("Come back then, or ask an administrator of the pool.")


class CoolingDown(Conflict):
    """Facts: `given_up_at`, `days`, `until`, and their texts."""

    code = "lead.cooling_down"
    message = _("Cool-down: you gave this lead up on %(given_up_text)s.")
    remedy = _("You may claim it again after %(until_text)s.")


class CapReached(Conflict):
    """Facts: `cap`, `held`, `owner_id`, `owner`, `pool` (where the cap is the pool's)."""

    code = "lead.cap_reached"
    message = _("%(owner)s holds %(held)s open leads; the cap is %(cap)s.")
    remedy = _("Convert, return or close some leads first.")


class PoolCapReached(CapReached):
    code = "lead.pool_cap_reached"
    message = _("%(owner)s holds %(held)s open leads of “%(pool)s”; its cap is %(cap)s.")


class DailyLimit(TooMany):
    """Facts: `limit`, `used`, `until`, `pool`."""

    code = "lead.daily_limit"
    message = _("You claimed %(used)s leads from “%(pool)s” today; the limit is %(limit)s.")
    remedy = _("You may claim again after %(until_text)s. Returning a lead does not refund a claim.")


class RevealLimit(TooMany):
    """Facts: `limit`, `used`, `until`."""

    code = "lead.reveal_limit"
    message = _("You had %(used)s numbers shown today; the limit is %(limit)s.")
    remedy = _("Claim the leads you want to call, or come back after %(until_text)s.")


class ViewLimit(TooMany):
    """Facts: `limit`, `used`, `until`."""

    code = "lead.view_limit"
    message = _("You opened %(used)s pooled leads today; the limit is %(limit)s.")
    remedy = _("Claim the leads you want to work on, or come back after %(until_text)s.")


class NotYours(Forbidden):
    """Seen, but not the actor's to change. Facts: `id`, `owner`."""

    code = "lead.not_yours"
    message = _("You may see this lead but not change it.")
    remedy = _("Claim it, or ask its owner or an administrator of its pool.")


class Inactive(Conflict):
    """Facts: `owner_id`, `owner`."""

    code = "lead.owner_inactive"
    message = _("%(owner)s has left and cannot be given leads.")
    remedy = _("Choose somebody else.")


class NotAllowed(Conflict):
    """Facts: `from`, `to`."""

    code = "lead.transition"
    message = _("A lead that is “%(from_label)s” cannot become “%(to_label)s”.")


class NotConverted(Conflict):
    code = "lead.not_converted"
    message = _("This lead has not been converted.")


class UndoTooLate(Conflict):
    """Facts: `days`, `at`."""

    code = "lead.undo_too_late"
    message = _("A conversion can be undone for %(days)s days; this one is older.")
    remedy = _("Archive what was made by hand, and create the lead anew if it is needed.")


class ConversionGrown(Conflict):
    """Work has been done on what the conversion made. Facts: `grown` (rows as in the preview), `what`."""

    code = "lead.conversion_grown"
    message = _("This conversion cannot be undone, because work has gone on since: %(what)s.")
    remedy = _("Move that to other records or archive it, then undo again.")


class RestoreTooLate(Conflict):
    """Facts: `days`."""

    code = "lead.restore_too_late"
    message = _("Archived leads can be restored for %(days)s days.")


class ProtectionQuota(Conflict):
    """Facts: `limit`, `used`."""

    code = "lead.protection_quota"
    message = _("%(used)s leads are protected already; the limit per person is %(limit)s.")
    remedy = _("End a protection that is no longer needed, or ask an administrator.")
