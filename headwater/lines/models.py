"""Rules that see another line's business in a lead, whose turn it is, and what came of it."""

from django.db import models
from django.db.models import Q

from headwater.leads.models import Lead
from headwater.organization.models import User
from headwater.platform.versions.rulebook import KeptRule
from headwater.sales.models import Account, Contact, Opportunity

VERSIONS = "line_rule"  # the kind under which versions of a rule are kept


class CrossLineRule(KeptRule):
    """One rule; of several for one line the oldest wins."""

    class Meta:
        constraints = [
            models.UniqueConstraint(
                "name", condition=Q(archived_at__isnull=True), name="line_rule_name_once"
            ),
            models.CheckConstraint(condition=~Q(name=""), name="line_rule_has_name"),
        ]


class LineTurn(models.Model):
    """Where a person stands in the circle of a rule; see `kernel.turns`."""

    rule = models.ForeignKey(CrossLineRule, on_delete=models.CASCADE, related_name="turns", db_index=False)
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+", db_index=False)
    standing = models.BigIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["rule", "user"], name="line_turn_once")]


class LineSpawn(models.Model):
    """The opportunity that a lead led to in another line; one per lead and line.

    Never changed, but for another opportunity in the place of one that was archived.
    """

    lead = models.ForeignKey(Lead, on_delete=models.CASCADE, related_name="+", db_index=False)
    line = models.CharField(max_length=80)  # a value of the picklist
    opportunity = models.OneToOneField(Opportunity, on_delete=models.PROTECT, related_name="+")
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    contact = models.ForeignKey(
        Contact, null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    owner_id = models.BigIntegerField()  # who got it
    rule = models.ForeignKey(
        CrossLineRule, null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )  # none: by hand
    rule_version = models.PositiveIntegerField(null=True)
    at = models.DateTimeField()
    actor_id = models.BigIntegerField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["lead", "line"], name="line_spawn_once")]
