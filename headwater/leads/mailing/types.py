"""Where a mail stands."""

from django.db import models
from django.utils.translation import pgettext_lazy


class MailState(models.TextChoices):
    """Where a mail to a customer stands. Skipped: when its time came it was no longer allowed, or wanted."""

    WAITING = "waiting", pgettext_lazy("mail to a customer", "Waiting")
    SENDING = "sending", pgettext_lazy("mail to a customer", "Being sent")
    SENT = "sent", pgettext_lazy("mail to a customer", "Sent")
    SKIPPED = "skipped", pgettext_lazy("mail to a customer", "Not sent")
    FAILED = "failed", pgettext_lazy("mail to a customer", "Failed")


MAIL_HUES = {
    MailState.WAITING: "gray",
    MailState.SENDING: "gray",
    MailState.SENT: "blue",
    MailState.SKIPPED: "gray",
    MailState.FAILED: "orange",
}


class QueuedMail(models.Model):
    """What an outbox needs of a table; the words are kept as they were sent."""

    state = models.CharField(max_length=8, choices=MailState, default=MailState.WAITING)
    subject = models.TextField()
    text = models.TextField()
    reason = models.TextField(blank=True, default="")  # a code of why it was skipped, or the server's words
    attempts = models.PositiveSmallIntegerField(default=0)
    created_at = models.DateTimeField()
    due_at = models.DateTimeField(null=True)  # none: it is settled
    settled_at = models.DateTimeField(null=True)

    class Meta:
        abstract = True
