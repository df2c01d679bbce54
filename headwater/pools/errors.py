"""Refusals of pools."""

from django.utils.translation import gettext_lazy as _

from headwater.kernel.errors import Conflict


class PoolInUse(Conflict):
    """Facts: `leads`, `name`."""

    code = "pool.in_use"
    message = _("%(leads)s leads still lie in “%(name)s”.")
    remedy = _("Move them to another pool first.")


class DefaultPoolNeeded(Conflict):
    """Facts: `name`."""

    code = "pool.default_needed"
    message = _("“%(name)s” takes the leads that name no pool.")
    remedy = _("Make another pool the default first.")
