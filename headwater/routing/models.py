"""Routing rules, whose turn it is, what waits, and every decision."""

from django.db import models
from django.db.models import Q

from headwater.kernel.models import OrjsonField
from headwater.leads.mailing.types import QueuedMail
from headwater.leads.models import Lead
from headwater.organization.models import User
from headwater.platform.versions.rulebook import KeptRule
from headwater.routing.types import Outcome, Trigger, Waits

VERSIONS = "routing_rule"  # the kind under which versions of a rule are kept


class RoutingRule(KeptRule):
    """One rule at its place in the order."""

    position = models.IntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                "name", condition=Q(archived_at__isnull=True), name="routing_rule_name_once"
            ),
            models.CheckConstraint(condition=~Q(name=""), name="routing_rule_has_name"),
        ]


class Turn(models.Model):
    """Where a person stands in the circle of a rule; see `kernel.turns`."""

    rule = models.ForeignKey(RoutingRule, on_delete=models.CASCADE, related_name="turns", db_index=False)
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+", db_index=False)
    credit = models.BigIntegerField(default=0)
    given = models.BigIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["rule", "user"], name="routing_turn_once")]


class Territory(models.Model):
    """What a person serves: leads whose `field` has one of `values`."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+", db_index=False)
    field = models.CharField(max_length=80)  # a key of the lead's catalogue
    values = OrjsonField(default=list)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "field"], name="routing_territory_once")]


class WaitingLead(models.Model):
    """A lead that the rules have yet to look at, or look at again when `due_at` comes."""

    lead = models.ForeignKey(Lead, on_delete=models.CASCADE, related_name="+", db_index=False)
    event_id = models.BigIntegerField()  # what set it off; the negative id of a request by hand
    trigger = models.CharField(max_length=16, choices=Trigger)
    step = models.PositiveSmallIntegerField(default=0)
    applied = models.TextField(blank=True, default="")  # ids of the rules that moved it on this way
    waits_for = models.CharField(max_length=8, choices=Waits, default=Waits.TURN)
    since = models.DateTimeField()
    due_at = models.DateTimeField(null=True)  # none: somebody has to do something first
    rule = models.ForeignKey(
        RoutingRule, null=True, on_delete=models.CASCADE, related_name="+", db_index=False
    )
    reasons = OrjsonField(default=list)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["lead", "event_id"], name="routing_waiting_once")]
        indexes = [
            models.Index("due_at", "id", name="routing_due", condition=Q(due_at__isnull=False)),
        ]


class Decision(models.Model):
    """What one run of the rules over one lead came to and why. Written once, never changed."""

    lead = models.ForeignKey(Lead, on_delete=models.CASCADE, related_name="+", db_index=False)
    event_id = models.BigIntegerField()
    step = models.PositiveSmallIntegerField(default=0)
    at = models.DateTimeField()
    trigger = models.CharField(max_length=16, choices=Trigger)
    outcome = models.CharField(max_length=12, choices=Outcome)
    rule = models.ForeignKey(
        RoutingRule, null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    rule_name = models.CharField(max_length=60, blank=True, default="")
    rule_version = models.PositiveIntegerField(null=True)
    strategy = models.CharField(max_length=16, blank=True, default="")
    owner_id = models.BigIntegerField(null=True)
    pool_id = models.BigIntegerField(null=True)
    detail = OrjsonField(default=dict)  # gate, steps, candidates, seed

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["lead", "event_id", "step"], name="routing_decision_once")
        ]
        indexes = [models.Index("at", "id", name="routing_decision_at")]


class CustomerMail(QueuedMail):
    """The mail to the customer that follows from a decision; the words are kept as they were sent."""

    lead = models.ForeignKey(Lead, on_delete=models.CASCADE, related_name="+", db_index=False)
    decision = models.ForeignKey(Decision, on_delete=models.CASCADE, related_name="+", db_index=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["lead", "decision"], name="routing_mail_once")]
        indexes = [
            models.Index("due_at", "id", name="routing_mail_due", condition=Q(due_at__isnull=False)),
        ]
