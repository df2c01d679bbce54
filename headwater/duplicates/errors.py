"""Refusals of duplicates."""

from django.utils.translation import gettext_lazy as _

from headwater.kernel.errors import Conflict


class LooksKnown(Conflict):
    """A rule found records alike. Facts: `rule`, `act`, `matches` (what may be shown), `first`."""

    code = "duplicate.similar"
    message = _("This looks like one that is known already: %(first)s.")
    remedy = _("Look at what is alike before you save it.")


class BlockedAsKnown(LooksKnown):
    """The rule does not let it be saved."""

    code = "duplicate.blocked"
    message = _("“%(rule)s” does not let this be saved: it looks like %(first)s.")
    remedy = _("Open the known one, or ask an administrator about the rule.")


class TooManyRules(Conflict):
    """Facts: `limit`."""

    code = "duplicate.too_many_rules"
    message = _("There can be at most %(limit)s rules.")
    remedy = _("Archive rules that are no longer used, or join similar ones.")
