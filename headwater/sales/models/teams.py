"""Who works on an account or an opportunity besides its owner."""

from typing import ClassVar

from django.db import models

from headwater.sales.models.accounts import Account
from headwater.sales.models.opportunities import Opportunity


class Member(models.Model):
    """A colleague with a role; sees the record, and changes it where `may_edit`."""

    user = models.ForeignKey("organization.User", models.PROTECT, related_name="+", db_index=False)
    role = models.CharField(max_length=80, null=True)
    may_edit = models.BooleanField(default=False)
    added_by_id = models.BigIntegerField(null=True)
    created_at = models.DateTimeField()

    class Meta:
        abstract = True


class AccountMember(Member):
    """Somebody on the team of an account."""

    account = models.ForeignKey(Account, models.CASCADE, related_name="team", db_index=False)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["account", "user"], name="account_member_once"),
        ]
        # What everybody's lists ask: the accounts of a person.
        indexes: ClassVar = [models.Index(fields=["user", "account"], name="account_of_member")]

    def __str__(self) -> str:
        return f"{self.user_id} at {self.account_id}"


class OpportunityMember(Member):
    """Somebody on the team of an opportunity."""

    opportunity = models.ForeignKey(Opportunity, models.CASCADE, related_name="team", db_index=False)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["opportunity", "user"], name="opportunity_member_once"),
        ]
        indexes: ClassVar = [models.Index(fields=["user", "opportunity"], name="opportunity_of_member")]

    def __str__(self) -> str:
        return f"{self.user_id} at {self.opportunity_id}"
