"""People at customers."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from headwater.acquisition.models import Campaign, Source
from headwater.kernel.models import Record
from headwater.sales.models.accounts import Account
from headwater.sales.types import PERSONAL_METHODS


def _once(method: str) -> models.UniqueConstraint:
    """One living contact per mobile, address or account of a person: a constraint, not a check."""
    return models.UniqueConstraint(
        fields=[method],
        name=f"contact_{method}_once",
        condition=Q(**{f"{method}__isnull": False, "archived_at__isnull": True}),
    )


class Contact(Record):
    """A person, usually at an account. Contact methods are kept in normalised form."""

    name = models.CharField(max_length=100)
    account = models.ForeignKey(Account, models.PROTECT, null=True, related_name="contacts", db_index=False)
    title = models.CharField(max_length=100, null=True)
    department = models.CharField(max_length=100, null=True)
    mobile = models.CharField(max_length=32, null=True)
    phone = models.CharField(max_length=32, null=True)
    email = models.CharField(max_length=254, null=True)
    wechat = models.CharField(max_length=64, null=True)
    qq = models.CharField(max_length=20, null=True)
    owner = models.ForeignKey(
        "organization.User", models.PROTECT, null=True, related_name="+", db_index=False
    )
    note = models.TextField(null=True)
    do_not_call = models.BooleanField(default=False)
    do_not_email = models.BooleanField(default=False)
    consent_basis = models.CharField(max_length=80, null=True)
    consent_at = models.DateTimeField(null=True)
    consent_evidence = models.TextField(null=True)
    source = models.ForeignKey(Source, models.PROTECT, null=True, related_name="+", db_index=False)
    campaign = models.ForeignKey(Campaign, models.PROTECT, null=True, related_name="+", db_index=False)
    external_id = models.CharField(max_length=100, null=True)
    last_activity_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(name="contact_has_name", condition=~Q(name="")),
            *(_once(method) for method in PERSONAL_METHODS),
            models.UniqueConstraint(
                fields=["external_id"],
                name="contact_external_id_once",
                condition=Q(external_id__isnull=False, archived_at__isnull=True),
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["account"], name="contact_by_account"),
            models.Index(fields=["owner", "-created_at", "-id"], name="contact_by_owner"),
            models.Index(fields=["-created_at", "-id"], name="contact_by_creation"),
            models.Index(fields=["phone"], name="contact_phone", condition=Q(phone__isnull=False)),
        ]

    def __str__(self) -> str:
        return self.name
