"""Pools, where unowned leads wait, and who may do what there."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from headwater.kernel.models import OrjsonField, Record
from headwater.organization.models import Calendar, Department, Role, User
from headwater.pools.types import CalendarOf, Clock, Joined, MemberKind


class Pool(Record):
    """A place for unowned leads with rules of its own; a lead lies in one at most."""

    name = models.CharField(max_length=80)
    description = models.TextField(blank=True, default="")
    business_line = models.CharField(max_length=80, blank=True, default="")
    position = models.IntegerField(default=0)
    is_default = models.BooleanField(default=False)  # takes leads that name no pool
    allows_claim = models.BooleanField(default=True)  # otherwise administrators assign
    masks_contacts = models.BooleanField(default=True)
    default_assignee = models.ForeignKey(
        User, null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    private_cap = models.PositiveIntegerField(null=True)  # open leads of this pool one person may hold
    daily_claim_limit = models.PositiveIntegerField(null=True)  # claims per person and day
    cooldown_days = models.PositiveIntegerField(default=7)  # before who gave a lead up may take it again
    hold_hours = models.PositiveIntegerField(default=0)  # new leads are the administrators' alone so long
    calendar = models.ForeignKey(  # null: the company's working hours
        Calendar, null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )

    class Meta:
        constraints = [
            models.UniqueConstraint("name", condition=Q(archived_at__isnull=True), name="pool_name_once"),
            models.UniqueConstraint(
                "is_default", condition=Q(is_default=True, archived_at__isnull=True), name="pool_default_once"
            ),
            models.CheckConstraint(condition=~Q(name=""), name="pool_has_name"),
        ]

    def __str__(self) -> str:
        return self.name


class PoolMember(models.Model):
    """Who may see and claim from a pool, or administer it: a person, a department with all below, a role."""

    pool = models.ForeignKey(Pool, on_delete=models.CASCADE, related_name="members")
    kind = models.CharField(max_length=12, choices=MemberKind)
    user = models.ForeignKey(User, null=True, on_delete=models.CASCADE, related_name="+")
    department = models.ForeignKey(
        Department, null=True, on_delete=models.CASCADE, related_name="+", db_index=False
    )
    role = models.ForeignKey(Role, null=True, on_delete=models.CASCADE, related_name="+", db_index=False)
    is_admin = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["pool", "kind", "user", "department", "role"],
                name="pool_member_once",
                nulls_distinct=False,
            ),
            models.CheckConstraint(
                condition=(
                    Q(kind="user", user__isnull=False, department=None, role=None)
                    | Q(kind="department", user=None, department__isnull=False, role=None)
                    | Q(kind="role", user=None, department=None, role__isnull=False)
                    | Q(kind="everyone", user=None, department=None, role=None)
                ),
                name="pool_member_names_one",
            ),
        ]


def _words() -> ArrayField:  # type: ignore[type-arg]
    """A set of values; empty stands for all."""
    return ArrayField(models.CharField(max_length=80), default=list)


class RecycleRule(Record):
    """When leads that nobody works on go back to their pool. `version` counts as `platform.versions` does.

    Of the enabled rules that fit a lead the first governs it: those of its pool before those of the
    company, each in their order; the SQL function `lead_deadlines` says so for everybody.
    """

    pool = models.ForeignKey(Pool, null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    name = models.CharField(max_length=60)
    label = models.CharField(max_length=80)  # name and version, as the ledger keeps it
    position = models.IntegerField(default=0)
    is_enabled = models.BooleanField(default=True)
    business_lines = _words()
    stages = _words()
    intents = _words()
    gots = _words()
    response_hours = models.DecimalField(max_digits=7, decimal_places=2, null=True)  # to the first follow-up
    overdue_days = models.DecimalField(max_digits=6, decimal_places=2, null=True)  # without a follow-up
    convert_days = models.DecimalField(max_digits=6, decimal_places=2, null=True)  # without conversion
    joined = models.CharField(max_length=4, choices=Joined, default=Joined.ANY)
    clock = models.CharField(max_length=8, choices=Clock, default=Clock.NATURAL)
    calendar_of = models.CharField(max_length=12, choices=CalendarOf, default=CalendarOf.POOL)
    exempt_stages = _words()
    exempts_opportunity = models.BooleanField(default=False)  # while an opportunity made of it is open
    warn_response_hours = models.DecimalField(max_digits=6, decimal_places=2, default=4)
    warn_recycle_hours = models.DecimalField(max_digits=6, decimal_places=2, default=24)
    max_rounds = models.PositiveSmallIntegerField(default=3)
    rhythm = OrjsonField(default=dict)  # intent level -> days between follow-ups; reminds, never takes
    changed_at = models.DateTimeField()  # when any rule of the company last changed, ...
    spares_until = models.DateTimeField()  # ... and until when that may take no lead earlier than before

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(name=""), name="recycle_rule_has_name"),
            models.CheckConstraint(
                condition=Q(
                    joined__in=Joined.values, clock__in=Clock.values, calendar_of__in=CalendarOf.values
                ),
                name="recycle_rule_choices",
            ),
            models.CheckConstraint(
                condition=(Q(response_hours=None) | Q(response_hours__gt=0))
                & (Q(overdue_days=None) | Q(overdue_days__gt=0))
                & (Q(convert_days=None) | Q(convert_days__gt=0)),
                name="recycle_rule_periods",
            ),
        ]

    def __str__(self) -> str:
        return self.label
