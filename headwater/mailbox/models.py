"""Tables of inbound mail: the mailboxes that are read, and what came in by them."""

from typing import Any, ClassVar

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import F, Q

from headwater.acquisition.models import Channel, Source
from headwater.kernel.models import OrjsonField, Record
from headwater.mailbox.types import After, Security, State, Trouble, Unknown, Why
from headwater.pools.models import Pool


def _plain(to: type[models.Model]) -> Any:
    return models.ForeignKey(to, null=True, on_delete=models.PROTECT, related_name="+", db_index=False)


class Mailbox(Record):
    """A mailbox that is read. The lower half is where reading stands; it moves without a new version."""

    name = models.CharField(max_length=120)
    address = models.CharField(max_length=254)  # under which others write to us
    host = models.CharField(max_length=255)
    port = models.PositiveIntegerField(default=993)
    security = models.CharField(max_length=10, choices=Security, default=Security.TLS)
    login = models.CharField(max_length=254)
    password_cipher = models.TextField(blank=True, default="")
    folder = models.CharField(max_length=200, default="INBOX")
    unknown = models.CharField(max_length=10, choices=Unknown, default=Unknown.LEAD)
    source = _plain(Source)
    channel = _plain(Channel)
    pool = _plain(Pool)
    business_line = models.CharField(max_length=80, blank=True, default="")
    takes_old = models.BooleanField(default=False)  # also what lay there before
    after = models.CharField(max_length=10, choices=After, default=After.NOTHING)
    after_folder = models.CharField(max_length=200, blank=True, default="")
    is_on = models.BooleanField(default=True)

    uid_validity = models.BigIntegerField(null=True)
    last_uid = models.BigIntegerField(default=0)
    checked_at = models.DateTimeField(null=True)  # the last time all was well
    trouble = models.CharField(max_length=20, choices=Trouble, blank=True, default="")
    trouble_detail = models.CharField(max_length=300, blank=True, default="")
    tries = models.PositiveIntegerField(default=0)
    next_at = models.DateTimeField(null=True)
    lease = models.CharField(max_length=40, blank=True, default="")
    lease_until = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(name="mailbox_has_name", condition=~Q(name="")),
            models.UniqueConstraint(
                fields=["name"], name="mailbox_name_once", condition=Q(archived_at__isnull=True)
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["-created_at", "-id"], name="mailbox_by_creation")]

    def __str__(self) -> str:
        return self.name


class Mail(models.Model):
    """A mail that came in, as text. `key` is of its Message-ID and sender: the same mail comes in once."""

    key = models.CharField(max_length=64, unique=True)
    mailbox = models.ForeignKey(Mailbox, models.PROTECT, null=True, related_name="+", db_index=False)
    uid = models.BigIntegerField(null=True)
    message_hash = models.CharField(max_length=64, blank=True, default="")
    thread = ArrayField(models.CharField(max_length=64), default=list)  # hashes of what it answers to
    at = models.DateTimeField()  # when it says it was sent, not after it came
    created_at = models.DateTimeField()
    sender = models.CharField(max_length=254)  # whom it is from: the customer, where others passed it on
    sender_name = models.CharField(max_length=120, blank=True, default="")
    passed_on_by = models.CharField(max_length=254, blank=True, default="")
    recipients = models.CharField(max_length=500, blank=True, default="")
    subject = models.CharField(max_length=300, blank=True, default="")
    text = models.TextField(blank=True, default="")
    quoted = models.TextField(blank=True, default="")  # what it repeats of earlier ones
    left_out = OrjsonField(default=list)  # [{"name", "why"}] of attachments that were not kept
    is_cut = models.BooleanField(default=False)  # only its beginning was read
    state = models.CharField(max_length=10, choices=State, default=State.ASIDE)
    why = models.CharField(max_length=12, choices=Why, blank=True, default="")
    record_type = models.CharField(max_length=40, null=True)
    record_id = models.BigIntegerField(null=True)
    made_lead = models.BooleanField(default=False)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                name="mail_kept_on_a_record",
                condition=Q(state="kept", record_id__isnull=False, record_type__isnull=False)
                | (~Q(state="kept") & Q(record_id__isnull=True)),
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                "record_type", "record_id", F("at").desc(), F("id").desc(), name="mail_record",
                condition=Q(record_id__isnull=False),
            ),
            models.Index(fields=["message_hash"], name="mail_message", condition=~Q(message_hash="")),
            models.Index(fields=["state", "-created_at", "-id"], name="mail_by_state"),
            models.Index(fields=["mailbox", "-created_at"], name="mail_by_mailbox"),
            GinIndex(fields=["thread"], name="mail_thread"),
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.subject or self.sender
