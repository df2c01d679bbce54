"""Refusals of the room."""

from django.utils.translation import gettext_lazy as _

from headwater.kernel.errors import Conflict


class WrongState(Conflict):
    """Facts: `number`, `state` (its word), `to`."""

    code = "order.state"
    message = _("Order %(number)s is “%(state)s”: it cannot become “%(to)s” now.")


class NothingToPay(Conflict):
    """Facts: `number`."""

    code = "order.empty"
    message = _("Order %(number)s has no amount yet.")
    remedy = _("Add a line, or type the amount, before it becomes active.")


class NotPaidYet(Conflict):
    """Facts: `number`, `open`, `currency`."""

    code = "order.open"
    message = _("Of order %(number)s %(currency)s %(open)s are still open.")
    remedy = _("Record the payment first, or correct the amount of the order.")


class MoneyReceived(Conflict):
    """Facts: `number`, `received`, `currency`."""

    code = "order.money_received"
    message = _("%(currency)s %(received)s were received for order %(number)s.")
    remedy = _("Refund it, or void the entries that are wrong, before cancelling or archiving the order.")


class AmountSettled(Conflict):
    """Facts: `number`, `state`."""

    code = "order.amount_settled"
    message = _("Order %(number)s is “%(state)s”: what it costs does not change.")
    remedy = _("Reopen it first.")


class BelowReceived(Conflict):
    """Facts: `number`, `received`, `currency`."""

    code = "order.below_received"
    message = _("%(currency)s %(received)s were received for order %(number)s; it cannot cost less.")
    remedy = _("Refund what is too much first.")


class AlreadyMade(Conflict):
    """Facts: `number`, `order` (id)."""

    code = "order.already_made"
    message = _("Order %(number)s was made from this quote already.")
    remedy = _("Open that order.")


class NotWon(Conflict):
    """Facts: `name`."""

    code = "order.opportunity_not_won"
    message = _("“%(name)s” is not won yet.")
    remedy = _("Win the opportunity first, or make the order by hand.")


class NotAccepted(Conflict):
    """Facts: `number`."""

    code = "order.quote_not_accepted"
    message = _("Quote %(number)s is not accepted.")
    remedy = _("Orders are made from the version that the customer accepted.")


class NoMoneyNow(Conflict):
    """Facts: `number`, `state`."""

    code = "payment.order_state"
    message = _("Order %(number)s is “%(state)s”: no money is recorded on it.")
    remedy = _("Only active and completed orders take payments.")


class Overpaid(Conflict):
    """Facts: `number`, `open`, `amount`, `currency`, `over`."""

    code = "payment.over"
    message = _("Only %(currency)s %(open)s are open; this is %(currency)s %(over)s more.")
    remedy = _("Confirm to keep what is too much as credit, or correct the amount.")


class InstalmentPaid(Conflict):
    """Facts: `open`, `currency`, `by` (who paid last, or blank), `due_on`."""

    code = "payment.instalment_paid"
    message = _("Of the instalment due on %(due_on)s only %(currency)s %(open)s are still open.")
    remedy = _("Somebody may just have recorded it: look at the order again.")


class RefundTooMuch(Conflict):
    """Facts: `received`, `currency`."""

    code = "payment.refund_too_much"
    message = _("No more than was received can be refunded: %(currency)s %(received)s.")


class VoidTooMuch(Conflict):
    """Facts: `received`, `currency`."""

    code = "payment.void_too_much"
    message = _("Without this payment more would have been refunded than was received.")
    remedy = _("Void the refund first.")


class VoidedAlready(Conflict):
    """Facts: `id` of the entry."""

    code = "payment.voided_already"
    message = _("This entry is void already.")


class NotVoidable(Conflict):
    code = "payment.not_voidable"
    message = _("What voids an entry is not voided itself.")
    remedy = _("Record the payment or refund again.")


class NoRate(Conflict):
    """Facts: `currency`, `to`, `on`."""

    code = "payment.no_rate"
    message = _("There is no rate from %(currency)s to %(to)s on %(on)s.")
    remedy = _("Enter the rate in the settings, or record the amount in %(to)s.")


class PlanHeld(Conflict):
    """Facts: `due_on`."""

    code = "plan.held"
    message = _("A payment was booked to the instalment due on %(due_on)s.")
    remedy = _("Change its date or amount instead of removing it.")


class CurrencyFixed(Conflict):
    code = "order.currency_fixed"
    message = _("Money was recorded in this currency.")
    remedy = _("Make a new order for the other currency.")
