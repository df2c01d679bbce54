"""Words that rows of this room are kept in."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Consent(models.TextChoices):
    """How a site comes to its visitors' agreement."""

    ASK = "ask", _("Ask with a small banner of our own")
    CALL = "call", _("The site's own banner tells by headwater.consent(true)")
    NONE = "none", _("Not asked: only where something else than consent allows it")


class HitKind(models.TextChoices):
    """What a visitor did."""

    PAGE = "page", pgettext_lazy("visit", "Page")
    FORM = "form", pgettext_lazy("visit", "Form begun")
    DOWNLOAD = "download", pgettext_lazy("visit", "Download")


class IdentifiedBy(models.TextChoices):
    """How a visitor became known."""

    CAPTURE = "capture", pgettext_lazy("identified by", "An inquiry")
    LINK = "link", pgettext_lazy("identified by", "A link sent to them")


DIRECT = "direct"  # the origin of who typed the address or hid where they came from
BEFORE = "before"  # the fold of all visits up to the inquiry
