"""Members of campaigns. Verbs live in `services`."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from headwater.acquisition.models import Campaign
from headwater.kernel.models import Record
from headwater.leads.models import Lead
from headwater.memberships.types import How
from headwater.sales.models import Contact


class Member(Record):
    """A lead or a contact that a campaign was for, or that took part in it; once in each campaign.

    Taking one out archives the row, so that adding it again finds what was known.
    """

    campaign = models.ForeignKey(Campaign, models.PROTECT, related_name="+", db_index=False)
    lead = models.ForeignKey(Lead, models.PROTECT, null=True, related_name="+")
    contact = models.ForeignKey(Contact, models.PROTECT, null=True, related_name="+")
    status = models.CharField(max_length=60)  # picklist campaign_member_status
    how = models.CharField(max_length=10, choices=How, default=How.ADDED)
    joined_at = models.DateTimeField()
    responded_at = models.DateTimeField(null=True)  # the first reaction
    import_id = models.BigIntegerField(null=True)  # whose file they stood in
    note = models.CharField(max_length=400, blank=True, default="")

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                name="member_is_one",
                condition=Q(lead__isnull=False, contact=None) | Q(lead=None, contact__isnull=False),
            ),
            models.UniqueConstraint(fields=["campaign", "lead"], name="member_lead_once"),
            models.UniqueConstraint(fields=["campaign", "contact"], name="member_contact_once"),
        ]
        indexes: ClassVar = [
            models.Index(
                "campaign",
                models.F("joined_at").desc(),
                models.F("id").desc(),
                name="member_of_campaign",
                condition=Q(archived_at=None),
            ),
            models.Index(fields=["import_id"], name="member_by_import", condition=Q(import_id__isnull=False)),
        ]

    def __str__(self) -> str:
        return f"{self.campaign_id}: {self.lead_id or self.contact_id}"
