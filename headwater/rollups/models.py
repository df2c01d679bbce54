"""What is counted ahead. Every row can be made anew from the raw tables; nothing here is a source.

No foreign keys: rows are written by the hundred thousand, and what they name lives and dies elsewhere.
"""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from headwater.rollups.types import Key


class LeadStory(models.Model):
    """What became of one lead, and where it is counted in the cells below; what each value means stands in
    docs/adr/rollups.md.
    """

    lead_id = models.BigIntegerField(primary_key=True)
    created_at = models.DateTimeField()
    # As it is counted: taken out of the old cell and put into the new one when it changes.
    day = models.DateField()  # of creation, in the company's zone
    source_id = models.BigIntegerField(null=True)
    channel_id = models.BigIntegerField(null=True)
    campaign_id = models.BigIntegerField(null=True)
    status = models.CharField(max_length=12)
    stage = models.CharField(max_length=20)
    intent = models.CharField(max_length=40)
    invalid_reason = models.CharField(max_length=40)
    owner_id = models.BigIntegerField(null=True)
    pool_id = models.BigIntegerField(null=True)
    home_pool_id = models.BigIntegerField(null=True)
    is_living = models.BooleanField()  # archived leads are in no cell

    reached = models.CharField(max_length=20)  # the best stage it ever had
    first_owned_at = models.DateTimeField(null=True)
    first_response_at = models.DateTimeField(null=True)
    response_seconds = models.BigIntegerField(null=True)  # from its creation
    handling_seconds = models.BigIntegerField(null=True)  # from when somebody first had it
    response_due_at = models.DateTimeField(null=True)
    is_in_time = models.BooleanField(null=True)  # None: nobody responded, or no deadline ran
    follow_ups = models.IntegerField()
    last_follow_up_at = models.DateTimeField(null=True)
    claims = models.IntegerField()
    assignments = models.IntegerField()
    transfers = models.IntegerField()
    returns = models.IntegerField()
    recycles = models.IntegerField()
    wakes = models.IntegerField()
    rounds = models.IntegerField()
    mql_at = models.DateTimeField(null=True)
    sql_at = models.DateTimeField(null=True)
    won_at = models.DateTimeField(null=True)
    won_by_id = models.BigIntegerField(null=True)  # the opportunity of it that was won first
    disqualified_at = models.DateTimeField(null=True)
    converted_at = models.DateTimeField(null=True)
    invalid_at = models.DateTimeField(null=True)
    last_return_reason = models.CharField(max_length=40)

    class Meta:
        indexes: ClassVar = [
            models.Index("won_by_id", name="rollup_story_won_by", condition=Q(won_by_id__isnull=False)),
            models.Index("created_at", name="rollup_story_created"),
            # Few leads become customers: what reports ask of those, without reading the table.
            models.Index(
                "converted_at",
                include=(
                    *("lead_id", "created_at", "source_id", "channel_id", "campaign_id", "status", "stage"),
                    *("owner_id", "pool_id", "home_pool_id", "is_living"),
                ),
                name="rollup_story_converted",
                condition=Q(converted_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"lead {self.lead_id}"


class Spell(models.Model):
    """A change of place of a lead, by the ledger's number, and what followed at whoever got it."""

    id = models.BigIntegerField(primary_key=True)
    lead_id = models.BigIntegerField()
    at = models.DateTimeField()
    why = models.CharField(max_length=12)
    from_owner_id = models.BigIntegerField(null=True)
    to_owner_id = models.BigIntegerField(null=True)
    reason = models.CharField(max_length=40)
    is_living = models.BooleanField()  # the lead is not archived
    answered_at = models.DateTimeField(null=True)  # the first real follow-up while it stayed there
    response_seconds = models.BigIntegerField(null=True)
    left_at = models.DateTimeField(null=True)
    ended_by = models.CharField(max_length=12, null=True)

    class Meta:
        indexes: ClassVar = [
            models.Index("lead_id", name="rollup_spell_lead"),
            models.Index("at", name="rollup_spell_at"),
            # What reports ask of leads that somebody got, without reading the table.
            models.Index(
                "at",
                include=(
                    "id",
                    "lead_id",
                    "why",
                    "to_owner_id",
                    "ended_by",
                    "response_seconds",
                    "answered_at",
                ),
                name="rollup_spell_given",
                condition=Q(is_living=True, to_owner_id__isnull=False),
            ),
            # Few changes are returns, and reports ask of those why.
            models.Index(
                "at",
                include=("id", "lead_id", "reason", "from_owner_id", "to_owner_id"),
                name="rollup_spell_returned",
                condition=Q(is_living=True, why="returned"),
            ),
            models.Index("to_owner_id", "at", name="rollup_spell_to"),
            models.Index("from_owner_id", "at", name="rollup_spell_from"),
        ]

    def __str__(self) -> str:
        return f"{self.lead_id}: {self.why} at {self.at}"


class Sale(models.Model):
    """An opportunity of a lead with one of its orders, or an order of it without opportunity."""

    lead_id = models.BigIntegerField()
    opportunity_id = models.BigIntegerField(null=True)
    order_id = models.BigIntegerField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["lead_id", "opportunity_id", "order_id"],
                nulls_distinct=False,
                name="rollup_sale_once",
            )
        ]
        indexes: ClassVar = [
            models.Index("opportunity_id", name="rollup_sale_opportunity"),
            models.Index("order_id", name="rollup_sale_order", condition=Q(order_id__isnull=False)),
        ]

    def __str__(self) -> str:
        return f"{self.lead_id}: {self.opportunity_id} {self.order_id}"


class LeadDay(models.Model):
    """Living leads by the day they were created, where they came from and how far they got."""

    day = models.DateField()
    source_id = models.BigIntegerField(null=True)
    channel_id = models.BigIntegerField(null=True)
    campaign_id = models.BigIntegerField(null=True)
    status = models.CharField(max_length=12)
    stage = models.CharField(max_length=20)
    reached = models.CharField(max_length=20)
    invalid_reason = models.CharField(max_length=40)
    leads = models.BigIntegerField()
    follow_ups = models.BigIntegerField()
    responded = models.BigIntegerField()
    response_seconds = models.BigIntegerField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=[
                    *("day", "source_id", "channel_id", "campaign_id", "status", "stage", "reached"),
                    "invalid_reason",
                ],
                nulls_distinct=False,
                name="rollup_lead_day_cell",
            )
        ]
        indexes: ClassVar = [models.Index("day", name="rollup_lead_day_empty", condition=Q(leads=0))]

    def __str__(self) -> str:
        return f"{self.day} {self.status} {self.leads}"


class LeadPlace(models.Model):
    """Living leads by where they are; it has all columns that a reader's reach is told by."""

    owner_id = models.BigIntegerField(null=True)
    pool_id = models.BigIntegerField(null=True)
    home_pool_id = models.BigIntegerField(null=True)
    status = models.CharField(max_length=12)
    stage = models.CharField(max_length=20)
    intent = models.CharField(max_length=40)
    leads = models.BigIntegerField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["owner_id", "pool_id", "home_pool_id", "status", "stage", "intent"],
                nulls_distinct=False,
                name="rollup_lead_place_cell",
            )
        ]
        indexes: ClassVar = [models.Index("status", name="rollup_lead_place_empty", condition=Q(leads=0))]

    def __str__(self) -> str:
        return f"{self.owner_id or self.pool_id} {self.status} {self.leads}"


class FollowUpDay(models.Model):
    """Living follow-ups by author and the day they happened, in the company's zone; notes too."""

    day = models.DateField()
    author_id = models.BigIntegerField()
    kind = models.CharField(max_length=12)
    outcome = models.CharField(max_length=80, null=True)
    record_type = models.CharField(max_length=40)
    follow_ups = models.BigIntegerField()
    duration_seconds = models.BigIntegerField()
    timed = models.BigIntegerField()  # those that say how long they took

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["author_id", "day", "kind", "outcome", "record_type"],
                nulls_distinct=False,
                name="rollup_follow_up_cell",
            )
        ]
        indexes: ClassVar = [models.Index("day", name="rollup_follow_up_day")]

    def __str__(self) -> str:
        return f"{self.day} {self.author_id} {self.kind} {self.follow_ups}"


class Filling(models.Model):
    """How far a rollup has been filled. Its row is the lock that all who write the rollup take first."""

    key = models.CharField(primary_key=True, max_length=20, choices=Key)
    shape = models.PositiveIntegerField(default=0)  # of the reckoning that it was filled by; 0 for none
    zone = models.CharField(max_length=60, default="")  # in which its days are counted
    cursor = models.CharField(max_length=40, default="")  # where a filling under way goes on
    stepped_at = models.DateTimeField(null=True)  # when the filling under way took its last step
    filled_at = models.DateTimeField(null=True)  # None: not to be asked

    class Meta:
        constraints: ClassVar = [models.CheckConstraint(name="rollup_key", condition=Q(key__in=Key.values))]

    def __str__(self) -> str:
        return self.key
