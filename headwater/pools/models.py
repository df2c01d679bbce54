"""Pools, where unowned leads wait, and who may do what there."""

from django.db import models
from django.db.models import Q

from headwater.kernel.models import Record
from headwater.organization.models import Department, Role, User
from headwater.pools.types import MemberKind


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
