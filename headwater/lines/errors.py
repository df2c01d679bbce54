"""Refusals of business lines."""

from django.utils.translation import gettext_lazy as _

from headwater.kernel.errors import Conflict


class SameLine(Conflict):
    """Facts: `line`."""

    code = "line.same"
    message = _("This lead belongs to “%(line)s” itself.")
    remedy = _("Convert the lead, or choose another business line.")


class NobodyThere(Conflict):
    """Facts: `line`."""

    code = "line.nobody"
    message = _("Nobody can take an opportunity for “%(line)s” now.")
    remedy = _("Name its owner.")


class TooManyRules(Conflict):
    """Facts: `limit`."""

    code = "line.too_many_rules"
    message = _("There can be at most %(limit)s rules.")
    remedy = _("Archive rules that are no longer used, or join similar ones.")
