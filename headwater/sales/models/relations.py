"""What companies are to each other, besides parent and subsidiary (`Account.parent`)."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Greatest, Least

from headwater.sales.models.accounts import Account
from headwater.sales.types import KEPT_TIES, MUTUAL_TIES, Tie


class AccountRelation(models.Model):
    """`other` is a supplier, partner ... of `account`; `Tie` says what that is from the other side."""

    account = models.ForeignKey(Account, models.CASCADE, related_name="+", db_index=False)
    other = models.ForeignKey(Account, models.CASCADE, related_name="+")
    tie = models.CharField(max_length=12, choices=Tie)
    note = models.CharField(max_length=500, null=True)
    created_by_id = models.BigIntegerField(null=True)
    created_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(name="account_relation_tie", condition=Q(tie__in=KEPT_TIES)),
            models.CheckConstraint(name="account_relation_of_two", condition=~Q(account=F("other"))),
            models.UniqueConstraint(fields=["account", "other", "tie"], name="account_relation_once"),
            # A partner of a partner is said once, whichever side says it.
            models.UniqueConstraint(
                Least("account", "other"),
                Greatest("account", "other"),
                F("tie"),
                name="account_relation_mutual_once",
                condition=Q(tie__in=MUTUAL_TIES),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.other_id} is {self.tie} of {self.account_id}"
