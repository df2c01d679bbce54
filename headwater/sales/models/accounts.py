"""Companies and people that buy."""

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Q

from headwater.acquisition.models import Campaign, Source
from headwater.kernel.models import Record


class Account(Record):
    """A customer. `name_key` and `name_pieces` are how a name is compared: see `names`."""

    name = models.CharField(max_length=200)
    name_key = models.CharField(max_length=200)
    name_pieces = ArrayField(models.CharField(max_length=8), default=list)
    owner = models.ForeignKey(
        "organization.User", models.PROTECT, null=True, related_name="+", db_index=False
    )
    parent = models.ForeignKey("self", models.PROTECT, null=True, related_name="+", db_index=False)
    level = models.CharField(max_length=80, null=True)
    industry = models.CharField(max_length=80, null=True)
    company_size = models.CharField(max_length=80, null=True)
    region = models.CharField(max_length=80, null=True)
    address = models.CharField(max_length=300, null=True)
    website = models.CharField(max_length=255, null=True)
    phone = models.CharField(max_length=32, null=True)
    note = models.TextField(null=True)
    source = models.ForeignKey(Source, models.PROTECT, null=True, related_name="+", db_index=False)
    campaign = models.ForeignKey(Campaign, models.PROTECT, null=True, related_name="+", db_index=False)
    external_id = models.CharField(max_length=100, null=True)
    last_activity_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(name="account_has_name", condition=~Q(name="")),
            models.CheckConstraint(
                name="account_below_another", condition=Q(parent__isnull=True) | ~Q(parent=models.F("id"))
            ),
            models.UniqueConstraint(
                fields=["external_id"],
                name="account_external_id_once",
                condition=Q(external_id__isnull=False, archived_at__isnull=True),
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["campaign"], name="account_campaign", condition=Q(campaign__isnull=False)),
            models.Index(fields=["owner", "-created_at", "-id"], name="account_by_owner"),
            models.Index(fields=["-created_at", "-id"], name="account_by_creation"),
            models.Index(fields=["name_key"], name="account_name_key"),
            models.Index(fields=["parent"], name="account_below", condition=Q(parent__isnull=False)),
            models.Index(fields=["phone"], name="account_phone", condition=Q(phone__isnull=False)),
            GinIndex(fields=["name_pieces"], name="account_name_pieces", fastupdate=False),
        ]

    def __str__(self) -> str:
        return self.name
