"""Refusals of routing."""

from django.utils.translation import gettext_lazy as _

from headwater.kernel.errors import Conflict


class Circular(Conflict):
    """Facts: `path`: the pools in the order in which leads would go round."""

    code = "routing.circular"
    message = _("These rules would send leads round in a circle: %(path)s.")
    remedy = _("Change the target or the conditions of one of them, or switch it off.")


class TooManyRules(Conflict):
    """Facts: `limit`."""

    code = "routing.too_many_rules"
    message = _("There can be at most %(limit)s rules.")
    remedy = _("Archive rules that are no longer used, or join similar ones.")


class RuleBroken(Conflict):
    """Facts: `rule`, `reason`."""

    code = "routing.rule_broken"
    message = _("“%(rule)s” cannot be switched on: %(reason)s")
    remedy = _("Edit the rule first.")
