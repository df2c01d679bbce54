"""Vocabulary of hooks."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Signing(models.TextChoices):
    """How a sender shows that a delivery is theirs."""

    STANDARD = "standard", _("Standard Webhooks (HMAC-SHA256)")
    TENCENT = "tencent", _("Tencent Ads (SHA-1 in the address)")
    OCEANENGINE = "oceanengine", _("Feiyu open interface (HMAC-SHA256 of address and time)")
    TOKEN = "token", _("Token in the address or in a header")


class State(models.TextChoices):
    """Where a delivery stands."""

    KEPT = "kept", pgettext_lazy("hook delivery", "Waiting")
    CAPTURED = "captured", pgettext_lazy("hook delivery", "Became a lead")
    FAILED = "failed", pgettext_lazy("hook delivery", "Failed")
    DISCARDED = "discarded", pgettext_lazy("hook delivery", "Discarded")
    PING = "ping", pgettext_lazy("hook delivery", "Test message")
