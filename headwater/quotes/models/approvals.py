"""How far each role may go by itself, and what was asked of those above."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from headwater.kernel.models import OrjsonField
from headwater.organization.models import Role, User
from headwater.quotes.models.quotes import QuoteVersion
from headwater.quotes.types import Decision


class ApprovalLimit(models.Model):
    """Up to where people of a role send quotes, and approve those of others; empty: without end.

    `amount` is the total in the company's currency.
    """

    role = models.OneToOneField(Role, models.CASCADE, related_name="+")
    discount_percent = models.DecimalField(max_digits=5, decimal_places=2, null=True)
    amount = models.DecimalField(max_digits=16, decimal_places=2, null=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                name="approval_limit_in_bounds",
                condition=(Q(discount_percent__isnull=True) | Q(discount_percent__range=(0, 100)))
                & (Q(amount__isnull=True) | Q(amount__gte=0)),
            )
        ]


class QuoteApproval(models.Model):
    """Somebody was asked to approve a version. `reasons` are the limits that it passes."""

    version = models.ForeignKey(QuoteVersion, models.PROTECT, related_name="approvals", db_index=False)
    asked_by = models.ForeignKey(User, models.PROTECT, related_name="+", db_index=False)
    asked_at = models.DateTimeField()
    approver = models.ForeignKey(User, models.PROTECT, related_name="+", db_index=False)
    reasons = OrjsonField(default=list)  # [{"code", "value", "limit"}]
    note = models.CharField(max_length=500, blank=True, default="")
    decision = models.CharField(max_length=12, choices=Decision, null=True)
    decided_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", db_index=False)
    decided_at = models.DateTimeField(null=True)
    answer = models.CharField(max_length=500, blank=True, default="")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["version"], name="quote_approval_waits_once", condition=Q(decision__isnull=True)
            ),
            models.CheckConstraint(
                name="quote_approval_not_by_oneself",
                condition=~Q(decision__in=[Decision.APPROVED, Decision.REJECTED])
                | ~Q(decided_by=F("asked_by")),
            ),
            models.CheckConstraint(
                name="quote_approval_decided",
                condition=Q(decision__isnull=True, decided_at__isnull=True)
                | Q(decision__isnull=False, decided_at__isnull=False),
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["version", "-asked_at"], name="quote_approval_by_version"),
            models.Index(fields=["approver", "version"], name="quote_approval_by_approver"),
        ]
