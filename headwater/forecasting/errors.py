"""Refusals of the room."""

from django.utils.translation import gettext_lazy as _

from headwater.kernel.errors import Conflict


class NotLearntYet(Conflict):
    """A pipeline whose history was not looked at yet."""

    code = "forecast.not_learnt_yet"
    message = _("The history of this pipeline is being learnt from.")
    remedy = _("Look again in a minute, or have it computed now.")
