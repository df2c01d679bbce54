"""A handover and what became of each record in it."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from headwater.handover.types import WORKING, Account, Answer, Ask, State, Status, Undone
from headwater.kernel.models import OrjsonField
from headwater.organization.models import User


class Handover(models.Model):
    """Somebody's work passes on. A person has one at a time that moves anything."""

    leaver = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    status = models.CharField(max_length=8, choices=Status, default=Status.RUNNING)
    account = models.CharField(max_length=8, choices=Account)
    note = models.TextField(blank=True, default="")
    plan = OrjsonField(default=list)  # the parts as asked for, to be read again
    has_deactivated = models.BooleanField(default=False)
    sessions_ended = models.PositiveIntegerField(default=0)
    tokens_ended = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(default=0)
    done_count = models.PositiveIntegerField(default=0)
    kept_count = models.PositiveIntegerField(default=0)
    over_cap_count = models.PositiveIntegerField(default=0)
    back_count = models.PositiveIntegerField(default=0)
    left_count = models.PositiveIntegerField(default=0)
    started_by_id = models.BigIntegerField(null=True)
    started_at = models.DateTimeField()
    worked_at = models.DateTimeField()  # when a worker last moved on with it
    finished_at = models.DateTimeField(null=True)
    undo_by_id = models.BigIntegerField(null=True)
    undo_at = models.DateTimeField(null=True)
    undone_at = models.DateTimeField(null=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["leaver"], condition=Q(status__in=WORKING), name="handover_one_at_a_time"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.leaver_id}: {self.status}"


class HandoverItem(models.Model):
    """One record of a handover: where it goes, and what it was before, so that it can come back."""

    handover = models.ForeignKey(Handover, on_delete=models.CASCADE, related_name="items", db_index=False)
    kind = models.CharField(max_length=40)  # a key of the registered belongings
    record_id = models.BigIntegerField()
    part = models.PositiveSmallIntegerField(default=0)
    to_owner_id = models.BigIntegerField(null=True)
    to_pool_id = models.BigIntegerField(null=True)
    state = models.CharField(max_length=8, choices=State, default=State.WAITING)
    code = models.CharField(max_length=40, blank=True, default="")  # why it stayed
    over_cap = models.BooleanField(default=False)
    before = OrjsonField(default=dict)
    undone = models.CharField(max_length=4, choices=Undone, blank=True, default="")
    undo_code = models.CharField(max_length=40, blank=True, default="")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["handover", "kind", "record_id"], name="handover_item_once"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["handover", "id"], name="handover_item_order"),
            models.Index(fields=["handover", "id"], name="handover_waiting", condition=Q(state="waiting")),
            models.Index(
                fields=["handover", "id"], name="handover_lent", condition=Q(state="done", undone="")
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.record_id}: {self.state}"


class LookUp(models.Model):
    """Somebody asked across walls whether a customer is known: an act that is recorded and counted."""

    user_id = models.BigIntegerField()
    at = models.DateTimeField()
    by = models.CharField(max_length=8, choices=Ask)
    asked = models.CharField(max_length=200)  # masked: the record of the act must not be a list of numbers
    hits = OrjsonField(default=list)  # what was found, in the order shown: [[record, id], ...]

    class Meta:
        indexes: ClassVar = [models.Index(fields=["user_id", "at"], name="lookup_ledger")]

    def __str__(self) -> str:
        return f"{self.user_id}: {self.by}"


class TakeOver(models.Model):
    """Somebody who found a lead of somebody else asks to have it."""

    lead_id = models.BigIntegerField()
    owner_id = models.BigIntegerField()  # whose it was when asked
    asked_by_id = models.BigIntegerField()
    asked_at = models.DateTimeField()
    note = models.TextField(blank=True, default="")
    answer = models.CharField(max_length=8, choices=Answer, default=Answer.WAITING)
    answered_by_id = models.BigIntegerField(null=True)
    answered_at = models.DateTimeField(null=True)
    reply = models.TextField(blank=True, default="")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["lead_id", "asked_by_id"],
                condition=Q(answer=Answer.WAITING),
                name="take_over_asked_once",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["owner_id", "-asked_at"], name="take_over_of_owner"),
            models.Index(fields=["asked_by_id", "-asked_at"], name="take_over_by"),
        ]

    def __str__(self) -> str:
        return f"{self.lead_id}: {self.answer}"
