"""Closed vocabularies of notifications."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Channel(models.TextChoices):
    """Ways to a person."""

    IN_APP = "in_app", _("In the application")
    EMAIL = "email", _("By e-mail")
    BOT = "bot", _("In chat groups")


class MailRhythm(models.TextChoices):
    """When mail goes out."""

    AT_ONCE = "at_once", pgettext_lazy("mail", "At once")
    DAILY = "daily", pgettext_lazy("mail", "Once a day")
    WEEKLY = "weekly", pgettext_lazy("mail", "Once a week")


class DeliveryState(models.TextChoices):
    """Where a delivery stands. Dropped: read in the meantime, or nobody there to get it."""

    WAITING = "waiting", pgettext_lazy("delivery", "Waiting")
    SENT = "sent", pgettext_lazy("delivery", "Sent")
    DROPPED = "dropped", pgettext_lazy("delivery", "Not needed any more")
    FAILED = "failed", pgettext_lazy("delivery", "Failed")


class BotKind(models.TextChoices):
    """The chat programs whose group robots we speak to."""

    WECOM = "wecom", _("WeCom")
    DINGTALK = "dingtalk", _("DingTalk")
    FEISHU = "feishu", _("Feishu")


class EscalationState(models.TextChoices):
    """Unanswered: everybody up the line was told and nobody acted."""

    OPEN = "open", pgettext_lazy("escalation", "Open")
    ACKNOWLEDGED = "acknowledged", pgettext_lazy("escalation", "Taken care of")
    UNANSWERED = "unanswered", pgettext_lazy("escalation", "Unanswered")
