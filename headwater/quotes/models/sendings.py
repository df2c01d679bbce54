"""What went out, and what happened to it."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from headwater.leads.mailing.types import QueuedMail
from headwater.quotes.models.quotes import QuoteVersion
from headwater.quotes.types import Happening, PaperLanguage


class QuotePaper(models.Model):
    """The printed document of a version that does not change any more; the file is of the record `quote`."""

    version = models.ForeignKey(QuoteVersion, models.PROTECT, related_name="papers", db_index=False)
    language = models.CharField(max_length=8, choices=PaperLanguage)
    file_id = models.BigIntegerField()
    made_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["version", "language"], name="quote_paper_once")
        ]


class QuoteMail(QueuedMail):
    """A quote on its way by mail, its paper attached; the leads' outbox sends it."""

    version = models.ForeignKey(QuoteVersion, models.PROTECT, related_name="mails", db_index=False)
    opportunity_id = models.BigIntegerField()
    email = models.CharField(max_length=254)
    sent_by_id = models.BigIntegerField(null=True)

    class Meta:
        indexes: ClassVar = [
            models.Index("due_at", "id", name="quote_mail_due", condition=Q(due_at__isnull=False)),
            models.Index("version", "id", name="quote_mail_by_version"),
            models.Index(fields=["opportunity_id", "settled_at"], name="quote_mail_by_opportunity"),
        ]


class QuoteStep(models.Model):
    """Something that happened to a version; rows are added and never change."""

    version = models.ForeignKey(QuoteVersion, models.PROTECT, related_name="steps", db_index=False)
    opportunity_id = models.BigIntegerField()
    happening = models.CharField(max_length=12, choices=Happening)
    at = models.DateTimeField()
    by_id = models.BigIntegerField(null=True)
    who = models.CharField(max_length=80, blank=True, default="")  # the customer's side, where they acted
    note = models.CharField(max_length=1000, blank=True, default="")

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["opportunity_id", "-at", "-id"], name="quote_step_by_opportunity"),
            models.Index(fields=["version", "at", "id"], name="quote_step_by_version"),
        ]
