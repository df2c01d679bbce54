"""Tables of landing forms: the form, the wordings people agreed to, what was sent, who looked."""

from typing import Any, ClassVar

from django.db import models
from django.db.models import Q

from headwater.acquisition.models import Campaign, Source
from headwater.forms.types import MOST_FILES, MOST_MEGABYTES, FilesKind
from headwater.kernel.models import OrjsonField, Record
from headwater.leads.mailing.types import QueuedMail
from headwater.organization.models import User
from headwater.pools.models import Pool


def _plain(to: type[models.Model]) -> Any:
    return models.ForeignKey(to, null=True, on_delete=models.PROTECT, related_name="+", db_index=False)


class Form(Record):
    """A public form. `questions` are fields of the lead catalogue in their order, with words of their own."""

    name = models.CharField(max_length=120)  # for ourselves
    token = models.CharField(max_length=24, unique=True)  # its public address
    title = models.CharField(max_length=120)
    intro = models.TextField(blank=True, default="")
    questions = OrjsonField(default=list)  # [{"key", "label", "help", "required"}]
    submit_label = models.CharField(max_length=40, blank=True, default="")
    consent_text = models.TextField(blank=True, default="")
    consent_version = models.PositiveIntegerField(default=0)  # 0: nothing is asked
    thanks = models.TextField(blank=True, default="")
    redirect_url = models.CharField(max_length=500, blank=True, default="")
    embed_origins = models.CharField(
        max_length=500, blank=True, default=""
    )  # pages that may show it in a frame
    source = _plain(Source)
    campaign = _plain(Campaign)
    pool = _plain(Pool)
    business_line = models.CharField(max_length=80, blank=True, default="")
    owner = _plain(User)  # has its new leads, while there is room
    opens_at = models.DateTimeField(null=True)
    closes_at = models.DateTimeField(null=True)
    mail_subject = models.CharField(max_length=120, blank=True, default="")  # empty: no confirmation
    mail_text = models.TextField(blank=True, default="")
    files_most = models.PositiveSmallIntegerField(default=0)  # 0: none are taken
    files_kind = models.CharField(max_length=16, choices=FilesKind, default=FilesKind.DOCUMENTS)
    files_megabytes = models.PositiveSmallIntegerField(default=5)  # each
    files_label = models.CharField(max_length=120, blank=True, default="")
    files_required = models.BooleanField(default=False)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(name="form_has_name", condition=~Q(name="") & ~Q(title="")),
            models.CheckConstraint(
                name="form_files_in_bounds",
                condition=Q(files_most__lte=MOST_FILES, files_megabytes__range=(1, MOST_MEGABYTES)),
            ),
            models.UniqueConstraint(
                fields=["name"], name="form_name_once", condition=Q(archived_at__isnull=True)
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["-created_at", "-id"], name="form_by_creation")]

    def __str__(self) -> str:
        return self.name


class ConsentText(models.Model):
    """A wording that people were asked to agree to; never changed, so that it stays evidence."""

    form = models.ForeignKey(Form, models.PROTECT, related_name="consents", db_index=False)
    version = models.PositiveIntegerField()
    text = models.TextField()
    at = models.DateTimeField()
    by_id = models.BigIntegerField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["form", "version"], name="consent_text_once")
        ]


class Submission(models.Model):
    """What somebody sent, as it was sent; `nonce` is the page it was sent from, good for one."""

    form = models.ForeignKey(Form, models.PROTECT, related_name="submissions", db_index=False)
    at = models.DateTimeField()
    nonce = models.CharField(max_length=40)
    values = OrjsonField(default=dict)
    consent_version = models.PositiveIntegerField(default=0)
    is_proven = models.BooleanField(default=False)  # the browser did the work that a robot shuns
    lead_id = models.BigIntegerField(null=True)
    touch_id = models.BigIntegerField(null=True)
    is_new = models.BooleanField(default=False)
    came_from = models.CharField(max_length=60, blank=True, default="")  # as in `FormDay`

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["form", "nonce"], name="submission_once"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["form", "-at"], name="submission_by_time"),
            models.Index(fields=["lead_id"], name="submission_by_lead"),
        ]


class FormDay(models.Model):
    """How often the form was looked at and begun, and how often a robot was turned away, on a day.

    `came_from` is utm_source, else the host of the page before; "*" for all beyond the first forty of a day.
    """

    pk = models.CompositePrimaryKey("form_id", "day", "came_from")
    form_id = models.BigIntegerField()
    day = models.DateField()
    came_from = models.CharField(max_length=60, default="")
    views = models.PositiveIntegerField(default=0)
    starts = models.PositiveIntegerField(default=0)
    refused = models.PositiveIntegerField(default=0)


class Confirmation(QueuedMail):
    """The mail that thanks whoever sent a form; the leads' outbox sends it."""

    submission = models.OneToOneField(Submission, models.CASCADE, related_name="confirmation")
    lead_id = models.BigIntegerField()
    email = models.CharField(max_length=254)  # as it was typed in the form

    class Meta:
        indexes: ClassVar = [
            models.Index("due_at", "id", name="confirmation_due", condition=Q(due_at__isnull=False)),
            models.Index("lead_id", name="confirmation_by_lead"),
            models.Index("email", "created_at", name="confirmation_by_address"),
        ]
