"""Tables of landing forms: the form, the wordings people agreed to, what was sent, who looked."""

from typing import Any, ClassVar

from django.db import models
from django.db.models import Q

from headwater.acquisition.models import Campaign, Source
from headwater.kernel.models import OrjsonField, Record
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

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(name="form_has_name", condition=~Q(name="") & ~Q(title="")),
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

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["form", "nonce"], name="submission_once"),
        ]
        indexes: ClassVar = [models.Index(fields=["form", "-at"], name="submission_by_time")]


class FormDay(models.Model):
    """How often the form was looked at, and how often a robot was turned away, on a day."""

    pk = models.CompositePrimaryKey("form_id", "day")
    form_id = models.BigIntegerField()
    day = models.DateField()
    views = models.PositiveIntegerField(default=0)
    refused = models.PositiveIntegerField(default=0)
